"""A unit is one session or one ticket: all that was archived under one id, in canonical order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from distillers.record.events import Event, Medium

GROUP = 4000


@dataclass(frozen=True, slots=True)
class Unit:
    """One session or ticket of ``domain``. ``events`` stand in canonical order: (at, file, line, part)."""

    domain: str
    unit: str
    medium: Medium
    title: str
    """Of a ticket its own title, without headings; of a session the newest that it was given; "" if there is none."""
    events: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class UnitInfo:
    """What is known of a unit without reading its texts."""

    unit: str
    medium: Medium
    digest: str
    """Changes if and only if one of the events, or where it stands, changed."""
    events: int
    """How many there are."""
    first: str
    """ISO time of the earliest dated event, "" if none is dated."""
    last: str


def unit_of(domain: str, events: Sequence[Event]) -> Unit:
    """The unit of ``events``: at least one, all of one unit, in canonical order."""
    head = events[0]
    return Unit(domain, head.unit, head.medium, _title(events), tuple(events))


def split(domain: str, events: Sequence[Event]) -> Iterator[Unit]:
    """The units of ``events``, which must stand together unit by unit."""
    start = 0
    for at in range(1, len(events) + 1):
        if at == len(events) or events[at].unit != events[start].unit:
            yield unit_of(domain, events[start:at])
            start = at


def info_of(row: dict[str, Any]) -> UnitInfo:
    """The session or ticket that ``row`` of the archive's query tells of."""
    digest = f"{row['events']}-{int(row['digest']):x}"
    return UnitInfo(row["unit"], row["medium"], digest, row["events"], row["first"], row["last"])


def grouped(infos: Sequence[UnitInfo], size: int = GROUP) -> Iterator[list[UnitInfo]]:
    """``infos`` in their order, cut into groups of about ``size`` events that fit into memory together."""
    group: list[UnitInfo] = []
    held = 0
    for info in infos:
        if group and held + info.events > size:
            yield group
            group, held = [], 0
        group.append(info)
        held += info.events
    if group:
        yield group


def _title(events: Sequence[Event]) -> str:
    titles = [event.title for event in events if event.title]
    if not titles:
        return ""
    return titles[0].split(" > ")[0] if events[0].medium == "ticket" else titles[-1]
