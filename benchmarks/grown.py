"""A folder of logs made as large as is wanted: its files again and again, each time as other sessions and tickets."""

from __future__ import annotations

import hashlib
import re
import shutil
from collections.abc import Iterator
from itertools import count
from pathlib import Path

_UUID = re.compile(rb"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_NUMBER = re.compile(rb'(?<![\w-])(task-|TASK-|#|Task |"number": ?)(\d{1,6})\b')

KEPT_FREE = 20_000_000_000
"""Bytes of the disk that are never used."""


class Growth:
    """Files shaped like those of ``source``, one after the other and without an end."""

    def __init__(self, source: Path) -> None:
        self._source = source
        self._files = _turns(source)

    def add(self, target: Path, size: int) -> int:
        """Writes the next files below ``target`` until they have ``size`` bytes; returns how many those are.

        Ends the program if the disk has no room for them.
        """
        _room(target, size)
        held = 0
        for turn, path in self._files:
            data = _another(path.read_bytes(), turn)
            made = target / path.relative_to(self._source)
            made = made.with_name(f"{_another(made.stem.encode(), turn).decode()}-{turn}{made.suffix}")
            made.parent.mkdir(parents=True, exist_ok=True)
            made.write_bytes(data)
            held += len(data)
            if held >= size:
                break
        return held


def grow(source: Path, target: Path, size: int) -> int:
    """Fills ``target`` with files shaped like those of ``source`` until they have ``size`` bytes; returns how many."""
    return Growth(source).add(target, size)


def _room(target: Path, size: int) -> None:
    free = shutil.disk_usage(target).free
    if free - size < KEPT_FREE:
        raise SystemExit(f"{target} has {free / 1e9:.0f} GB free: {size / 1e9:.1f} GB more would leave too little")


def _turns(source: Path) -> Iterator[tuple[int, Path]]:
    files = sorted(path for path in source.rglob("*") if path.is_file())
    return ((turn, path) for turn in count(1) for path in files)


def _another(data: bytes, turn: int) -> bytes:
    """``data`` with other ids, the same one for the same id in all files of a turn."""

    def renamed(match: re.Match[bytes]) -> bytes:
        name = hashlib.blake2b(match[0] + bytes([turn % 256, turn // 256]), digest_size=16).hexdigest()
        return f"{name[:8]}-{name[8:12]}-{name[12:16]}-{name[16:20]}-{name[20:]}".encode()

    def renumbered(match: re.Match[bytes]) -> bytes:
        return match[1] + str(int(match[2]) + turn * 10_000).encode()

    return _NUMBER.sub(renumbered, _UUID.sub(renamed, data))
