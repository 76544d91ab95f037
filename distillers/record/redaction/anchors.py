"""Where anything could stand: every rule names literals, and one scan of the text finds them all.

The literals become a trie, so that each character of the text is compared with a few branches, not with hundreds of
literals. What is found are windows, and only these are looked at closely.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

_BEFORE: Final = 320
_AFTER: Final = 1_200


class Anchors:
    """One pattern made of the anchors of all rules."""

    def __init__(self, literals: Iterable[str], only_before: dict[str, str]) -> None:
        rows = sorted((literal, only_before.get(literal, "")) for literal in set(literals))
        self.pattern: Final = re.compile(_trie(rows))
        """Finds anchors in a lower-case text; two anchors that begin at one place are found once."""

    def windows(self, low: str) -> Iterator[tuple[int, int]]:
        """Stretches of the lower-case text ``low`` outside which no rule has an anchor, in order, apart."""
        start = end = -1
        for match in self.pattern.finditer(low):
            at = match.start()
            if end < 0 or at - _BEFORE > end:
                if end >= 0:
                    yield start, end
                start = max(0, at - _BEFORE)
            end = max(end, min(len(low), at + _AFTER))
        if end >= 0:
            yield start, end


def _trie(rows: Iterable[tuple[str, str]]) -> str:
    """The pattern of ``rows`` (literal, what must follow it), branching on one character at a time."""
    branches: dict[str, list[tuple[str, str]]] = {}
    for literal, after in rows:
        branches.setdefault(literal[0], []).append((literal[1:], after))
    return _either(re.escape(first) + _rest(rest) for first, rest in branches.items())


def _rest(rows: list[tuple[str, str]]) -> str:
    ends = [after for literal, after in rows if not literal]
    if "" in ends:
        return ""
    longer = [row for row in rows if row[0]]
    return _either([*ends, *([_trie(longer)] if longer else [])])


def _either(patterns: Iterable[str]) -> str:
    parts = list(patterns)
    return parts[0] if len(parts) == 1 else "(?:" + "|".join(parts) + ")"


def lower(text: str) -> str:
    """``text`` in lower case with every character at its place."""
    low = text.lower()
    return low if len(low) == len(text) else "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
