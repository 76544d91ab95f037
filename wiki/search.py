"""The retrieval call: what the wiki knows first, what the record says to fill the rest, within a budget and a silo.

    query → concepts → candidates by LanceDB's full text, a table a layer → one ranking over all → folded → cut to fit

A domain's tables are opened by its name, and a name that the index does not know is refused, so there is no query
that could reach another silo.
"""

from __future__ import annotations

import os
import re
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice, tee
from pathlib import Path
from typing import Any

from scheduling.base.errors import CorruptError, UsageError
from scheduling.ledger.store import Ledger
from wiki import manifest as manifests
from wiki.answer import TOKEN, Answer, Result, within
from wiki.citations import Citation, citations
from wiki.manifest import Manifest
from wiki.rank import Passage, Scored, Stats, distinct, rank
from wiki.rows import GLOBAL, Layer, table_name
from wiki.wants import LACKS, wanted
from wiki.words import Concept, concepts

UNREADABLE = (OSError, RuntimeError, ValueError, KeyError)
"""What LanceDB and Arrow raise over files that are missing or broken."""
MODE = "full-text"
LIMIT = 10
"""Results when neither a limit nor a budget is given."""
DEPTH = 120
"""Candidates that LanceDB hands to the ranking from each table."""
WEIGHTS: Mapping[str, float] = {"high": 1.15, "medium": 1.0, "talk": 1.0, "tool": 0.6}
"""By confidence in the wiki, by tier in the record. Chosen on the answer benchmark."""
FLOOR = 0.42
"""A best passage that scores this is an answer; on the benchmark 9 of 10 that have one reach it."""
FULL = 0.8
"""So is one that speaks of this much of the query, by rarity, however short the query is."""
_COLUMNS = ("source", "title", "heading", "anchor", "grade", "origin", "file", "line", "at")
_NEEDED = (*_COLUMNS, "id", "text", "terms", "tier", "_score")


@dataclass(frozen=True, slots=True)
class _Table:
    layer: Layer
    domain: str
    """``global`` or the one that asks."""
    table: Any
    stats: Stats


@dataclass(frozen=True, slots=True)
class _Open:
    """An index as it was opened: while its manifest's file is the same, it is used again."""

    mark: tuple[int, int]
    manifest: Manifest
    folder: Path
    base: Any
    tables: dict[str, _Table] = field(default_factory=dict[str, _Table])


@dataclass(frozen=True, slots=True)
class _Hit:
    """A candidate: what ranking needs, and where the rest of its row stands if it is shown."""

    layer: Layer
    domain: str
    id: str
    source: str
    terms: str
    kind: str
    """Grade in the wiki, tier in the record."""
    found: Any
    at: int

    @property
    def text(self) -> str:
        return self.found["text"][self.at].as_py()

    def row(self) -> dict[str, Any]:
        return {name: self.found[name][self.at].as_py() for name in _COLUMNS}


_Shown = tuple[_Hit, Scored, str]
"""What is shown of a hit: all its text, or as much as the budget left."""


class Searcher:
    """Answers queries from the index in ``index_dir``. Opened once, asked often; safe to share between threads.

    It sees what a build stores as soon as that build is done.
    """

    def __init__(self, index_dir: Path, ledger: Ledger) -> None:
        self._dir = index_dir
        self._ledger = ledger
        self._lock = threading.Lock()
        self._opened: _Open | None = None

    def domains(self) -> tuple[str, ...]:
        """The domains that can be asked. Raises :class:`CorruptError` if there is no index."""
        return self._current().manifest.domains

    def search(
        self,
        query: str,
        domain: str,
        *,
        limit: int | None = None,
        max_tokens: int | None = None,
        layer: Layer | None = None,
    ) -> Answer:
        """What ``domain`` knows about ``query``, best first; ``layer`` leaves the other one out.

        The texts together stay within ``max_tokens`` of four characters; without it there are ``limit`` results,
        :data:`LIMIT` if that is not given either. Raises :class:`UsageError` for a domain that the index does not
        know, :class:`CorruptError` if there is no index that can be read.
        """
        started = time.perf_counter()
        asked, want = concepts(query), wanted(query)
        opened, hits, stats = self._hits(asked, domain, layer)
        passages = [_passage(hit, want) for hit in hits]
        order = rank(asked, passages, stats)
        most = limit if limit is not None else LIMIT if max_tokens is None else None
        found = ((hits[one.at], one) for one in distinct(order, passages))
        chosen = list(islice(_fitting(found, max_tokens), most))
        results = tuple(self._results(chosen, opened.manifest, domain))
        took = (time.perf_counter() - started) * 1000
        return Answer(query, domain, _confident(order), MODE, took, opened.manifest.commit, results)

    def _hits(
        self, asked: Sequence[Concept], domain: str, layer: Layer | None
    ) -> tuple[_Open, list[_Hit], list[Stats]]:
        """Candidates from all tables that may be seen, with how common terms are in those tables."""
        for last in (False, True):
            opened = self._current()
            if domain not in opened.manifest.domains:
                raise UsageError(
                    f"there is no domain {domain!r} in the index",
                    hint=f"known: {', '.join(opened.manifest.domains) or 'none'}",
                )
            try:
                tables = [table for table in self._tables(opened, domain) if layer in (None, table.layer)]
                return opened, [h for table in tables for h in _candidates(table, asked)], [t.stats for t in tables]
            except UNREADABLE as error:
                if last:
                    raise _no_index(self._dir) from error
                self._opened = None  # a rebuild has put another index in its place meanwhile
        raise AssertionError

    def _current(self) -> _Open:
        with self._lock:
            try:
                stat = (self._dir / manifests.NAME).stat()
            except OSError as error:
                raise _no_index(self._dir) from error
            mark = (stat.st_mtime_ns, stat.st_ino)
            if self._opened is None or self._opened.mark != mark:
                manifest = manifests.load(self._dir)
                if manifest is None:
                    raise _no_index(self._dir)
                folder = self._dir / manifest.folder
                self._opened = _Open(mark, manifest, folder, connect(folder))
            return self._opened

    def _tables(self, opened: _Open, domain: str) -> Iterator[_Table]:
        """The tables that ``domain`` may see: its own two, and the wiki of ``global``."""
        visible: tuple[tuple[str, Layer], ...] = ((domain, "wiki"), (GLOBAL, "wiki"), (domain, "record"))
        for owner, layer in visible:
            name = table_name(owner, layer)
            if not opened.manifest.chunks.get(name):
                continue
            if name not in opened.tables:
                stats = manifests.load_stats(opened.folder, name)
                opened.tables[name] = _Table(layer, owner, opened.base.open_table(name), stats)
            yield opened.tables[name]

    def _results(self, found: Sequence[_Shown], manifest: Manifest, domain: str) -> Iterator[Result]:
        rows = [hit.row() for hit, _, _ in found]
        known = citations(self._ledger, [row["anchor"] for row in rows if row["anchor"]], domain)
        for row, (hit, one, text) in zip(rows, found, strict=True):
            yield Result(
                layer=hit.layer,
                page=f"{hit.domain}/{row['source']}" if hit.layer == "wiki" else "",
                title=row["title"],
                heading=row["heading"],
                anchor=row["anchor"],
                text=text,
                confidence=row["grade"],
                score=round(one.score, 4),
                updated=row["at"][:10],
                citations=known.get(row["anchor"], ()) or _own(row, "" if hit.layer == "record" else manifest.commit),
            )


def connect(folder: Path) -> Any:
    """The LanceDB database in ``folder``. A table that is opened stays at the version it then had."""
    os.environ.setdefault("LANCEDB_LOG", "error")
    import lancedb  # noqa: PLC0415 (two CPU seconds that nobody must pay who does not search or index)

    return lancedb.connect(str(folder))


def asked_for(asked: Sequence[Concept]) -> str:
    """The words that LanceDB is asked for: each term twice, its synonyms once, so that they count half there too."""
    return " ".join([*(concept.term for concept in asked), *(term for concept in asked for term, _ in concept.terms)])


def _fitting(found: Iterator[tuple[_Hit, Scored]], max_tokens: int | None) -> Iterator[_Shown]:
    """Of ``found``, best first, what fits ``max_tokens`` together."""
    ours, texts = tee(found)
    shown: Iterator[str] = (hit.text for hit, _ in texts)
    for (hit, one), text in zip(ours, shown if max_tokens is None else within(shown, max_tokens * TOKEN), strict=False):
        yield hit, one, text


def _candidates(table: _Table, asked: Sequence[Concept]) -> Iterator[_Hit]:
    """The best passages of one table by LanceDB's own BM25 over the query's terms and their synonyms."""
    from lancedb.query import MatchQuery  # noqa: PLC0415 (with lancedb)

    words = asked_for(asked)
    if not words:
        return
    match: Any = MatchQuery
    found = table.table.search(match(words, "terms")).limit(DEPTH).select(list(_NEEDED)).to_arrow()
    kind = "grade" if table.layer == "wiki" else "tier"
    needed = (found[name].to_pylist() for name in ("id", "source", "terms", kind))
    for at, (key, source, terms, weighed) in enumerate(zip(*needed, strict=True)):
        yield _Hit(table.layer, table.domain, key, source, terms, weighed, found, at)


def _passage(hit: _Hit, want: re.Pattern[str] | None) -> Passage:
    weight = WEIGHTS[hit.kind] * (LACKS if want is not None and not want.search(hit.text) else 1.0)
    return Passage(hit.id, f"{hit.layer}/{hit.domain}/{hit.source}", weight, hit.terms)


def _confident(order: Sequence[Scored]) -> bool:
    return any(one.score >= FLOOR or one.cover >= FULL for one in order[:LIMIT])


def _own(row: Mapping[str, Any], commit: str) -> tuple[Citation, ...]:
    """The citation of what rests on no finding: a passage of the record, or at ``commit`` what a person wrote."""
    if row["anchor"]:
        return ()
    return (Citation("", row["origin"], commit or row["source"], row["file"], row["line"], ""),)


def _no_index(index_dir: Path) -> CorruptError:
    return CorruptError(f"there is no index that can be read in {index_dir}", hint="run stillhouse nightly to build it")
