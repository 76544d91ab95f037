"""How sure an answer is: what was found for it, against what the same index finds for questions that it cannot answer.

Such questions are made of the index itself: words that each stand in another passage, so that nothing says them
together. Most of them stay below a floor, which is learned anew when the index has grown; a score of .5 is that floor,
moved by what kind of question it is (:func:`~wiki.wants.leaning`). What counts is how strongly the best passages match
and how much of the question, by rarity, they hold: the first alone takes a long question of another project for one
that is answered here, and one or two passages that happen to hold its words are no answer. The two constants were
chosen on questions that a project cannot answer and on questions of other projects, each project's on the seven others
(``benchmarks/silence.py --fit``).
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from wiki.rank import Passage, Scored, Stats, body
from wiki.words import Concept

MEAN = 16
"""Passages, best first, that are looked at, and no more than the root of all there are."""
STRENGTH = 3.1
"""What the logarithm of the strength, as a share of the floor's, counts."""
SHARE = 3.6
"""What the share of the question that was found counts."""
FIRST = 3
"""Passages, best first, of which a certain one may answer alone …"""
MOST = 0.6
"""… if it holds such a share of a question …"""
LONG = 2
"""… of so many words."""
ALONE = 10.0
"""What the share beyond that counts."""
QUESTIONS = 40
WORDS = 6
COMMON = 0.2
"""A word in more than this share of the passages is not made a question of."""
BELOW = 0.9
"""The share of made-up questions that the floor lies above."""
LEAST = 60
"""Passages below which nothing can be learned."""
NOTHING = -30.0
"""The logarithm of the odds where nothing was found."""


class Floor(NamedTuple):
    """What unanswerable questions find in one domain, learned when it had ``rows`` passages."""

    strength: float
    share: float
    rows: int

    @classmethod
    def usual(cls, rows: int) -> Floor:
        """Where nothing can be learned: about one word that only one passage holds, and that half of what is asked."""
        return cls(max(1.0, math.log(1 + rows)), 0.5, rows)

    def holds(self, rows: int) -> bool:
        """Whether it still speaks of a domain with ``rows`` passages."""
        return abs(rows - self.rows) <= 0.1 * self.rows


class Evidence(NamedTuple):
    """What was found: ``strength`` is what the best passages score, the mean of their BM25 sums; ``share`` how much of
    the question, by rarity, each of them holds, the mean as well; ``certain`` how much one certain passage holds.
    """

    strength: float = 0.0
    share: float = 0.0
    certain: float = 0.0

    def score(self, floor: Floor, leaning: float = 0.0) -> float:
        """From 0 to 1; .5 at the floor of a question without ``leaning`` (a logarithm of odds)."""
        odds = self.odds(floor) + leaning
        return 1 / (1 + math.exp(-odds))

    def odds(self, floor: Floor) -> float:
        """The logarithm of the odds that this answers a question, 0 at the floor."""
        if not self.strength:
            return NOTHING
        strength = STRENGTH * math.log(self.strength / floor.strength)
        alone = ALONE * (self.certain - MOST) if self.certain > MOST else NOTHING
        return max(NOTHING, alone, strength + SHARE * (self.share - floor.share))


def evidence(
    asked: Sequence[Concept],
    rarity: Sequence[float],
    order: Sequence[Scored],
    passages: Sequence[Passage],
    stats: Sequence[Stats],
) -> Evidence:
    """The evidence that ``order`` gives."""
    worth: dict[str, list[tuple[int, float]]] = {}
    for number, concept in enumerate(asked):
        for term, weight in concept.terms:
            worth.setdefault(term, []).append((number, weight * rarity[number]))
    best = order[: min(MEAN, math.isqrt(sum(part.rows for part in stats)))]
    held = [_covered(worth, {*passages[one.at].terms.split(" ")}) / (sum(rarity) or 1.0) for one in best]
    sure = [part for one, part in zip(best[:FIRST], held, strict=False) if passages[one.at].certain]
    certain = max(sure, default=0.0) if len(asked) >= LONG else 0.0
    return Evidence(_mean([one.amount for one in best]), _mean(held), certain)


def floor_of(found: Sequence[Evidence], rows: int) -> Floor:
    """The floor above :data:`BELOW` of what was ``found`` for made-up questions."""
    if not found:
        return Floor.usual(rows)
    known = sorted(found, key=lambda one: one.odds(Floor(1.0, 0.0, rows)))
    at = known[min(len(known) - 1, int(BELOW * len(known)))]
    return Floor(max(at.strength, 1.0), at.share, rows)


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


def _covered(worth: Mapping[str, Sequence[tuple[int, float]]], terms: set[str]) -> float:
    best: dict[int, float] = {}
    for term in worth.keys() & terms:
        for number, value in worth[term]:
            best[number] = max(best.get(number, 0.0), value)
    return sum(best.values())


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0
