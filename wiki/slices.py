"""What is replaced together: the rows of a page, and of a session or ticket, with the digest of what they rest on."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, select

from distillers.findings import GLOBAL, Finding, evidence, findings, squash
from distillers.record.archive import Archive
from scheduling.base.errors import CorruptError
from scheduling.ledger.store import Ledger
from wiki.chunks import Chunk, passages
from wiki.rows import row_of
from wiki.sections import page_chunks
from wiki.tree import Tree

_OPENING = 80
"""Letters of a quote by which the passage is known that holds it."""


def mark(ledger: Ledger, tree: Tree, archive: Archive, domain: str) -> str:
    """Another one whenever a slice of ``domain`` may have another digest: much cheaper than all of them.

    It tells the pages, what the ledger says of findings as far as slices rest on it, and the record.
    """
    pages = [(slug, tree.blob(domain, slug)) for slug in tree.pages(domain)]
    with ledger.read() as rows:
        return digest(repr(pages), _told(rows, domain), archive.mark(domain))


def _told(rows: Connection, domain: str) -> str:
    own = findings.c.domain == domain
    columns = (findings.c[name] for name in ("id", "page", "claim", "confidence", "status", "valid_from"))
    known = rows.execute(select(*columns).where(own).order_by(findings.c.id)).all()
    cited = select(evidence).join(findings, findings.c.id == evidence.c.finding).where(own)
    return repr((known, rows.execute(cited.order_by(evidence.c.finding, evidence.c.rank)).all()))


@dataclass(frozen=True, slots=True)
class Pages:
    """The pages of one domain at one commit, with the ``known`` findings by id."""

    tree: Tree
    domain: str
    known: Mapping[str, Finding]

    def digests(self) -> dict[str, str]:
        """Page → digest of its text and of what the ledger says of its findings."""
        behind: defaultdict[str, list[str]] = defaultdict(list)
        for one in self.known.values():
            behind[one.page].append(repr((one.id, one.confidence, one.valid_from, one.evidence)))
        return {slug: digest(self.tree.blob(self.domain, slug), *behind[slug]) for slug in self.tree.pages(self.domain)}

    def rows(self, slugs: Sequence[str]) -> Iterator[dict[str, Any]]:
        """The rows of those pages; of one that cannot be read none, for lint names it and what is wrong with it."""
        # What evidence of one domain says must not be read in another through a page that all of them see.
        quotes = {one.id: [q.text for q in one.evidence] for one in self.known.values() if self.domain != GLOBAL}
        for slug in slugs:
            try:
                page = self.tree.read(self.domain, slug).page
            except CorruptError:
                continue
            for place, chunk in _placed(page_chunks(slug, page, quotes)):
                yield row_of(chunk, self.known.get(chunk.anchor), "wiki", place)


@dataclass(frozen=True, slots=True)
class Units:
    """The sessions and tickets of one domain, with what the wiki has taken back of what they say."""

    archive: Archive
    domain: str
    refuted: Mapping[str, Collection[str]] = field(default_factory=dict[str, Collection[str]])
    """Session or ticket → openings of the quotes that nothing which still holds rests on."""

    @classmethod
    def of(cls, archive: Archive, domain: str, findings: Iterable[Finding]) -> Units:
        """Those of ``domain``, whose findings these are."""
        taken: dict[tuple[str, str], bool] = {}
        for one in findings:
            for quote in one.evidence if one.status in ("written", "superseded") else ():
                key = quote.unit, squash(quote.text)[:_OPENING]
                taken[key] = taken.get(key, True) and one.status == "superseded"
        refuted: defaultdict[str, list[str]] = defaultdict(list)
        for (unit, opening), fell in sorted(taken.items()):
            if fell and opening:
                refuted[unit].append(opening)
        return cls(archive, domain, refuted)

    def digests(self) -> dict[str, str]:
        """Session or ticket → digest of its events and of what was taken back of them."""
        units = self.archive.units(self.domain)
        return {one.unit: digest(one.digest, *self.refuted.get(one.unit, ())) for one in units}

    def rows(self, units: Sequence[str]) -> Iterator[dict[str, Any]]:
        """The rows of those sessions and tickets."""
        for unit in self.archive.iter_units(self.domain, units):
            for place, chunk in enumerate(passages(unit)):
                yield row_of(chunk, None, "record", place, refuted=self._fell(chunk))

    def _fell(self, chunk: Chunk) -> bool:
        openings = self.refuted.get(chunk.source, ())
        text = squash(chunk.text) if openings else ""
        return any(opening in text for opening in openings)


def digest(*parts: str) -> str:
    """A short hash of ``parts``."""
    return hashlib.blake2b("\0".join(parts).encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def _placed(chunks: Iterable[Chunk]) -> Iterator[tuple[int, Chunk]]:
    """Each chunk of a page with its place; another heading leaves one free, so that what is adjacent is one section."""
    place, heading = 0, ""
    for chunk in chunks:
        place += 1 if chunk.heading == heading else 2
        heading = chunk.heading
        yield place, chunk
