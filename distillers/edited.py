"""Tickets that were edited: what they stated before stays known, for the days before the edit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from distillers.evidence import relocated
from distillers.findings import Candidate
from distillers.record.units import Unit
from scheduling.base.clock import stamp

DAY = len("2026-11-20")
MASK = "[REDACTED:"


def edits(units: Mapping[str, Unit], before: Mapping[str, Sequence[Candidate]]) -> dict[str, str]:
    """By task the day (``YYYY-MM-DD``) from which its ticket says otherwise than ``before``, for those that do.

    It is the day that the ticket bears now, or today if it bears none that is newer. A ticket in which something is
    masked is none of them: what it said before may be what was not masked then.
    """
    tickets = {task: unit for task, unit in units.items() if unit.medium == "ticket" and before.get(task)}
    return {task: day for task, unit in tickets.items() if (day := _edited(unit, before[task]))}


def _edited(unit: Unit, before: Sequence[Candidate]) -> str:
    events = {event.id: event for event in unit.events}
    if all(relocated(one, events) for one in before) or any(MASK in event.text for event in unit.events):
        return ""
    newest = max(event.at for event in unit.events)[:DAY]
    said = max(quote.at for one in before for quote in one.evidence)[:DAY]
    return newest if newest > said else stamp()[:DAY]
