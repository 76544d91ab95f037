"""Seats: the named roles of the organisation, whom each answers to, and what each may do.

A run acts in the name of one seat. What a seat may do is asked at the place where the thing is done, so that no caller
can forget to ask.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from scheduling.base.errors import RefusedError, UsageError
from scheduling.runs import Run


@dataclass(frozen=True, slots=True)
class Seat:
    """One role. ``reports_to`` is the name of another seat, or "" for a person at the top."""

    name: str
    role: str
    reports_to: str
    may: frozenset[str]


def _seat(name: str, role: str, reports_to: str, *may: str) -> Seat:
    return Seat(name, role, reports_to, frozenset(may))


DEFAULT: Mapping[str, Seat] = {
    seat.name: seat
    for seat in (
        _seat("editor", "Decides what is published; a person", "", "rule", "enrol"),
        _seat("operator", "Collects the logs and keeps the nightly running", "editor", "collect", "operate", "enrol"),
        _seat("distiller", "Proposes findings from one session or ticket; writes nothing", "operator", "propose"),
        _seat("librarian", "Files accepted findings; the only writer of a domain's pages", "editor", "write-wiki"),
        _seat("verifier", "Reads a change set again before it is merged", "editor", "verify"),
        _seat("operator-global", "Files what holds across domains", "editor", "write-global"),
        _seat("writer", "Drafts articles from the wiki", "editor", "draft"),
    )
}


def seat(name: str) -> Seat:
    """The seat called ``name``; raises :class:`UsageError` if there is none."""
    found = DEFAULT.get(name)
    if found is None:
        raise UsageError(f"there is no seat {name}", hint=f"seats: {', '.join(sorted(DEFAULT))}")
    return found


def require(run: Run, right: str) -> None:
    """Returns if the seat of ``run`` may do ``right``; raises :class:`RefusedError` that names who may."""
    if right in seat(run.seat).may:
        return
    holders = sorted(name for name, each in DEFAULT.items() if right in each.may)
    raise RefusedError(
        f"the {run.seat} may not {right} (run {run.id})",
        hint=f"that is for: {', '.join(holders) or 'nobody'}",
    )
