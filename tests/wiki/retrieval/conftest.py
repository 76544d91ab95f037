"""A workspace with two silos and a page for all, made from the small files beside this one."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

import pytest
from sqlalchemy import insert

from distillers import cursors
from distillers.findings import Finding, Quote
from distillers.findings_store import replace
from distillers.record.archive import Archive
from distillers.record.events import Event, Kind, event_id
from distillers.record.units import Unit, unit_of
from scheduling import runs
from scheduling.base.workspace import Workspace
from scheduling.ledger.store import Ledger
from wiki.blocks import blocks
from wiki.embed import Embedder
from wiki.git import Cover, Repo, ensure_repo
from wiki.index import Indexed, build
from wiki.search import Searcher
from wiki.tree import Tree
from wiki.worktree import worktree

HERE = Path(__file__).parent
DOMAINS = ("bakery", "shop")
_LINE = re.compile(r'(\w+) (\w+)(?: "([^"]*)")?: (.*)')


@dataclass(frozen=True)
class House:
    """An opened workspace of these tests."""

    workspace: Workspace
    ledger: Ledger
    archive: Archive
    repo: Repo

    def index(self, *domains: str, rebuild: bool = False, embedder: Embedder | None = None) -> Indexed:
        tree, index_dir = Tree(self.workspace.wiki), self.workspace.index
        return build(self.ledger, tree, self.archive, index_dir, domains or DOMAINS, rebuild=rebuild, embedder=embedder)

    def searcher(self) -> Searcher:
        return Searcher(self.workspace.index, self.ledger)

    def commit(self, **pages: str) -> str:
        """Commits pages, named ``shop__testing``."""
        files: dict[str, bytes | None] = {
            name.replace("__", "/") + ".md": text.encode() for name, text in pages.items()
        }
        return committed(self.repo, files, "2026-11-20")

    def remove(self, path: str) -> str:
        """Commits that there is no page ``path`` any more."""
        return committed(self.repo, {path: None}, "2026-11-20")

    def record(self, domain: str, text: str) -> None:
        """Archives events, written as in ``record/*.txt``."""
        with runs.running(self.ledger, "operator", "test") as run:
            self.archive.append(domain, events(text), run=run)


def events(text: str, file: str = "/logs/session.jsonl") -> Iterator[Event]:
    """The events of a text such as ``record/shop.txt``."""
    unit = medium = at = ""
    for number, line in enumerate(text.splitlines(), 1):
        head = re.fullmatch(r"# (session|ticket) (\S+) (\S+)", line)
        if head:
            medium, unit, at = head.groups()
        said = _LINE.fullmatch(line)
        if said:
            origin, kind, title, body = said.groups()
            assert kind in get_args(Kind)
            key = event_id(unit, f"{number} {line}")
            fields: dict[str, Any] = {"origin": origin, "kind": kind, "title": title or "", "medium": medium}
            yield Event(
                id=key, unit=unit, at=f"{at}T10:00:{number:02}.000Z", text=body, file=file, line=number, **fields
            )


def committed(repo: Repo, files: Mapping[str, bytes | None], date: str) -> str:
    """Commits ``files`` (None removes one) to the wiki; the commit."""
    base = repo.head()
    with worktree(repo, "c-test", base) as tree:
        commit = tree.commit(files, "Edit\n", date)
        repo.advance(Cover("c-test", base, commit))
    return commit


def finding(key: str, domain: str, claim: str, *quotes: Quote, **more: Any) -> Finding:
    """A filed finding on page ``testing``."""
    fields: dict[str, Any] = {
        "kind": "rule", "key": claim, "page": "testing", "confidence": "high", "status": "written", "rule": "orders",
        "valid_from": "2026-11-18", "superseded_by": "", "seen": 1, "warnings": (),
    }  # fmt: skip
    return Finding(id=key, domain=domain, claim=claim, evidence=quotes, **{**fields, **more})


def quote(text: str, file: str, line: int, unit: str = "checkout-timeout") -> Quote:
    return Quote(f"{line:016x}", "human", unit, "2026-11-18T10:00:00.000Z", file, line, text)


SHOP = finding(
    "f-aaaaaaaa",
    "shop",
    "Run the tests of one package before a push",
    quote("never the whole suite: it takes 20 minutes [REDACTED:token:0a1b2c3d]", "/logs/shop.jsonl", 6),
)
SLOW = finding(
    "f-bbbbbbbb", "shop", "The database seed is slow", quote("seed", "/logs/shop.jsonl", 3), confidence="medium"
)
SHARED = finding(
    "f-dddddddd",
    "global",
    "Name the files in a commit, never add everything",
    quote("BAKERYCANARY1 add them by name", "/logs/bakery.jsonl", 2, "oven"),
    quote("add only what you changed", "/logs/shop.jsonl", 7),
    page="git",
)


def opened(root: Path) -> House:
    space = Workspace(root)
    ledger = Ledger(space.ledger)
    return House(space, ledger, Archive(space.archive, ledger), ensure_repo(space.wiki))


@pytest.fixture(scope="session")
def first_house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The root of the workspace that each test gets a copy of: filed and archived, not indexed."""
    made = opened(tmp_path_factory.mktemp("house") / "ws")
    pages = {path.relative_to(HERE / "pages").as_posix(): path.read_bytes() for path in (HERE / "pages").rglob("*.md")}
    commit = committed(made.repo, dict(pages), "2026-11-18")
    with runs.running(made.ledger, "librarian", "test") as run:
        for domain in DOMAINS:
            text = (HERE / "record" / f"{domain}.txt").read_text("utf-8")
            made.archive.append(domain, events(text, f"/logs/{domain}.jsonl"), run=run)
            with run.change("collect", domain) as rows:
                rows.execute(insert(cursors.files).values(via=domain, path=f"/logs/{domain}.jsonl", **_CURSOR))
        for domain, found in {"shop": [SHOP, SLOW], "global": [SHARED]}.items():
            with run.change("file", domain, commit=commit) as rows:
                replace(rows, domain, found, run.id)
                for one in found:
                    path = f"{domain}/{one.page}.md"
                    rows.execute(
                        insert(blocks).values(
                            domain=domain,
                            id=one.id,
                            path=path,
                            target=path,
                            section="",
                            sha="",
                            state="live",
                            run=run.id,
                        )
                    )
    made.archive.close()
    return made.workspace.root


def copied(root: Path, place: Path) -> House:
    shutil.copytree(root, place, symlinks=True)
    return opened(place)


@pytest.fixture
def house(first_house: Path, tmp_path: Path) -> House:
    """A copy of it."""
    return copied(first_house, tmp_path / "ws")


@pytest.fixture(scope="session")
def first_indexed(first_house: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The root of the same workspace, indexed: that takes longer than most tests that ask it."""
    made = copied(first_house, tmp_path_factory.mktemp("indexed") / "ws")
    made.index()
    made.archive.close()
    return made.workspace.root


@pytest.fixture
def indexed(first_indexed: Path, tmp_path: Path) -> House:
    """A copy of that."""
    return copied(first_indexed, tmp_path / "ws")


_CURSOR: dict[str, Any] = {
    "source": "", "size": 1, "mtime_ns": 1, "ino": 1, "ctime_ns": 1, "revision": "", "state": "read", "reason": "",
    "format": "", "bad_lines": 0, "generation": 0, "gone": 0, "run": "",
}  # fmt: skip


@pytest.fixture
def parsed() -> Any:
    """Events of a text such as ``record/shop.txt``, as one unit."""

    def make(text: str) -> Unit:
        return unit_of("shop", list(events(text)))

    return make
