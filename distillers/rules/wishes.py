"""Decisions that a person typed while asking for work: how it is to be, and what it is not to be.

A request is no knowledge; a request that says what holds and sets it against something else, or gives its reason, often
is. Those are filed as not yet confirmed, the rest stays low.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from distillers.claims import Statement, clean, code_like, identifiers, quotes, tokens
from distillers.cues import HEDGE, cue
from distillers.findings import Candidate, Confidence
from distillers.record.units import Unit
from distillers.rules.alone import says_itself
from distillers.rules.base import Rule, normal
from distillers.rules.lasting import bare, lasting, told
from distillers.rules.meant import meant, placed, unquoted
from distillers.rules.speech import (
    BLAME,
    CHOSEN,
    CONTRAST,
    FIRST_PERSON,
    MUSING,
    NEXT_TIME,
    NORMATIVE,
    PUSHBACK,
    STANDING,
    STATED,
    TASK,
    WANTS,
    evades,
)
from distillers.rules.topics import topics_of
from distillers.rules.turns import LONG, Turn, context, drafts, sentences, together, typed

FEW = 4
TRAILS = 2
"""More runs of dots than this are a person thinking aloud."""
ONCE = cue(
    r"(?:make|create|add|write|open|file) (?:a|an|the|another) (?:new )?(?:task|test|issue|ticket|pr|branch|commit"
    r"|doc|report),",
    r"commit, push, open a pr, these changes, this session, right now, for now, this time, go ahead,",
    r"start (?:with|working),",
    r"continue, proceed, try again, let'?s (?:see|try|look|start|review|check), look at, check (?:if|whether|that)",
)
"""Instructions for the work at hand: spent once it is done."""


def find(unit: Unit) -> Iterator[Candidate]:
    """Sentences of typed turns that state how something is to be."""
    for turn in typed(unit):
        if turn.event.kind == "message" and len(turn.event.text) <= 4 * LONG:
            said = sentences(turn.event)
            for place, half, tier in together(said, [_tier(turn, one) for one in said]):
                yield _candidate(unit, turn, (said[place], *([half] if half else [])), tier)


def _tier(turn: Turn, statement: Statement) -> Confidence | None:
    text = statement.text
    if any(of_kind(turn, text) for of_kind in _NO_WISH):
        return None
    weak = any(of_kind(text) for of_kind in _WEAK)
    firm = CONTRAST.search(text) or STATED.search(text) or identifiers(text)
    return "medium" if firm and not weak and not drafts(turn.event.text) else "low"


def _corrects(turn: Turn, _: str) -> bool:
    return len(turn.event.text) <= LONG and (turn.conceded or PUSHBACK.match(turn.event.text) is not None)


def _unfit(_: Turn, text: str) -> bool:
    """Whether it asks, orders for good (another rule's), or is no sentence of a fair length."""
    return text.endswith("?") or STANDING.search(text) is not None or not 25 <= len(text) <= 400


def _unstated(_: Turn, text: str) -> bool:
    """Whether it does not say how something is to be, or only supposes it."""
    states = any(cue.search(unquoted(text)) for cue in (NORMATIVE, STATED, CHOSEN))
    return not states or len(tokens(text)) < FEW or HEDGE.search(text) is not None or evades(text)


def _leans(text: str) -> bool:
    return not says_itself(bare(text)) or not lasting(text)


def _personal(text: str) -> bool:
    return FIRST_PERSON.search(text) is not None and not WANTS.search(text)


def _passing(text: str) -> bool:
    """Whether it is an order for the work at hand or for an hour, somebody else's, or a thought about it."""
    muses = MUSING.search(text) is not None or text.count("..") > TRAILS
    return ONCE.search(text) is not None or muses or not meant(text) or not placed(text)


def _blames(text: str) -> bool:
    return BLAME.search(text) is not None and not NEXT_TIME.search(text)


def _orders_once(text: str) -> bool:
    return _orders(bare(text)) and not NEXT_TIME.search(text)


_NO_WISH = (_corrects, _unfit, _unstated)
_WEAK = (_leans, _personal, _passing, _blames, code_like, _orders_once)


def _orders(text: str) -> bool:
    """Whether a sentence orders a piece of work; "Do: … Don't: …" says how things are done."""
    found = TASK.match(text)
    return found is not None and not text[found.end() :].startswith(":")


def _candidate(unit: Unit, turn: Turn, cited: Sequence[Statement], tier: Confidence) -> Candidate:
    each = [told(clean(bare(one.text), 320)) for one in cited]
    said, about = " ".join(each), context(turn, cited[0], 90)
    return Candidate(
        domain=unit.domain,
        kind="decision",
        claim=f"{'Asked for' if NORMATIVE.search(said) else 'Said'} by a person: {said}",
        key=f"wish:{normal(each[0])}",
        page="",
        rule="typed-decision",
        tier=tier,
        evidence=tuple(quote for one in cited for quote in quotes(turn.event, one)),
        topics=topics_of(unit, f"{said} {about}"),
    )


RULE = Rule("typed-decision", "decision", "medium", find)
