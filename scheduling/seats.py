"""Seats: the named roles of the organisation, whom each answers to, and what each may do.

A run acts in the name of one seat. What a seat may do is asked at the place where the thing is done, so that no caller
can forget to ask. The settings of a workspace may describe a seat anew and take rights away from it; they give none.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from sqlalchemy import Column, String, Table, Text, delete, insert, select

from scheduling.base.errors import RefusedError, UsageError
from scheduling.ledger.store import Ledger, metadata
from scheduling.runs import Run

seat_rows = Table(
    "seats",  # as the settings describe them; what they leave alone is not here
    metadata,
    Column("name", String, primary_key=True),
    Column("role", Text, nullable=False),
    Column("reports_to", String, nullable=False),
    Column("may", Text, nullable=False),  # JSON list
    Column("run", String, nullable=False),
)


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
        _seat("scout", "Prepares what sessions are told before they start", "operator", "brief"),
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


def described(name: str, role: str = "", reports_to: str | None = None, may: Iterable[str] | None = None) -> Seat:
    """The seat ``name`` as settings describe it; what they leave out stays. Raises ValueError for a right that is not
    the seat's, and for a superior that is no seat.
    """
    known = seat(name)
    rights = known.may if may is None else frozenset(may)
    beyond = sorted(rights - known.may)
    if beyond:
        raise ValueError(f"the {name} cannot be given the right {beyond[0]}; it may: {', '.join(sorted(known.may))}")
    above = known.reports_to if reports_to is None else reports_to
    if above and above not in DEFAULT:
        raise ValueError(f"there is no seat {above!r} to report to; seats: {', '.join(sorted(DEFAULT))}")
    return replace(known, role=role or known.role, reports_to=above, may=rights)


def circle(seats: Mapping[str, Seat]) -> str:
    """A seat that in the end answers to itself, "" if there is none; ``seats`` are those that differ from the usual."""
    for name in sorted(DEFAULT):
        above, met = name, set[str]()
        while above and above not in met:
            met.add(above)
            above = (seats.get(above) or DEFAULT[above]).reports_to
        if above:
            return above
    return ""


def appoint(run: Run, seats: Iterable[Seat]) -> None:
    """Makes ``seats`` hold from now on, and all others as usual; changes nothing if they do."""
    wanted = {one.name: one for one in seats if one != DEFAULT[one.name]}
    if wanted == appointed(run.ledger):
        return
    with run.change("appoint", ", ".join(sorted(wanted)) or "the usual seats") as rows:
        rows.execute(delete(seat_rows))
        if wanted:
            rows.execute(insert(seat_rows), [_row(one, run.id) for one in wanted.values()])


def appointed(ledger: Ledger) -> dict[str, Seat]:
    """The seats that the settings describe otherwise than usual, by name."""
    with ledger.read() as rows:
        found = rows.execute(select(seat_rows)).mappings().all()
    return {
        row["name"]: Seat(row["name"], row["role"], row["reports_to"], frozenset(json.loads(row["may"])))
        for row in found
    }


def _row(one: Seat, run: str) -> dict[str, str]:
    may = json.dumps(sorted(one.may))
    return {"name": one.name, "role": one.role, "reports_to": one.reports_to, "may": may, "run": run}


def require(run: Run, right: str) -> None:
    """Returns if the seat of ``run`` may do ``right``; raises :class:`RefusedError` that names who may."""
    seats = {**DEFAULT, **appointed(run.ledger)}
    if right in (seats.get(run.seat) or seat(run.seat)).may:
        return
    holders = sorted(name for name, each in seats.items() if right in each.may)
    raise RefusedError(
        f"the {run.seat} may not {right} (run {run.id})",
        hint=f"that is for: {', '.join(holders) or 'nobody'}",
    )
