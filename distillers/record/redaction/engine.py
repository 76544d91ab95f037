"""Hyperscan: many patterns looked for at once, at the speed of memory."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Final

import hyperscan

CASELESS: Final = hyperscan.HS_FLAG_CASELESS
STARTS: Final = hyperscan.HS_FLAG_SOM_LEFTMOST
"""Without it a match is found with start 0."""
ONCE: Final = hyperscan.HS_FLAG_SINGLEMATCH

Match = tuple[int, int, int]
"""The number of the pattern, where its match begins and where it ends, in bytes."""


class Engine:
    """Some patterns, all with the same ``flags``, ready to be looked for in bytes.

    ``compiled`` is what :meth:`dumped` gave for the same ones, on this machine: loading it takes no time.
    """

    def __init__(self, patterns: Sequence[str], flags: int = 0, compiled: bytes = b"") -> None:
        self._lock = threading.Lock()  # the library scans without the interpreter's lock, in one scratch space
        self._database = _loaded(compiled) if compiled else _compiled(patterns, flags)

    def dumped(self) -> bytes:
        """The compiled patterns, for another process."""
        return hyperscan.dumpb(self._database)

    def scan(self, data: bytes) -> list[Match]:
        """What matches in ``data``, by where it ends."""
        found: list[Match] = []

        def note(kind: int, start: int, end: int, _flags: int, _context: object) -> None:
            found.append((kind, start, end))

        with self._lock:
            self._database.scan(data, match_event_handler=note)
        return found


def _compiled(patterns: Sequence[str], flags: int) -> hyperscan.Database:
    database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
    database.compile(
        expressions=[pattern.encode() for pattern in patterns],
        ids=list(range(len(patterns))),
        elements=len(patterns),
        flags=[flags] * len(patterns),
    )
    return database


def _loaded(compiled: bytes) -> hyperscan.Database:
    database = hyperscan.loadb(compiled, mode=hyperscan.HS_MODE_BLOCK)
    database.scratch = hyperscan.Scratch(database)
    return database
