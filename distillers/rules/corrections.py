"""Corrections: what a person typed to set the agent right, and tool calls that a person refused with a reason.

Two structures tell a correction from a request: how the person's turn opens, and whether the agent's answer opens by
admitting it. Questions alone ("why did you …?") object to something but state nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from distillers.claims import Statement, clean, identifiers, quotes, statements, tokens
from distillers.cues import HEDGE, WHY, cue
from distillers.findings import Candidate, Confidence
from distillers.record.events import Event
from distillers.record.units import Unit
from distillers.rules.alone import alone, leans, says_itself
from distillers.rules.base import Rule, normal
from distillers.rules.fate import correction_key
from distillers.rules.lasting import NORM, bare, lasting, points, told
from distillers.rules.meant import meant
from distillers.rules.speech import (
    APOLOGY,
    BLAME,
    CONTRAST,
    FIRST_PERSON,
    MUSING,
    NARRATION,
    NEXT_TIME,
    NORMATIVE,
    PUSHBACK,
    STATED,
    TASK,
    WANTS,
    evades,
)
from distillers.rules.topics import topics_of
from distillers.rules.turns import LONG, Turn, companion, context, drafts, sentences, together, typed
from distillers.rules.wishes import ONCE

TERSE = 14
"""Words of weight of a short assertion that the agent then admitted to be right."""
RESTATED = 2
OPENING = 6
"""Sentences of its answer in which an agent says what it was wrong about; what follows is new work."""
_INSTEAD = cue(r"instead of, rather than, in favou?r of, so that, because, not, don'?t, without, never, must, only")
_NEVER = re.compile(r"^\W*(?:please )?(?:do(?:n'?t| not)|never|no \w+s?)\b", re.IGNORECASE)
_BECAUSE = re.compile(r",\s+\w+|[.;:] \w|\b(?:because|since|so|otherwise|too)\b", re.IGNORECASE)
"""A second clause: what is forbidden is followed by its reason."""
_ABOUT_TALK = cue(
    r"your (?:request|question|point), you asked, (?:the|your) commit message, lines? \d+,",
    r"we (?:just )?(?:ran|did|used|made|wrote|saw|got)",
)
"""An admission about what was asked or written, not about how things are."""
_TOLD = re.compile(r"\b(?:next time|when(?:ever)?) i (?:tell|ask|say)\b", re.IGNORECASE)
"""That an order is to be followed, of no order."""
_DENIES = re.compile(
    r"\W*(?:(?:please|but|so|i|we|you) )*(?:do(?:n['’]?t| not)|never|no need|should(?:n['’]?t| not))\b",
    re.IGNORECASE,
)
_SURE = re.compile(r"\W*(?:make sure|ensure)\b", re.IGNORECASE)
SHORT = 3
"""Fewer words of weight than this say nothing without their context."""


def find(unit: Unit) -> Iterator[Candidate]:
    """What a person set right, a sentence each."""
    for turn in typed(unit):
        if turn.event.kind == "message" and len(turn.event.text) <= LONG and _corrects(turn):
            said = sentences(turn.event)
            for place, half, tier in together(said, [_alone(turn, one) for one in said]):
                more = companion(said, place) if tier == "medium" and _bare_no(said[place].text) else None
                beside = more if more and _tier(turn, more) != "medium" else None
                yield _candidate(unit, turn, said[place], tier, half or beside)


def _bare_no(text: str) -> bool:
    """Whether a sentence only denies or forbids, and does not say why."""
    return _DENIES.match(bare(text)) is not None and WHY.search(text) is None


def _corrects(turn: Turn) -> bool:
    return turn.before is not None and (turn.conceded or bool(PUSHBACK.match(turn.event.text)))


def _alone(turn: Turn, statement: Statement) -> Confidence | None:
    """The tier of a sentence, low where it leaves to the talk what it is about or goes into what is drawn up next."""
    tier, said = _tier(turn, statement), clean(bare(statement.text), 300)
    passes = drafts(turn.event.text) and not NEXT_TIME.search(said)
    return "low" if tier and (passes or not says_itself(said)) else tier


def _tier(turn: Turn, statement: Statement) -> Confidence | None:
    text = statement.text
    if text.endswith("?") or len(tokens(text)) < SHORT or not 12 <= len(text) <= 320:
        return None
    if NEXT_TIME.match(bare(text)) and not (BLAME.match(bare(text)) or _TOLD.search(text) or _once(text)):
        return "medium"
    if _passing(text) or (BLAME.search(text) and not NEXT_TIME.search(text)):
        return "low"
    if TASK.match(text) and not NEXT_TIME.search(text):
        return "medium" if _INSTEAD.search(text) and lasting(text) else "low"
    firm = CONTRAST.search(text) or identifiers(text)
    says = NEXT_TIME.search(text) or STATED.search(text) or (NORMATIVE.search(text) and firm)
    said = says or (turn.conceded and len(tokens(text)) <= TERSE)
    return "medium" if said and lasting(text) else "low"


def _once(text: str) -> bool:
    """Whether it asks to make sure of something that does not last."""
    return _SURE.match(bare(text)) is not None and not lasting(text)


def _passing(text: str) -> bool:
    """Whether it is an order for the work at hand, a thought, or about the person."""
    return bool(ONCE.search(text) or MUSING.search(text)) or not meant(text) or _tells(text)


def _tells(text: str) -> bool:
    """A person telling about themselves, not saying how things are to be."""
    return bool(FIRST_PERSON.search(text)) and not WANTS.search(text)


def _candidate(
    unit: Unit, turn: Turn, statement: Statement, tier: Confidence, beside: Statement | None = None
) -> Candidate:
    """The correction, told with the sentence ``beside`` it that completes it, if there is one."""
    said, about = told(clean(bare(statement.text), 300)), context(turn, statement)
    whole = f"{said} {told(clean(beside.text))}" if beside else said
    return Candidate(
        domain=unit.domain,
        kind="correction",
        claim=f"{whole} (a person's correction, after: “{about}”)" if about else whole,
        key=correction_key(statement.text),
        page="",
        rule="typed-correction",
        tier="low" if evades(whole) else tier,
        evidence=(*quotes(turn.event, statement), *(quotes(turn.event, beside) if beside else ())),
        topics=topics_of(unit, f"{said} {about}"),
    )


def find_conceded(unit: Unit) -> Iterator[Candidate]:
    """What an agent restated when it admitted that a person was right: the correction in a sentence of its own."""
    for turn in typed(unit):
        if turn.after is not None and turn.conceded and len(turn.event.text) <= 2 * LONG:
            asserted = [one for one in sentences(turn.event) if not one.text.endswith("?")] or sentences(turn.event)
            opening = list(statements(turn.after.text))[:OPENING]
            restated = [place for place, one in enumerate(opening) if _restates(one)][:RESTATED]
            if asserted and restated:
                yield _conceded(unit, turn, turn.after, opening[restated[0] : restated[-1] + 1], asserted[0])


def _restates(one: Statement) -> bool:
    text = one.text
    if not 30 <= len(text) <= 320 or text.endswith(("?", ":")) or len(tokens(text)) < 5:
        return False
    if one.item or APOLOGY.match(text) or evades(text) or points(text) or _ABOUT_TALK.search(text):
        return False
    if any(cue.search(text) for cue in (FIRST_PERSON, HEDGE, NARRATION)):
        return False
    if leans(text) or not alone(text):
        return False
    says = STATED.search(text) or WHY.search(text) or CONTRAST.search(text)
    return bool(says) and bool(NORM.search(text) or identifiers(text))


def _conceded(unit: Unit, turn: Turn, answer: Event, stretch: Sequence[Statement], lead: Statement) -> Candidate:
    """What the answer restates in a stretch; what stands between is quoted too, for it names what is meant."""
    said = clean(" ".join(one.text for one in stretch if _restates(one)), 380)
    own = quotes(turn.event, lead)[:1]
    return Candidate(
        domain=unit.domain,
        kind="correction",
        claim=said,
        key=correction_key(lead.text),
        page="",
        rule="conceded-correction",
        tier="medium",
        evidence=(*own, *(quote for one in stretch for quote in quotes(answer, one)[:2])),
        topics=topics_of(unit, f"{said} {lead.text}"),
    )


def find_rejections(unit: Unit) -> Iterator[Candidate]:
    """Refused tool calls with the reason that a person gave."""
    calls = {event.call: event for event in unit.events if event.kind == "call" and event.call}
    for turn in typed(unit):
        if turn.event.kind == "rejection":
            refused = calls.get(turn.event.call)
            said = sentences(turn.event)
            if said and len(tokens(turn.event.text)) >= 2 and len(turn.event.text) <= LONG:
                yield _rejection(unit, turn, said, _refused(refused.text) if refused else "")


def _refused(call: str) -> str:
    """What a call was about, in one line: its file or command if it names one."""
    lines = [line for line in call.split("\n") if line.strip()] or [""]
    named = [line for line in lines if line.startswith(("file_path:", "command:", "path:", "url:"))]
    return clean((named or lines)[0], 120)


def _forbids(text: str) -> bool:
    """Whether a refusal gives a norm and why; what it calls "this" is the refused call, which stands beside it."""
    return bool(_NEVER.match(text) and _BECAUSE.search(text)) and len(tokens(text)) >= RESTATED


def _rejection(unit: Unit, turn: Turn, said: list[Statement], refused: str) -> Candidate:
    reason = clean(" ".join(one.text for one in said), 280)
    shown = refused.replace("`", "'")
    says = any(lasting(one.text) or _forbids(one.text) for one in said)
    return Candidate(
        domain=unit.domain,
        kind="correction",
        claim=f"A person refused `{shown}`: {reason}" if shown else f"A person refused: {reason}",
        key=f"rejection:{normal(reason)}",
        page="",
        rule="rejection",
        tier="medium" if says else "low",
        evidence=tuple(quote for one in said[:2] for quote in quotes(turn.event, one)[:2]),
        topics=topics_of(unit, f"{reason} {refused}"),
    )


CONCEDED = Rule("conceded-correction", "correction", "medium", find_conceded)
RULE = Rule("typed-correction", "correction", "medium", find)
REJECTIONS = Rule("rejection", "correction", "medium", find_rejections)
