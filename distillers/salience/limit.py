"""What of a domain's candidates is worth filing, by what each is worth to readers and by how many there are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from distillers.findings import Candidate
from distillers.grade import weaker
from distillers.later import ends
from distillers.salience import model


def limited(candidates: Iterable[Candidate]) -> list[Candidate]:
    """The candidates of one domain, each at most of the tier that its worth allows; what nothing weighed as it is.

    What ends something is always filed: older claims rest on that.
    """
    every = list(candidates)
    count = len({one.key for one in every if one.worth is not None and one.tier != "low"})
    return [_limited(one, one.worth, count) for one in every]


def _limited(one: Candidate, worth: float | None, count: int) -> Candidate:
    if worth is None or one.tier == "low":
        return one
    most = model().most(worth, count)
    if most == "low" and ends(one):
        most = "medium"
    return replace(one, tier=weaker(one.tier, most))
