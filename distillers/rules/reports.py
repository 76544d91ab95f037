"""Closing reports: what an agent said last before it was a person's turn again.

Working notes narrate; the closing message says how things are now, or answers what was asked. It is filed, as not yet
confirmed, when files were edited before it, the person did not object and the work was committed or taken as it was. An
answer to a question counts when the agent had looked before it answered, and edited nothing of what it names after.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from distillers.claims import IDENTIFIER, Statement, clean, code_like, identifiers, quote, quotes, statements, tokens
from distillers.cues import ANAPHORA, CAUSE, CHOICE, FUTURE, HEDGE, NOISE, REASON, WHY
from distillers.findings import Candidate, Confidence
from distillers.record.events import Event
from distillers.record.units import Unit
from distillers.rules.alone import alone
from distillers.rules.aloud import read_out
from distillers.rules.base import Rule, forged, kind_of, normal
from distillers.rules.fate import Course, Fate, refuted
from distillers.rules.lasting import bare
from distillers.rules.mended import edited_after, edits, with_end
from distillers.rules.speech import EDITED, ENTRY, FIRST_PERSON, LIMITS, NARRATION, SPENT, evades
from distillers.rules.topics import topics_of
from distillers.rules.whole import whole

EACH = 4
"""Claims taken from one closing message …"""
MOST = 10
"""… and from one session, the last ones first."""
TOGETHER = 330
LEAD = 140
"""Characters of a line that leads in to a list."""
_ASKS = re.compile(
    r"^\W*(?:(?:so|and|but|ok(?:ay)?|question|hm+)\W+)*(?:what|why|how|where|when|which|who|does|do|is|are|will"
    r"|would)\b",
    re.IGNORECASE,
)
_ASKS_YOU = re.compile(r"\b(?:you|your|we just|this session|next|status|tasks? (?:are|is) available)\b", re.IGNORECASE)
"""Questions about the agent or the work at hand."""
_TO_YOU = re.compile(r"\byou(?:r|rs)?\b", re.IGNORECASE)
"""Talk to the person, not about a thing."""
_NOW = re.compile(r"\bnow\b.*\d|\d.*\bnow\b", re.IGNORECASE)
"""How things are from now on, with a figure."""

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
        fate = course.fate(exchange.end)
        worked = fate.holds and any(map(edits, unit.events[exchange.start : exchange.end]))
        answers = worked or _answered(course, exchange, fate)
        for part in _parts(exchange):
            if given < MOST:
                given += 1
                texts = [one.text for one in part]
                stands = worked or (answers and edited_after(unit, exchange.end, " ".join(texts)) is None)
                own = stands and not read_out(texts, unit.events[exchange.start : exchange.end])
                proposed = _candidate(unit, exchange, part, "medium" if own else "low")
                found = with_end(proposed, unit, course, exchange.end, " ".join(texts))
                yield refuted(found, fate)


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


def _answered(course: Course, exchange: Exchange, fate: Fate) -> bool:
    """Whether a question was answered by who had looked, and the person did not object."""
    return _question(exchange) != "" and fate.took != "objects" and course.looked(exchange.start, exchange.end)


def _question(exchange: Exchange) -> str:
    """What was asked, "" if the turn is no short question."""
    asked = exchange.asked.text.strip() if exchange.asked else ""
    general = _ASKS.match(asked) and not _ASKS_YOU.search(asked)
    return asked if general and 12 <= len(asked) <= 240 and "\n" not in asked else ""


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
    answer = bool(_question(exchange))
    part: list[Statement] = []
    for one in statements(exchange.closing.text):
        joins = part and not one.first and sum(len(each.text) for each in part) + len(one.text) <= TOGETHER
        if part and not (joins and _says(one)):
            yield from _kept(part, answer)
            part = []
        part.extend([one] * _says(one))
    yield from _kept(part, answer)


def _kept(part: Sequence[Statement], answer: bool) -> Iterator[Part]:
    """The part if it says why or what holds now, or opens the answer to a question, and says what it is about."""
    text = " ".join(one.text for one in part)
    if not part or len(tokens(text)) < 6 or ANAPHORA.match(text) or (EDITED.match(text) and not WHY.search(text)):
        return
    reasoned = any(cue.search(text) for cue in (WHY, CAUSE, LIMITS)) and identifiers(text)
    if reasoned or _NOW.search(text) or (answer and identifiers(text) and not part[0].item):
        yield tuple(part)


def _says(one: Statement) -> bool:
    text = one.text
    if not 25 <= len(text) <= 420 or text.endswith(("?", ":")) or one.open or ENTRY.match(text) or code_like(text):
        return False
    return not evades(text) and not any(
        cue.search(text) for cue in (_TO_YOU, HEDGE, NARRATION, FIRST_PERSON, FUTURE, NOISE, SPENT)
    )


def _lead(event: Event, one: Statement) -> tuple[int, int] | None:
    """The stretch that leads in to the list of an item, if that opens with a name and the item does not."""
    lead = event.text[slice(*one.lead)] if one.item and one.lead else ""
    return one.lead if len(lead) <= LEAD and _opens(lead) and not _opens(one.text) else None


def _opens(text: str) -> bool:
    found = IDENTIFIER.search(text)
    return found is not None and not re.search(r"[A-Za-z]", text[: found.start()])


def _candidate(unit: Unit, exchange: Exchange, part: Part, tier: Confidence) -> Candidate:
    lead = _lead(exchange.closing, part[0])
    led = (quote(exchange.closing, *lead),) if lead else ()
    evidence = (*tuple(quote for one in part for quote in quotes(exchange.closing, one))[:4], *led)
    said = clean(" ".join(one.text for one in part))
    if lead:
        said = f"{clean(exchange.closing.text[slice(*lead)], LEAD).rstrip(': ')}: {said}"
    question = _question(exchange)
    return Candidate(
        domain=unit.domain,
        kind=kind_of(said),
        claim=f"{bare(clean(question, 200))} — {said}" if question else said,
        key=f"said:{unit.unit}:{normal(said, 80)}",
        page="",
        rule="agent-report",
        tier=tier if whole(said) and alone(said) else "low",
        evidence=evidence,
        warnings=forged(said, [quote.origin for quote in evidence]),
        topics=topics_of(unit, said),
    )


RULE = Rule("agent-report", "fact", "medium", find)
