"""What of a passage is shown: nothing that a better one has said, and further down only what speaks of the question.

A budget that is spent on sentences which nobody asked for brings fewer passages. Pages are shown as they are: a claim
is cited as a whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from wiki.hits import Shown
from wiki.words import Concept, SpeaksOf

WHOLE = 10
"""So many of the best passages are shown whole."""
SHORT = 120
"""Characters of a passage that is shown whole wherever it stands."""
SAID = 12
"""Letters of the shortest sentence that is not said again."""
LEAST = 30
"""Characters below which what is left of a passage is not shown."""
MUCH = 0.2
"""The share of a passage that must be spared for sentences that speak of nothing asked to be left out."""
GAP = "…"
_END = re.compile(r"(?<=[.!?;])\s+|\n")
_SIGNS = " \t\r\n.!?;:*`-"


def spared(some: Iterable[Shown], asked: Sequence[Concept]) -> Iterator[Shown]:
    """``some``, best first, of the record without sentences that were shown before, and from the :data:`WHOLE` on only
    those that speak of something ``asked``; :data:`GAP` stands for what is left out.
    """
    speaks = SpeaksOf({term for concept in asked for term, _ in concept.terms})
    said: set[str] = set()
    for place, one in enumerate(some):
        parts = sentences(one.text)
        fresh = _fresh(parts, said)
        if one.hit.layer == "wiki":
            yield one
            continue
        kept = _asked(parts, fresh, speaks) if place >= WHOLE and len(one.text) > SHORT else fresh
        text = one.text if all(kept) else joined(parts, kept)
        if len(text) >= LEAST or text == one.text:
            yield one._replace(text=text)


def sentences(text: str) -> list[str]:
    """``text`` in its sentences and lines, each with what parts it from the next."""
    ends = [0, *(end.end() for end in _END.finditer(text)), len(text)]
    return [text[start:stop] for start, stop in pairwise(ends) if start < stop]


def joined(parts: Sequence[str], kept: Sequence[bool]) -> str:
    """Those of ``parts`` that are ``kept``; :data:`GAP` where others stood."""
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


def _asked(parts: Sequence[str], fresh: list[bool], speaks: SpeaksOf) -> list[bool]:
    """Those of ``fresh`` that speak of what was asked; all of them if none does, or if little would be spared."""
    told = [new and speaks(part) for part, new in zip(parts, fresh, strict=True)]
    saved = sum(len(part) for part, keep, new in zip(parts, told, fresh, strict=True) if new and not keep)
    return told if any(told) and saved >= MUCH * sum(map(len, parts)) else fresh
