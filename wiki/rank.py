"""Ranking: how well a passage answers a query, on one scale for every layer. Pure: values in, values out.

Okapi BM25 (Robertson and Zaragoza 2009) over concepts instead of words: a term and its synonyms count as one word that
is as rare as all of them together (Pirkola 1998, structured queries). A passage also gains from the best passage of its
own session, ticket or page.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from wiki.words import Concept

K1 = 1.2
B = 0.6
HEAD = 0.5
"""What a term in the title or heading counts beside one in the text."""
CONTEXT = 0.3
"""What the best passage of the same source adds to each of its passages."""
HALF = 20.0
"""The weighted BM25 sum that scores .5."""
SAME = 0.6
"""Share of word triples in common from which two passages say the same."""
K = 10
"""How flat reciprocal ranks are (Cormack et al. 2009, with a smaller K than theirs for shorter lists)."""
BAR = "|"
"""Parts the terms of title and heading from those of the text."""


@dataclass(frozen=True, slots=True)
class Stats:
    """How common terms are in the passages that were searched."""

    rows: int = 0
    length: int = 0
    """Terms in all passages together."""
    df: Mapping[str, int] = field(default_factory=dict[str, int])


@dataclass(frozen=True, slots=True)
class Weights:
    """What passages count by confidence in the wiki and by tier in the record, and what vectors count beside text."""

    high: float = 1.15
    medium: float = 1.0
    talk: float = 1.0
    tool: float = 0.6
    vector: float = 0.3

    def of(self, kind: str) -> float:
        """The weight of a passage of that kind."""
        match kind:
            case "high":
                return self.high
            case "tool":
                return self.tool
            case "medium":
                return self.medium
            case _:
                return self.talk


class Passage(NamedTuple):
    """What ranking needs of a passage: ``terms`` as indexed, its ``source``, and the ``weight`` that it gets."""

    id: str
    source: str
    weight: float
    terms: str


class Scored(NamedTuple):
    """A passage's place: ``score`` in [0, 1); ``cover`` is the share of the query, by rarity, that it speaks of."""

    at: int
    score: float
    cover: float


def rank(asked: Sequence[Concept], passages: Sequence[Passage], stats: Sequence[Stats]) -> list[Scored]:
    """``passages`` best first, by index ``at``; equal scores keep the order of ids."""
    rows = sum(part.rows for part in stats) or 1
    average = max(1.0, sum(part.length for part in stats) / rows)
    rarity = [_rarity(concept, stats, rows) for concept in asked]
    places = _places(asked)
    plain = [_bm25(places, rarity, passage.terms, average) for passage in passages]
    best: dict[str, float] = {}
    for passage, (found, _) in zip(passages, plain, strict=True):
        best[passage.source] = max(best.get(passage.source, 0.0), found)
    total = sum(rarity) or 1.0
    scored = [
        Scored(at, squeeze((found + CONTEXT * best[passage.source]) * passage.weight), covered / total)
        for at, (passage, (found, covered)) in enumerate(zip(passages, plain, strict=True))
        if found > 0
    ]
    return sorted(scored, key=lambda one: (-one.score, passages[one.at].id))


def fused(
    order: Sequence[Scored], distances: Mapping[int, float], passages: Sequence[Passage], weight: float
) -> list[Scored]:
    """``order`` by text and the order by distance of vectors as one: weighted reciprocal ranks.

    The scores keep the scale of those by text: the best has the best one's, the others their share of it.
    """
    by_text = {one.at: one for one in order}
    near = sorted(distances, key=lambda at: (distances[at], passages[at].id))
    gains = {one.at: (1 - weight) / (K + place) for place, one in enumerate(order, 1)}
    for place, at in enumerate(near, 1):
        gains[at] = gains.get(at, 0.0) + weight / (K + place)
    best, top = max(gains.values(), default=1.0), max((one.score for one in order), default=0.0)
    scored = [Scored(at, gain / best * top, by_text[at].cover if at in by_text else 0.0) for at, gain in gains.items()]
    return sorted(scored, key=lambda one: (-one.score, passages[one.at].id))


def squeeze(amount: float) -> float:
    """``amount`` from [0, ∞) into [0, 1)."""
    return amount / (amount + HALF)


def distinct(order: Iterable[Scored], passages: Sequence[Passage]) -> Iterator[Scored]:
    """``order`` without passages that say the same as a better one."""
    seen: list[frozenset[tuple[str, ...]]] = []
    for one in order:
        triples = _triples(passages[one.at].terms)
        if not any(len(triples & other) >= SAME * min(len(triples), len(other)) for other in seen):
            seen.append(triples)
            yield one


def _rarity(concept: Concept, stats: Sequence[Stats], rows: int) -> float:
    df = sum(weight * part.df.get(term, 0) for term, weight in concept.terms for part in stats)
    df = min(df, float(rows))
    return math.log(1 + (rows - df + 0.5) / (df + 0.5))


def _places(asked: Sequence[Concept]) -> dict[str, list[tuple[int, float]]]:
    """Term → the concepts it counts for, and what it counts there."""
    places: dict[str, list[tuple[int, float]]] = {}
    for number, concept in enumerate(asked):
        for term, weight in concept.terms:
            places.setdefault(term, []).append((number, weight))
    return places


def _bm25(
    places: Mapping[str, list[tuple[int, float]]], rarity: Sequence[float], terms: str, average: float
) -> tuple[float, float]:
    """The BM25 sum of a passage, and the summed rarity of what it covers."""
    head, _, body = terms.partition(f" {BAR} ")
    words = body.split(" ")
    often: dict[int, float] = {}
    near: dict[int, float] = {}
    counts = [(term, 1.0) for term in filter(places.__contains__, words)]
    counts += [(term, HEAD) for term in filter(places.__contains__, {*head.split(" ")})]
    for term, count in counts:
        for number, weight in places[term]:
            often[number] = often.get(number, 0.0) + count * weight
            if weight > near.get(number, 0.0):
                near[number] = weight
    norm = K1 * (1 - B + B * len(words) / average)
    found = sum(rarity[number] * tf * (K1 + 1) / (tf + norm) for number, tf in often.items())
    return found, sum(rarity[number] * share for number, share in near.items())


def _triples(terms: str) -> frozenset[tuple[str, ...]]:
    words = terms.partition(f" {BAR} ")[2].split(" ")
    return frozenset(zip(words, words[1:], words[2:], strict=False)) or frozenset({tuple(words)})
