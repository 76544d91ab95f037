"""What of a candidate is weighed: its words, how it is built, and where in its ticket or session it stood.

Every feature is a name that is there or not, so that a score is a sum and can be read. Nothing in a name depends on a
project: code spans and numbers count as such, whatever they hold.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise

from distillers import cues
from distillers.claims import identifiers, tokens

_CODE_SPAN = re.compile(r"`[^`]*`")
_WORD = re.compile(r"[a-z][a-z']+|[0-9]+|→|->|[;:`(]")
_SENTENCE = re.compile(r"[.!] +(?=[A-Z`])")
_SHOUTED = re.compile(r"\b[A-Z]{3,}\b")
_PAST = re.compile(r"[A-Z]?\w+ed\b")
_CUES: Mapping[str, re.Pattern[str]] = {
    "ANAPHORA": cues.ANAPHORA,
    "AUTHORITY": cues.AUTHORITY,
    "BROKE": cues.BROKE,
    "CAUSE": cues.CAUSE,
    "CHOICE": cues.CHOICE,
    "CORRECTED": cues.CORRECTED,
    "FIX": cues.FIX,
    "FUTURE": cues.FUTURE,
    "HEDGE": cues.HEDGE,
    "IMPERATIVE": cues.IMPERATIVE,
    "NOISE": cues.NOISE,
    "REASON": cues.REASON,
    "WHY": cues.WHY,
}
LENGTHS = (60, 100, 150, 220, 300, 420)
"""Characters at which a text counts as longer."""


def of_text(said: str, title: str = "") -> frozenset[str]:
    """The features of what a claim says, and of the words of the title above it."""
    return frozenset([*_words(said), *_build(said), *(f"title {word}" for word in _spelt(title))])


def stepped(name: str, value: float, steps: Iterable[float]) -> Iterator[str]:
    """One feature for each of ``steps`` that ``value`` reaches."""
    return (f"{name} >= {step:g}" for step in steps if value >= step)


def _words(said: str) -> Iterator[str]:
    words = _spelt(said)
    yield from (f"says {word}" for word in words)
    yield from (f"says {one} {other}" for one, other in pairwise(words))
    if words:
        yield f"opens {words[0]}"


def _spelt(text: str) -> list[str]:
    return ["#" if word.isdigit() else word for word in _WORD.findall(_CODE_SPAN.sub(" CODE ", text).lower())]


def _build(said: str) -> Iterator[str]:
    for name, pattern in _CUES.items():
        if pattern.search(said):
            yield f"cue {name}"
        if pattern.match(said):
            yield f"opens cue {name}"
    yield from stepped("length", len(said), LENGTHS)
    yield from stepped("names", len(identifiers(said)), (1, 2, 3, 5))
    yield from stepped("weight", len(tokens(said)), (6, 10, 16, 24, 36))
    yield from stepped("list signs", said.count(";"), (1, 2, 3))
    yield from stepped("sentences", len(_SENTENCE.findall(said)), (1, 2, 3))
    yield from stepped("shouts", len(_SHOUTED.findall(said)), (1, 3))
    if said.rstrip().endswith(("…", "...")):
        yield "cut off"
    if _PAST.match(said):
        yield "opens with what was done"
