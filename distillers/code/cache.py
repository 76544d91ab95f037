"""What is known of a repository between nights: keyed hashes in a file of their own, which may be deleted."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from distillers.code.changes import Changes
from distillers.code.marks import Lines, Marks
from distillers.code.places import Place

FORMAT = 2
"""Raised whenever other words count as names, other lines count, or other files as code: then all is read anew."""
_PARTS = {
    "once": "<u8",
    "today": "<u8",
    "lines": "<u4",
    "commits": "<u8",
    "sizes": "<u2",
    "marks": "<u4",
    "files": "<u8",
    "merged": "<u8",
}
"""What a file holds, in this order, as numbers of so many bytes."""


@dataclass(frozen=True, slots=True)
class Known:
    """What was found when the repository stood at ``heads``."""

    stamp: str
    heads: tuple[str, ...]
    once: Marks
    """Names that stood in its code at some time."""
    today: Marks
    """Words that stand in its code …"""
    lines: Lines
    """… and lines."""
    changes: Changes
    """What its commits added."""


class Cache:
    """The files below ``folder``, each of one repository, readable with one key only."""

    def __init__(self, folder: Path, key: bytes) -> None:
        self._folder = folder
        self._sign = blake2b(b"cache of names", digest_size=8, key=key[:64]).hexdigest()

    def read(self, place: Place) -> Known | None:
        """What is known of the repository at ``place``; None if nothing is, or it was found in another way."""
        try:
            data = self._path(place).read_bytes()
            line, _, rest = data.partition(b"\n")
            head = cast("dict[str, Any]", json.loads(line))
            if (head["format"], head["sign"]) != (FORMAT, self._sign):
                return None
            return _known(head, _split(rest, head["counts"]))
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def write(self, place: Place, known: Known) -> None:
        """Keeps what is known of the repository at ``place``, whole or not at all."""
        parts = _parts(known)
        head = {"format": FORMAT, "sign": self._sign, "stamp": known.stamp, "heads": known.heads}
        head |= {"counts": {name: part.size for name, part in parts.items()}}
        path = self._path(place)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = path.with_suffix(".new")
        marks = b"".join(parts[name].astype(kind).tobytes() for name, kind in _PARTS.items())
        fresh.write_bytes(json.dumps(head).encode() + b"\n" + marks)
        os.replace(fresh, path)  # noqa: PTH105 (as elsewhere: what is there is replaced)

    def keep_only(self, places: set[Place]) -> None:
        """Forgets the repositories that are none of ``places``."""
        kept = {self._path(one) for one in places}
        for path in self._folder.glob("*"):
            if path not in kept:
                with suppress(OSError):
                    path.unlink()

    def _path(self, place: Place) -> Path:
        told = "\0".join([str(place.root), *place.apart]).encode("utf-8", "surrogatepass")
        return self._folder / f"{blake2b(told, digest_size=8).hexdigest()}.names"


def _parts(known: Known) -> dict[str, NDArray[Any]]:
    of = known.changes
    parts = {"once": known.once, "today": known.today, "lines": known.lines}
    return parts | {name: getattr(of, name) for name in _PARTS if name not in parts}


def _split(data: bytes, counts: Mapping[str, int]) -> dict[str, NDArray[Any]]:
    """The parts of a file. Raises :class:`ValueError` if it does not hold what it should."""
    found: dict[str, NDArray[Any]] = {}
    at = 0
    for name, kind in _PARTS.items():
        found[name] = np.frombuffer(data, dtype=kind, count=counts[name], offset=at).astype(kind[1:])
        at += found[name].nbytes
    if at != len(data):
        raise ValueError("cut or longer than it should be")
    return found


def _known(head: Mapping[str, Any], parts: Mapping[str, NDArray[Any]]) -> Known:
    commits, sizes, marks = parts["commits"], parts["sizes"], parts["marks"]
    if len(commits) != len(sizes) or int(sizes.sum()) != len(marks):
        raise ValueError("samples do not fit their commits")
    made = Changes(commits, sizes, marks, parts["files"].reshape(-1, 2), parts["merged"].reshape(-1, 2))
    return Known(head["stamp"], tuple(head["heads"]), parts["once"], parts["today"], parts["lines"], made)
