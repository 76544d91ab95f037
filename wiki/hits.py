"""Hits: what LanceDB hands over of a passage, what ranking needs of it, and what is shown of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import orjson

from wiki.answer import Result
from wiki.calls import COLUMNS, Found
from wiki.chunks import titled
from wiki.citations import Citation
from wiki.priors import Weights, newness, traits
from wiki.rank import Passage
from wiki.rows import Layer
from wiki.wants import LACKS


class Hit(NamedTuple):
    """A candidate: the columns of its row, and which table they stand in."""

    layer: Layer
    domain: str
    id: str
    source: str
    kind: str
    terms: str
    text: str
    meta: str


def passages_of(hits: Sequence[Hit], want: re.Pattern[str] | None, weights: Weights) -> list[Passage]:
    """What ranking needs of ``hits``. A passage without the kind of thing that is wanted counts less."""
    known = [traits(hit.kind) for hit in hits]
    made: list[Passage] = []
    for hit, one, new in zip(hits, known, newness(known), strict=True):
        weight = one.weight(weights, new) * (LACKS if want and not want.search(hit.text) else 1.0)
        source = f"{hit.layer}/{hit.domain}/{hit.source}"
        page = hit.layer == "wiki"
        made.append(Passage(hit.id, source, weight, hit.terms, hit.text, one.place, page, page and one.tier == "high"))
    return made


def merged(found: Sequence[Found]) -> tuple[list[Hit], dict[int, float] | None]:
    """All hits, each once and in the order of ids, and the distance of those that were found by vector; None if none
    was asked for.
    """
    hits: dict[tuple[str, str, str], Hit] = {}
    far: dict[tuple[str, str, str], float] = {}
    for one in found:
        layer, domain = one.table.layer, one.table.domain
        columns = (one.rows[name].to_pylist() for name in COLUMNS)
        some = [Hit(layer, domain, *row) for row in zip(*columns, strict=True)]
        if one.by_vector:
            told = one.rows["_distance"].to_pylist()
            far |= {(hit.id, layer, domain): value for hit, value in zip(some, told, strict=True)}
        hits |= {(hit.id, layer, domain): hit for hit in some if hit.terms}  # without terms it is not to be found
    keys = sorted(hits)
    distances = {at: far[key] for at, key in enumerate(keys) if key in far}
    return [hits[key] for key in keys], distances if any(one.by_vector for one in found) else None


class Shown(NamedTuple):
    """A hit that is shown: all its text, or as much as the budget left."""

    hit: Hit
    score: float
    text: str
    details: dict[str, Any]

    @classmethod
    def of(cls, hit: Hit, score: float) -> Shown:
        """With what else its row says, which only what is shown is read for."""
        return cls(hit, score, hit.text, orjson.loads(hit.meta))

    def behind(self, passage: str, score: float) -> Shown:
        """The ``passage`` behind a claim: no claim itself."""
        return self._replace(text=passage, score=score, details={**self.details, "grade": "raw"})

    def with_title(self) -> Shown:
        """After its ticket's title, which a section often goes on from; anything else as it is."""
        is_section = self.hit.layer == "record" and self.details["heading"]
        return self._replace(text=titled(self.details["title"], self.text)) if is_section else self

    def result(self, known: Sequence[Citation], commit: str) -> Result:
        """As a result; ``known`` are the citations of the finding, without which it cites itself."""
        said = self.details
        return Result(
            layer=self.hit.layer,
            page=f"{self.hit.domain}/{self.hit.source}" if self.hit.layer == "wiki" else "",
            title=said["title"],
            heading=said["heading"],
            anchor=said["anchor"],
            text=self.text,
            confidence=said["grade"],
            score=round(self.score, 4),
            updated=said["at"][:10],
            citations=tuple(known) or self._own(commit),
        )

    def _own(self, commit: str) -> tuple[Citation, ...]:
        """The citation of what rests on no finding: a passage of the record, or at ``commit`` what a person wrote."""
        if self.details["anchor"]:
            return ()
        where = commit if self.hit.layer == "wiki" else self.hit.source
        return (Citation("", self.details["origin"], where, self.details["file"], self.details["line"], ""),)


def introduced(some: Iterable[Shown]) -> Iterator[Shown]:
    """``some`` in order; of each ticket the first that is shown says what it is about."""
    seen: set[str] = set()
    for one in some:
        yield one if one.hit.source in seen else one.with_title()
        seen.add(one.hit.source)
