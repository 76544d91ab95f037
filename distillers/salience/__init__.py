"""What a claim is worth to who reads the wiki, learned from what readers kept and left.

    candidate ──features──→ sum of weights ──→ high, medium, or left in the record as low
                                  how many claims the domain has ──↗

A rule's form says what may be filed, and the evidence how certain it can be. Whether somebody would look for it is
another question, and no list of words answers it: readers judged some thousand candidates of public projects, and the
weights of what the kept ones have in common are data (``weights.json``, made by ``benchmarks/salience.py``). No wording
makes a claim more certain than its evidence: a score lowers, or lets in what its form alone would leave, as medium at
most. Where a domain has little to say, more of it is filed; where it has much, readers find what they look for only if
less is.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from math import log2
from pathlib import Path

from distillers.findings import Confidence

WEIGHTS = Path(__file__).parent / "weights.json"
FEW = 100
"""A domain with so many claims files those that are worth :attr:`Model.filed` …"""
RISE = 0.3
"""… one with twice as many those that are worth so much more, and one with half as many so much less …"""
FLOOR = -0.4
"""… but nothing that is worth less than this: readers keep hardly any of it, however little there is."""


@dataclass(frozen=True, slots=True)
class Model:
    """Weights of features, in log odds that a reader keeps what has them."""

    bias: float
    weights: Mapping[str, float]
    filed: float
    """The least score of what is filed in a domain of :data:`FEW` claims …"""
    sure: float
    """… and of what may be of high confidence in any."""

    def score(self, features: Iterable[str]) -> float:
        """The log odds of a candidate with these features; each counts once."""
        return self.bias + sum(self.weights.get(one, 0.0) for one in frozenset(features))

    def least(self, count: int) -> float:
        """The least score of what is filed in a domain with ``count`` claims that their form lets in."""
        return max(FLOOR, min(self.sure, self.filed + RISE * log2(max(1, count) / FEW)))

    def most(self, score: float, count: int) -> Confidence:
        """The most that a claim with this score may reach, one of ``count``."""
        return "low" if score < self.least(count) else "medium" if score < self.sure else "high"


@cache
def model() -> Model:
    """The shipped model, of what tickets state."""
    return Model(**json.loads(WEIGHTS.read_text("utf-8")))
