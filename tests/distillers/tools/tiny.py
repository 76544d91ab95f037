"""A format small enough to see through, a mask for one word, and a few ways to look at a record."""

import json
import os
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from distillers.record.archive import Archive
from distillers.record.events import Event, event_id
from distillers.sources.base import Skip, SourceFile, Unreadable
from distillers.sources.lines import BadLine, Record

SECRET = "open sesame"
MASK = "[REDACTED:word:00000000]"


class Tiny:
    """JSON lines ``{"unit", "id", "text", …}``; the other keys are fields of an event."""

    name = "tiny"
    streams = True

    def claims(self, head: object) -> bool:
        return True

    def read(self, file: SourceFile) -> Iterator[Event | BadLine]:
        for item in file.records():
            if isinstance(item, BadLine):
                yield item
            else:
                yield self._event(item, str(file.path))

    def _event(self, record: Record, path: str) -> Event:
        value = dict(record.value)
        if value.get("boom") == "exit":
            os._exit(9)
        if value.get("boom"):
            raise ZeroDivisionError("on purpose")
        unit, own = value.pop("unit"), value.pop("id")
        fields = {"medium": "session", "at": "", "origin": "human", "kind": "message"} | value
        fields |= {name: tuple(fields[name]) for name in ("labels", "refs") if name in fields}
        return Event(id=event_id(unit, own), unit=unit, file=path, line=record.line, **fields)


def recognise(file: SourceFile) -> Tiny | Skip:
    if not file.data.strip():
        return Skip("empty")
    if file.data.startswith(b"broken"):
        raise Unreadable(f"{file.path} is broken", hint="mend it")
    return Tiny() if file.data.startswith(b"{") else Skip("no log")


def never(file: SourceFile) -> Tiny | Skip:
    raise AssertionError(f"{file.path} was opened")


class Mask:
    """Masks one phrase; ``pause`` seconds a text make reading slow."""

    def __init__(self, pause: float = 0.0) -> None:
        self.pause = pause

    def mask(self, text: str) -> str:
        time.sleep(self.pause)
        return text.replace(SECRET, MASK)

    def mask_many(self, texts: Sequence[str]) -> list[str]:
        return [self.mask(text) for text in texts]

    def mask_parts(self, parts: Sequence[str]) -> list[str]:
        return self.mask_many(parts)


def said(unit: str, own: str, text: str = "", **more: object) -> dict[str, object]:
    return {"unit": unit, "id": own, "text": text or f"{unit} {own}", **more}


def write(path: Path, *rows: dict[str, object], end: str = "\n") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(json.dumps(row) for row in rows) + (end if rows else ""))
    return path


def record(archive: Archive) -> dict[str, object]:
    """Everything that the record shows, with its digests."""
    return {
        domain: [(info, archive.unit(domain, info.unit)) for info in archive.units(domain)]
        for domain in archive.domains()
        if archive.units(domain)
    }


def events(archive: Archive, domain: str, unit: str) -> tuple[Event, ...]:
    found = archive.unit(domain, unit)
    return found.events if found else ()


def texts(archive: Archive, domain: str, unit: str) -> list[str]:
    return [event.text for event in events(archive, domain, unit)]
