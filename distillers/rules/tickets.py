"""Statements of tickets: cause, decision and resolution of work that was merged.

Tickets are the densest source. A long one yields several small findings, each a sentence or two under the ticket's
title, the best first; open tickets are plans and stay low.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from distillers.claims import Statement, clean, identifiers, quotes, statements, tokens
from distillers.cues import ANAPHORA, CAUSE, CHOICE, CORRECTED, FIX, FUTURE, HEDGE, NOISE, REASON
from distillers.findings import Candidate, Confidence, Kind, squash
from distillers.record.events import Event
from distillers.rules.base import Rule, Unit, forged
from distillers.rules.sections import Section, section_of, settled
from distillers.rules.topics import topics_of

MOST = 8
"""Statements taken from one ticket."""
OPEN_MOST = 2
WORTH = 4
SURE = 6

_WEIGHT: dict[Section, int] = {"cause": 3, "decision": 3, "outcome": 2, "body": 2, "problem": 1, "other": 1, "skip": -9}


@dataclass(frozen=True, slots=True)
class Stated:
    """A statement with its place in the ticket and what it is worth; ``before`` is the sentence it leans on."""

    event: Event
    statement: Statement
    before: Statement | None
    section: Section
    place: int
    score: int

    @property
    def text(self) -> str:
        """The sentence, after the one that it leans on."""
        return f"{self.before.text} {self.statement.text}" if self.before else self.statement.text


def find(unit: Unit) -> Iterator[Candidate]:
    """The best statements of a ticket as candidates, in the order in which they stand there."""
    if unit.medium != "ticket":
        return
    done = settled(unit)
    scored = [stated for stated in _stated(unit) if stated.score >= WORTH]
    best = sorted(scored, key=lambda s: (-s.score, s.place))[: MOST if done is not False else OPEN_MOST]
    chosen = sorted(_once(best), key=lambda s: s.place)
    yield from _corrected([(s, _candidate(unit, s, done)) for s in chosen])


def _stated(unit: Unit) -> Iterator[Stated]:
    place = 0
    for event in unit.events:
        if event.kind not in {"section", "message"} or event.origin != "ticket":
            continue
        before: Statement | None = None
        for statement in statements(event.text):
            place += 1
            leans = before if ANAPHORA.match(statement.text) and not statement.first else None
            section = _section(event, statement)
            yield Stated(event, statement, leans, section, place, _score(statement, leans, section))
            before = statement


def _section(event: Event, statement: Statement) -> Section:
    outer = section_of(event.title.rsplit(" > ", 1)[1] if " > " in event.title else "")
    inner = section_of(statement.heading) if statement.heading else "other"
    if "skip" in (outer, inner):
        return "skip"
    return outer if inner == "other" else inner


def _score(statement: Statement, before: Statement | None, section: Section) -> int:
    text = statement.text
    if not 30 <= len(text) <= 600 or statement.open or text.endswith("?"):
        return -9
    names = len(identifiers(text))
    score = _WEIGHT[section] + 2 * bool(CAUSE.search(text)) + bool(CHOICE.search(text)) + bool(REASON.search(text))
    score += min(names, 2) + (statement.first and not statement.item)
    score -= 3 * bool(NOISE.search(text)) + 2 * bool(FUTURE.search(text)) + 2 * bool(HEDGE.search(text))
    return score - (1 if len(tokens(text)) < 6 else 0) - bool(ANAPHORA.match(text) and before is None)


def _once(chosen: Sequence[Stated]) -> list[Stated]:
    """Without statements that another one already holds as its context."""
    leaned = {(s.event.id, s.before.spans) for s in chosen if s.before}
    return [s for s in chosen if (s.event.id, s.statement.spans) not in leaned]


def _candidate(unit: Unit, stated: Stated, done: bool | None) -> Candidate:
    evidence = quotes(stated.event, stated.statement)
    if stated.before:
        evidence = (*quotes(stated.event, stated.before)[:2], *evidence[:2])
    text = stated.text
    return Candidate(
        domain=unit.domain,
        kind=_kind(stated),
        claim=_claim(unit, stated),
        key=f"ticket:{unit.unit}:{hashlib.blake2b(squash(text).encode(), digest_size=5).hexdigest()}",
        page="",
        rule="ticket-statement",
        tier=_tier(stated, done),
        evidence=evidence,
        warnings=forged(text, [quote.origin for quote in evidence]),
        topics=topics_of(unit, text),
    )


def _claim(unit: Unit, stated: Stated) -> str:
    said = clean(stated.text)
    title = clean(unit.title, 110).rstrip(".")
    return said if not title or squash(title) in squash(said) else f"{title}: {said}"


def _kind(stated: Stated) -> Kind:
    text = stated.text
    if stated.section == "cause" or CAUSE.search(text):
        return "cause"
    if stated.section == "decision" or CHOICE.search(text):
        return "decision"
    return "fix" if FIX.search(text) else "fact"


def _tier(stated: Stated, done: bool | None) -> Confidence:
    """High only for a settled ticket's cause, decision or outcome that gives its reason and names something."""
    text = stated.text
    if done is False:
        return "low"
    if done is None:
        return "medium" if stated.section in {"cause", "decision", "outcome"} else "low"
    stands = stated.section in {"cause", "decision", "outcome", "body"} and stated.score >= SURE
    named = bool(identifiers(stated.statement.text))
    reasoned = bool(CAUSE.search(text) or CHOICE.search(text))
    return "high" if stands and named and reasoned and not NOISE.search(text) and not FUTURE.search(text) else "medium"


def _corrected(pairs: Sequence[tuple[Stated, Candidate]]) -> Iterator[Candidate]:
    """A statement that a later one of the same ticket corrects takes that one's key, and loses to it."""
    for place, (stated, candidate) in enumerate(pairs):
        names = identifiers(stated.text) | tokens(stated.text)
        later = (c for s, c in pairs[place + 1 :] if CORRECTED.search(s.text) and len(names & tokens(s.text)) >= 3)
        by = next(later, None)
        yield replace(candidate, key=by.key, tier="low") if by else candidate


RULE = Rule("ticket-statement", "fact", "high", find)
