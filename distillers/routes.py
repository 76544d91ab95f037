"""Which domain an event belongs to: the source says it, unless the session worked in another domain's folder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from distillers.record.events import Event

UNSORTED = "unsorted"
"""Where events of a mixed store go that no domain's folders hold; collected, never filed."""


@dataclass(frozen=True, slots=True)
class Routes:
    """``via`` is the source's domain, "" for a mixed store; ``folders`` are (domain, absolute folder), in order."""

    via: str
    folders: tuple[tuple[str, str], ...]

    @property
    def homes(self) -> list[str]:
        """The folders alone."""
        return [home for _, home in self.folders]

    def domain_of(self, folder: str) -> str:
        """The domain of work in ``folder``: the source's own if it may be, else the first whose folders hold it."""
        holders = [domain for domain, home in self.folders if _holds(home, folder)] if folder else []
        if not holders or self.via in holders:
            return self.via or UNSORTED
        return holders[0]


def routes(via: str, folders: Mapping[str, Sequence[Path]]) -> Routes:
    """The routes of a source of domain ``via``."""
    return Routes(via, tuple((domain, str(path)) for domain, paths in folders.items() for path in paths))


def route(ways: Routes, events: Sequence[Event], here: dict[str, str] | None = None) -> list[str]:
    """The domain of each of one file's events.

    An event without a folder goes where its session was just before, or at the head of a file, just after. ``here``
    holds, and is told, where each session was, for files whose events come in several goes.
    """
    if not ways.folders:
        return [ways.via or UNSORTED] * len(events)
    here = {} if here is None else here
    for event in events:
        if event.folder:
            here.setdefault(event.unit, event.folder)
    known: dict[str, str] = {}
    domains: list[str] = []
    for event in events:
        folder = here[event.unit] = event.folder or here.get(event.unit, "")
        if folder not in known:
            known[folder] = ways.domain_of(folder)
        domains.append(known[folder])
    return domains


def _holds(home: str, folder: str) -> bool:
    home = home.rstrip("/")
    return folder == home or folder.startswith(home + "/")
