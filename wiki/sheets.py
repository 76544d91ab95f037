"""Sheets: what a domain's briefs are made from, prepared by scouts after the nightly.

Only what is certain is on one: filed findings of high confidence, as they stand on the page today. What somebody
disputes is named as contested, and nothing else is said of it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Column, String, Table, Text, select
from sqlalchemy.dialects.sqlite import insert as insert_or

from distillers.findings import GLOBAL, Finding, findings
from distillers.findings_store import read
from scheduling.base.clock import stamp
from scheduling.base.errors import CorruptError
from scheduling.ledger.store import Ledger, metadata
from scheduling.runs import Run
from scheduling.seats import require
from wiki.answer import cut
from wiki.blocks import blocks
from wiki.chunks import Chunk
from wiki.disputes import opened
from wiki.sections import page_chunks
from wiki.text import public, visible
from wiki.tree import Tree

LINE = 300
SCOUTS = 4
RULES = frozenset({"rule", "correction"})
CHOICES = frozenset({"decision", "choice"})
TRAPS = frozenset({"cause", "fix", "gotcha"})

sheet_rows = Table(
    "briefs",
    metadata,
    Column("domain", String, primary_key=True),
    Column("key", String, nullable=False),
    Column("body", Text, nullable=False),
    Column("at", String, nullable=False),
    Column("run", String, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Line:
    """One certain finding as it stands: ``text`` is one line, ``page`` is ``domain/slug``."""

    id: str
    page: str
    kind: str
    text: str
    date: str
    seen: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """All that a brief of ``domain`` may be made from. ``key`` changes when pages, disputes or findings do."""

    domain: str
    key: str
    commit: str
    standing: tuple[Line, ...]
    """What is certain and undisputed, the weightiest first."""
    contested: tuple[str, ...]
    """Sentences that say what is open."""

    @property
    def digest(self) -> str:
        """What a seat has seen when it has seen this."""
        told = [[line.id, line.text] for line in self.standing]
        return hashlib.blake2b(json.dumps([told, self.contested]).encode(), digest_size=8).hexdigest()

    def of(self, kinds: frozenset[str]) -> list[Line]:
        """What stands of these kinds."""
        return [line for line in self.standing if line.kind in kinds]


def rules(ledger: Ledger, wiki: Path, domain: str, *, most: int = 40) -> list[Line]:
    """The standing rules of ``domain``, the weightiest first."""
    return current(ledger, wiki, domain).of(RULES)[:most]


def current(ledger: Ledger, wiki: Path, domain: str) -> Sheet:
    """The sheet of ``domain`` as it is now: the prepared one if that still holds, else made for this call."""
    tree = Tree(wiki)
    key = _key(ledger, tree, domain)
    with ledger.read() as rows:
        body = rows.execute(
            select(sheet_rows.c.body).where(sheet_rows.c.domain == domain, sheet_rows.c.key == key)
        ).scalar()
    return _unpacked(json.loads(body)) if body else _sheet(ledger, tree, domain, key)


def prepare(run: Run, wiki: Path, domains: Iterable[str]) -> tuple[str, ...]:
    """Has scouts make the sheets of all ``domains`` side by side; returns those whose sheet changed.

    Raises :class:`~scheduling.base.errors.RefusedError` if the seat of ``run`` may not.
    """
    require(run, "brief")
    tree = Tree(wiki)
    keys = {domain: _key(run.ledger, tree, domain) for domain in domains}
    with run.ledger.read() as rows:
        known = dict(rows.execute(select(sheet_rows.c.domain, sheet_rows.c.key)).tuples().all())
    stale = [domain for domain, key in keys.items() if known.get(domain) != key]
    with ThreadPoolExecutor(SCOUTS) as scouts:

        def scout(domain: str) -> Sheet:
            return _sheet(run.ledger, Tree(wiki, tree.commit), domain, keys[domain])

        made = list(scouts.map(scout, stale))
    for sheet in made:
        with run.change("prepare brief", sheet.domain, commit=sheet.commit) as rows:
            values = {"key": sheet.key, "body": json.dumps(asdict(sheet), ensure_ascii=False), "at": stamp()}
            fresh = insert_or(sheet_rows).values(domain=sheet.domain, run=run.id, **values)
            rows.execute(fresh.on_conflict_do_update(index_elements=["domain"], set_={**values, "run": run.id}))
    return tuple(stale)


def _key(ledger: Ledger, tree: Tree, domain: str) -> str:
    pages = [(owner, slug, tree.blob(owner, slug)) for owner in (domain, GLOBAL) for slug in tree.pages(owner)]
    against = [one.id for one in opened(ledger) if one.domain == domain]
    counted = select(findings.c.id, findings.c.confidence, findings.c.status).where(
        findings.c.domain.in_((domain, GLOBAL)), findings.c.confidence == "high"
    )
    with ledger.read() as rows:
        graded = [list(row) for row in rows.execute(counted.order_by(findings.c.id)).tuples()]
    return hashlib.blake2b(json.dumps([pages, against, graded]).encode(), digest_size=16).hexdigest()


def _sheet(ledger: Ledger, tree: Tree, domain: str, key: str) -> Sheet:
    owners = (domain, GLOBAL)
    with ledger.read() as rows:
        known = {one.id: one for owner in owners for one in read(rows, owner)}
        theirs = select(blocks.c.id).where(blocks.c.domain.in_(owners), blocks.c.state == "human")
        held = set(rows.execute(theirs).scalars())
    against = {one.finding for one in opened(ledger) if one.domain == domain}
    shown = {chunk.anchor: (owner, chunk) for owner in owners for chunk in _chunks(tree, owner) if chunk.anchor}
    certain = [
        _line(known[anchor], owner, chunk)
        for anchor, (owner, chunk) in shown.items()
        if anchor in known and anchor not in against and known[anchor].confidence == "high"
        if known[anchor].status == "written"
    ]
    certain.sort(key=lambda line: (-line.seen, line.id))
    open_now = [*_disputed(shown, known, against), *_overtaken(shown, known, held - against)]
    return Sheet(domain, key, tree.commit, tuple(certain), tuple(open_now))


def _chunks(tree: Tree, owner: str) -> Iterator[Chunk]:
    for slug in tree.pages(owner):
        try:
            page = tree.read(owner, slug).page
        except CorruptError:  # a page whose head a person broke is lint's to report; the others still count
            continue
        yield from page_chunks(slug, page, {})


def _line(finding: Finding, owner: str, chunk: Chunk) -> Line:
    text = cut(visible(chunk.text), LINE)
    return Line(finding.id, f"{owner}/{chunk.source}", finding.kind, text, finding.valid_from, finding.seen)


def _disputed(shown: dict[str, tuple[str, Chunk]], known: dict[str, Finding], against: set[str]) -> Iterator[str]:
    for anchor in sorted(against & shown.keys()):
        if known[anchor].confidence == "high" if anchor in known else False:
            yield f"{cut(visible(shown[anchor][1].text), LINE)} (disputed; nobody has ruled yet; {anchor})"


def _overtaken(shown: dict[str, tuple[str, Chunk]], known: dict[str, Finding], held: set[str]) -> Iterator[str]:
    """Lines that people hold to though newer evidence superseded what they were."""
    for anchor in sorted(held & shown.keys() & known.keys()):
        newer = known.get(known[anchor].superseded_by)
        if newer is not None and newer.confidence == "high":
            text = cut(visible(shown[anchor][1].text), LINE // 2)
            yield f"{text} (a person's line; newer evidence says: {cut(visible(public(newer.claim)), LINE // 2)})"


def _unpacked(body: dict[str, Any]) -> Sheet:
    standing = tuple(Line(**line) for line in body["standing"])
    return Sheet(body["domain"], body["key"], body["commit"], standing, tuple(body["contested"]))
