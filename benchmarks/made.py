"""A workspace of any size out of nothing: words drawn as language draws them (Zipf), the same for the same size."""

from __future__ import annotations

import random
from bisect import bisect
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

from distillers.record.archive import Archive
from distillers.record.events import Event, event_id
from scheduling import runs
from scheduling.base.workspace import Workspace
from scheduling.ledger.store import Ledger
from wiki.embed import Embedder
from wiki.git import Cover, Repo, ensure_repo
from wiki.index import Indexed, build
from wiki.search import Searcher
from wiki.tree import Tree
from wiki.worktree import worktree

DOMAIN = "made"
SESSION = 50
"""Chunks of one session."""
PAGES = 20
SYLLABLES = [a + b for a in "bdfgklmnprstvz" for b in ("a", "e", "i", "o", "u", "an", "or", "il")]


@dataclass(frozen=True)
class Made:
    """The workspace, opened."""

    space: Workspace
    ledger: Ledger
    archive: Archive
    repo: Repo

    def index(self, embedder: Embedder | None = None, *, rebuild: bool = False) -> Indexed:
        tree = Tree(self.space.wiki)
        return build(self.ledger, tree, self.archive, self.space.index, [DOMAIN], rebuild=rebuild, embedder=embedder)

    def searcher(self, embedder: Embedder | None = None) -> Searcher:
        return Searcher(self.space.index, self.ledger, embedder)

    def edit(self, page: int, sentence: str) -> str:
        """Changes one page; the commit that did."""
        text = f"# Page {page}\n\n{sentence}\n\n" + "\n\n".join(sentences(page, 30))
        base = self.repo.head()
        with worktree(self.repo, "c-made", base) as tree:
            commit = tree.commit({f"{DOMAIN}/page-{page}.md": text.encode()}, "Edit\n", "2026-11-20")
            self.repo.advance(Cover("c-made", base, commit))
        return commit


def made(root: Path, chunks: int) -> Made:
    """A workspace whose record gives about ``chunks`` chunks, not yet indexed."""
    space = Workspace(root)
    space.state.mkdir(parents=True)
    (root / "stillhouse.toml").write_text(f"[domains.{DOMAIN}]\nsources = []\n", "utf-8")  # so that it can be served
    ledger = Ledger(space.ledger)
    house = Made(space, ledger, Archive(space.archive, ledger), ensure_repo(space.wiki))
    with runs.running(ledger, "operator", "made") as run:
        for start in range(0, chunks // SESSION, 200):
            house.archive.append(DOMAIN, events(range(start, min(start + 200, chunks // SESSION))), run=run)
    for page in range(PAGES):
        house.edit(page, "As it was.")
    return house


def events(sessions: range) -> Iterator[Event]:
    """One message a chunk."""
    for session in sessions:
        for line, text in enumerate(sentences(session, SESSION), 1):
            unit = f"session-{session}"
            yield Event(
                id=event_id(unit, str(line)), unit=unit, at=f"2026-01-01T00:00:{line:02}.000Z", origin="agent",
                kind="message", text=text, file="/made.jsonl", line=line, medium="session",
            )  # fmt: skip


def sentences(seed: int, count: int) -> list[str]:
    chance = random.Random(seed)
    return [" ".join(word(chance) for _ in range(45)) for _ in range(count)]


def queries(count: int) -> list[str]:
    chance = random.Random("queries")
    return [" ".join(word(chance) for _ in range(8)) for _ in range(count)]


def word(chance: random.Random) -> str:
    number = bisect(_SUMS, chance.random() * _SUMS[-1])
    name = ""
    while True:
        number, syllable = divmod(number, len(SYLLABLES))
        name += SYLLABLES[syllable]
        if not number:
            return name


_SUMS = list(accumulate(1 / (rank + 3) for rank in range(30_000)))
