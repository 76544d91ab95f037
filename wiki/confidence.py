"""How sure an answer is: what was found for it, against what the same index finds for questions that it cannot answer.

Such questions are made of the index itself: words that each stand in another passage, so that nothing says them
together. Most of them stay below a floor, which is learned anew when the index has grown; a score of .5 is that floor.
Neither labels nor a model are needed, and what an index of this size finds by chance does not count as knowledge.
"""

from __future__ import annotations

import math
import random
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from wiki.rank import Passage, Scored, Stats, body
from wiki.words import Concept, analyse

TOP = 20
"""Passages, best first, in which what was asked for is looked for together."""
MEAN = 5
AROUND = 80
"""Characters before and after a number, price or span in which a question for one must find its words."""
PLACES = 12
"""So many of them are looked at in a passage."""
QUESTIONS = 40
WORDS = 6
COMMON = 0.2
"""A word in more than this share of the passages is not made a question of."""
BELOW = 0.8
"""The share of made-up questions that the floor lies above."""
LEAST = 60
"""Passages below which nothing can be learned."""


class Floor(NamedTuple):
    """What unanswerable questions find in one domain, learned when it had ``rows`` passages."""

    strength: float
    nearness: float
    rows: int

    @classmethod
    def usual(cls, rows: int) -> Floor:
        """Where nothing can be learned: about one word that only one passage holds."""
        rare = max(1.0, math.log(1 + rows))
        return cls(rare, rare, rows)

    def holds(self, rows: int) -> bool:
        """Whether it still speaks of a domain with ``rows`` passages."""
        return abs(rows - self.rows) <= 0.1 * self.rows


class Evidence(NamedTuple):
    """What was found: ``strength`` is what the best passages score together (the mean of five BM25 sums); ``nearness``
    how much of the question, by rarity, stands together in one passage, or beside the value that it wants.
    """

    strength: float = 0.0
    nearness: float = 0.0

    def score(self, floor: Floor) -> float:
        """From 0 to 1; .5 at the floor."""
        ratio = (self.strength * self.nearness) / (floor.strength * floor.nearness)
        return ratio / (1 + ratio)


def evidence(
    asked: Sequence[Concept],
    rarity: Sequence[float],
    order: Sequence[Scored],
    passages: Sequence[Passage],
    want: re.Pattern[str] | None = None,
) -> Evidence:
    """The evidence that ``order`` gives; of a question that wants a value, words count where such a value stands."""
    worth: dict[str, list[tuple[int, float]]] = {}
    for number, concept in enumerate(asked):
        for term, weight in concept.terms:
            worth.setdefault(term, []).append((number, weight * rarity[number]))
    best = [passages[one.at] for one in order[:TOP]]
    near = sorted((max(_covered(worth, terms) for terms in _stretches(one, want)) for one in best), reverse=True)
    return Evidence(_mean([one.amount for one in order[:MEAN]]), _mean(near[:MEAN]))


def floor_of(found: Sequence[Evidence], rows: int) -> Floor:
    """The floor above :data:`BELOW` of what was ``found`` for made-up questions."""
    if not found:
        return Floor.usual(rows)
    at = min(len(found) - 1, int(BELOW * len(found)))
    strengths, near = sorted(one.strength for one in found), sorted(one.nearness for one in found)
    return Floor(max(strengths[at], 1.0), max(near[at], 1.0), rows)


def made_up(terms: Sequence[str], stats: Sequence[Stats]) -> Iterator[tuple[Concept, ...]]:
    """Questions of words each from another of the passages with these ``terms``; the same for the same passages."""
    chance = random.Random(1)  # noqa: S311 (a sample, no secret)
    rows = sum(one.rows for one in stats)
    known = [_askable(one, stats, rows) for one in sorted(terms)]
    known = [words for words in known if words]
    if len(known) < LEAST:
        return
    for _ in range(QUESTIONS):
        chosen = dict.fromkeys(chance.choice(words) for words in chance.sample(known, WORDS))
        yield tuple(Concept(word, ((word, 1.0),)) for word in chosen)


def _askable(terms: str, stats: Sequence[Stats], rows: int) -> list[str]:
    counts = ((word, sum(one.df.get(word, 0) for one in stats)) for word in sorted({*body(terms)}) if word.isalpha())
    return [word for word, count in counts if 2 <= count <= COMMON * rows]


def _stretches(passage: Passage, want: re.Pattern[str] | None) -> Iterator[set[str]]:
    """The terms of a passage, or of what stands around each value of the wanted kind."""
    if want is None:
        yield set(passage.terms.split(" "))
        return
    yield set()
    for number, found in enumerate(want.finditer(passage.text)):
        if number == PLACES:
            return
        yield set(analyse(passage.text[max(0, found.start() - AROUND) : found.end() + AROUND]))


def _covered(worth: Mapping[str, Sequence[tuple[int, float]]], terms: set[str]) -> float:
    best: dict[int, float] = {}
    for term in worth.keys() & terms:
        for number, value in worth[term]:
            best[number] = max(best.get(number, 0.0), value)
    return sum(best.values())


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0
