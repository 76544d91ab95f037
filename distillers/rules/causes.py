"""Causes and choices that an agent stated, as far as something else bears them out.

An agent's word alone is low. It becomes worth filing, as not yet confirmed, when the work bears it out (a command that
failed passes after it) or when the person it was said to took it as it was. Statements that the person objected to are
refuted: they take the key of the objection and lose to it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from distillers.claims import Statement, clean, identifiers, quotes, statements, tokens
from distillers.cues import ANAPHORA, BAD_WORKAROUND, CHOSEN, FUTURE, HEDGE, NOISE, STATED, cue
from distillers.findings import Candidate, Kind
from distillers.record.events import Event
from distillers.record.units import Unit
from distillers.rules.base import Rule, forged, normal
from distillers.rules.runs import Ran, runs
from distillers.rules.topics import topics_of
from distillers.rules.turns import Reaction, reaction

MOST = 8
"""Statements taken from one session."""

_NARRATION = cue(
    r"let me, i'll, i will, i'm going to, now i, let's, i need to, i should, we need to, you can, you could, would you,",
    r"if you, i can, shall i, do you want, i see, looking at, first, your query, my previous, i defaulted",
)
_SHIPS = re.compile(r"\bgit\s+(?:commit|push|merge)\b|\bgh\s+pr\s+(?:create|merge)\b")
_CHANGE = re.compile(
    r"^\W*(?:i(?:'ve| have)? )?(?:also )?(?:updated?|add(?:ed)?|chang(?:ed|e)|made|moved?|removed?|created?|renamed?|implement(?:ed)?"
    r"|enhanced?|adjust(?:ed)?|refactored|modified|adding|clearer|here(?:'|’)?s|the remaining|we can)\b",
    re.IGNORECASE,
)
"""Narration of an edit: the change itself is in the repository."""


@dataclass(frozen=True, slots=True)
class Said:
    """A statement of an agent, with the sentence it leans on and what became of it."""

    event: Event
    statement: Statement
    before: Statement | None
    kind: Kind
    took: Reaction
    borne_out: bool
    """A command that had failed passed after it."""
    shipped: bool
    """Work was committed, pushed or merged after it."""

    @property
    def text(self) -> str:
        """The sentence, after the one that it leans on."""
        return f"{self.before.text} {self.statement.text}" if self.before else self.statement.text

    @property
    def holds(self) -> bool:
        """The person did not object, and something besides the agent's word speaks for it."""
        return self.took != "objects" and (self.borne_out or self.shipped or self.took == "accepts")


def find(unit: Unit) -> Iterator[Candidate]:
    """The best borne-out statements of a session, at most :data:`MOST`, and what they replaced."""
    said = list(_said(unit))
    best = sorted(said, key=_worth, reverse=True)[:MOST]
    for one in sorted(best, key=said.index):
        last = _replaced_by(one, said[said.index(one) + 1 :])
        mine = _candidate(unit, one)
        yield replace(mine, key=_candidate(unit, last).key, tier="low") if last else mine


def _worth(one: Said) -> tuple[bool, bool, bool, int]:
    return one.holds, one.borne_out, one.took == "accepts", len(identifiers(one.text))


def _replaced_by(one: Said, later: Sequence[Said]) -> Said | None:
    """The last later diagnosis of the same thing in the session: claims change, and the last supported one counts."""
    if one.kind != "cause":
        return None
    names = identifiers(one.text)
    about = [x for x in later if x.kind == "cause" and x.event.id != one.event.id and names & identifiers(x.text)]
    return next((x for x in reversed(about) if x.took != "objects"), None)


def _said(unit: Unit) -> Iterator[Said]:
    ran = list(runs(unit))
    for place, event in enumerate(unit.events):
        if event.origin != "agent" or event.kind != "message" or event.sidechain:
            continue
        found = list(_telling(event))
        if found:
            fate = reaction(unit.events, place), _turned_green(ran, place), _shipped(ran, place)
            yield from (Said(event, one, before, kind, *fate) for one, before, kind in found)


def _telling(event: Event) -> Iterator[tuple[Statement, Statement | None, Kind]]:
    last: Statement | None = None
    for statement in statements(event.text):
        leans = last if ANAPHORA.match(statement.text) and not statement.first else None
        text = statement.text
        kind: Kind | None = "cause" if STATED.search(text) else "decision" if CHOSEN.search(text) else None
        if kind and _stands(text, leans):
            yield statement, leans, kind
        last = statement


def _stands(text: str, leans: Statement | None) -> bool:
    """Well formed, about something that has a name, neither a guess nor narration nor a promise."""
    if not 40 <= len(text) <= 420 or text.endswith("?") or len(tokens(text)) < 6:
        return False
    if _CHANGE.match(text) or text.endswith(":"):
        return False
    if HEDGE.search(text) or _NARRATION.search(text) or FUTURE.search(text) or NOISE.search(text):
        return False
    return (
        bool(identifiers(text)) and not BAD_WORKAROUND.search(text) and (leans is not None or not ANAPHORA.match(text))
    )


def _turned_green(ran: Sequence[Ran], place: int) -> bool:
    """Whether a command that last failed before ``place`` passes when it next runs after it."""
    before = {run.family: run.failed for run in ran if run.place < place and run.family}
    after = {run.family: run.failed for run in reversed(ran) if run.place > place and run.family}
    return any(failed and after.get(name) is False for name, failed in before.items())


def _shipped(ran: Sequence[Ran], place: int) -> bool:
    return any(run.place > place and not run.failed and _SHIPS.search(run.command) for run in ran)


def _candidate(unit: Unit, one: Said) -> Candidate:
    evidence = (*(quotes(one.event, one.before)[:2] if one.before else ()), *quotes(one.event, one.statement)[:3])
    said = clean(one.text)
    return Candidate(
        domain=unit.domain,
        kind=one.kind,
        claim=said,
        key=f"said:{unit.unit}:{normal(said, 80)}",
        page="",
        rule="agent-statement",
        tier="medium" if one.holds else "low",
        evidence=evidence,
        warnings=forged(said, [quote.origin for quote in evidence]),
        topics=topics_of(unit, said),
    )


RULE = Rule("agent-statement", "cause", "medium", find)
