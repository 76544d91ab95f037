"""What a claim is worth to who reads the wiki, learned from what readers kept and left.

    candidate ──features──→ sum of weights ──→ high, medium, or left in the record as low

A rule's form says what may be filed at all, and the evidence how certain it can be. Whether somebody would look for it
is another question, and no list of words answers it: readers judged some thousand candidates of public projects, and
the weights of what the kept ones have in common are data (``weights.json``, made by ``benchmarks/salience.py``). A
score only ever lowers: no wording makes a claim more certain than its evidence.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from distillers.findings import Confidence

WEIGHTS = Path(__file__).parent / "weights.json"


@dataclass(frozen=True, slots=True)
class Model:
    """Weights of features, in log odds that a reader keeps what has them."""

    bias: float
    weights: Mapping[str, float]
    filed: float
    """The least score of what is filed …"""
    sure: float
    """… and of what may be of high confidence."""

    def score(self, features: Iterable[str]) -> float:
        """The log odds of a candidate with these features; each counts once."""
        return self.bias + sum(self.weights.get(one, 0.0) for one in frozenset(features))

    def most(self, features: Iterable[str]) -> Confidence:
        """The most that a candidate with these features may reach."""
        score = self.score(features)
        return "low" if score < self.filed else "medium" if score < self.sure else "high"


@cache
def model() -> Model:
    """The shipped model, of what tickets state."""
    return Model(**json.loads(WEIGHTS.read_text("utf-8")))
