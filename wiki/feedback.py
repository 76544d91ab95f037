"""Feedback: what the best passages speak of counts as asked for too (a relevance model: Lavrenko and Croft 2001; mixed
into the query as RM3, Abdul-Jaleel et al. 2004).

Who asks why every command is slow does not know the name of what makes it slow. The best passages do, and what else
speaks of it follows them. Only the order of what was found changes: nothing more is looked for, and how sure an answer
is rests on the question alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from wiki.rank import BARRED, K1, Passage, Scored, Stats, average, body, length_norm, rare
from wiki.words import Concept

TELLING = 4
"""So many of the best passages are heard."""
TOLD = 5
"""Terms that are taken from them, the weightiest."""
WORTH = 1 / 3
"""What the weightiest of them counts beside one that was asked for; the others their share of it."""
SHORT = 3
"""Letters of the shortest term that is taken."""
MOVED = 120
"""So many of the best passages are looked at for them: what stands further down reaches no answer by five words."""


def fed(
    matches: Sequence[float],
    order: Sequence[Scored],
    asked: Sequence[Concept],
    passages: Sequence[Passage],
    stats: Sequence[Stats],
) -> list[float]:
    """``matches`` of ``passages`` with what each of them holds of what the best of ``order`` speak of."""
    telling = [(passages[one.at].terms, one.amount) for one in order[:TELLING]]
    worth = told(telling, {term for concept in asked for term, _ in concept.terms}, stats)
    usual = average(stats)
    worth = [(f" {word} ", value) for word, value in worth]
    fuller = list(matches)
    for one in order[:MOVED]:
        fuller[one.at] += _held(worth, passages[one.at].terms, usual)
    return fuller


def told(telling: Sequence[tuple[str, float]], known: set[str], stats: Sequence[Stats]) -> list[tuple[str, float]]:
    """What ``telling`` (terms as indexed, amount) speak of beside what is ``known``: :data:`TOLD` terms, each with what
    it counts.
    """
    said: defaultdict[str, float] = defaultdict(float)
    for terms, amount in telling:
        words = body(terms)
        for word in words:
            if len(word) >= SHORT and word not in known:
                said[word] += amount / len(words)
    rarity = {word: rare(sum(part.df.get(word, 0) for part in stats), stats) for word in said}
    best = sorted(((said[word] * rarity[word], word) for word in said), key=lambda one: (-one[0], one[1]))[:TOLD]
    return [(word, WORTH * rarity[word] * amount / best[0][0]) for amount, word in best]


def _held(worth: Sequence[tuple[str, float]], terms: str, usual: float) -> float:
    """The BM25 sum of a passage over those words, each between two blanks. They are counted in the text as it is: to
    take all candidates apart once more would take longer than all else here.
    """
    start = terms.find(BARRED)
    held = [(value, often) for word, value in worth if (often := terms.count(word, start))]
    norm = length_norm(terms.count(" ", start), usual) if held else 0.0
    return sum(value * often * (K1 + 1) / (often + norm) for value, often in held)
