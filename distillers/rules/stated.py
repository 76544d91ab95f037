"""What a ticket states, sentence by sentence, and what each sentence is worth keeping."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from distillers.claims import Statement, following, identifiers, listing, statements, tokens
from distillers.cues import ANAPHORA, CAUSE, CHOICE, FUTURE, HEDGE, IMPERATIVE, NOISE, REASON, WHY, cue
from distillers.record.events import Event
from distillers.record.units import Unit
from distillers.rules.doing import about_work, on_tests
from distillers.rules.sections import Section, section_of
from distillers.rules.trimmed import trimmed

_BOX = re.compile(r"^\s*[-*] \[[xX]\] *(?:#\d+ *)?$")
_LABEL = re.compile(r"^\W*([A-Z][\w /&-]{2,40}):\s+(?=\S)")
"""What a sentence is by its own first words, as in "Reference: …"."""
_LISTING = re.compile(r"(?i:^\W*(?:pr|issue|see|link)?:?\s*https?://\S+$)|[ADMR]\s+\S*[/.]\S+\s+[ADMR]\s")
"""Changed files as git lists them."""
_CHANGE = re.compile(r"^(?:commit-|#\d)|(?:^|/)pr\b", re.IGNORECASE)
"""Commits and pull requests: their text came with the change, a ticket's asked for it."""
_PLANNED = re.compile(
    r"> [^>]*\b(?:design|current|existing|today|requirements?|propos\w+|goals?|objectives?|benefits?|target"
    r"|approach|planned|description|problem|issue|context|motivation)\b[^>]*(?:>|$)",
    re.IGNORECASE,
)
_LINKED = re.compile(
    r"\[[^\]]*\]\([^)]*\)|https?://\S+|#\d+|\b(?:see|issue|task|pr|pull request|github)\b", re.IGNORECASE
)
"""What only points somewhere else."""
_NAMED = re.compile(r"`[^`]*`|[\w.@-]+/[\w./@-]+\.\w+\b")
"""Code spans and paths: a sentence of nothing else says nothing."""
_HANDED = re.compile(
    r"\bpass(?:es|ed|ing)? (?=`|\w+[._(]|(?:through|to|into|in|on|an?|the|it|them)\b)"
    r"|\b(?:is|are|be|been|explicitly) passed\b",
    re.IGNORECASE,
)
"""Something that is handed on, not a test that went well."""
_ELSE = re.compile(r"^\W*(?:if (?:not|so)(?=\W*(?:[→,:]|->))|otherwise\b|(?:or )?else\b|in that case\b)", re.IGNORECASE)
"""The other case of what the sentence before says."""
LEADS = 3
"""Words of weight of a line that leads in to a list and belongs to what its items say."""
ENDS = cue(r"goals?, objectives?, we (?:want|need|should), this task, the task is, as a (?:user|developer)")
"""What is wanted, which the ticket's outcome tells better."""
_WEIGHT: dict[Section, int] = {
    "cause": 3,
    "decision": 3,
    "outcome": 2,
    "body": 2,
    "criteria": 0,
    "problem": 1,
    "other": 1,
    "skip": -9,
}


@dataclass(frozen=True, slots=True)
class Stated:
    """A sentence with its place in the ticket and what it is worth; ``before`` is the sentence it leans on."""

    event: Event
    statement: Statement
    before: Statement | None
    section: Section
    place: int
    score: int
    planned: bool
    """Written before the work: how things were, or were to become."""

    @property
    def lead(self) -> str:
        """What leads in to the list that the sentence is an item of, if it says more than that a list follows."""
        if self.statement.lead is None or not self.statement.item:
            return ""
        said = self.event.text[slice(*self.statement.lead)].rstrip(" :*_").lstrip("*_ ")
        known = section_of(said) != "other"
        return said if identifiers(said) or (not known and len(tokens(said)) >= LEADS) else ""

    @property
    def text(self) -> str:
        """The sentence, after the one that it leans on."""
        return following(self.before.text, self.statement.text) if self.before else self.statement.text


def stated(unit: Unit) -> Iterator[Stated]:
    """All sentences of a ticket's sections, scored, in order."""
    place = 0
    merged = bool(_CHANGE.search(unit.unit))
    for event in unit.events:
        if event.kind not in {"section", "message"} or event.origin != "ticket":
            continue
        before: Statement | None = None
        for whole in statements(event.text):
            statement = replace(whole, text=trimmed(whole.text))
            place += 1
            leans = before if _leans(statement) else None
            section = _labelled(statement.text) or section_at(event, statement)
            if section == "criteria" and not _ticked(event, statement):
                section = "skip"
            planned = (section == "body" and not merged) or bool(
                _PLANNED.search(f"{event.title} > {statement.heading}")
            )
            yield Stated(event, statement, leans, section, place, _score(statement, leans, section), planned)
            before = statement


def _leans(statement: Statement) -> bool:
    """Whether a sentence says nothing without the one before: it points back to it, or is the other case of it."""
    if statement.item and statement.first:
        return _ELSE.match(statement.text) is not None
    return bool(ANAPHORA.match(statement.text) or _ELSE.match(statement.text))


def section_at(event: Event, statement: Statement) -> Section:
    """What the part of the ticket is for in which the statement stands: the nearest heading that says so decides.

    Under a heading that announces plans or logs nothing counts, whatever stands between.
    """
    headings = event.title.split(" > ")[1:] or [""]
    found: list[Section] = [section_of(heading) for heading in (*headings, statement.heading or "-")]
    if "skip" in found:
        return "skip"
    if "criteria" in found:
        return "criteria"
    telling: list[Section] = [section for section in found if section != "other"]
    return telling[-1] if telling else "other"


def _ticked(event: Event, statement: Statement) -> bool:
    """Whether a ticked box stands before the statement."""
    start = statement.spans[0][0]
    return _BOX.search(event.text[event.text.rfind("\n", 0, start) + 1 : start]) is not None


def _labelled(text: str) -> Section | None:
    """ "skip" for a sentence that a label of its own makes a reference, a check or the like."""
    found = _LABEL.match(text)
    return "skip" if found and section_of(_last(found.group(1))) in {"skip", "criteria"} else None


def _last(label: str) -> str:
    """The word of a label that says what it is."""
    return label if label.lower() == "part of" else label.rsplit(maxsplit=1)[-1]


def _score(statement: Statement, before: Statement | None, section: Section) -> int:
    text = statement.text
    if section == "skip" or not 30 <= len(text) <= 600 or statement.open or text.endswith(("?", ":")):
        return -9
    if (
        listing(text)
        or len(tokens(_NAMED.sub("", text))) < LEADS
        or (_LINKED.search(text) and len(tokens(_LINKED.sub("", text))) < LEADS)
    ):
        return -9
    noise = NOISE.search(_HANDED.sub("", text)) is not None
    if about_work(text) or on_tests(text) or (noise and not WHY.search(text)):
        return -9
    if _LISTING.search(text) or (
        section in {"problem", "other", "criteria"} and (IMPERATIVE.match(text) or ENDS.search(text))
    ):
        return -9
    score = _WEIGHT[section] + 2 * bool(CAUSE.search(text)) + bool(CHOICE.search(text)) + bool(REASON.search(text))
    score += min(len(identifiers(text)), 2) + (statement.first and not statement.item)
    score -= 3 * noise + 2 * bool(FUTURE.search(text)) + 2 * bool(HEDGE.search(text))
    return score - (len(tokens(text)) < 6) - (ANAPHORA.match(text) is not None and before is None)
