"""What of a ticket is worth less to its readers, whatever words it is made of: each mark a small test with a name.

Readers of 17 projects kept 7 of 10 medium claims of tickets, of those with one of these marks about 4 of 10, of each
mark in several projects and in earlier labels too (``benchmarks/precision.md``). What carries one is not false: it is
upkeep, praise, how something looks, what was so for a moment; so it asks for more, and is not refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from distillers.claims import identifiers
from distillers.cues import CAUSE, cue
from distillers.rules.joined import Joined
from distillers.rules.stood import said

LIT = 2
"""Names of a text that says more than that something is good."""
_REVIEW = re.compile(r"\b(?:review(?:er|ed|s)?|feedback|nits?|comments?|follow-?ups?|suggestions?)\b", re.IGNORECASE)
_LOOKS = re.compile(
    r"\b\d+(?:\.\d+)? ?(?:px|rem)\b|\b(?:css|colou?r(?:s|ed)?|gradients?|badges?|hover|paddings?|margins?|fonts?"
    r"|icons?|layouts?|animations?|spinners?|sticky|styl(?:e|es|ing)|centered|rounded|shadows?|opacity)\b",
    re.IGNORECASE,
)
_UPKEEP = cue(r"duplication, unused, refactoring, maintainab\w+, readab\w+, dead code, boilerplate")
_SWAPPED = re.compile(r"\b(?:migrat|replac|refactor)\w*\b.{0,60}\b(?:to use|with)\b", re.IGNORECASE)
_SCAFFOLD = cue(r"placeholders?, scaffold\w*, initial structure, groundwork")
_PRAISE = cue(
    r"gracefully, seamless\w*, intuitive\w*, user[- ]friendly, clean(?:er)? (?:approach|code|separation|architecture),",
    r"clarity, robust\w*, improved? (?:user )?experience, consisten(?:cy|t),",
    r"better (?:\w+ )?(?:structure|organi[sz]ation|experience|ux)",
)
_REFRESHES = re.compile(r"^\W*(?:\w+(?:\([^)]*\))?!?: )?updat(?:e|es|ed|ing)\b", re.IGNORECASE)
_TESTS = cue(r"tests?")
_STILL = cue(r"currently, at the moment, fails? because")
_MENDS = re.compile(
    r"\bfix(?:e[sd])?\b[^.]{0,40}\b(?:bug|issue|problem|error|case)s?\b[^.]*\b(?:where|that|when)\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class _Told:
    """A claim as the marks see it."""

    title: str
    text: str


def marks(parts: Joined) -> list[str]:
    """The names of the marks that a claim of these parts bears."""
    told = _Told(parts[0][0].event.title.split(" > ")[0], " ".join(map(said, parts)))
    return [name for name, bears in MARKS if bears(told)]


def _titled(pattern: re.Pattern[str], told: _Told) -> bool:
    return pattern.search(told.title) is not None


def _says(pattern: re.Pattern[str], told: _Told) -> bool:
    return pattern.search(told.text) is not None


def _either(pattern: re.Pattern[str], told: _Told) -> bool:
    return _titled(pattern, told) or _says(pattern, told)


def _praises(told: _Told) -> bool:
    """Whether it says that something is good, and names hardly anything."""
    return _says(_PRAISE, told) and len(identifiers(told.text)) <= LIT


def _mends_something(told: _Told) -> bool:
    """Whether it says that a defect was mended, and not what caused it."""
    return _says(_MENDS, told) and not CAUSE.search(told.text)


MARKS: tuple[tuple[str, Callable[[_Told], bool]], ...] = (
    ("answers a review", partial(_titled, _REVIEW)),
    ("how it looks", partial(_says, _LOOKS)),
    ("upkeep of the code", partial(_says, _UPKEEP)),
    ("one thing swapped for another", partial(_titled, _SWAPPED)),
    ("a scaffold", partial(_either, _SCAFFOLD)),
    ("praise", _praises),
    ("an update of something", partial(_titled, _REFRESHES)),
    ("work on tests", partial(_titled, _TESTS)),
    ("how it is at the moment", partial(_says, _STILL)),
    ("something was mended", _mends_something),
)
"""The marks by name, in the order in which they are told."""
