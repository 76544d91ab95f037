"""Whether two claims of tickets, commits or one session tell one thing in other words.

One ticket says in its notes what its summary says again, a second ticket what the first one did, a commit what its
session wrote into it, explained, or was asked for. Known by what the shorter of the two shares with the other: most of
its words, and its names. A number that only the one has while the other has another, or a no, makes two things of it.

Of two sections of a ticket one may be told in full by the other and share few words with it, for the words that all of
the ticket has tell nothing: so each sentence of the shorter one is looked for, and a word counts the less the more
claims of the ticket have it.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import fsum

from distillers.claims import IDENTIFIER, identifiers, tokens
from distillers.findings import Quote, squash
from distillers.senses import agree, numbers, roots, same_numbers

TICKET = "ticket-statement"
COMMIT = "commit-message"
EXPLAINED = "agent-explanation"
WISH = "typed-decision"
TELLS = frozenset({TICKET, COMMIT, EXPLAINED})
"""Rules whose claims one and the same work yields several times …"""
SPOKEN = frozenset({EXPLAINED, WISH})
"""… and those whose claims say less than what their session wrote into a commit."""
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


WITHIN = (Bar(0.6, 0, 7), Bar(0.5, 0.5), Bar(0.42, 0.5, 8, 2), Bar(0.45, 0, 12), Bar(0.35, 0.6, 6, 3))
"""Bars of two claims of one ticket, one of which is enough …"""
APART = Bar(0.37, 0, 7)
"""… and of two from different sections with the same numbers: what one list has in two items is two things, what the
criteria of a ticket say and its summary says again is one."""
PART = 0.3
"""… and what each sentence of the one shares with a sentence in another section, its words weighed …"""
PARTS = 5
"""… and how many words that are."""
BESIDE = 3
"""Quotes of a claim whose first one another claim of the ticket has too: an end that is told with its defect."""
SESSION = (Bar(0.6, 0.5, 8),)
"""Of two answers of one session …"""
WRITTEN = Bar(0.7, 0, 5)
"""… of what was explained or asked for in it, and its commit …"""
ACROSS = (Bar(0.55, 0.5, 9),)
"""… and of two tickets, or a ticket and a commit."""


Heard = Mapping[str, Mapping[str, int]]
"""How many claims of a ticket have a word, by unit and word."""


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
    parts: tuple[tuple[str, frozenset[str]], ...]
    """The event of each quote, and its words cut to their roots."""
    places: tuple[tuple[str, int, str], ...]
    """Where each quote stands, the lead first."""

    @property
    def holds(self) -> Iterable[tuple[str, str]]:
        """What two tales must have one of in common to be compared."""
        yield "unit", self.unit
        if self.rule not in SPOKEN:
            yield from (("name", name) for name in sorted(self.names))
            yield from (("line", line) for line in sorted(self.lines))


def tale(rule: str, evidence: Sequence[Quote]) -> Tale:
    """What the claim of a rule in :data:`TELLS` or :data:`SPOKEN` tells with these quotes."""
    text = " ".join(quote.text for quote in evidence)
    lines = frozenset(line for quote in evidence if len(line := squash(quote.text)) >= LINE)
    sections = frozenset(quote.event for quote in evidence)
    parts = tuple((quote.event, roots(quote.text)) for quote in evidence)
    places = tuple((quote.event, quote.line, quote.text) for quote in evidence)
    return Tale(rule, evidence[0].unit, sections, tokens(text), identifiers(text), lines, text, parts, places)


def heard(claims: Iterable[tuple[str, Sequence[Quote]]]) -> Heard:
    """In how many of its claims, given by rule and quotes, each ticket has which word."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for rule, evidence in claims:
        if rule == TICKET:
            found[evidence[0].unit].update({word for quote in evidence for word in roots(quote.text)})
    return found


def retold(one: Tale, other: Tale, common: Heard, slack: float = 0.0) -> bool:
    """Whether two tales tell one thing; ``slack`` lowers the bars by that share of each, to count what nearly does."""
    rules = {one.rule, other.rule}
    if rules == {TICKET} and one.unit == other.unit:
        bars = any(bar.met(one, other, slack) for bar in WITHIN) or _apart(one, other, slack) or _ends(one, other)
        shorter, longer = sorted((one, other), key=_length)
        return bars or _part(shorter, longer, common, slack)
    if rules & SPOKEN:
        within = one.unit == other.unit
        if COMMIT in rules:
            return within and WRITTEN.met(one, other, slack)
        answers = within and rules == {EXPLAINED} and any(bar.met(one, other, slack) for bar in SESSION)
        return answers and agree(one.text, other.text)
    if len(one.lines & other.lines) >= LINES:
        return True
    return any(bar.met(one, other, slack) for bar in ACROSS) and agree(one.text, other.text)


def _ends(one: Tale, other: Tale) -> bool:
    """Whether what leads one of two tales is told by the other, after something else, and it says little besides."""
    return any(a.places[0] in b.places[1:] and len(a.places) <= BESIDE for a, b in ((one, other), (other, one)))


def _length(told: Tale) -> tuple[int, str]:
    return sum(len(words) for _, words in told.parts), told.text


def _part(one: Tale, other: Tale, common: Heard, slack: float) -> bool:
    """Whether ``other``, the longer one, says each sentence of ``one`` in another section, of no other thing."""
    subjects = {subject for tale in (one, other) if (subject := _subject(tale.text))}
    if len(subjects) > 1 or not numbers(one.text) <= numbers(other.text):
        return False
    counts = common.get(one.unit, {})

    def weight(words: Iterable[str]) -> float:
        return fsum(1 / max(1, counts.get(word, 0) - 1) for word in words)

    shared = set[str]()
    for section, words in one.parts:
        best = max((words & said for event, said in other.parts if event != section), key=weight, default=())
        if weight(best) < PART * (1 - slack) * weight(words):
            return False
        shared.update(best)
    return len(shared) >= PARTS


def _subject(text: str) -> str:
    """The name that a text opens with; "" if it opens with none."""
    found = IDENTIFIER.search(text)
    return found.group() if found and not re.search(r"\w", text[: found.start()]) else ""


def _apart(one: Tale, other: Tale, slack: float) -> bool:
    """Whether two sections of a ticket tell one thing."""
    return APART.met(one, other, slack) and not one.sections & other.sections and same_numbers(one.text, other.text)


def _share(one: frozenset[str], other: frozenset[str]) -> float:
    """The share of the smaller set that both have; 0 if it is empty."""
    return len(one & other) / least if (least := min(len(one), len(other))) else 0.0
