"""The account that collect gives: every file of the sources in exactly one state, and what this run added."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from sqlalchemy import Connection

from distillers import cursors
from distillers.survey import Survey
from distillers.walk import LINK_OUT
from scheduling.ledger.store import Ledger

if TYPE_CHECKING:  # Arrow is for whoever stores something
    from distillers.intake import Plan

OLDER = "last changed before the date that was asked for"


@dataclass(frozen=True, slots=True)
class Counts:
    """All files under the sources, each in exactly one."""

    read: int = 0
    skipped: int = 0
    quarantined: int = 0


@dataclass(frozen=True, slots=True)
class FileNote:
    """What a person should know of a file: why it was not read, or how many of its lines were bad."""

    path: str
    domain: str
    """Of the source; "" for a store that mixes projects."""
    state: Literal["read", "skipped", "quarantined", "missing"]
    """``missing``: a source or folder that cannot be listed; it counts as no file."""
    reason: str
    bad_lines: int = 0


@dataclass(frozen=True, slots=True)
class Collected:
    """What a collect found. ``files``, ``bad_lines`` and ``notes`` are of all files there are, the rest of this run."""

    files: Counts
    sessions: int
    tickets: int
    events: int
    bad_lines: int
    notes: list[FileNote]
    """By domain and path."""
    domains_changed: tuple[str, ...]


@dataclass(slots=True)
class Tally:
    """What one run has stored so far."""

    units: set[tuple[str, str, str]] = field(default_factory=set[tuple[str, str, str]])
    """(domain, medium, unit)."""
    domains: set[str] = field(default_factory=set[str])
    events: int = 0
    rewritten: int = 0

    def add(self, plan: Plan) -> None:
        """Counts what ``plan`` stored."""
        self.events += plan.table.num_rows
        self.rewritten += len(plan.rewritten)
        self.domains |= plan.domains
        columns = [plan.table.column(name).to_pylist() for name in ("domain", "medium", "unit")]
        self.units.update(zip(*columns, strict=True))

    def of(self, medium: str) -> int:
        """How many sessions or tickets got something new."""
        return sum(kind == medium for _, kind, _ in self.units)


def account(ledger: Ledger, surveys: Collection[Survey], tally: Tally) -> Collected:
    """The account of all ``surveys``, once what they asked for is stored."""
    states = {"read": 0, "skipped": 0, "quarantined": 0}
    notes: list[FileNote] = []
    tasks = {survey.task for survey in surveys}
    with ledger.read() as rows:
        counted = cursors.counted(rows)
        for survey in surveys:
            counts = counted.get(survey.task, {})
            for state, count in counts.items():
                states[state] += count
            extra = list(_without_cursor(rows, survey, sum(counts.values())))
            states["skipped"] += sum(note.state == "skipped" for note in extra)
            notes += extra
        told = cursors.noted(rows, tasks)
        notes += (FileNote(one.path, one.via, one.state, one.reason, one.bad_lines) for one in told)
    return Collected(
        files=Counts(**states),
        sessions=tally.of("session"),
        tickets=tally.of("ticket"),
        events=tally.events,
        bad_lines=sum(note.bad_lines for note in notes),
        notes=sorted(notes, key=lambda note: (note.domain, note.path)),
        domains_changed=tuple(sorted(tally.domains)),
    )


def _without_cursor(rows: Connection, survey: Survey, present: int) -> Iterator[FileNote]:
    via = survey.spec.via
    for path in survey.walked.links:
        yield FileNote(path, via, "skipped", LINK_OUT)
    for path, whole in survey.walked.parts:
        yield FileNote(path, via, "skipped", f"part of {Path(whole).name}")
    for path, reason in survey.walked.closed:
        yield FileNote(path, via, "missing", f"cannot be listed: {reason}")
    if present < len(survey.walked.files):
        known = cursors.load(rows, survey.task, {seen.name for seen in survey.walked.files})
        for seen in survey.walked.files:
            if seen.name not in known:
                yield FileNote(seen.name, via, "skipped", OLDER)
