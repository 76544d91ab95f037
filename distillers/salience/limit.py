"""What of a domain's candidates is worth filing: by what each is worth to readers, its age, and how many there are.

Of what strict readers left, more than half was overturned by later work, and no wording shows that. Its age does: of
the oldest fifth of a project's tickets they kept .53, of the newest .84 (``benchmarks/precision.md``). Age is counted
in tickets that came after, as a share of the domain's: work overturns work, not the calendar.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from distillers.findings import Candidate, Confidence
from distillers.grade import weaker
from distillers.later import ends
from distillers.salience import model

AGE = 2.0
"""How much less the oldest ticket's claim is worth than the newest one's; the middle one's keeps its worth."""
MANY = 100
"""Tickets of a domain whose age tells so much; of half as many it tells half."""


def limited(candidates: Iterable[Candidate]) -> list[Candidate]:
    """The candidates of one domain, each at most of the tier that its worth allows; what nothing weighed as it is.

    What ends something is let in, since older claims may rest on it; see :func:`spared`.
    """
    return [
        replace(one, tier=weaker(one.tier, "medium" if most == "low" and ends(one) else most))
        for one, most in _most(list(candidates))
    ]


def spared(candidates: Iterable[Candidate]) -> frozenset[str]:
    """The keys of what is worth too little and is let in only because it ends something."""
    return frozenset(one.key for one, most in _most(list(candidates)) if most == "low" != one.tier)


def aged(at: str, dates: Sequence[str]) -> float:
    """What is added to the worth of a claim dated ``at``, of a domain whose tickets have these dates, in order.

    0 for what has no date.
    """
    if not at or not dates:
        return 0.0
    older = (bisect_left(dates, at) + bisect_right(dates, at)) / 2
    return AGE * min(1.0, len(dates) / MANY) * (older / len(dates) - 0.5)


def _most(candidates: Sequence[Candidate]) -> Iterator[tuple[Candidate, Confidence]]:
    """Each candidate with the most that its worth allows."""
    dates = sorted(_dated(candidates).values())
    count = len({one.key for one in candidates if one.worth is not None and one.tier != "low"})
    for one in candidates:
        weighed = one.worth is not None and one.tier != "low"
        yield one, model().most((one.worth or 0.0) + aged(_at(one), dates), count) if weighed else one.tier


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
