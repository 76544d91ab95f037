"""A value out of the ledger that is asked for with every request, read again only when the ledger has changed."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Generic, TypeVar

from scheduling.ledger.store import Ledger

TRUSTED = 1.0
"""Seconds after which it is read again in any case: two changes may fall within one tick of the files' clock."""
Value = TypeVar("Value")


class Fresh(Generic[Value]):
    """What ``read`` returns now; safe to share between threads."""

    def __init__(self, ledger: Ledger, read: Callable[[Ledger], Value]) -> None:
        self._ledger = ledger
        self._read = read
        self._files = (ledger.path, ledger.path.with_name(f"{ledger.path.name}-wal"))
        self._lock = threading.Lock()
        self._held: tuple[Value, tuple[object, ...], float] | None = None

    def __call__(self) -> Value:
        """The value as the ledger has it."""
        mark = tuple(map(_stamp, self._files))
        with self._lock:
            if self._held is None or self._held[1] != mark or time.monotonic() > self._held[2]:
                self._held = (self._read(self._ledger), mark, time.monotonic() + TRUSTED)
            return self._held[0]


def _stamp(path: Path) -> tuple[int, int, int]:
    try:
        stat = path.stat()
    except FileNotFoundError:
        return (0, 0, 0)
    return (stat.st_mtime_ns, stat.st_size, stat.st_ino)
