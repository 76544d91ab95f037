"""Closing reports: what an agent said last before it was a person's turn again.

Working notes narrate; the closing message says how things are now, or answers what was asked. It is filed, as not yet
confirmed, when the person did not object and the work was committed or taken as it was. An answer to a question counts
when the agent had looked before it answered.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from distillers.claims import Statement, clean, identifiers, quotes, statements, tokens
from distillers.cues import (
    ANAPHORA,
    BAD_WORKAROUND,
    CAUSE,
    CHOICE,
    FUTURE,
    HEDGE,
    NARRATION,
    NOISE,
    REASON,
    SPENT,
)
from distillers.findings import Candidate, Confidence, Kind
from distillers.record.events import Event
from distillers.record.units import Unit
from distillers.rules.base import Rule, forged, normal
from distillers.rules.fate import Course
from distillers.rules.topics import topics_of

EACH = 4
"""Claims taken from one closing message …"""
MOST = 10
"""… and from one session, the last ones first."""
TOGETHER = 330
_ASKS = re.compile(
    r"\?\s*$|^\W*(?:so |and |but |ok(?:ay)? )?(?:what|why|how|where|when|which|who|does|do|is|are|can|could|did)\b",
    re.I,
)

_ENTRY = re.compile(r"^\W*(?:#\d+|\[[ x]?\]|[A-Z]+-\d+)\b")
"""An entry of a list of tickets."""

Part = tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class Exchange:
    """A person's turn (None at the start of a handed-over session) and the agent's closing message."""

    asked: Event | None
    closing: Event
    start: int
    end: int


def find(unit: Unit) -> Iterator[Candidate]:
    """The statements of closing messages, newest first, at most :data:`MOST` a session."""
    course, given = Course(unit), 0
    for exchange in reversed(list(exchanges(unit))):
        tier = _tier(course, exchange)
        for part in _parts(exchange):
            if given < MOST:
                given += 1
                yield _candidate(unit, exchange, part, tier)


def exchanges(unit: Unit) -> Iterator[Exchange]:
    """The exchanges of a session that ended in a message of the agent, in order."""
    asked: Event | None = None
    closing: Event | None = None
    start = end = 0
    for place, event in enumerate(unit.events):
        if event.sidechain:
            continue
        if event.kind == "message" and event.origin in {"human", "pasted"}:
            if closing is not None:
                yield Exchange(asked, closing, start, end)
            asked, closing, start = (event if event.origin == "human" else None), None, place
        elif event.kind == "message" and event.origin == "agent":
            closing, end = event, place
    if closing is not None:
        yield Exchange(asked, closing, start, end)


def _tier(course: Course, exchange: Exchange) -> Confidence:
    fate = course.fate(exchange.end)
    answered = _question(exchange) != "" and fate.took != "objects" and course.looked(exchange.start, exchange.end)
    return "medium" if fate.holds or answered else "low"


def _question(exchange: Exchange) -> str:
    """What was asked, "" if the turn is no short question."""
    asked = exchange.asked.text.strip() if exchange.asked else ""
    return asked if 12 <= len(asked) <= 240 and "\n" not in asked and _ASKS.search(asked) else ""


def _parts(exchange: Exchange) -> list[Part]:
    """Neighbouring sentences that stand on their own, the richest ones, in order."""
    kept = list(_grouped(exchange))
    best = sorted(kept, key=_weight, reverse=True)[:EACH]
    return [part for part in kept if part in best]


def _weight(part: Part) -> tuple[int, int]:
    text = " ".join(one.text for one in part)
    cues = sum(bool(cue.search(text)) for cue in (CAUSE, CHOICE, REASON))
    return cues + min(3, len(identifiers(text))), -part[0].spans[0][0]


def _grouped(exchange: Exchange) -> Iterator[Part]:
    part: list[Statement] = []
    for one in statements(exchange.closing.text):
        joins = part and not one.first and sum(len(each.text) for each in part) + len(one.text) <= TOGETHER
        if part and not joins:
            yield from _kept(part)
            part = []
        if _says(one):
            part.append(one)
        else:
            yield from _kept(part)
            part = []
    yield from _kept(part)


def _kept(part: Sequence[Statement]) -> Iterator[Part]:
    text = " ".join(one.text for one in part)
    telling = any(cue.search(text) for cue in (CAUSE, CHOICE, REASON)) or len(identifiers(text)) >= 2
    if part and telling and identifiers(text) and len(tokens(text)) >= 6 and not ANAPHORA.match(text):
        yield tuple(part)


def _says(one: Statement) -> bool:
    text = one.text
    if not 25 <= len(text) <= 420 or text.endswith(("?", ":")) or one.open or _ENTRY.match(text):
        return False
    return not any(cue.search(text) for cue in (HEDGE, NARRATION, FUTURE, NOISE, BAD_WORKAROUND, SPENT))


def _candidate(unit: Unit, exchange: Exchange, part: Part, tier: Confidence) -> Candidate:
    evidence = tuple(quote for one in part for quote in quotes(exchange.closing, one))[:4]
    said = clean(" ".join(one.text for one in part))
    question = _question(exchange)
    return Candidate(
        domain=unit.domain,
        kind=_kind(said),
        claim=f"{clean(question, 200)} — {said}" if question else said,
        key=f"report:{unit.unit}:{normal(said, 80)}",
        page="",
        rule="agent-report",
        tier=tier,
        evidence=evidence,
        warnings=forged(said, [quote.origin for quote in evidence]),
        topics=topics_of(unit, said),
    )


def _kind(said: str) -> Kind:
    if CAUSE.search(said):
        return "cause"
    return "decision" if CHOICE.search(said) else "fact"


RULE = Rule("agent-report", "fact", "medium", find)
