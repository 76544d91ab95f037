"""What the librarian would remember of a domain, read back from the wiki's past: for when the ledger is lost.

Who last wrote a block, and who took it away, stands in the commits: a seat's, or a person's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from scheduling.base.errors import CorruptError
from wiki.blocks import Row, digest
from wiki.edit import standing
from wiki.git import BRANCH, FILE_MODES, SEATS, Repo
from wiki.message import REVERTED
from wiki.names import INDEX, domain_id, page_path, split_path
from wiki.outline import ANCHOR, Block
from wiki.page import parse
from wiki.stand import ROOT

_REVERTED = f"%(trailers:key={REVERTED},valueonly,separator=%x20)"
_LINK = re.compile(r"\]\(([a-z0-9-]+)\.md\)")
_ID = re.compile(rb"^id: (p-[0-9a-f]{8})\s*$")


@dataclass(frozen=True, slots=True)
class Trace:
    """A line of a commit's diff that begins or ends a block, or a page's id."""

    commit: str
    seat: bool
    """A seat made the commit, and not because a person asked to take this back."""
    path: str
    added: bool
    id: str
    is_block: bool
    """An anchor, and no page's own id."""


@dataclass(frozen=True, slots=True)
class Stood:
    """A block as it stands at one commit; ``target`` is what it was filed for."""

    id: str
    path: str
    target: str
    section: str
    sha: str


def recall(repo: Repo, domain: str) -> dict[str, Row]:
    """A row for each block and page of ``domain`` that stands on ``main``, or that a person took off it."""
    if not repo.head():
        return {}
    told = list(traces(repo, domain))  # the newest first
    made = {one.id: name[1] for one in told if one.added and not one.is_block and (name := split_path(one.path))}
    now = blocks_at(repo, repo.head(), domain, made)
    wrote: dict[str, str] = {}
    for one in told:
        if one.added and one.seat and one.is_block:
            wrote.setdefault(one.id, one.commit)
    left = {commit: blocks_at(repo, commit, domain, made) for commit in {wrote[key] for key in now if key in wrote}}
    rows = {key: _row(block, left[wrote[key]].get(key) if key in wrote else None) for key, block in now.items()}
    here = {*now, *_page_ids(repo, domain)}
    for one in told:
        strange = one.id.startswith("d-") and one.id != domain_id(domain)
        if one.added or one.id in here or strange or (one.id.startswith("p-") and one.is_block):
            continue
        here.add(one.id)
        rows[one.id] = _gone(one, domain)
    return rows


def _row(block: Stood, then: Stood | None) -> Row:
    """A block that stands: the librarian's if it reads as they left it, else a person's."""
    filed = then or block
    state = "live" if then and then.sha == block.sha else "human"
    return Row(block.id, block.path, filed.target, filed.section, block.sha, state)


def _gone(one: Trace, domain: str) -> Row:
    is_page = one.id.startswith("p-")
    path = page_path(domain, INDEX) if is_page else one.path
    target = (split_path(one.path) or ("", INDEX))[1]
    return Row(one.id, path, target, "", "", "retired" if one.seat else "deleted" if is_page else "tombstone")


def blocks_at(repo: Repo, commit: str, domain: str, made: Mapping[str, str] = MappingProxyType({})) -> dict[str, Stood]:
    """The blocks of the domain at ``commit``, and its entry in the index over all, by id.

    ``made`` are the names that pages were made with, by their ids: what a renamed page holds was filed for that name.
    """
    found: dict[str, Stood] = {}
    for path, data in _pages(repo, commit, domain).items():
        try:
            page = parse(path, data)
        except CorruptError:
            continue
        for block in page.blocks:
            if path != ROOT or block.id == domain_id(domain):
                sha = digest(standing(page, block))
                filed = made.get(page.field("id"), "") if block.id.startswith("f-") else ""
                target = filed or _target(path, domain, block)
                found.setdefault(block.id, Stood(block.id, path, target, block.section, sha))
    return found


def _target(path: str, domain: str, block: Block) -> str:
    """What the block was filed for: its page, or of an entry what it names."""
    if block.id.startswith("d-"):
        return domain
    if block.id.startswith("s-"):
        return f"p-{block.id[2:]}"
    entry = _LINK.search(block.text) if block.id.startswith("p-") else None
    return entry[1] if entry else (split_path(path) or ("", INDEX))[1]


def _page_ids(repo: Repo, domain: str) -> Iterable[str]:
    for path, data in _pages(repo, repo.head(), domain).items():
        if path != ROOT:
            yield from (met[1].decode() for line in data.split(b"\n")[:20] if (met := _ID.match(line)))


def _pages(repo: Repo, commit: str, domain: str) -> dict[str, bytes]:
    files = {path: e for path, e in repo.files(commit).items() if path == ROOT or path.startswith(f"{domain}/")}
    files = {path: e for path, e in files.items() if e.mode in FILE_MODES and (path == ROOT or split_path(path))}
    data = repo.contents(entry.blob for entry in files.values())
    return {path: data[entry.blob] for path, entry in files.items()}


def traces(repo: Repo, domain: str) -> Iterator[Trace]:
    """All lines with an anchor or a page's id that commits of ``main`` added or removed, the newest first."""
    shown = ("log", "--first-parent", "-m", "-p", "--unified=0", "--no-renames", "--no-ext-diff", "--no-textconv")
    out = repo.git(*shown, "--no-color", f"--format=%x00%H %ce {_REVERTED}", BRANCH, "--", f"{domain}/", ROOT).out
    for part in out.split(b"\0")[1:]:
        head, *lines = part.split(b"\n")
        commit, mail, *reverted = head.decode("utf-8", "replace").replace(",", " ").split()
        path = ""
        for line in lines:
            if line.startswith((b"--- a/", b"+++ b/")):
                path = line[6:].decode("utf-8", "replace")
            elif line[:1] in {b"+", b"-"} and (key := _key(line[1:])):
                yield Trace(commit, mail.endswith(SEATS) and key[0] not in reverted, path, line[:1] == b"+", *key)


def _key(line: bytes) -> tuple[str, bool] | None:
    if met := _ID.match(line):
        return met[1].decode(), False
    found = ANCHOR.search(line.decode("utf-8", "replace").rstrip("\r"))
    return (found[1], True) if found else None
