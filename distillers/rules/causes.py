"""Diagnoses that an agent stated while it worked, as far as something else bears them out.

An agent's word alone is low: readers kept two of seventeen. If what it names was edited afterwards and a command that
had failed then passed, the diagnosis is medium and told with that end. What the work bears out otherwise, or the person
took as it was, corroborates what others say. Claims
change inside one session: the last supported diagnosis of a thing counts, the earlier ones take its key and lose to it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from distillers.claims import Statement, clean, following, identifiers, quotes, statements, tokens
from distillers.cues import ANAPHORA, FUTURE, HEDGE, NOISE, WHY
from distillers.findings import Candidate
from distillers.record.events import Event
from distillers.record.units import Unit
from distillers.rules.base import Rule, forged, normal
from distillers.rules.fate import Course, Fate, refuted
from distillers.rules.mended import with_end
from distillers.rules.sections import section_of
from distillers.rules.speech import EDITED, ENTRY, FIRST_PERSON, FOUND, LIMITS, NARRATION, SPENT, STATED, evades
from distillers.rules.topics import topics_of

MOST = 8
"""Diagnoses taken from one session."""
OPENED = 3
"""Sentences that an opening such as "Found it." announces, itself included."""


@dataclass(frozen=True, slots=True)
class Said:
    """A diagnosis with the sentence it leans on and what became of it."""

    place: int
    event: Event
    statement: Statement
    before: Statement | None
    fate: Fate

    @property
    def text(self) -> str:
        """The sentence, after the one that it leans on."""
        return following(self.before.text, self.statement.text) if self.before else self.statement.text


def find(unit: Unit) -> Iterator[Candidate]:
    """The best borne-out diagnoses of a session, at most :data:`MOST`, and what they replaced."""
    course = Course(unit)
    said = list(_said(unit, course))
    best = sorted(said, key=_worth, reverse=True)[:MOST]
    for one in sorted(best, key=said.index):
        mine = _borne_out(unit, course, one)
        last = _replaced_by(one, said[said.index(one) + 1 :])
        if one.fate.took == "objects" or last is None:
            yield refuted(mine, one.fate)
        else:
            yield replace(mine, key=_candidate(unit, last).key, tier="low", refuted=True)


def _borne_out(unit: Unit, course: Course, one: Said) -> Candidate:
    """The diagnosis; told with its end, and medium, if what it names was edited and what had failed then passed."""
    mine = _candidate(unit, one)
    ended = with_end(replace(mine, tier="medium"), unit, course, one.place, one.text)
    return mine if ended.claim == mine.claim else ended


def _worth(one: Said) -> tuple[bool, bool, bool, int]:
    return one.fate.holds, one.fate.borne_out, one.fate.took == "accepts", len(identifiers(one.text))


def _replaced_by(one: Said, later: Sequence[Said]) -> Said | None:
    """The last later diagnosis of the same thing that is borne out no less and that nobody objected to."""
    names = identifiers(one.text)
    about = [x for x in later if x.event.id != one.event.id and _same_thing(names, identifiers(x.text))]
    held = [x for x in about if x.fate.took != "objects" and (x.fate.holds or not one.fate.holds)]
    return held[-1] if held else None


def _same_thing(names: frozenset[str], others: frozenset[str]) -> bool:
    return 2 * len(names & others) >= min(len(names), len(others)) > 0


def _said(unit: Unit, course: Course) -> Iterator[Said]:
    for place, event in enumerate(unit.events):
        if event.origin != "agent" or event.kind != "message" or event.sidechain:
            continue
        found = list(_telling(event))
        if found:
            fate = course.fate(place)
            yield from (Said(place, event, one, before, fate) for one, before in found)


def _telling(event: Event) -> Iterator[tuple[Statement, Statement | None]]:
    """The sentences that say why something is as it is, by their words or by standing under such an opening."""
    last: Statement | None = None
    announced = 0
    for statement in statements(event.text):
        announced = OPENED if FOUND.match(statement.text) or section_of(statement.heading) == "cause" else announced - 1
        leans = last if ANAPHORA.match(statement.text) and not statement.first else None
        opened = announced > 0 and not statement.item and (WHY.search(statement.text) or LIMITS.search(statement.text))
        if (opened or STATED.search(statement.text)) and _stands(statement.text, leans):
            yield statement, leans
        last = statement


def _stands(text: str, leans: Statement | None) -> bool:
    """Well formed, about something that has a name, neither a guess nor narration nor a promise."""
    if not 40 <= len(text) <= 420 or text.endswith(("?", ":")) or len(tokens(text)) < 6 or _edit_or_entry(text):
        return False
    if evades(text) or any(cue.search(text) for cue in (HEDGE, NARRATION, FIRST_PERSON, FUTURE, NOISE, SPENT)):
        return False
    return bool(identifiers(text)) and (leans is not None or not ANAPHORA.match(text))


def _edit_or_entry(text: str) -> bool:
    return bool(EDITED.match(text) or ENTRY.match(text))


def _candidate(unit: Unit, one: Said) -> Candidate:
    evidence = (*(quotes(one.event, one.before)[:2] if one.before else ()), *quotes(one.event, one.statement)[:3])
    said = clean(one.text)
    return Candidate(
        domain=unit.domain,
        kind="cause",
        claim=said,
        key=f"said:{unit.unit}:{normal(said, 80)}",
        page="",
        rule="agent-diagnosis",
        tier="low",
        evidence=evidence,
        warnings=forged(said, [quote.origin for quote in evidence]),
        topics=topics_of(unit, said),
    )


RULE = Rule("agent-diagnosis", "cause", "medium", find)
