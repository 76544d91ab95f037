"""What is known of a repository's names between nights: keyed hashes in a file of their own, which may be deleted."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any, cast

import numpy as np

from distillers.code.naming import Marks
from distillers.code.places import Place

FORMAT = 1
"""Raised whenever other words count as names, or other files as code: then all is read anew."""


@dataclass(frozen=True, slots=True)
class Known:
    """What was found when the repository stood at ``heads``."""

    stamp: str
    heads: tuple[str, ...]
    once: Marks
    """Names that stood in its code at some time."""
    today: Marks
    """Words that stand in its code."""


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
            if (head["format"], head["sign"], len(rest)) != (FORMAT, self._sign, 8 * (head["once"] + head["today"])):
                return None
            marks = np.frombuffer(rest, dtype="<u8").astype(np.uint64)
            return Known(head["stamp"], tuple(head["heads"]), marks[: head["once"]], marks[head["once"] :])
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def write(self, place: Place, known: Known) -> None:
        """Keeps what is known of the repository at ``place``, whole or not at all."""
        head = {"format": FORMAT, "sign": self._sign, "stamp": known.stamp, "heads": known.heads}
        head |= {"once": len(known.once), "today": len(known.today)}
        path = self._path(place)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = path.with_suffix(".new")
        marks = b"".join(one.astype("<u8").tobytes() for one in (known.once, known.today))
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
