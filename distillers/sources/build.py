"""How readers make events: the fields that a whole file or record shares are given once."""

from __future__ import annotations

from dataclasses import dataclass, field

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
    seen: dict[str, int] = field(default_factory=dict[str, int])
    """How many equal keys there were."""

    def event(  # noqa: PLR0913 (the fields of an event; all but the first five by name)
        self,
        record: str,
        line: int,
        origin: Origin,
        kind: Kind,
        text: str,
        *,
        tool: str = "",
        call: str = "",
        failed: bool = False,
        unit: str | None = None,
        at: str | None = None,
        title: str | None = None,
        labels: tuple[str, ...] | None = None,
        refs: tuple[str, ...] | None = None,
    ) -> Event:
        """An event at ``line``; of what all events share, what is given wins."""
        unit = self.unit if unit is None else unit
        return made(
            event_id(unit, record),
            unit,
            self.medium,
            self.at if at is None else at,
            origin,
            kind,
            text,
            self.file,
            line,
            self.prose,
            tool,
            call,
            failed,
            self.title if title is None else title,
            self.folder,
            self.labels if labels is None else labels,
            self.refs if refs is None else refs,
            self.sidechain,
        )

    def counted(self, key: str) -> str:
        """A record key for ``key`` and how many equal ones came before it in this file."""
        count = self.seen[key] = self.seen.get(key, 0) + 1
        return f"{key}\0{count}"
