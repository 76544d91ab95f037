"""What stands behind the claims of an answer: their passages, where its budget has room left. No sentence twice.

Where the wiki is asked alone no passage of the record tells why a claim holds: those of the first claims come with it,
before claims that hardly speak of the question take the room.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from distillers.findings import squash
from wiki.answer import fitting
from wiki.hits import Shown
from wiki.spare import joined, sentences

ADDS = 40
"""Letters that a passage says beyond what is shown, or it is left out."""
FIRST = 4
"""So many of the best passages of an answer from the wiki alone bring what stands behind them …"""
SHARE = 0.15
"""… as far as this share of the budget goes."""


def beside(told: Iterable[Shown], characters: int) -> Iterator[Shown]:
    """``told``, best first, with the passages of the :data:`FIRST` right after them, in :data:`SHARE` of all
    ``characters``.
    """
    rest = iter(told)
    first = [*islice(rest, FIRST)]
    left = SHARE * characters
    passages: dict[str, str] = {}
    for one, text in _fresh(first):
        left -= len(text)
        if left < 0:
            break
        passages[one.hit.id] = text
    for one in first:
        yield one
        if one.hit.id in passages:
            yield one.behind(passages[one.hit.id], one.score)
    yield from rest


def behind(shown: Sequence[Shown], characters: int) -> list[Shown]:
    """The passages of the claims among ``shown``, in their order, as far as ``characters`` for all are not spent.

    They come after everything that speaks of the question, at the score of the last, and are raw: nobody judged them.
    """
    left = characters - sum(len(one.text) + 1 for one in shown)
    least = min((one.score for one in shown), default=0.0)
    fitted = fitting(_fresh(shown), lambda pair: pair[1], max(left, 0))
    return [one.behind(text, least) for (one, _), text in fitted]


def _fresh(shown: Sequence[Shown]) -> Iterator[tuple[Shown, str]]:
    """Each claim with what its passage says that is not said yet."""
    said = squash("\n".join(one.text for one in shown))
    for one in shown:
        parts = sentences(one.details.get("passage", ""))
        kept = [squash(part) not in said for part in parts]
        new = squash("".join(part for part, keep in zip(parts, kept, strict=True) if keep))
        if len(new) >= ADDS:
            said += new
            yield one, joined(parts, kept)
