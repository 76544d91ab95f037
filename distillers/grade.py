"""Grading: how far a claim may be believed, decided by code from its evidence and never from its words.

A rule names the most it may reach alone (its tier). The weakest origin among the evidence caps that; recurrence of an
observation and agreement of an independent origin raise it; hedges and forged authority lower it.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce

from distillers.cues import HEDGE
from distillers.findings import Confidence, Quote
from distillers.record.events import NOTE, Origin

ORDER: tuple[Confidence, ...] = ("low", "medium", "high")
CAPS: dict[Origin, Confidence] = {
    "human": "high",
    "ticket": "high",
    "agent": "medium",
    "tool": "low",
    "web": "low",
    "program": "low",
    "pasted": "low",
    "recalled": "low",
}
INDEPENDENT: frozenset[Origin] = frozenset({"human", "ticket", "agent"})
RECURS = 3
"""In how many sessions the same observation (a command and what it returned) must be seen to count as certain."""


def grade(tier: Confidence, evidence: Iterable[Quote], claim: str, warnings: Iterable[str] = ()) -> Confidence:
    """The confidence of a claim with all its evidence, from the ``tier`` of the rule that proposed it."""
    quotes = tuple(evidence)
    best = weaker(tier, cap(quotes))
    if any(True for _ in warnings) or _hedged(claim, quotes):
        return "low"
    return "high" if best == "medium" and agreed(quotes) else best


def cap(quotes: tuple[Quote, ...]) -> Confidence:
    """The most that evidence of these origins can carry.

    What an agent ran and a tool returned is one observation: medium, and high once it recurs in :data:`RECURS`
    sessions. A note is what somebody thought, not what was merged: medium. Anything read from the web, pasted, printed
    by a program or recalled keeps all of it low.
    """
    origins: set[Origin] = {quote.origin for quote in quotes}
    if origins == {"agent", "tool"}:
        return "high" if len({quote.unit for quote in quotes}) >= RECURS else "medium"
    best = reduce(weaker, (CAPS[origin] for origin in origins), "high") if origins else "low"
    return weaker(best, "medium") if any(quote.unit.startswith(NOTE) for quote in quotes) else best


def agreed(quotes: tuple[Quote, ...]) -> bool:
    """Whether two independent origins say it: different kinds in different units, or a person in two sessions.

    Notes do not count: people and agents repeat what stands in them.
    """
    said = [quote for quote in quotes if quote.origin in INDEPENDENT and not quote.unit.startswith(NOTE)]
    return any(_independent(one, other) for one in said for other in said)


def _independent(one: Quote, other: Quote) -> bool:
    """Not a copy of the same words in a resumed session, and a person twice or two kinds of origin."""
    apart = one.unit != other.unit and one.at != other.at
    return apart and (one.origin != other.origin or one.origin == "human")


def weaker(one: Confidence, other: Confidence) -> Confidence:
    """The lower of two confidences."""
    return one if ORDER.index(one) <= ORDER.index(other) else other


def _hedged(claim: str, quotes: tuple[Quote, ...]) -> bool:
    """Whether a claim doubts what it says: neither in a person's words nor in those that a tool printed."""
    for quote in quotes:
        claim = claim.replace(quote.text, "") if quote.origin == "tool" else claim
    return HEDGE.search(claim) is not None and {quote.origin for quote in quotes} != {"human"}
