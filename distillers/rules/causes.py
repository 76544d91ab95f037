"""Causes and choices that an agent stated, as far as something else bears them out.

An agent's word alone is low. It becomes worth filing, as not yet confirmed, when the work bears it out (a command that
failed passes after it) or when the person it was said to took it as it was. Statements that the person objected to are
refuted: they take the key of the objection and lose to it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from distillers.claims import Statement, clean, identifiers, quotes, statements, tokens
from distillers.cues import ANAPHORA, BAD_WORKAROUND, FUTURE, HEDGE, NOISE, cue
from distillers.findings import Candidate, Confidence, Kind
from distillers.record.events import Event
from distillers.record.units import Unit
from distillers.rules.base import Rule, forged, normal
from distillers.rules.runs import Ran, runs
from distillers.rules.topics import topics_of
from distillers.rules.turns import Reaction, reaction

MOST = 6
"""Statements taken from one session."""

STATED = cue(
    r"root cause, the (?:real |actual |underlying |main )?(?:issue|problem|bug|cause|culprit|reason|error) (?:is|was), caused by,",
    r"because, due to, turns out, this (?:is|was|happens|happened|fails|failed) (?:because|when|since|due), the fix (?:is|was),",
    r"(?:fixed|solved|resolved) (?:it |this |that )?by, which (?:means|meant|caused|broke), doesn't (?:respect|support|read|work),",
    r"does not (?:respect|support|read|work), isn't (?:supported|respected|available), only works, no longer, confirmed",
)
CHOSEN = cue(
    r"(?:i|we) (?:chose|decided|opted|went with|picked|used), instead of, rather than, in favou?r of, to avoid, so that, on purpose,",
    r"by design, intentionally, deliberately, prefer(?:red)?",
)
_NARRATION = cue(
    r"let me, i'll, i will, i'm going to, now i, let's, i need to, i should, we need to, you can, you could, would you, if you,",
    r"i can, shall i, do you want, i see, looking at, first,",
)


@dataclass(frozen=True, slots=True)
class Said:
    """A statement of an agent, with the sentence it leans on and how the person took it."""

    event: Event
    statement: Statement
    before: Statement | None
    took: Reaction
    borne_out: bool
    kind: Kind

    @property
    def text(self) -> str:
        """The sentence, after the one that it leans on."""
        return f"{self.before.text} {self.statement.text}" if self.before else self.statement.text


def find(unit: Unit) -> Iterator[Candidate]:
    """The best borne-out statements of a session first, at most :data:`MOST`; of the rest none."""
    said = sorted(_said(unit), key=_worth, reverse=True)[:MOST]
    yield from (_candidate(unit, one) for one in sorted(said, key=lambda one: (one.event.at, one.event.line)))


def _worth(one: Said) -> tuple[bool, bool, int]:
    return one.borne_out, one.took == "accepts", len(identifiers(one.text))


def _said(unit: Unit) -> Iterator[Said]:
    ran = list(runs(unit))
    for place, event in enumerate(unit.events):
        if event.origin != "agent" or event.kind != "message" or event.sidechain:
            continue
        found = list(_telling(event))
        if found:
            took, borne_out = reaction(unit.events, place), _turned_green(ran, place)
            yield from (Said(event, one, before, took, borne_out, kind) for one, before, kind in found)


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
        tier=_tier(one),
        evidence=evidence,
        warnings=forged(said, [quote.origin for quote in evidence]),
        topics=topics_of(unit, said),
    )


def _tier(one: Said) -> Confidence:
    if one.took == "objects":
        return "low"
    return "medium" if one.borne_out or one.took == "accepts" else "low"


RULE = Rule("agent-statement", "cause", "medium", find)
