"""Whether two claims of tickets, commits or one session tell one thing in other words.

One ticket says in its notes what its summary says again, a second ticket what the first one did, a commit what its
session wrote into it. Known by what the shorter of the two shares with the other: most of its words, and its names. A
number that only the one has while the other has another, or a no, makes two things of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from distillers.claims import identifiers, tokens
from distillers.findings import Quote, squash
from distillers.senses import agree, same_numbers

TICKET = "ticket-statement"
EXPLAINED = "agent-explanation"
TELLS = frozenset({TICKET, "commit-message", EXPLAINED})
"""Rules whose claims one and the same work yields several times."""
LINE = 24
"""Letters of a line that two claims quote word for word …"""
LINES = 2
"""… and how many such lines they share, if they say the same."""


@dataclass(frozen=True, slots=True)
class Bar:
    """What the shorter of two claims has to share with the other: of its words, of its names, and how many at least."""

    words: float
    names: float
    count: int = 0
    named: int = 0

    def met(self, one: Tale, other: Tale, slack: float) -> bool:
        """Whether two tales share so much, less ``slack`` of each share."""
        enough = len(one.words & other.words) >= self.count and len(one.names & other.names) >= self.named
        words, names = _share(one.words, other.words), _share(one.names, other.names)
        return enough and words >= self.words * (1 - slack) and names >= self.names * (1 - slack)


WITHIN = (Bar(0.6, 0, 7), Bar(0.5, 0.5), Bar(0.42, 0.5, 8, 2), Bar(0.48, 0, 12))
"""Bars of two claims of one ticket, one of which is enough …"""
APART = Bar(0.4, 0, 7)
"""… and of two from different sections with the same numbers: what one list has in two items is two things, what the
criteria of a ticket say and its summary says again is one."""
SESSION = (Bar(0.6, 0.5, 8),)
"""Of two answers of one session …"""
ACROSS = (Bar(0.55, 0.5, 9),)
"""… and of two tickets, or a ticket and a commit."""


@dataclass(frozen=True, slots=True)
class Tale:
    """What a claim tells, as its quotes have it."""

    rule: str
    unit: str
    """The ticket or session that it leads with."""
    sections: frozenset[str]
    """The events that it quotes."""
    words: frozenset[str]
    names: frozenset[str]
    lines: frozenset[str]
    text: str

    @property
    def holds(self) -> Iterable[tuple[str, str]]:
        """What two tales must have one of in common to be compared."""
        yield "unit", self.unit
        if self.rule != EXPLAINED:
            yield from (("name", name) for name in sorted(self.names))
            yield from (("line", line) for line in sorted(self.lines))


def tale(rule: str, evidence: Sequence[Quote]) -> Tale:
    """What the claim of a rule in :data:`TELLS` tells with these quotes."""
    text = " ".join(quote.text for quote in evidence)
    lines = frozenset(line for quote in evidence if len(line := squash(quote.text)) >= LINE)
    sections = frozenset(quote.event for quote in evidence)
    return Tale(rule, evidence[0].unit, sections, tokens(text), identifiers(text), lines, text)


def retold(one: Tale, other: Tale, slack: float = 0.0) -> bool:
    """Whether two tales tell one thing; ``slack`` lowers the bars by that share of each, to count what nearly does."""
    if one.unit == other.unit and one.rule == other.rule == TICKET:
        return any(bar.met(one, other, slack) for bar in WITHIN) or _apart(one, other, slack)
    if EXPLAINED in (one.rule, other.rule):
        within = one.unit == other.unit and one.rule == other.rule
        return within and any(bar.met(one, other, slack) for bar in SESSION) and agree(one.text, other.text)
    if len(one.lines & other.lines) >= LINES:
        return True
    return any(bar.met(one, other, slack) for bar in ACROSS) and agree(one.text, other.text)


def _apart(one: Tale, other: Tale, slack: float) -> bool:
    """Whether two sections of a ticket tell one thing."""
    return APART.met(one, other, slack) and not one.sections & other.sections and same_numbers(one.text, other.text)


def _share(one: frozenset[str], other: frozenset[str]) -> float:
    """The share of the smaller set that both have; 0 if it is empty."""
    return len(one & other) / least if (least := min(len(one), len(other))) else 0.0
