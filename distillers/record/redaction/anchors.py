"""Where anything could stand: every rule names literals, and one scan of the text finds them all.

The scan proposes places; here each is compared with the literals that begin as the text does there. What is found are
windows, and only these are looked at closely.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, cached_property
from typing import Final, NamedTuple

from distillers.record.redaction.scanner import Scanner

_BEFORE: Final = 120
_AFTER: Final = 400
_WIDE: Final = {
    "kind": 4_000,
    "-stdi": 400,
    "passwd": 400,
    "--with-": 400,
    "sudo -": 400,
    "-----be": 4_000,
    "-----en": 4_000,
    "putty-": 4_000,
    "kty": 4_000,
}
"""Anchors whose secret may stand farther away, on either side."""
_HEAD: Final = min(map(len, _WIDE))
_WIDE_HEADS: Final = frozenset(literal[:_HEAD] for literal in _WIDE)
_WIDEST: Final = max(map(len, _WIDE))


class _Row(NamedTuple):
    literal: str
    follows: str
    """The pattern of what stands behind it, in upper or lower case; "" if that may be anything."""


class Anchors:
    """The anchors of all rules, in upper or lower case; of two that begin at one place the shorter is found."""

    def __init__(
        self,
        literals: Iterable[str],
        only_before: Mapping[str, str],
        never_before: Mapping[str, str],
        scanned: Mapping[str, str],
    ) -> None:
        self._literals = frozenset(literals)
        self._scanned = {**only_before, **scanned}
        self._compiled: Sequence[bytes] = ()
        self._by_head: dict[str, list[_Row]] = {}
        """The rows of the literals that begin with two signs, or are one, shorter ones first."""
        for literal in sorted(self._literals, key=len):
            after = f"(?={only_before[literal]})" if literal in only_before else ""
            head = literal[:2]
            rows = self._by_head.setdefault(head, list(self._by_head.get(head[:1], ())))
            rows.append(_Row(literal, after + never_before.get(literal, "")))

    @cached_property
    def scanner(self) -> Scanner:
        """Proposes where anchors begin."""
        return Scanner(self._literals, self._scanned, self._compiled)

    def adopt(self, compiled: Sequence[bytes]) -> None:
        """Spares this process the compiling: ``compiled`` is what another one's scanner dumped."""
        self._compiled = compiled

    def matches(self, text: str, places: Iterable[int]) -> list[int]:
        """Where in ``text`` anchors begin, if they all begin at some of ``places`` (ascending), and none in another."""
        done = 0
        found: list[int] = []
        for at in places:
            if at >= done and (end := self._end(text, at)):
                done = end
                found.append(at)
        return found

    def run_across(self, text: str, place: int) -> bool:
        """Whether an anchor that begins before ``place`` ends behind it."""
        at = 0
        while at < place:
            at = self._end(text, at) or at + 1
        return at > place

    def _end(self, text: str, at: int) -> int:
        """Where the anchor that begins at ``at`` ends; 0 if none does."""
        head = text[at : at + 2].lower()
        for literal, follows in self._by_head.get(head) or self._by_head.get(head[:1], ()):
            end = at + len(literal)
            if text[at:end].lower() == literal and (not follows or _pattern(follows).match(text, end)):
                return end
        return 0


@cache
def _pattern(follows: str) -> re.Pattern[str]:
    return re.compile(follows, re.IGNORECASE)


def windows(text: str, anchors: Iterable[int]) -> list[tuple[int, int]]:
    """Stretches of ``text`` around its ``anchors`` (ascending), in which their secrets stand; in order, apart."""
    out: list[tuple[int, int]] = []
    for at in anchors:
        before, after = _reach(text, at) if text[at : at + _HEAD].lower() in _WIDE_HEADS else (_BEFORE, _AFTER)
        start, end = at - before, at + after
        while out and start <= out[-1][1]:
            start, end = min(start, out[-1][0]), max(end, out[-1][1])
            out.pop()
        out.append((start, end))
    size = len(text)
    return [(start if start > 0 else 0, end if end < size else size) for start, end in out]


def _reach(text: str, at: int) -> tuple[int, int]:
    """How far before the anchor at ``at`` and after it its secret may stand."""
    low = text[at : at + _WIDEST].lower()
    for literal, reach in _WIDE.items():
        if low.startswith(literal):
            return reach, reach
    return _BEFORE, _AFTER
