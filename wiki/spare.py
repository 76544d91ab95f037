"""What of a passage is shown: nothing that a better one has said, and further down only what speaks of the question.

A budget that is spent on sentences which nobody asked for brings fewer passages. Pages are shown as they are: a claim
is cited as a whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

from wiki.hits import Shown
from wiki.words import Weighing

WHOLE = 8
"""So many of the best passages are shown whole."""
LITTLE = 0.25
"""What a sentence must say of what was asked beside the weightiest of its passage, or it is left out further down."""
SAID = 12
"""Letters of the shortest sentence that is not said again."""
GAP = "…"
_END = re.compile(r"(?<=[.!?;])\s+|\n")
_SIGNS = " \t\r\n.!?;:*`-"


def spared(some: Iterable[Shown], worth: Mapping[str, float]) -> Iterator[Shown]:
    """``some``, best first, of the record without sentences that were shown before, and from the :data:`WHOLE` on only
    those that speak of what was asked: ``worth`` says what each of its terms counts. :data:`GAP` stands for what is
    left out, and what says nothing new is left out with it.
    """
    weigh = Weighing(worth)
    said: set[str] = set()
    for place, one in enumerate(some):
        parts = sentences(one.text)
        fresh = _fresh(parts, said)
        if one.hit.layer == "wiki" or (all(fresh) and place < WHOLE):
            yield one
        elif any(new and len(part) > SAID for part, new in zip(parts, fresh, strict=True)):
            kept = _telling(parts, fresh, weigh) if place >= WHOLE else fresh
            yield one._replace(text=joined(parts, kept))


def sentences(text: str) -> list[str]:
    """``text`` in its sentences and lines, each with what parts it from the next."""
    ends = [0, *(end.end() for end in _END.finditer(text)), len(text)]
    return [text[start:stop] for start, stop in pairwise(ends) if start < stop]


def joined(parts: Sequence[str], kept: Sequence[bool]) -> str:
    """Those of ``parts`` that are ``kept``; :data:`GAP` where others stood."""
    if all(kept):
        return "".join(parts)
    text, gap = "", False
    for part, keep in zip(parts, kept, strict=True):
        if keep:
            text += f"{GAP} {part}" if gap else part
        gap = not keep
    return f"{text.rstrip()} {GAP}".lstrip() if gap else text.strip()


def _fresh(parts: Sequence[str], said: set[str]) -> list[bool]:
    """Which of ``parts`` are not among what was ``said``, to which they are added."""
    fresh: list[bool] = []
    for part in parts:
        key = part.strip(_SIGNS).lower()
        fresh.append(len(key) <= SAID or key not in said)
        said.add(key)
    return fresh


def _telling(parts: Sequence[str], fresh: Sequence[bool], weigh: Weighing) -> Sequence[bool]:
    """Those of ``fresh`` that say more than :data:`LITTLE` of what was asked; all of them if none says any."""
    says = [weigh(part) if new else 0.0 for part, new in zip(parts, fresh, strict=True)]
    least = LITTLE * max(says)
    return [one > 0 and one >= least for one in says] if any(says) else fresh
