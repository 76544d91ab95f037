"""What reading a Claude Code file remembers from record to record."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import Any

from distillers.record.events import Event, Kind, Origin
from distillers.sources.base import when
from distillers.sources.build import Builder
from distillers.sources.lines import Json, Record
from distillers.sources.narrow import string


@dataclass(frozen=True, slots=True)
class Call:
    """What a result needs to know of the call it answers."""

    tool: str
    command: str = ""
    questions: tuple[str, ...] = ()


UNKNOWN = Call("")


@dataclass(frozen=True, slots=True)
class Queued:
    """A prompt that was typed while the agent worked."""

    line: int
    at: str
    text: str


@dataclass(slots=True)
class Session:
    """What reading one file remembers from record to record."""

    build: Builder
    calls: dict[str, Call] = field(default_factory=dict[str, Call])
    line: int = 0
    time: str = ""
    record: Json = field(default_factory=dict[str, Any])
    uuid: str = ""
    branch: str = ""
    told: str = ""
    """The branch that an event named last."""
    queue: deque[Queued] = field(default_factory=deque[Queued])
    taken: set[str] = field(default_factory=set[str])
    """Queued prompts that the agent took up in the middle of its turn."""
    waiting: list[Record] = field(default_factory=list[Record])
    """Records that name no session, from before the first that does."""

    def enter(self, line: int, record: Json) -> None:
        """Takes over what the record says about where and when."""
        self.line, self.record = line, record
        build = self.build
        build.unit = session_of(record) or build.unit
        self.time = when(record.get("timestamp"))
        build.at = self.time or build.at  # a title has no time of its own
        build.folder = string(record.get("cwd")) or build.folder
        build.sidechain = record.get("isSidechain") is True
        self.uuid = string(record.get("uuid"))
        self.branch = string(record.get("gitBranch")) or self.branch

    def event(self, origin: Origin, kind: Kind, text: str, **more: Any) -> Event:
        """An event of the current record.

        A resumed session writes its records again under new ids but with their old times, so the time (to the
        millisecond) and the text identify a record better than its uuid does. The first event on a branch names it.
        """
        if self.branch != self.told:
            self.told = self.branch
            more["refs"] = (*more.get("refs", ()), f"branch:{self.branch}")
        key = "\0".join((self.time or self.uuid, kind, more.get("call", ""), text))
        return self.build.event(
            key if self.time or self.uuid else self.build.counted(key), self.line, origin, kind, text, **more
        )


def session_of(record: Json) -> str:
    """The session a record names; ``session_id`` is how ``--output-format stream-json`` spells it."""
    return string(record.get("sessionId")) or string(record.get("session_id"))
