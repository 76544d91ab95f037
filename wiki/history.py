"""Writing the wiki's past anew without a text. Only when a person asks.

Each commit keeps its author, dates and message; what changes is the files that hold the text, and so every id after
the first of them. What nothing names any more is then removed from the repository.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from scheduling.base.errors import RefusedError
from scheduling.runs import Run
from scheduling.seats import require
from wiki import changesets, reverts
from wiki.erase import GONE, Erasure, cleaned
from wiki.git import FILE_MODES, Repo, open_repo
from wiki.objects import Rewritten
from wiki.staging import refuse_unfinished

_SIGNED = (b"gpgsig ", b"gpgsig-sha256 ", b"mergetag ")


@dataclass
class _Past:
    repo: Repo
    what: Erasure
    commits: dict[str, str] = field(default_factory=dict[str, str])
    trees: dict[str, str] = field(default_factory=dict[str, str])
    blobs: dict[tuple[str, str], str] = field(default_factory=dict[tuple[str, str], str])


def rewrite(run: Run, root: Path, what: Erasure) -> Rewritten:
    """Writes every commit anew without ``what``, moves all branches and removes the old objects.

    Raises :class:`RefusedError` during a merge, or while there are stashed edits, which would be lost.
    """
    require(run, "write-wiki")
    repo = open_repo(root)
    refuse_unfinished(repo)
    if repo.ref("refs/stash"):
        raise RefusedError(f"{repo.root} has stashed edits", hint="git stash pop (or drop) there, then try again")
    past = _Past(repo, what)
    order = repo.git("rev-list", "--topo-order", "--reverse", "--all").text.split()
    for name in order:
        past.commits[name] = _commit(past, name)
    moved = {old: new for old, new in past.commits.items() if old != new}
    left = _move(repo, moved) if moved else ()
    with run.change("rewrite history", "wiki", commits=len(moved)) as rows:
        changesets.renamed(rows, moved)
        reverts.renamed(rows, moved)
    repo.git("reflog", "expire", "--expire=now", "--expire-unreachable=now", "--all")
    repo.git("gc", "--prune=now", "--quiet")
    return Rewritten(moved, left)


def _commit(past: _Past, name: str) -> str:
    data = past.repo.contents([name])[name]
    head, _, message = data.partition(b"\n\n")
    lines = [line for entry in _entries(head) for line in _header(past, entry)]
    fresh = b"\n".join(lines) + b"\n\n" + _said(message, past.what)
    if fresh == data:
        return name
    kept = b"\n".join(entry for entry in lines if not entry.startswith(_SIGNED)) + b"\n\n" + _said(message, past.what)
    return past.repo.git("hash-object", "-t", "commit", "-w", "--stdin", stdin=kept).text.strip()


def _entries(head: bytes) -> list[bytes]:
    """Header fields, each with its continuation lines."""
    found: list[bytes] = []
    for line in head.split(b"\n"):
        if line.startswith(b" ") and found:
            found[-1] += b"\n" + line
        else:
            found.append(line)
    return found


def _header(past: _Past, entry: bytes) -> Iterator[bytes]:
    name, _, value = entry.partition(b" ")
    if name == b"tree":
        yield b"tree " + _tree(past, value.decode()).encode()
    elif name == b"parent":
        yield b"parent " + past.commits.get(value.decode(), value.decode()).encode()
    else:
        yield entry


def _said(message: bytes, what: Erasure) -> bytes:
    for needle in sorted(what.needles, key=len, reverse=True):
        message = message.replace(needle, GONE.encode())
    return message


def _tree(past: _Past, tree: str) -> str:
    if tree not in past.trees:
        entries = {path: entry for path, entry in past.repo.files(tree).items() if entry.mode in FILE_MODES}
        fresh = [(path, entry.blob) for path, entry in entries.items() if (path, entry.blob) not in past.blobs]
        data = past.repo.contents(blob for _, blob in fresh)
        for path, blob in fresh:
            left, _ = cleaned(path, data[blob], past.what)
            past.blobs[path, blob] = past.repo.store([left])[0] if left != data[blob] else blob
        changed = {p: (e.mode, past.blobs[p, e.blob]) for p, e in entries.items() if past.blobs[p, e.blob] != e.blob}
        past.trees[tree] = _with(past.repo, tree, changed) if changed else tree
    return past.trees[tree]


def _with(repo: Repo, tree: str, changed: Mapping[str, tuple[str, str]]) -> str:
    rows = b"".join(
        f"{mode} {blob}\t".encode() + path.encode("utf-8", "surrogateescape") + b"\0"
        for path, (mode, blob) in changed.items()
    )
    with tempfile.TemporaryDirectory(dir=repo.folder) as scratch:
        index = {"GIT_INDEX_FILE": str(Path(scratch) / "index")}
        repo.git("read-tree", "--end-of-options", tree, env=index)
        repo.git("update-index", "-z", "--index-info", stdin=rows, env=index)
        return repo.git("write-tree", env=index).text.strip()


def _move(repo: Repo, moved: Mapping[str, str]) -> tuple[str, ...]:
    """Points all references at the new commits, in one step; returns those that cannot be, such as signed tags."""
    listed = repo.git("for-each-ref", "--format=%(refname) %(objecttype) %(objectname)").text.split("\n")
    refs = [line.split(" ") for line in listed if line]
    rows = [f"update {name}\0{moved[at]}\0{at}\0" for name, kind, at in refs if kind == "commit" and at in moved]
    repo.git("update-ref", "-m", "rewritten", "-z", "--stdin", stdin="".join(rows).encode())
    return tuple(name for name, kind, _ in refs if kind != "commit")
