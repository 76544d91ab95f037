"""What a passage counts before anything is asked: by who says it, how sure it is, how firmly, and how new it is.

Measured on questions of eight projects, each project's constants chosen on the seven others; all of them can be set
(``[retrieval] weights``).
"""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

MINUTE = 16
"""Letters of a time down to its minute, ``2026-01-16T10:22``."""
_FIRM = re.compile(r"\b(?:not|never|no longer|instead|don'?t|doesn'?t|without|only|avoid|must|always)\b", re.IGNORECASE)
_MOST = 20
_TIERS = ("high", "medium", "talk", "tool", "refuted")


@dataclass(frozen=True, slots=True)
class Weights:
    """What passages count by confidence in the wiki and by tier in the record, and what vectors count beside text."""

    high: float = 1.15
    medium: float = 1.0
    talk: float = 1.0
    tool: float = 0.6
    refuted: float = 0.4
    """A passage of the record whose statement the wiki has taken back."""
    human: float = 1.2
    """A passage of the record that a person wrote, beside one of an agent."""
    firm: float = 0.2
    """What words that settle something ("never", "instead", "only") add, times the logarithm of their number."""
    recent: float = 0.2
    """How much more the newest of the candidates counts than the oldest."""
    vector: float = 0.4


class Traits(NamedTuple):
    """What of a passage bears on its weight, and where it stands; one column of its row, as words."""

    tier: str
    human: bool = False
    firm: int = 0
    place: int = 0
    """Passages that follow each other in one source, under one heading of a page, have places that do."""
    at: str = ""

    def __str__(self) -> str:
        return f"{self.tier} {self.human:d} {self.firm} {self.place} {self.at[:MINUTE]}"

    def weight(self, weights: Weights, newness: float = 0.5) -> float:
        """What the passage counts; ``newness`` is 1 for the newest of all candidates, and 0 for the oldest."""
        spoken = (weights.human if self.human else 1.0) * (1 + weights.firm * math.log1p(self.firm))
        return getattr(weights, self.tier) * spoken * (1 + weights.recent * (newness - 0.5))


@lru_cache(maxsize=1 << 14)
def traits(column: str) -> Traits:
    """The traits that a row's column holds. Raises ``ValueError`` if it is none."""
    tier, human, firm, place, at = column.split(" ")
    if tier not in _TIERS:
        raise ValueError(f"no tier: {tier!r}")
    return Traits(tier, human == "1", int(firm), int(place), at)


def firmness(text: str) -> int:
    """How many words of ``text`` settle something."""
    return min(_MOST, len(_FIRM.findall(text)))


def newness(some: Sequence[Traits]) -> list[float]:
    """For each passage the share of all that are older; a half where its time is not known."""
    known = sorted(one.at for one in some if one.at)
    return [bisect_left(known, one.at) / len(known) if one.at else 0.5 for one in some]
