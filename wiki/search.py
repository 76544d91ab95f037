"""The retrieval call: what the wiki knows first, what the record says to fill the rest, within a budget and a silo.

    query → concepts ─→ candidates by LanceDB's full text ─┐  a call a table, all at the same time
          └→ vector ──→ candidates by LanceDB's vectors ───┴→ one ranking over all → folded → cut to fit

A domain's tables are opened by its name, and a name that the index does not know is refused, so there is no query
that could reach another silo.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from scheduling.base.errors import UsageError
from scheduling.ledger.store import Ledger
from wiki import calls
from wiki.answer import TOKEN, Answer, Result, fitting
from wiki.behind import behind, beside
from wiki.calls import UNREADABLE, Found, Table, asked_for
from wiki.citations import Cited, citations
from wiki.confidence import Evidence, evidence
from wiki.embed import Embedder, EmbedderError, named
from wiki.feedback import fed
from wiki.further import further
from wiki.hits import Hit, Shown, introduced, merged, passages_of
from wiki.manifest import Manifest
from wiki.opening import Index, Opened
from wiki.priors import Weights
from wiki.rank import Passage, Scored, distinct, fused, matched, ordered, rarities, with_sections, worths
from wiki.rows import Layer
from wiki.spare import spared
from wiki.wants import leaning, wanted
from wiki.words import Concept, concepts

FULL_TEXT, HYBRID = "full-text", "hybrid"
LIMIT = 10
"""Results when neither a limit nor a budget is given."""
SURE = 0.5
"""An answer whose best passage scores this is one."""
DEAF = 30.0
"""Seconds that an embedder which failed is not asked again."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """The candidates for one query, best first in ``order``."""

    manifest: Manifest
    tables: Sequence[Table]
    worth: Mapping[str, float]
    """Each term of the query and of its synonyms with what it counts."""
    hits: Sequence[Hit]
    passages: Sequence[Passage]
    order: Sequence[Scored]
    evidence: Evidence
    mode: str
    cited: Cited

    @property
    def best(self) -> float:
        """What the best candidate scores."""
        return self.order[0].amount if self.order else 1.0

    def shown(self) -> Iterator[Scored]:
        """As they are shown: with their sections, and what says the same once."""
        return distinct(with_sections(self.order, self.passages), self.passages)


class Searcher:
    """Answers queries from the index in ``index_dir``. Opened once, asked often; safe to share between threads.

    It sees what a build stores as soon as that build is done. With the ``embedder`` that the index was made with it
    asks by vector too; without one, or while that one fails, by full text alone, and the answer says which.
    """

    def __init__(
        self, index_dir: Path, ledger: Ledger, embedder: Embedder | None = None, weights: Weights | None = None
    ) -> None:
        self._index = Index(index_dir)
        self._ledger = ledger
        self._embedder = embedder
        self._weights = weights or Weights()
        self._deaf_until = 0.0

    def domains(self) -> tuple[str, ...]:
        """The domains that can be asked. Raises :class:`~scheduling.base.errors.CorruptError` if there is no index."""
        return self._index.current().manifest.domains

    def edited(self, domain: str) -> Mapping[str, str]:
        """Of files that findings of ``domain`` name the day on which an agent last edited each, as far as was indexed.

        Raises :class:`~scheduling.base.errors.CorruptError` if there is no index.
        """
        return self._index.current().manifest.edited.get(domain, {})

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

        The texts together stay within ``max_tokens`` of four characters, and what is left of them goes to the passages
        behind the claims, then, if the wiki is asked alone, to what else stands on their pages. Without it there are
        ``limit`` results, :data:`LIMIT` if that is not given either. Raises :class:`UsageError` for a domain that the
        index does not know, :class:`~scheduling.base.errors.CorruptError` if there is no index that can be read,
        :class:`~wiki.embed.EmbedderError` if it was made with another embedder.
        """
        started = time.perf_counter()
        ranked = self.ranked(query, domain, layer)
        manifest = ranked.manifest
        sure = ranked.evidence.score(manifest.floors[domain], leaning(query))
        most = limit if limit is not None else LIMIT if max_tokens is None else None
        budget = None if max_tokens is None else max_tokens * TOKEN
        best = (Shown.of(ranked.hits[one.at], sure * one.amount / ranked.best) for one in ranked.shown())
        told = introduced(spared(best, ranked.worth))
        room = budget if most is None else None
        if room is not None and layer == "wiki":
            told = beside(told, room)
        shown = [one._replace(text=text) for one, text in islice(fitting(told, lambda one: one.text, budget), most)]
        if room is not None:
            shown += behind(shown, room)
            if layer == "wiki" and next(told, None) is None:
                shown += self._further(shown, ranked, room)
        results = self._results(shown, ranked, domain)
        took = (time.perf_counter() - started) * 1000
        return Answer(query, domain, sure >= SURE, ranked.mode, took, manifest.commit, results)

    def _further(self, shown: Sequence[Shown], ranked: Ranked, room: int) -> list[Shown]:
        """What else stands on the pages of what is ``shown``, with the passages behind it."""
        try:
            more = further(shown, ranked.tables, {hit.id for hit in ranked.hits}, room)
        except UNREADABLE:
            return []  # a rebuild has put another index in its place meanwhile
        return [*more, *behind([*shown, *more], room)] if more else []

    def ranked(self, query: str, domain: str, layer: Layer | None = None) -> Ranked:
        """All candidates for ``query`` in their order, and what speaks for an answer. Raises as :meth:`search`."""
        asked, want = concepts(query), wanted(query)
        opened, tables, found = self._found(query, asked, domain, layer)
        stats = [table.stats for table in tables]
        hits, distances = merged(found)
        passages, rarity = passages_of(hits, want, self._weights), rarities(asked, stats)
        matches = matched(asked, rarity, passages, stats)
        order = ordered(matches, passages)
        known = evidence(asked, rarity, order, passages, stats)
        order = ordered(fed(matches, order, asked, passages, stats), passages)
        if distances is not None:
            order = fused(order, distances, passages, self._weights.vector)
        mode = FULL_TEXT if distances is None else HYBRID
        cited = opened.cited.setdefault(domain, {})
        return Ranked(opened.manifest, tables, worths(asked, rarity), hits, passages, order, known, mode, cited)

    def _found(
        self, query: str, asked: Sequence[Concept], domain: str, layer: Layer | None
    ) -> tuple[Opened, list[Table], list[Found]]:
        """The tables that may be seen, and candidates from all of them."""
        for last in (False, True):
            opened = self._index.current()
            if domain not in opened.manifest.domains:
                raise UsageError(
                    f"there is no domain {domain!r} in the index",
                    hint=f"known: {', '.join(opened.manifest.domains) or 'none'}",
                )
            try:
                tables = [table for table in opened.visible(domain) if layer in (None, table.layer)]
                return opened, tables, self._asked(query, asked, tables, opened.manifest)
            except UNREADABLE as error:
                if last:
                    raise self._index.missing() from error
                self._index.close()  # a rebuild has put another index in its place meanwhile
        raise AssertionError

    def _asked(self, query: str, asked: Sequence[Concept], tables: Sequence[Table], known: Manifest) -> list[Found]:
        """What each table has by text and, if the index holds vectors and the query gets one, by vector."""
        words = asked_for(asked)
        return calls.found(tables, words, lambda: self._vector(query, known)) if words else []

    def _vector(self, query: str, known: Manifest) -> Any:
        if self._embedder is None or not known.embedder or time.monotonic() < self._deaf_until:
            return None
        try:
            mine = named(self._embedder)
            vector = self._embedder.encode([query])[0] if mine == known.embedder else None
        except EmbedderError:
            self._deaf_until = time.monotonic() + DEAF
            return None  # what it would have added is little beside no answer at all
        if vector is None:
            raise EmbedderError(
                f"the index was made with {known.embedder}, not with {mine}",
                hint="stillhouse nightly makes it anew with the embedder that the settings name",
            )
        if len(vector) != known.dim:
            raise EmbedderError(
                f"{mine} answers {len(vector)} numbers, the index was made with {known.dim}",
                hint="stillhouse doctor --fix makes it anew",
            )
        return vector

    def _results(self, shown: Sequence[Shown], ranked: Ranked, domain: str) -> tuple[Result, ...]:
        own = {one.details["anchor"] for one in shown if one.hit.domain == domain} - ranked.cited.keys() - {""}
        if own:
            found = citations(self._ledger, own, domain)
            ranked.cited.update({anchor: found.get(anchor, ()) for anchor in own})
        shared = {one.details["anchor"] for one in shown if one.hit.domain != domain} - {""}
        known = ranked.cited | citations(self._ledger, shared, domain) if shared else ranked.cited
        return tuple(one.result(known.get(one.details["anchor"], ()), ranked.manifest.commit) for one in shown)
