"""How often a rule is right, from people's labels: shares with Wilson intervals, and which rules are believed less.

A share of few labels is uncertain, and the interval says how much. What decides about a rule is the lower bound: the
share that it has at least, as far as the labels tell.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from distillers.findings import Confidence
from distillers.labels import Labelled, standing

FLOORS: Mapping[Confidence, float] = {"high": 0.8, "medium": 0.5}
"""The share that must at least be right of what a rule says at a tier."""
BELOW: Mapping[Confidence, Confidence] = {"high": "medium", "medium": "low"}
ENOUGH = 20
"""Labels at one tier before a rule can be demoted; with fewer not even a rule that is always right is sure of .8."""
SURE = 1.959964
"""Standard deviations of a 95 % interval."""


@dataclass(frozen=True, slots=True)
class Share:
    """How many of ``labels`` were right. ``reworded`` ones are among them: the matter was so, the wording was not."""

    rule: str
    tier: Confidence
    labels: int
    right: int
    reworded: int

    @property
    def share(self) -> float:
        """The share that was right, 0 without labels."""
        return self.right / self.labels if self.labels else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """Lower and upper bound of the share."""
        return wilson(self.right, self.labels)

    @property
    def fails(self) -> bool:
        """Whether enough labels say that the rule is not as sure as its tier."""
        return self.labels >= ENOUGH and self.interval[0] < FLOORS.get(self.tier, 0.0)


def wilson(right: int, of: int) -> tuple[float, float]:
    """The 95 % interval of a share after Wilson (1927), within 0 and 1; all of it if nothing was counted."""
    if not of:
        return 0.0, 1.0
    share, square = right / of, SURE * SURE
    middle = share + square / (2 * of)
    spread = SURE * math.sqrt(share * (1 - share) / of + square / (4 * of * of))
    whole = 1 + square / of
    return max(0.0, (middle - spread) / whole), min(1.0, (middle + spread) / whole)


def by_rule(given: Iterable[Labelled]) -> list[Share]:
    """The share of each rule at each tier, by name; the newest label of a finding counts."""
    return _shares(given, lambda one: one.rule)


def by_tier(given: Iterable[Labelled]) -> list[Share]:
    """Calibration: what each tier says of itself, and what people said of it. The rule of these shares is ""."""
    return _shares(given, lambda _one: "")


def drawn(given: Iterable[Labelled]) -> list[Share]:
    """The same of what was put before people by lot: the only labels that nobody chose. The rule is ""."""
    return by_tier(one for one in standing(given) if one.drawn)


def failing(given: Iterable[Labelled]) -> list[Share]:
    """The shares that do not reach the floor of their tier."""
    return [share for share in by_rule(given) if share.fails]


def told(share: Share) -> str:
    """A share as a sentence without its end: ``fix at medium: 9 of 20 right (45 %, between 26 % and 66 %)``."""
    low, high = share.interval
    name = f"{share.rule} at {share.tier}" if share.rule else share.tier
    return f"{name}: {share.right} of {share.labels} right ({share.share:.0%}, between {low:.0%} and {high:.0%})"


def tiers(given: Iterable[Labelled]) -> dict[str, Confidence]:
    """The most that each failing rule may reach alone: one tier below the lowest that it fails at."""
    left: dict[str, Confidence] = {}
    for share in failing(given):
        if left.get(share.rule) != "low":
            left[share.rule] = BELOW[share.tier]
    return left


def _shares(given: Iterable[Labelled], key: Callable[[Labelled], str]) -> list[Share]:
    grouped: dict[tuple[str, Confidence], list[Labelled]] = defaultdict(list)
    for one in standing(given):
        grouped[key(one), one.tier].append(one)
    return [_share(rule, tier, some) for (rule, tier), some in sorted(grouped.items())]


def _share(rule: str, tier: Confidence, some: Sequence[Labelled]) -> Share:
    right = [one for one in some if one.label != "reject"]
    return Share(rule, tier, len(some), len(right), sum(one.label == "reword" for one in right))
