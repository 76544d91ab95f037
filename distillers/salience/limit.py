"""What of a domain's candidates is worth filing: by what each is worth to readers, its age, and how many there are.

Of what strict readers left, more than half was overturned by later work, and no wording shows that. Its age does: of
the oldest fifth of a project's tickets they kept .53, of the newest .84 (``benchmarks/precision.md``). Age is counted
in tickets that came after, as a share of the domain's: work overturns work, not the calendar.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import replace

from distillers.findings import Candidate
from distillers.grade import weaker
from distillers.later import ends
from distillers.salience import model

AGE = 2.0
"""How much less the oldest ticket's claim is worth than the newest one's; the middle one's keeps its worth."""
MANY = 100
"""Tickets of a domain whose age tells so much; of half as many it tells half."""


def limited(candidates: Iterable[Candidate]) -> list[Candidate]:
    """The candidates of one domain, each at most of the tier that its worth allows; what nothing weighed as it is.

    What ends something is always filed: older claims rest on that.
    """
    every = list(candidates)
    dates = sorted(_dated(every).values())
    count = len({one.key for one in every if one.worth is not None and one.tier != "low"})
    return [_limited(one, count, dates) for one in every]


def aged(at: str, dates: Sequence[str]) -> float:
    """What is added to the worth of a claim dated ``at``, of a domain whose tickets have these dates, in order.

    0 for what has no date.
    """
    if not at or not dates:
        return 0.0
    older = (bisect_left(dates, at) + bisect_right(dates, at)) / 2
    return AGE * min(1.0, len(dates) / MANY) * (older / len(dates) - 0.5)


def _limited(one: Candidate, count: int, dates: Sequence[str]) -> Candidate:
    if one.worth is None or one.tier == "low":
        return one
    most = model().most(one.worth + aged(_at(one), dates), count)
    if most == "low" and ends(one):
        most = "medium"
    return replace(one, tier=weaker(one.tier, most))


def _dated(candidates: Iterable[Candidate]) -> dict[str, str]:
    """The date of each ticket that has one, by unit."""
    dated: dict[str, str] = {}
    for one in candidates:
        if one.rule.startswith("ticket") and _at(one):
            unit = one.evidence[0].unit
            dated[unit] = max(dated.get(unit, ""), _at(one))
    return dated


def _at(one: Candidate) -> str:
    return max(quote.at for quote in one.evidence)
