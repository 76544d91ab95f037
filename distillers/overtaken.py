"""What later tickets turned of what a claim is about, said anywhere in them.

    gave up a name that it is about, or removed a thing that it tells of ─→ of low confidence, with a warning
    took up again what it gives up                                      ─→ the same
    made anew what its title names                                      ─→ the same
    say that what was claimed is not so, in its words                   ─→ the same
    call a name otherwise since                                         ─→ it stands, and says so with the quote

What is turned has to stay so: a name that a ticket has again after that is not gone, and not called otherwise.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from distillers.anew import DENIED, GONE, REGAINED, REMADE, REMOVED, RENAMED, TURN, removed, renamed
from distillers.claims import alike, identifiers, tokens
from distillers.findings import Candidate, Finding, Quote, squash
from distillers.givenup import given_up
from distillers.later import about, text_of
from distillers.resolved import title
from distillers.retold import TELLS

SAME = 0.8
"""Likeness of two titles that tell one change: a commit and its pull request."""
SHARE = 0.05
"""Share of a domain's tickets that may use a name, if its being given up is to say something of older claims …"""
FLOOR = 4
"""… or this many, in small domains."""
DENIED_OWN, DENIED_OTHER = 4, 5
"""Words of a claim that the sentence has which takes it back: in its own ticket, and in another with a rare name."""
_NUMBERED = re.compile(r"(?:^|[-#/])(\d{1,6})(?:/[a-z]+)?$")
"""The number in the id of a ticket, or of a file in its folder."""

Dated = Sequence[tuple[Candidate, str]]
"""Claims, each with when it was said."""


def ordered(unit: str, at: str) -> str:
    """When something was said, for who compares: a ticket without a date comes before all that have one, by number."""
    number = _NUMBERED.search(unit)
    return at or (f"0 {int(number[1]):06}" if number else "")


@dataclass(frozen=True, slots=True)
class Turn:
    """What a ticket turned, in the sentence ``told``."""

    at: str
    what: str
    told: str
    quote: Quote

    @property
    def unit(self) -> str:
        """The ticket that tells it."""
        return self.quote.unit


Turns = Mapping[str, Sequence[Turn]]
"""Turns by their kind, the oldest first."""


def parted(candidates: Iterable[Candidate]) -> tuple[Turns, list[Candidate]]:
    """What tickets turned, and the candidates that are claims."""
    found: dict[str, list[Turn]] = defaultdict(list)
    claims: list[Candidate] = []
    for one in candidates:
        if one.rule == TURN:
            kind, _, what = one.key.partition(":")
            lead = one.evidence[0]
            found[kind].append(Turn(ordered(lead.unit, lead.at), what, one.claim, lead))
        else:
            claims.append(one)
    return {kind: sorted(some, key=lambda one: (one.at, one.unit, one.what)) for kind, some in found.items()}, claims


class Overtaken:
    """What became of the claims of a domain, each given with when it was said, by what its tickets turned."""

    def __init__(self, turns: Turns, dated: Dated) -> None:
        self._turns = turns
        self._dated = dated
        self._has = _living(dated)
        self._rare = _rare(dated)

    def why(self) -> dict[str, str]:
        """Why claims hold no longer, by key; of those with one key the newest decides."""
        told = [(one, at) for one, at in self._dated if one.rule.startswith("ticket") or one.rule in TELLS]
        newest = {one.key: (one, at) for one, at in sorted(told, key=lambda pair: pair[1]) if not one.refuted}
        whys = {key: next(self._whys(one, at), "") for key, (one, at) in newest.items()}
        return {key: why for key, why in whys.items() if why}

    def called(self, findings: Iterable[Finding]) -> list[Finding]:
        """The findings; those that stand under an old name say what it is called now, with the quote that says so."""
        when = {one.key: at for one, at in self._dated}
        lasting = [turn for turn in self._turns.get(RENAMED, ()) if self._has.get(_names(turn)[0], "") <= turn.at]
        return [_called(one, when.get(one.key, "9"), lasting) if one.status == "accepted" else one for one in findings]

    def _whys(self, one: Candidate, at: str) -> Iterator[str]:
        yield from (f"`{_written(turn)}` is given up in {turn.unit}" for turn in self._gone(one, at))
        given = frozenset(given_up(one.claim))
        for turn in self._after(REGAINED, one, at):
            if turn.what in given:
                yield f"`{_written(turn)}` is used again in {turn.unit}"
        for turn in self._after(REMADE, one, at):
            if _has(title(one), turn.what) and _another(one, turn):
                yield f"{turn.what} is made anew in {turn.unit}"
        for turn in self._after(REMOVED, one, at):
            if _has(one.claim, turn.what) and _another(one, turn) and turn.what not in removed(title(one)):
                yield f"{turn.what} is removed in {turn.unit}"
        yield from (f"taken back in {turn.unit}" for turn in self._turns.get(DENIED, ()) if self._denied(one, at, turn))

    def _gone(self, one: Candidate, at: str) -> Iterator[Turn]:
        names = about(one) & self._rare
        for turn in self._after(GONE, one, at):
            if turn.what in names and turn.at >= self._has.get(turn.what, ""):
                yield turn

    def _after(self, kind: str, one: Candidate, at: str) -> Iterator[Turn]:
        """The turns of a kind that another ticket told after ``at``, the newest first."""
        own = one.evidence[0].unit
        return (turn for turn in reversed(self._turns.get(kind, ())) if turn.at > at and turn.unit != own)

    def _denied(self, one: Candidate, at: str, turn: Turn) -> bool:
        shared = len(tokens(one.claim) & tokens(turn.told))
        if turn.unit != one.evidence[0].unit:
            return (
                turn.at > at
                and shared >= DENIED_OTHER
                and bool(identifiers(turn.told) & identifiers(one.claim) & self._rare)
            )
        quoted = any(squash(quote.text) == squash(turn.quote.text) for quote in one.evidence)
        return not quoted and shared >= DENIED_OWN and turn.quote.line >= max(quote.line for quote in one.evidence)


def faded(findings: Iterable[Finding], why: Mapping[str, str], but: Container[str]) -> list[Finding]:
    """The findings; what holds no longer is low and says ``why``, ``but`` for the ids of what people ruled on."""
    return [
        replace(one, confidence="low", status="waiting", warnings=(*one.warnings, why[one.key]))
        if one.status == "accepted" and one.key in why and one.id not in but
        else one
        for one in findings
    ]


def _has(text: str, thing: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(thing)}(?!\w)", text, re.IGNORECASE) is not None


def _another(one: Candidate, turn: Turn) -> bool:
    """Whether a turn is of another change than the claim: not of its commit or pull request."""
    return alike(tokens(title(one)), tokens(turn.told)) < SAME


def _written(turn: Turn) -> str:
    """A name as the ticket writes it that turned it."""
    found = re.search(re.escape(turn.what), turn.told, re.IGNORECASE)
    return found[0] if found else turn.what


def _living(dated: Dated) -> dict[str, str]:
    """When a ticket last had each name, and did not give it up."""
    has: dict[str, str] = defaultdict(str)
    for one, at in dated:
        if one.rule.startswith("ticket"):
            text = text_of(one)
            for name in identifiers(text) - set(given_up(text)) - {old.lower() for old, _ in renamed(text)}:
                has[name] = max(has[name], at)
    return has


def _rare(dated: Dated) -> frozenset[str]:
    using: dict[str, set[str]] = defaultdict(set)
    for one, _ in dated:
        for name in identifiers(text_of(one)):
            using[name].add(one.evidence[0].unit)
    most = max(FLOOR, SHARE * len({one.evidence[0].unit for one, _ in dated}))
    return frozenset(name for name, users in using.items() if len(users) <= most)


def _names(turn: Turn) -> tuple[str, str]:
    """The old and the new name of something, in small letters."""
    old, new = turn.what.lower().split(" ")
    return old, new


def _called(finding: Finding, at: str, turns: Iterable[Turn]) -> Finding:
    names = identifiers(finding.claim)
    for turn in turns:
        old, new = _names(turn)
        if turn.at > at and new not in names and any(_bears(name, old) for name in names):
            finding = _noted(finding, turn)
    return finding


def _noted(finding: Finding, turn: Turn) -> Finding:
    """The finding with a note of what a name is called now, and the quote of it."""
    old, new = turn.what.split(" ")
    since = f"since {turn.quote.at[:10]}" if turn.quote.at else "now"
    note = f"(`{old}` is called `{new}` {since}.)"
    if note in finding.claim:
        return finding
    held = any(squash(turn.quote.text) == squash(quote.text) for quote in finding.evidence)
    evidence = finding.evidence if held else (*finding.evidence, turn.quote)
    return replace(finding, claim=f"{finding.claim} {note}", evidence=evidence)


def _bears(name: str, old: str) -> bool:
    """Whether a name is the old one or has it as a part."""
    return re.search(rf"(?:^|[/.]){re.escape(old)}(?:$|[/.])", name) is not None
