"""Explanations: what an agent said of a thing that a tool had just shown it.

An agent's word alone is low. Here it does not stand alone: a name in the sentence stands in what a tool returned, or in
what the agent ran, since the person's last turn, and that line is cited beside it. So both can be read, and the claim
is an observation of that session: not yet confirmed, and taken back where the person objected. What an edit then says
stands in its file, what is said after an edit reports it (:mod:`distillers.rules.reports`), and what is taught to a
person is no news to who knows the tool.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from distillers.claims import (
    Statement,
    alike,
    clean,
    code_like,
    following,
    identifiers,
    quote,
    quotes,
    statements,
    tokens,
)
from distillers.cues import ANAPHORA, CAUSE, FUTURE, HEDGE, IMPERATIVE, WHY, cue
from distillers.findings import Candidate, Quote
from distillers.record.events import Event
from distillers.record.units import Unit
from distillers.rules.alone import passed, told
from distillers.rules.aloud import read_out
from distillers.rules.base import Rule, forged, kind_of, normal
from distillers.rules.doing import on_tests
from distillers.rules.fate import Course, refuted
from distillers.rules.mended import edits, with_end, written_after
from distillers.rules.shown import asked_of, line_of
from distillers.rules.speech import EDITED, ENTRY, FIRST_PERSON, LIMITS, NARRATION, STATED, evades
from distillers.rules.topics import topics_of
from distillers.rules.whole import FRAGMENT, PRAISE, VERB, dangles, of_moment

MOST = 6
"""Explanations taken from one session, the best ones."""
ENOUGH = 5
"""Words of weight of a sentence that can explain something …"""
SUBJECT = 28
"""Characters within which a sentence has to name what it is about."""
BARE = 7
"""… and of one that gives no reason."""
ANSWER = 420
"""Characters of what an agent said in answer to one question …"""
SAME = 0.5
"""… and cosine of the words from which two sentences of it say the same."""
_NAMES = re.compile(r"\b[a-z]+(?:-[a-z]+)+\b|\b[A-Z]{3,}\b")
"""Names as prose writes them; that a tool printed them tells them from plain words."""
_TALK = cue(
    r"you, yours, let's, us, we (?:need|should|can|could|want|will|must|just|now|were|did|do|also), we'(?:re|ll),",
    r"will, it'll, they'll, is still, are still, current(?:ly)?, (?:is|are) (?:failing|passing|saved|fine),",
    r"has been, have been",
)
"""Talk to the person about the work and where it stands, not about a thing."""
_STATE = cue(
    r"(?:is|are|was|were|been|now) (?:committed|merged|saved|staged|pushed|done|complete[d]?|clean), working tree,",
    r"all set, in this session, so far, next steps?, \d+ files? changed, localhost, 127\.0\.0\.1, ready (?:to|for),",
    r"up to date, (?:this|that|my|your|the last|the new) (?:commit|branch|pr|change|edit|session|test|run),",
    r"not (?:\w+ )?yet, aren't (?:\w+ )?yet, isn't (?:\w+ )?yet, just \w+ed",
)
"""Where the work stands: over as soon as it is told."""
_DATED = re.compile(
    r"\b(?=[0-9a-f]*\d)[0-9a-f]{7,40}\b|\b(?:task|issue|ticket|pr) #?\d+|\blines? ~?\d+"
    r"|^\W*(?:previously|before|after)\b",
    re.IGNORECASE,
)
"""What was so at one commit, in one ticket, or before the work."""
_REVIEWED = re.compile(
    r"[✅✔☑✓⚠💡❌🚧❗]|^\W*\(\d+\)|\b(?:observation|finding|nit) \d+|\berror TS\d+|:\d+:\d+\b"
    r"|^\W*the (?:[\w#]+ ){0,2}(?:says|reads|states|tells|claims|asks)\b"
    r"|\b(?:HEAD|origin/\w+|theirs|ours)\b.{0,20}\b(?:adds?|side|has|keeps)\b|\bconflicts?\b|^\W*your\b",
    re.IGNORECASE,
)
"""A remark of a review or of a merge, an error as it was printed, or what a text says that was read out."""
_STEP = re.compile(
    r"^\W*(?:good|great|perfect|nice|ok|yes|no|nope|confirmed|now|as expected|small|here|done|what|otherwise"
    r"|actually)\b"
    r"|^\W*(?:`[^`]+`\W+)?[A-Z][a-z]+(?<!e)ed\b",
    re.IGNORECASE,
)
"""A remark on what was just seen, or a subjectless report of what was just done."""
_LEARNS = cue(r"unfamiliar with, teach me, educate me, (?:i'm|i am) new to, am i misunderstanding")
"""How a person asks to be taught what others know."""


@dataclass(frozen=True, slots=True)
class Explained:
    """A sentence, and the line of a tool that has one of its names."""

    place: int
    event: Event
    statement: Statement
    before: Statement | None
    shown: Quote
    asked: str
    """What the person had typed; "" unless it takes that to know what the sentence is about."""

    @property
    def lead(self) -> tuple[int, int] | None:
        """The stretch that leads in to the list that the sentence is an item of; None if it says nothing."""
        span = self.statement.lead if self.statement.item else None
        said = clean(self.event.text[slice(*span)], 140) if span else ""
        told = len(tokens(said)) >= 3 and len(said) <= 120 and not (_talks(said) or _STEP.match(said))
        return span if told else None

    @property
    def text(self) -> str:
        """The sentence after what it leans on or what leads in to it."""
        if self.before:
            return following(self.before.text, self.statement.text)
        lead = clean(self.event.text[slice(*self.lead)], 140).rstrip(": ") if self.lead else ""
        return f"{lead}: {self.statement.text}" if lead else self.statement.text


def find(unit: Unit) -> Iterator[Candidate]:
    """The best explanations of a session, at most :data:`MOST`, in the order in which they were given."""
    said = list(_explained(unit))
    best = sorted(said, key=_worth, reverse=True)[:MOST]
    if best:
        course = Course(unit)
        for one, *more in _answers(sorted(best, key=said.index)):
            told_whole = with_end(_candidate(unit, one, more), unit, course, one.place, one.statement.text)
            yield refuted(told_whole, course.fate(one.place))


def _answers(said: Iterable[Explained]) -> list[list[Explained]]:
    """The explanations; those that it takes one question to read make one claim, which says nothing twice."""
    groups: list[list[Explained]] = []
    for one in said:
        mine = [group for group in groups if one.asked and group[0].asked == one.asked and _room(group, one)]
        if not mine:
            groups.append([one])
        elif all(alike(tokens(one.text), tokens(other.text)) < SAME for other in mine[0]):
            mine[0].append(one)
    return groups


def _room(group: Sequence[Explained], one: Explained) -> bool:
    return sum(len(each.text) for each in group) + len(one.text) <= ANSWER


def _worth(one: Explained) -> tuple[int, int]:
    cues = sum(bool(pattern.search(one.text)) for pattern in (STATED, CAUSE, WHY, LIMITS))
    return cues + min(3, len(identifiers(one.text))), -one.place


def _explained(unit: Unit) -> Iterator[Explained]:
    seen: list[Event] = []
    asked, passes = "", False
    for place, event in enumerate(unit.events):
        if event.sidechain:
            continue
        if event.origin == "human" and event.kind == "message":
            seen, asked, passes = [], asked_of(event), _LEARNS.search(event.text) is not None
        elif event.kind in {"result", "call"} and event.origin in {"tool", "agent"}:
            seen.append(event)
            passes = passes or edits(event)
        elif event.kind == "message" and event.origin == "agent" and seen and not passes:
            yield from _of(place, event, seen, asked)


def _of(place: int, event: Event, seen: Sequence[Event], asked: str) -> Iterator[Explained]:
    last: Statement | None = None
    for statement in statements(event.text):
        leans = last if ANAPHORA.match(statement.text) and not statement.item else None
        needs = not told(leans.text if leans else statement.text)
        if (asked or not needs) and _stands(statement, leans):
            said = f"{leans.text if leans else ''} {statement.text}"
            shown = line_of(named(said), seen)
            if shown is not None and not read_out([statement.text], seen):
                yield Explained(place, event, statement, leans, shown, asked if needs else "")
        last = statement


def named(text: str) -> frozenset[str]:
    """The names in a sentence, in small letters, whether marked as code or not."""
    return identifiers(text) | {name.lower() for name in _NAMES.findall(text)}


def _stands(statement: Statement, before: Statement | None) -> bool:
    """Whether it is a whole sentence that says why or where a named thing ends, and needs nothing else around it."""
    text = statement.text
    if not _sized(statement) or _passing(text) or passed(before.text if before else text):
        return False
    if ANAPHORA.match(text) and not (before and _bears(before.text)):
        return False
    about = before is not None or any(text.lower().find(name) in range(SUBJECT) for name in named(text))
    return about and _explains(statement) and VERB.search(text) is not None


def _sized(statement: Statement) -> bool:
    text = statement.text
    ends = not text.endswith(("?", ":")) and not statement.open
    return ends and 40 <= len(text) <= 420 and len(tokens(text)) >= ENOUGH


def _passing(text: str) -> bool:
    """Whether it is a step, talk, code, a remark of a review, or what was seen at one moment."""
    opens = (EDITED, ENTRY, IMPERATIVE, _STEP, FRAGMENT)
    holds = (_DATED, _REVIEWED, PRAISE)
    told = (code_like, evades, _talks, of_moment, dangles, on_tests)
    return (
        any(cue.match(text) for cue in opens)
        or any(cue.search(text) for cue in holds)
        or any(of_kind(text) for of_kind in told)
    )


def _explains(statement: Statement) -> bool:
    """Whether it gives a reason, or tells of two named things, or of one how far it goes."""
    text = statement.text
    if any(cue.search(text) for cue in (STATED, CAUSE, WHY)):
        return True
    told = not statement.item and len(tokens(text)) >= BARE
    return told and (LIMITS.search(text) is not None or len(identifiers(text)) >= 2)


def _bears(text: str) -> bool:
    """Whether a sentence says itself what the next one leans on."""
    leans = text.endswith(("?", ":")) or ANAPHORA.match(text) or _STEP.match(text)
    return 30 <= len(text) <= 260 and not (leans or _talks(text))


def _talks(text: str) -> bool:
    """Whether it guesses, promises, tells what the agent does or where the work stands, or speaks to the person."""
    return any(c.search(text) for c in (HEDGE, NARRATION, FIRST_PERSON, FUTURE, _STATE, _TALK))


def _candidate(unit: Unit, one: Explained, more: Sequence[Explained] = ()) -> Candidate:
    said = clean(one.text)
    evidence = (*_cited(one), *(q for other in more for q in _cited(other)[:2]), one.shown)
    told = " ".join((said, *(clean(other.text) for other in more)))
    return Candidate(
        domain=unit.domain,
        kind=kind_of(said),
        claim=f"{one.asked} — {told}" if one.asked else said,
        key=f"said:{unit.unit}:{normal(said, 80)}",
        page="",
        rule="agent-explanation",
        tier="low" if written_after(unit, one.place, one.statement.text) else "medium",
        evidence=evidence,
        warnings=forged(said, [quote.origin for quote in evidence]),
        topics=topics_of(unit, said),
    )


def _cited(one: Explained) -> tuple[Quote, ...]:
    """The sentence, what it leans on and what leads in to it."""
    lead = (quote(one.event, *one.lead),) if one.lead else ()
    before = quotes(one.event, one.before)[:2] if one.before else ()
    return (*quotes(one.event, one.statement)[:3], *before, *lead)


RULE = Rule("agent-explanation", "cause", "medium", find)
