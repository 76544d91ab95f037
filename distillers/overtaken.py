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
"""Words, besides names, that a claim and the sentence share that takes it back: in its own ticket, and in another."""
_NUMBERED = re.compile(r"(?:^|[-#/])(\d{1,6})(?:/[a-z]+)?$")
"""The number in the id of a ticket, or of a file in its folder."""

_WORD = re.compile(r"\w+")

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


Turns = Mapping[tuple[str, str], Sequence[Turn]]
"""Turns by their kind and a word that a claim has which they may be of, the newest first."""


def parted(candidates: Iterable[Candidate]) -> tuple[Turns, list[Candidate]]:
    """What tickets turned, and the candidates that are claims."""
    found: dict[tuple[str, str], list[Turn]] = defaultdict(list)
    claims: list[Candidate] = []
    for one in candidates:
        if one.rule != TURN:
            claims.append(one)
            continue
        kind, _, what = one.key.partition(":")
        lead = one.evidence[0]
        for handle in _handles(kind, what, one):
            found[kind, handle].append(Turn(ordered(lead.unit, lead.at), what, one.claim, lead))
    newest = {
        key: sorted(some, key=lambda one: (one.at, one.unit, one.what), reverse=True) for key, some in found.items()
    }
    return newest, claims


def _handles(kind: str, what: str, one: Candidate) -> Iterable[str]:
    """What a turn is looked up by: a name, the first word of a thing, or the ticket and names of what takes back."""
    if kind == DENIED:
        return {one.evidence[0].unit, *identifiers(one.claim)}
    return [_WORD.findall(what)[0] if kind in {REMADE, REMOVED} else "" if kind == RENAMED else what]


class Overtaken:
    """What became of the claims of a domain, each given with when it was said, by what its tickets turned."""

    def __init__(self, turns: Turns, dated: Dated) -> None:
        self._turns = turns
        self._dated = dated
        named = [(one, at, identifiers(text_of(one))) for one, at in dated] if turns else []
        self._has = _living(named)
        self._rare = _rare(named)

    def why(self) -> dict[str, str]:
        """Why claims hold no longer, by key; of those with one key the newest decides."""
        told = [(one, at) for one, at in self._dated if one.rule.startswith("ticket") or one.rule in TELLS]
        newest = {one.key: (one, at) for one, at in sorted(told, key=lambda pair: pair[1]) if not one.refuted}
        whys = {key: next(self._whys(one, at), "") for key, (one, at) in newest.items()} if self._turns else {}
        return {key: why for key, why in whys.items() if why}

    def called(self, findings: Iterable[Finding]) -> list[Finding]:
        """The findings; those that stand under an old name say what it is called now, with the quote that says so."""
        when = {one.key: at for one, at in self._dated}
        oldest_first = reversed(self._turns.get((RENAMED, ""), ()))
        lasting = [turn for turn in oldest_first if self._has.get(_names(turn)[0], "") <= turn.at]
        if not lasting:
            return list(findings)
        return [_called(one, when.get(one.key, "9"), lasting) if one.status == "accepted" else one for one in findings]

    def _whys(self, one: Candidate, at: str) -> Iterator[str]:
        for turn in self._later(GONE, about(one) & self._rare, one, at):
            if turn.at >= self._has.get(turn.what, ""):
                yield f"`{_written(turn)}` is given up in {turn.unit}"
        for turn in self._later(REGAINED, set(given_up(one.claim)), one, at):
            yield f"`{_written(turn)}` is used again in {turn.unit}"
        old = title(one).lower()
        for turn in self._later(REMADE, _WORD.findall(old), one, at):
            if _has(old, turn.what) and _another(old, turn):
                yield f"{turn.what} is made anew in {turn.unit}"
        for turn in self._later(REMOVED, _WORD.findall(one.claim.lower()), one, at):
            if _has(one.claim.lower(), turn.what) and _another(old, turn) and turn.what not in removed(old):
                yield f"{turn.what} is removed in {turn.unit}"
        yield from (f"taken back in {turn.unit}" for turn in self._denying(one, at))

    def _later(self, kind: str, handles: Iterable[str], one: Candidate, at: str) -> Iterator[Turn]:
        """The turns of a kind under some handles that another ticket than that of ``one`` told after ``at``."""
        for handle in sorted(set(handles)):
            for turn in self._turns.get((kind, handle), ()):
                if turn.at > at and turn.unit != one.evidence[0].unit:
                    yield turn

    def _denying(self, one: Candidate, at: str) -> Iterator[Turn]:
        """The sentences that take back what a claim says: below it in its own ticket, or in a later one."""
        own = one.evidence[0].unit
        for turn in self._turns.get((DENIED, own), ()):
            quoted = any(squash(quote.text) == squash(turn.quote.text) for quote in one.evidence)
            below = turn.quote.line >= max(quote.line for quote in one.evidence)
            if turn.unit == own and below and not quoted and _common(one, turn) >= DENIED_OWN:
                yield turn
        for turn in self._later(DENIED, identifiers(one.claim) & self._rare, one, at):
            if _common(one, turn) >= DENIED_OTHER:
                yield turn


def faded(findings: Iterable[Finding], why: Mapping[str, str], but: Container[str]) -> list[Finding]:
    """The findings; what holds no longer is low and says ``why``, ``but`` for the ids of what people ruled on."""
    return [
        replace(one, confidence="low", status="waiting", warnings=(*one.warnings, why[one.key]))
        if one.status == "accepted" and one.key in why and one.id not in but
        else one
        for one in findings
    ]


def _has(text: str, thing: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(thing)}(?!\w)", text) is not None


def _common(one: Candidate, turn: Turn) -> int:
    """How many words a claim and a turn share besides those of the names that both have."""
    named = identifiers(one.claim) & identifiers(turn.told)
    return len((tokens(one.claim) & tokens(turn.told)) - tokens(" ".join(named)))


def _another(old: str, turn: Turn) -> bool:
    """Whether a turn is of another change than the title ``old``: not of its commit or pull request."""
    return alike(tokens(old), tokens(turn.told)) < SAME


def _written(turn: Turn) -> str:
    """A name as the ticket writes it that turned it."""
    found = re.search(re.escape(turn.what), turn.told, re.IGNORECASE)
    return found[0] if found else turn.what


def _living(named: Sequence[tuple[Candidate, str, frozenset[str]]]) -> dict[str, str]:
    """When a ticket last had each name, and did not give it up."""
    has: dict[str, str] = defaultdict(str)
    for one, at, names in named:
        if one.rule.startswith("ticket"):
            text = text_of(one)
            for name in names - set(given_up(text)) - {old.lower() for old, _ in renamed(text)}:
                has[name] = max(has[name], at)
    return has


def _rare(named: Sequence[tuple[Candidate, str, frozenset[str]]]) -> frozenset[str]:
    using: dict[str, set[str]] = defaultdict(set)
    for one, _, names in named:
        for name in names:
            using[name].add(one.evidence[0].unit)
    most = max(FLOOR, SHARE * len({one.evidence[0].unit for one, _, _ in named}))
    return frozenset(name for name, users in using.items() if len(users) <= most)


def _names(turn: Turn) -> tuple[str, str]:
    """The old and the new name of something, in small letters."""
    old, new = turn.what.lower().split(" ")
    return old, new


def _called(finding: Finding, at: str, turns: Iterable[Turn]) -> Finding:
    said, names = finding.claim.lower(), identifiers(finding.claim)
    for turn in turns:
        old, new = _names(turn)
        if old in said and turn.at > at and new not in names and any(_bears(name, old) for name in names):
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
