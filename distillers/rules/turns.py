"""What people typed: their turns, with what the agent had said or run before and how it answered."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from distillers.claims import Statement, clean, statements, tokens
from distillers.cues import cue
from distillers.findings import Confidence
from distillers.record.events import Event
from distillers.record.units import Unit
from distillers.rules.speech import ACCEPTS, CONCEDES, PUSHBACK

LONG = 600
"""A typed turn that is longer is a task description or was pasted: no correction."""

SHARED = 2
"""Words of weight that a turn shares with what it answers."""

_DRAFTS = cue(
    r"(?:propose|suggest|draft|outline|draw up|come up with) (?:an?|the|some|your|another) (?:[\w-]+ ){0,2}"
    r"(?:plan|design|approach|proposal|outline|draft)s?,",
    r"(?:revise|reword|rephrase) (?:the|this|that|your|our|it),",
    r"(?:improve|polish|refine|rework|rewrite) (?:the|this|that|your|our) (?:[\w-]+ ){0,2}(?:plan|doc|document|report"
    r"|text|proposal|analysis|spec|specs|draft|wording|description|language)s?",
)
"""An order to draw up a plan or a text, or to revise it."""
TOGETHER = 300
"""Characters of two sentences that are told as one remark."""
COMPANION = 160
"""Characters of a sentence that completes another …"""
_COMPLETES = re.compile(
    r"^\W*(?:instead|rather|otherwise|because|since)\b|^\W*(?:i|we) (?:only |just |do )?(?:want|need|prefer)\b"
    r"|^\W*(?:the |our )?(?:users?|people|customers?|readers?|developers?)\b",
    re.IGNORECASE,
)
"""… and how it opens."""
Reaction = Literal["accepts", "objects", "goes on", "none"]

_PASTED = re.compile(r"^\s*(#{1,6}\s|```|diff --git|@@ |[|+-]{3,}|\s*at .+:\d+\)?$|Traceback|\$ )", re.MULTILINE)
_DULL = re.compile(
    r"wants? to clarify|\[Request interrupted|^\s*<[\w-]+>|^/\w+|caveat:"
    r"|^\s*(?:yes|ok(?:ay)?|no|go ahead|continue|proceed|thanks?( you)?|please|sure|great|perfect|do it|stop)[\s.!,]*$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Turn:
    """One typed turn; ``before`` is what the agent said last, ``call`` what it ran last, ``after`` how it answered."""

    event: Event
    before: Event | None
    call: Event | None
    after: Event | None

    @property
    def conceded(self) -> bool:
        """The agent's answer opens by admitting that the person is right."""
        return self.after is not None and bool(CONCEDES.match(self.after.text[:200]))


def typed(unit: Unit) -> Iterator[Turn]:
    """The turns of a session that a person typed, without boilerplate, commands and pastes."""
    said: Event | None = None
    called: Event | None = None
    for place, event in enumerate(unit.events):
        if _by_person(event) and not dull(event.text):
            yield Turn(event, said, called, _answer(unit.events, place))
        elif event.origin == "agent" and event.kind == "message":
            said = event
        elif event.kind == "call":
            called = event


def reaction(events: Sequence[Event], place: int) -> tuple[Reaction, Event | None]:
    """How the next thing that a person typed takes what stands at ``place``, and that turn; "none" if there is none."""
    for later, event in enumerate(events[place + 1 :], place + 1):
        if _by_person(event):
            return _taken(event, _answer(events, later)), event
    return "none", None


def _taken(event: Event, answer: Event | None) -> Reaction:
    text = event.text.strip()
    conceded = answer is not None and bool(CONCEDES.match(answer.text[:200]))
    if event.kind == "rejection" or conceded or PUSHBACK.match(text):
        return "objects"
    return "accepts" if ACCEPTS.match(text) else "goes on"


def _by_person(event: Event) -> bool:
    return event.origin == "human" and event.kind in {"message", "rejection"} and not event.sidechain


def _answer(events: Sequence[Event], place: int) -> Event | None:
    for event in events[place + 1 :]:
        if _by_person(event):
            return None
        if event.origin == "agent" and event.kind == "message" and event.text.strip():
            return event
    return None


def dull(text: str) -> bool:
    """Whether a turn says nothing by itself: boilerplate, a bare yes, a command, a paste."""
    return not re.search(r"\w{2}", text) or bool(_DULL.search(text)) or bool(_PASTED.search(text))


def drafts(text: str) -> bool:
    """Whether a turn orders a plan or a text: what else it says goes into that, and holds as far as that does."""
    return _DRAFTS.search(text) is not None


def sentences(event: Event) -> list[Statement]:
    """The sentences of a typed turn that hold more than one word."""
    return [one for one in statements(event.text, typed=True) if re.search(r"\w{2,}\W.*\w{2,}", one.text)]


def companion(said: Sequence[Statement], place: int) -> Statement | None:
    """The sentence after the one at ``place`` of a turn, if it gives its reason or what is wanted in its place."""
    following = said[place + 1] if place + 1 < len(said) else None
    return following if following and _COMPLETES.match(following.text) and len(following.text) <= COMPANION else None


def together(
    said: Sequence[Statement], tiers: Sequence[Confidence | None]
) -> Iterator[tuple[int, Statement | None, Confidence]]:
    """What is told of the sentences of a turn: where it stands, the sentence told along with it, and its tier.

    Two neighbours of one paragraph that could each be told are two halves of one remark.
    """
    taken = -1
    for place, tier in enumerate(tiers):
        if tier is not None and place != taken:
            half = _half(said, tiers, place)
            taken = place + 1 if half else taken
            yield place, half, tier


def _half(said: Sequence[Statement], tiers: Sequence[Confidence | None], place: int) -> Statement | None:
    pair = said[place : place + 2]
    joins = list(tiers[place : place + 2]) == ["medium", "medium"] and not (pair[1].first or pair[1].item)
    return pair[1] if joins and sum(len(one.text) for one in pair) <= TOGETHER else None


def context(turn: Turn, statement: Statement, limit: int = 140) -> str:
    """What a sentence of the turn answers: the last that the agent said of the same thing; "" if it said nothing of it.

    Offers and questions of the agent are no context.
    """
    if turn.before is None:
        return ""
    words = tokens(statement.text)
    said = [one.text for one in statements(turn.before.text) if len(one.text) > 20 and not one.text.endswith("?")]
    return next((clean(text, limit) for text in reversed(said) if len(words & tokens(text)) >= SHARED), "")
