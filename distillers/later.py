"""Whether a later ticket speaks of the same thing: then what the earlier one stated is not certain any more.

Two tickets speak of the same thing if they share names that few tickets of the domain use. A name that half of them use
(the product's own command, the main file) says nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from distillers.claims import identifiers, tokens
from distillers.findings import Candidate

RARE = 0.02
"""Share of a domain's tickets that may use a name for it to tie two of them together …"""
RARE_FLOOR = 4
"""… or this many, in small domains."""
TITLE_OVERLAP = 2


def spoken_of(stated: Sequence[tuple[Candidate, str]]) -> set[str]:
    """Keys of the ticket statements, given with their dates, that a later ticket speaks of."""
    tickets = [(c, at) for c, at in stated if c.rule.startswith("ticket")]
    units = {c.evidence[0].unit: "" for c, _ in tickets}
    for candidate, at in tickets:
        units[candidate.evidence[0].unit] = max(units[candidate.evidence[0].unit], at)
    using = _using(tickets)
    limit = max(RARE_FLOOR, int(RARE * len(units)))
    return {c.key for c, _ in tickets if _followed(c, using, units, limit)}


def _followed(candidate: Candidate, using: dict[str, set[str]], dated: dict[str, str], limit: int) -> bool:
    own = candidate.evidence[0].unit
    shared: dict[str, int] = defaultdict(int)
    for name in _names(candidate):
        users = using[name]
        if len(users) <= limit:
            for unit in users:
                shared[unit] += 1
    return any(unit != own and dated[unit] >= dated[own] for unit in shared)


def _using(tickets: Sequence[tuple[Candidate, str]]) -> dict[str, set[str]]:
    using: dict[str, set[str]] = defaultdict(set)
    for candidate, _ in tickets:
        for name in _names(candidate):
            using[name].add(candidate.evidence[0].unit)
    return using


def _names(candidate: Candidate) -> frozenset[str]:
    return identifiers(" ".join(quote.text for quote in candidate.evidence)) or tokens(candidate.claim)
