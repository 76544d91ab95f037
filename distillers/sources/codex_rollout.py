"""What reading a Codex rollout remembers from record to record."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from distillers.record.events import Event, Kind, Origin
from distillers.sources.build import Builder
from distillers.sources.narrow import Fields, fields, items, string

Payload = Fields


@dataclass(frozen=True, slots=True)
class Call:
    """What an output needs to know of its call."""

    tool: str
    command: str = ""
    arguments: Payload = field(default_factory=dict[str, object])


UNKNOWN = Call("")


@dataclass(slots=True)
class Rollout:
    """What reading one file remembers. If turns are taken back in it, events are held until its end."""

    build: Builder
    events: list[Event] = field(default_factory=list[Event])
    turns: list[int] = field(default_factory=list[int])
    """How many events there were at the start of each turn of a person."""
    calls: dict[str, Call] = field(default_factory=dict[str, Call])
    line: int = 0
    branch: str = ""
    """The git branch, until an event has named it."""

    def add(self, origin: Origin, kind: Kind, text: str, **more: Any) -> None:
        """Adds an event of the current record; the first one names the branch that the session was on."""
        if self.branch:
            more["refs"], self.branch = (*more.get("refs", ()), f"branch:{self.branch}"), ""
        key = "\0".join((self.build.at, kind, more.get("call", ""), text))
        self.events.append(self.build.event(key, self.line, origin, kind, text, **more))


def texts_of(content: object) -> list[str]:
    """The texts of a message's content; images are left out."""
    if isinstance(content, str):
        return [content]
    return [text for block in items(content) if (text := string(fields(block).get("text"))).strip()]
