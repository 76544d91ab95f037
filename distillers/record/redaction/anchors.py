"""Where anything could stand: every rule names literals, and one scan of the text finds them all.

A short text is scanned with one compiled alternation. A long one goes through RE2 (as pyarrow carries it), whose cost
does not depend on how many literals there are; what it finds are windows, and only these are looked at closely.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

LONG: Final = 16_384
"""Characters from which a text is searched for windows first."""

_BEFORE: Final = 320
_AFTER: Final = 1_200
_MARK: Final = "\x02"


class Anchors:
    """The literals of all rules, with the two scanners made from them."""

    def __init__(self, literals: Iterable[str], written_as: dict[str, str], own: Iterable[str] = ()) -> None:
        known = sorted(set(literals), key=lambda literal: (-len(literal), literal))
        parts = [written_as.get(literal, re.escape(literal)) for literal in known]
        close = "|".join(filter(None, parts))
        self.close: Final = re.compile(close)
        """Finds anchors in a lower-case text."""
        coarse = re.sub(r"\(\?=([^()]*)\)", r"\1", close).replace(r"\ ", " ")
        self._coarse: Final = "(?i)(?:" + "|".join([coarse, *own]) + ")"

    def windows(self, text: str) -> Iterator[tuple[int, int]]:
        """Stretches of ``text`` outside which no rule has an anchor, in order, apart from each other."""
        if len(text) < LONG or _MARK in text:
            yield 0, len(text)
            return
        start = end = -1
        for at in self._positions(text):
            if at - _BEFORE > end:
                if end >= 0:
                    yield start, end
                start = max(0, at - _BEFORE)
            end = max(end, min(len(text), at + _AFTER))
        if end >= 0:
            yield start, end

    def _positions(self, text: str) -> Iterator[int]:
        safe = text if text.isascii() else text.encode("utf-8", "replace").decode()
        lines = safe.split("\n")
        marked = pc.replace_substring_regex(pa.array(lines), pattern=self._coarse, replacement=_MARK + r"\0")
        at = 0
        for before, after in zip(lines, marked.to_pylist(), strict=True):
            if len(before) != len(after):
                here = at
                for piece in after.split(_MARK)[:-1]:
                    here += len(piece)
                    yield here
            at += len(before) + 1
