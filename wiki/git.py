"""git by its plumbing: a commit is built beside the work tree, and the branch moves by compare-and-swap.

Every call has a fixed argument list of ids and constant names, sees no configuration but the repository's own, runs no
hook, and never asks. Names of files travel on standard input, ended by NUL.
"""

from __future__ import annotations

import os
import time
from collections.abc import Generator, Iterable, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from scheduling.base import gitcall
from scheduling.base.errors import BusyError, CorruptError, RefusedError
from scheduling.base.process import Completed, ProgramError

BRANCH = "refs/heads/main"
BEFORE, AFTER = "refs/stillhouse/before", "refs/stillhouse/after"
"""While the work tree still has to follow a commit of ours: what it shows, and what it is to show."""
LIBRARIAN = ("Stillhouse librarian", "librarian@stillhouse.invalid")
LOCK_AGE = 2.0  # seconds: a younger lock may belong to a git that just started
LOCK_WAIT = 10.0
FILE_MODES = ("100644", "100755")

_CONFIG = (
    "core.excludesFile=/dev/null",
    "core.autocrlf=false",
    "core.fsync=committed,loose-object,reference",
    "commit.gpgsign=false",
    "i18n.commitEncoding=UTF-8",
)
_UNFINISHED = ("MERGE_HEAD", "CHERRY_PICK_HEAD", "REVERT_HEAD", "rebase-merge", "rebase-apply", "BISECT_LOG")


class MovedError(BusyError):
    """The branch moved while a commit was made: somebody else committed; plan again on what they left."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A file in a commit or in the index: its git mode, such as ``100644``, and the id of its content."""

    mode: str
    blob: str


@dataclass(frozen=True)
class Repo:
    """The repository whose work tree is ``root``."""

    root: Path
    folder: Path
    """Its git directory."""
    _seen: dict[str, dict[str, Entry]] = field(default_factory=dict[str, dict[str, Entry]], repr=False)

    def git(
        self, *argv: str, stdin: bytes = b"", env: Mapping[str, str] | None = None, check: bool = True
    ) -> Completed:
        """Runs one git command; ``argv`` must hold constants, and names and ids of ours."""
        where = {"GIT_WORK_TREE": str(self.root)} | dict(env or {})
        return gitcall.git(self.folder, *argv, config=_CONFIG, env=where, stdin=stdin, check=check)

    def head(self) -> str:
        """The commit that branch ``main`` stands at; "" before the first."""
        return self.ref(BRANCH)

    def ref(self, name: str) -> str:
        """The commit that the reference ``name`` stands at; "" if there is none."""
        done = self.git("rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}", check=False)
        return done.text.strip() if done.code == 0 else ""

    def followed(self) -> None:
        """Notes that the work tree has followed the last commit of ours."""
        self.git("update-ref", "-z", "--stdin", stdin=f"delete {BEFORE}\0\0delete {AFTER}\0\0".encode())

    def on_main(self) -> bool:
        """Whether the work tree is of branch ``main`` (a person may have another one checked out)."""
        return (self.folder / "HEAD").read_bytes().strip() == b"ref: " + BRANCH.encode()

    def files(self, commit: str) -> dict[str, Entry]:
        """All files of ``commit`` by path, links and submodules included; broken bytes in names kept as surrogates."""
        if commit and commit not in self._seen:
            self._seen[commit] = self._listed(commit)
        return dict(self._seen.get(commit, {}))

    def _listed(self, commit: str) -> dict[str, Entry]:
        found: dict[str, Entry] = {}
        for row in self.git("ls-tree", "-r", "-z", "--full-tree", "--end-of-options", commit).out.split(b"\0")[:-1]:
            head, _, path = row.partition(b"\t")
            mode, _, blob = head.decode().split(" ")
            found[os.fsdecode(path)] = Entry(mode, blob)
        return found

    def staged(self) -> dict[str, Entry]:
        """All files of the index by path; one in conflict has mode ``conflict``."""
        found: dict[str, Entry] = {}
        for row in self.git("ls-files", "-s", "-z").out.split(b"\0")[:-1]:
            head, _, path = row.partition(b"\t")
            mode, blob, stage = head.decode().split(" ")
            found[os.fsdecode(path)] = Entry(mode if stage == "0" else "conflict", blob)
        return found

    def contents(self, blobs: Iterable[str]) -> dict[str, bytes]:
        """The bytes of each of ``blobs``, with one git process. Raises :class:`CorruptError` if one is missing."""
        wanted = list(dict.fromkeys(blobs))
        if not wanted:
            return {}
        out = self.git("cat-file", "--batch", stdin="".join(f"{blob}\n" for blob in wanted).encode()).out
        found: dict[str, bytes] = {}
        at = 0
        for blob in wanted:
            line = out.index(b"\n", at)
            size = out[at:line].rpartition(b" ")[2]
            if not size.isdigit():
                raise CorruptError(f"{self.root} has lost the object {blob}", hint="run git fsck there")
            found[blob] = out[line + 1 : line + 1 + int(size)]
            at = line + 2 + int(size)
        return found

    def has_trailer(self, *lines: str) -> bool:
        """Whether one commit of ``main`` carries all of ``lines`` in its message."""
        if not self.head():
            return False
        wanted = [f"--grep={line}" for line in lines]
        done = self.git(
            "log", "-1", "--format=%H", "--fixed-strings", "--all-match", *wanted, "--end-of-options", BRANCH
        )
        return bool(done.text.strip())

    def commit(self, parent: str, changes: Mapping[str, bytes | None], message: str, date: str) -> str:
        """Commits ``changes`` (path → new bytes, None removes it) on top of ``parent``; returns the commit.

        ``date`` is ``YYYY-MM-DD``, taken for author and committer. Work tree and index are not touched. Raises
        :class:`MovedError` if ``main`` no longer stands at ``parent``.
        """
        blobs = self.store([data for data in changes.values() if data is not None])
        kept = iter(blobs)
        rows = b"".join(_index_row(path, next(kept) if data is not None else "") for path, data in changes.items())
        with self._scratch() as scratch:
            index = {"GIT_INDEX_FILE": str(scratch / "index")}
            if parent:
                self.git("read-tree", "--end-of-options", parent, env=index)
            self.git("update-index", "-z", "--index-info", stdin=rows, env=index)
            tree = self.git("write-tree", env=index).text.strip()
        above = ("-p", parent) if parent else ()
        new = self.git("commit-tree", tree, *above, stdin=message.encode(), env=_who(date)).text.strip()
        self.move(new, parent)
        return new

    def diff(self, commit: str) -> str:
        """What ``commit`` changed against its parent, as a unified diff for a person to read."""
        shown = ("diff-tree", "--root", "-p", "--no-commit-id", "--no-ext-diff", "--no-textconv", "--unified=0")
        return self.git(*shown, "--end-of-options", commit).text

    def store(self, contents: list[bytes]) -> list[str]:
        """Writes each of ``contents`` as an object; returns their ids in the same order."""
        if not contents:
            return []
        with self._scratch() as scratch:
            names = [scratch / str(n) for n in range(len(contents))]
            for name, data in zip(names, contents, strict=True):
                name.write_bytes(data)
            listed = "".join(f"{name}\n" for name in names).encode()
            return self.git("hash-object", "-w", "--no-filters", "--stdin-paths", stdin=listed).text.split()

    def stage(self, entries: Mapping[str, Entry | None]) -> None:
        """Sets files of the person's own index (None removes one), waiting for a git that holds it."""
        rows = b"".join(_index_row(path, entry.blob if entry else "") for path, entry in entries.items())
        deadline = time.monotonic() + LOCK_WAIT
        while (self.folder / "index.lock").exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        self.git("update-index", "-z", "--index-info", stdin=rows)
        self.git("update-index", "-q", "--refresh", check=False)  # exits 1 when a person has edits; that is no fault

    def move(self, new: str, old: str) -> None:
        """Moves ``main`` from ``old`` to ``new``; the work tree has to follow then.

        Raises :class:`MovedError` if ``main`` no longer stands at ``old``.
        """
        moves = [(BRANCH, old or "0" * len(new))]
        moves += [(AFTER, "")] if self.on_main() else []
        rows = [f"update {name}\0{new}\0{was}\0" for name, was in moves]
        rows += [f"update {BEFORE}\0{old}\0\0"] if old and len(moves) > 1 else []
        done = self.git("update-ref", "-m", "librarian", "-z", "--stdin", stdin="".join(rows).encode(), check=False)
        if done.code == 0:
            return
        if self.head() != old:
            raise MovedError(f"{self.root} got another commit meanwhile", hint="the next nightly files on top of it")
        said = done.err.decode("utf-8", "replace").strip()
        raise ProgramError(f"cannot move main in {self.root}: {said or 'no message'}")

    @contextmanager
    def _scratch(self) -> Generator[Path]:
        folder = self.folder / "stillhouse" / f"{os.getpid()}-{time.monotonic_ns()}"
        folder.mkdir(parents=True)
        try:
            yield folder
        finally:
            for path in folder.iterdir():
                path.unlink()
            folder.rmdir()


def ensure_repo(root: Path) -> Repo:
    """The repository at ``root``, made with an empty branch ``main`` if there is none."""
    root = root.absolute()
    if not (root / ".git").exists():
        root.mkdir(parents=True, exist_ok=True)
        where = {"GIT_WORK_TREE": str(root)}
        gitcall.git(root / ".git", "init", "-q", "--template=", "--initial-branch=main", config=_CONFIG, env=where)
    return open_repo(root)


def open_repo(root: Path) -> Repo:
    """The repository at ``root``. Raises :class:`RefusedError` if there is none, whatever lies above that folder."""
    root = root.absolute()
    dot = root / ".git"
    if dot.is_dir():
        return Repo(root, dot)
    if dot.is_file() and (text := dot.read_text("utf-8")).startswith("gitdir: "):
        return Repo(root, (root / text.removeprefix("gitdir: ").strip()).resolve())
    raise RefusedError(f"{root} is no git repository", hint="run nightly once, or restore it")


def refuse_unfinished(repo: Repo) -> None:
    """Raises :class:`RefusedError` while a person is in the middle of a merge or rebase, or off any branch."""
    under_way = next((name for name in _UNFINISHED if (repo.folder / name).exists()), "")
    if under_way:
        raise RefusedError(
            f"the wiki {repo.root} is in the middle of a merge or rebase ({under_way})", hint="finish or abort it"
        )
    if not (repo.folder / "HEAD").read_bytes().startswith(b"ref: refs/heads/"):
        raise RefusedError(f"the wiki {repo.root} has a detached head", hint="git checkout main")


def _index_row(path: str, blob: str) -> bytes:
    head = f"{FILE_MODES[0]} {blob}\t" if blob else f"0 {'0' * 40}\t"
    return head.encode() + os.fsencode(path) + b"\0"


def _who(date: str) -> dict[str, str]:
    name, mail = LIBRARIAN
    people = {
        f"GIT_{role}_{key}": value
        for role in ("AUTHOR", "COMMITTER")
        for key, value in (("NAME", name), ("EMAIL", mail))
    }
    return people | dict.fromkeys(("GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE"), f"{date}T00:00:00Z")
