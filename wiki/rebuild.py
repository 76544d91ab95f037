"""What the librarian remembers of its blocks, recovered from the wiki's own history when the ledger is lost.

Every commit of the librarian is replayed: a block that came or changed in it is the librarian's as it stood then, one
that went was retired. What people did since is told from the pages as they are now, as on any night: a line that
differs is theirs, and a block that is gone was taken away and never returns.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from scheduling.base.errors import CorruptError
from scheduling.runs import Run
from wiki import blocks
from wiki.blocks import Row, digest
from wiki.edit import standing
from wiki.git import BRANCH, FILE_MODES, LIBRARIAN, Repo
from wiki.names import INDEX, page_id, split_path
from wiki.page import Page, parse
from wiki.stand import ROOT

_BATCH = 200


@dataclass(frozen=True, slots=True)
class _Stood:
    """A block as it stood on a page of one commit."""

    path: str
    section: str
    sha: str


@dataclass
class _Replay:
    """What is known of each domain's blocks after some of the commits."""

    rows: dict[str, dict[str, Row]] = field(default_factory=dict[str, dict[str, Row]])
    slugs: dict[str, str] = field(default_factory=dict[str, str])
    """The name that each page was made with, by its id."""


def recover(run: Run, repo: Repo, domains: Iterable[str]) -> dict[str, int]:
    """Fills what the ledger has lost of the blocks of ``domains``; how many were recovered, by domain.

    A domain of which the ledger knows any block is left alone, so a night may always begin with this.
    """
    with run.ledger.read() as rows:
        lost = [domain for domain in domains if not blocks.load(rows, domain) and not blocks.pending_runs(rows, domain)]
    if not lost or not repo.head():
        return {}
    known = replayed(repo).rows
    found = {domain: known[domain] for domain in lost if known.get(domain)}
    for domain, some in found.items():
        with run.change("recover", f"blocks of {domain}", blocks=len(some)) as rows:
            blocks.store(rows, domain, run.id, some.values())
    return {domain: len(some) for domain, some in found.items()}


def replayed(repo: Repo) -> _Replay:
    """What the librarian's commits say of every domain's blocks."""
    done = _Replay()
    for commit, parent in _commits(repo):
        before, after = repo.files(parent), repo.files(commit)
        changed = [path for path in {*before, *after} if before.get(path) != after.get(path)]
        names = sorted(path for path in changed if path == ROOT or split_path(path))
        sides = [
            {p: side[p].blob for p in names if p in side and side[p].mode in FILE_MODES} for side in (before, after)
        ]
        contents = repo.contents(blob for side in sides for blob in side.values())
        old, new = (
            {path: page for path, blob in side.items() if (page := _page(path, contents[blob]))} for side in sides
        )
        _replay(done, old, new)
    return done


def _commits(repo: Repo) -> Iterator[tuple[str, str]]:
    """The librarian's commits with their first parents ("": none), oldest first."""
    said = repo.git("log", "--reverse", "--topo-order", "--format=%H%x00%P%x00%ce", "--end-of-options", BRANCH).text
    for row in said.splitlines():
        commit, parents, mail = row.split("\0")
        if mail == LIBRARIAN[1]:
            yield commit, parents.split(" ")[0]


def _page(path: str, data: bytes) -> Page | None:
    try:
        return parse(path, data)
    except CorruptError:
        return None


def _replay(done: _Replay, old: Mapping[str, Page], new: Mapping[str, Page]) -> None:
    for path, page in new.items():
        name = split_path(path)
        if name and name[1] != INDEX:
            done.slugs.setdefault(page.field("id") or page_id(*name), name[1])
    before, after = _stood(old), _stood(new)
    had, has = _ids(old), _ids(new)
    for key, one in after.items():
        was = before.get(key)
        if was == one:
            continue
        rows = done.rows.setdefault(_owner(key, one, new), {})
        stays = rows.get(key) if was and was.path == one.path else None
        target = stays.target if stays else _target(done, key, new[one.path])
        rows[key] = Row(key, one.path, target, one.section, one.sha, "live")
    for key in before.keys() - after.keys():
        for rows in done.rows.values():
            if key in rows and key.startswith("p-"):
                rows[key] = replace(rows[key], state="retired" if key in had - has else "deleted")
            elif key in rows:
                rows[key] = replace(rows[key], state="retired")


def _stood(pages: Mapping[str, Page]) -> dict[str, _Stood]:
    return {
        block.id: _Stood(path, block.section, digest(standing(page, block)))
        for path, page in sorted(pages.items())
        for block in page.blocks
    }


def _ids(pages: Mapping[str, Page]) -> set[str]:
    """The ids of the pages themselves, indexes left out."""
    named = ((page, split_path(path)) for path, page in pages.items())
    return {page.field("id") or page_id(*name) for page, name in named if name and name[1] != INDEX}


def _owner(key: str, one: _Stood, pages: Mapping[str, Page]) -> str:
    """The domain whose block it is; an entry in the index of all belongs to the domain that it names."""
    name = split_path(one.path)
    if name:
        return name[0]
    block = next(block for block in pages[one.path].blocks if block.id == key)
    return block.text.partition("](")[2].partition("/")[0]


def _target(done: _Replay, key: str, page: Page) -> str:
    """What the block was filed for, as :class:`~wiki.plan.Wanted` has it."""
    name = split_path(page.name)
    if key.startswith("s-"):
        return f"p-{key[2:]}"
    if name is None or name[1] == INDEX:
        block = next(block for block in page.blocks if block.id == key)
        link = block.text.partition("](")[2].partition(")")[0]
        return link.partition("/")[0] if name is None else link.removesuffix(".md")
    return done.slugs.get(page.field("id"), name[1])
