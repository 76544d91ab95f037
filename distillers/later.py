"""Whether a later ticket speaks of the same thing: then what the earlier one stated is not certain any more.

Two tickets speak of the same thing if they share names that few tickets of the domain use. A name that half of them use
(the product's own command, the main file) says nothing.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

from distillers.claims import identifiers, tokens
from distillers.findings import Candidate

RARE = 0.02
"""Share of a domain's tickets that may use a name for it to tie two of them together …"""
RARE_FLOOR = 4
"""… or this many, in small domains."""
FEW = 3
"""A name that so few tickets use ties two of them together by itself."""
TIES = 2
"""Rare names that two tickets must share (all of them, if a statement has fewer)."""


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
    own, names = candidate.evidence[0].unit, _names(candidate)
    shared: Counter[str] = Counter()
    for users in (using[name] for name in names if len(using[name]) <= limit):
        shared.update(dict.fromkeys(users - {own}, TIES if len(users) <= FEW else 1))
    ties = min(TIES, len(names))
    return any(count >= ties and dated[unit] > dated[own] for unit, count in shared.items())


def _using(tickets: Sequence[tuple[Candidate, str]]) -> dict[str, set[str]]:
    using: dict[str, set[str]] = defaultdict(set)
    for candidate, _ in tickets:
        for name in _names(candidate):
            using[name].add(candidate.evidence[0].unit)
    return using


def _names(candidate: Candidate) -> frozenset[str]:
    """The names in a statement, a path also by its last part; its words if it has no names."""
    names = identifiers(" ".join(quote.text for quote in candidate.evidence))
    return names | {name.rsplit("/", 1)[1] for name in names if "/" in name} or tokens(candidate.claim)
