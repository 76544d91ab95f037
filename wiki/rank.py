"""Ranking: how well a passage answers a query, on one scale for every layer. Pure: values in, values out.

Okapi BM25 (Robertson and Zaragoza 2009) over concepts instead of words: a term and its synonyms count as one word that
is as rare as all of them together (Pirkola 1998, structured queries). A passage also gains from the best passage of its
own session, ticket or page.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import NamedTuple

from wiki.words import Concept

K1 = 1.5
B = 0.6
HEAD = 0.5
"""What a term in the title or heading counts beside one in the text."""
NEAR = 0.6
"""What two things that are asked for add where they stand together, as a share of the commoner one's rarity."""
APART = 12
"""Terms between two that stand together, at most."""
CLOSER = 50
"""So many of the best passages are looked at for that, which takes longer than all else."""
CONTEXT = 0.3
"""What the best passage of the same source adds to each of its passages."""
BEST = 5
"""So many of the best passages bring up what stands beside them."""
BESIDE = 0.7
"""What that counts beside the passage itself."""
PER_PAGE = 2
MORE = 0.7
"""What a page's passages beyond :data:`PER_PAGE` count."""
SAME = 0.7
"""Share of word triples in common from which two passages say the same."""
K = 10
"""How flat reciprocal ranks are (Cormack et al. 2009, with a smaller K than theirs for shorter lists)."""
BAR = "|"
"""Parts the terms of title, heading and cue from those of the text."""
BARRED = f" {BAR} "
_AMOUNT = itemgetter(1)


@dataclass(frozen=True, slots=True)
class Stats:
    """How common terms are in the passages that were searched."""

    rows: int = 0
    length: int = 0
    """Terms in all passages together."""
    df: Mapping[str, int] = field(default_factory=dict[str, int])


class Passage(NamedTuple):
    """What ranking needs of a passage: ``terms`` as indexed, its ``source`` and place there, the ``weight`` it gets."""

    id: str
    source: str
    weight: float
    terms: str
    text: str = ""
    place: int = 0
    page: bool = False
    """Whether its source is a page of the wiki."""
    certain: bool = False
    """Whether what it says is of high confidence."""


class Scored(NamedTuple):
    """A passage's place; ``amount`` is its weighted BM25 sum, or after fusing its share of the best one's."""

    at: int
    amount: float


def rank(
    asked: Sequence[Concept], rarity: Sequence[float], passages: Sequence[Passage], stats: Sequence[Stats]
) -> list[Scored]:
    """``passages`` best first, by index ``at``; equal ones keep their order."""
    return ordered(matched(asked, rarity, passages, stats), passages)


def matched(
    asked: Sequence[Concept], rarity: Sequence[float], passages: Sequence[Passage], stats: Sequence[Stats]
) -> list[float]:
    """How well each of ``passages`` matches by its words: the BM25 sum, of the best with what stands together."""
    usual = average(stats)
    places = _places(asked)
    plain = [_bm25(places, rarity, passage.terms, usual) for passage in passages]
    for at in sorted(range(len(plain)), key=plain.__getitem__, reverse=True)[:CLOSER]:
        plain[at] += _together(places, rarity, passages[at].terms)
    return plain


def ordered(matches: Sequence[float], passages: Sequence[Passage]) -> list[Scored]:
    """``passages`` that match at all, best first: by how well, by the best of their source, and by their weight."""
    best: dict[str, float] = {}
    for passage, found in zip(passages, matches, strict=True):
        if found > best.get(passage.source, 0.0):
            best[passage.source] = found
    scored = [
        Scored(at, (found + CONTEXT * best[passage.source]) * passage.weight)
        for at, (passage, found) in enumerate(zip(passages, matches, strict=True))
        if found > 0
    ]
    return _sorted(scored)


def fused(
    order: Sequence[Scored], distances: Mapping[int, float], passages: Sequence[Passage], weight: float
) -> list[Scored]:
    """``order`` by text and the order by distance of vectors as one: weighted reciprocal ranks.

    The amounts keep the scale of those by text: the best has the best one's, the others their share of it.
    """
    near = sorted(distances, key=lambda at: (distances[at] / passages[at].weight, passages[at].id))
    gains = {one.at: (1 - weight) / (K + place) for place, one in enumerate(order, 1)}
    for place, at in enumerate(near, 1):
        gains[at] = gains.get(at, 0.0) + weight / (K + place)
    best, top = max(gains.values(), default=1.0), max((one.amount for one in order), default=1.0)
    return _sorted([Scored(at, gain / best * top) for at, gain in sorted(gains.items())])


def with_sections(order: Sequence[Scored], passages: Sequence[Passage]) -> list[Scored]:
    """``order`` with what stands right before and after each of the :data:`BEST` passages brought up beside it.

    Of one page the third passage and all further ones count less, for two of them usually say what it knows.
    """
    places = {(passages[one.at].source, passages[one.at].place): one for one in order}
    raised: dict[int, Scored] = {}
    for one in order[:BEST]:
        source, place = passages[one.at].source, passages[one.at].place
        for beside in (places.get((source, place - 1)), places.get((source, place + 1))):
            if beside is not None and beside.amount < BESIDE * one.amount:
                had = raised.get(beside.at, beside)
                raised[beside.at] = Scored(beside.at, max(had.amount, BESIDE * one.amount))
    if raised:
        order = _sorted([raised.get(one.at, one) for one in order])
    shown: Counter[str] = Counter()
    spread: list[Scored] = []
    for one in order:
        passage = passages[one.at]
        if passage.page:
            shown[passage.source] += 1
        spread.append(Scored(one.at, one.amount * MORE) if shown[passage.source] > PER_PAGE else one)
    return _sorted(spread)


def distinct(order: Iterable[Scored], passages: Sequence[Passage]) -> Iterator[Scored]:
    """``order`` without passages that say the same as a better one."""
    seen: list[frozenset[tuple[str, ...]]] = []
    known: set[tuple[str, ...]] = set()
    least = math.inf
    for one in order:
        triples = _triples(passages[one.at].terms)
        least = min(least, len(triples))
        shared = len(triples & known)  # with all before it together; few passages share enough to be compared with each
        if shared >= SAME * least and any(len(triples & o) >= SAME * min(len(triples), len(o)) for o in seen):
            continue
        seen.append(triples)
        known |= triples
        yield one


def rarities(asked: Sequence[Concept], stats: Sequence[Stats]) -> list[float]:
    """How rare each concept is in all that was searched: as rare as its term and synonyms together."""
    counts = (sum(weight * part.df.get(term, 0) for term, weight in one.terms for part in stats) for one in asked)
    return [rare(df, stats) for df in counts]


def worths(asked: Sequence[Concept], rarity: Sequence[float]) -> dict[str, float]:
    """Each term of ``asked`` and its synonyms with what it counts; one of several concepts as in the rarest."""
    worth: dict[str, float] = {}
    for concept, rareness in zip(asked, rarity, strict=True):
        for term, weight in concept.terms:
            worth[term] = max(worth.get(term, 0.0), weight * rareness)
    return worth


def rare(df: float, stats: Sequence[Stats]) -> float:
    """How rare is what ``df`` passages of all hold: the logarithm of BM25's odds."""
    rows = sum(part.rows for part in stats) or 1
    return math.log(1 + (rows - min(df, rows) + 0.5) / (min(df, rows) + 0.5))


def average(stats: Sequence[Stats]) -> float:
    """Terms of the average passage of all, at least one."""
    return max(1.0, sum(part.length for part in stats) / (sum(part.rows for part in stats) or 1))


def length_norm(words: int, usual: float) -> float:
    """How often a term must stand in a passage of so many ``words`` to count half of what it can at most; ``usual`` is
    the average of them.
    """
    return K1 * (1 - B + B * words / usual)


def body(terms: str) -> list[str]:
    """Of a passage's terms those of its text."""
    return terms.partition(BARRED)[2].split(" ")


def _sorted(scored: Iterable[Scored]) -> list[Scored]:
    return sorted(scored, key=_AMOUNT, reverse=True)  # without a function of ours for each, in half the time


def _places(asked: Sequence[Concept]) -> dict[str, list[tuple[int, float]]]:
    """Term → the concepts it counts for, and what it counts there."""
    places: dict[str, list[tuple[int, float]]] = {}
    for number, concept in enumerate(asked):
        for term, weight in concept.terms:
            places.setdefault(term, []).append((number, weight))
    return places


def _bm25(
    places: Mapping[str, Sequence[tuple[int, float]]], rarity: Sequence[float], terms: str, usual: float
) -> float:
    """The BM25 sum of a passage over concepts. Most of a query's time in Python is spent here."""
    head, _, text = terms.partition(BARRED)
    words = text.split(" ")
    often: dict[int, float] = {}
    known = places.__contains__
    for term in filter(known, words):
        for number, weight in places[term]:
            often[number] = often.get(number, 0.0) + weight
    for term in filter(known, {*head.split(" ")}):
        for number, weight in places[term]:
            often[number] = often.get(number, 0.0) + HEAD * weight
    norm = length_norm(len(words), usual)
    return sum([rarity[number] * tf * (K1 + 1) / (tf + norm) for number, tf in often.items()])


def _together(places: Mapping[str, Sequence[tuple[int, float]]], rarity: Sequence[float], terms: str) -> float:
    """What it adds that concepts follow each other in a text, each pair where it is closest (after Tao and Zhai, "An
    exploration of proximity measures in information retrieval", 2007).
    """
    best: dict[tuple[int, int], float] = {}
    before, last = -APART - 1, -1
    for at, term in [(at, term) for at, term in enumerate(body(terms)) if term in places]:
        gap = at - before
        for number, _ in places[term]:
            if number != last and 0 < gap <= APART:
                pair = (last, number) if last < number else (number, last)
                best[pair] = max(best.get(pair, 0.0), min(rarity[last], rarity[number]) / math.sqrt(gap))
            before, last, gap = at, number, 0
    return NEAR * sum(best.values())


def _triples(terms: str) -> frozenset[tuple[str, ...]]:
    words = body(terms)
    return frozenset(zip(words, words[1:], words[2:], strict=False)) or frozenset({tuple(words)})
