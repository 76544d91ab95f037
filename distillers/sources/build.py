"""How readers make events: the fields that a whole file or record shares are given once."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import Any

from distillers.record.events import Event, Kind, Medium, Origin, event_id, made


@dataclass(slots=True)
class Builder:
    """Makes the events of one unit of one file.

    An event's id rests on its unit and its ``record`` key. Where the format gives a record an id or an exact time the
    key holds it, and a copy of the record gets the same id wherever it stands. Where it gives neither, :meth:`counted`
    numbers equal texts in the order of the file.
    """

    file: str
    medium: Medium
    unit: str = ""
    at: str = ""
    folder: str = ""
    sidechain: bool = False
    prose: bool = False
    title: str = ""
    labels: tuple[str, ...] = ()
    refs: tuple[str, ...] = ()
    call: str = ""
    """The call that a result in prose belongs to."""
    seen: Counter[str] = field(default_factory=Counter[str])

    def event(self, record: str, line: int, origin: Origin, kind: Kind, text: str, **more: Any) -> Event:
        """An event at ``line``; ``more`` are further fields of :class:`Event`, which win over the shared ones."""
        unit: str = more.pop("unit", self.unit)
        event = made(
            event_id(unit, record),
            unit,
            self.medium,
            self.at,
            origin,
            kind,
            text,
            self.file,
            line,
            self.prose,
            more.pop("tool", ""),
            more.pop("call", ""),
            more.pop("failed", False),
            more.pop("title", self.title),
            self.folder,
            more.pop("labels", self.labels),
            more.pop("refs", self.refs),
            self.sidechain,
        )
        return replace(event, **more) if more else event

    def counted(self, key: str) -> str:
        """A record key for ``key`` and how many equal ones came before it in this file."""
        self.seen[key] += 1
        return f"{key}\0{self.seen[key]}"
