"""Where anything could stand: every rule names literals, and one scan of the text finds them all.

The literals become a trie, so that each character of the text is compared with a few branches, not with hundreds of
literals. What is found are windows, and only these are looked at closely.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from typing import Final

from distillers.record.redaction.batch import KELVIN
from distillers.record.redaction.scanner import Scanner

_Match = Callable[[str, int], re.Match[str] | None]

_NEVER: Final = re.compile(r"(?!)").match
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


class Anchors:
    """One pattern made of the anchors of all rules."""

    def __init__(
        self,
        literals: Iterable[str],
        only_before: dict[str, str],
        never_before: dict[str, str],
        scanned: dict[str, str],
    ) -> None:
        self._literals = frozenset(literals)
        self._scanned = only_before | scanned
        self._compiled: Sequence[bytes] = ()
        follow = {literal: f"(?={after})" for literal, after in only_before.items()}
        rows = [(row, follow.get(row, "") + never_before.get(row, "")) for row in sorted(self._literals)]
        self._rows = [(row, f"(?i:{after})" if after else "") for row, after in rows]
        self._heads = frozenset(literal[:2] for literal in self._literals)
        self._beginning: dict[str, _Match] = {}
        """What matches the anchors that begin with two signs, or one: most signs begin no anchor of a text."""

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Finds anchors, in upper or lower case; two anchors that begin at one place are found once."""
        return _compiled(self._rows)

    @cached_property
    def scanner(self) -> Scanner:
        """Proposes where anchors begin."""
        return Scanner(self._literals, self._scanned, self._compiled)

    def adopt(self, compiled: Sequence[bytes]) -> None:
        """Spares this process the compiling: ``compiled`` is what another one's scanner dumped."""
        self._compiled = compiled

    def matches(self, text: str, places: Iterable[int]) -> list[int]:
        """Where ``pattern.finditer(text)`` finds anchors, if they all begin at some of ``places`` (ascending)."""
        done = 0
        found: list[int] = []
        for at in places:
            if at < done:
                continue
            head = text[at : at + 2]
            match = self._beginning.get(head) or self._first_met(head)
            if anchor := match(text, at):
                done = anchor.end()
                found.append(at)
        return found

    def run_across(self, text: str, place: int) -> bool:
        """Whether an anchor that begins before ``place`` ends behind it."""
        at = 0
        while at < place:
            anchor = self._first_met(text[at : at + 2])(text, at)
            at = anchor.end() if anchor else at + 1
        return at > place

    def _first_met(self, head: str) -> _Match:
        """What matches the anchors that begin with the signs of ``head``."""
        low = head.lower()
        key = low if low in self._heads else low[:1]
        if key not in self._heads:
            return _NEVER
        if key not in self._beginning:
            self._beginning[key] = _compiled(row for row in self._rows if key.startswith(row[0][:2])).match
        if key == low:
            self._beginning[head] = self._beginning[key]
        return self._beginning[key]


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


def _compiled(rows: Iterable[tuple[str, str]]) -> re.Pattern[str]:
    return re.compile(_either(_branches(rows).values()))


def _branches(rows: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The patterns of ``rows`` (literal, what must follow it) by their first sign, branching on one sign at a time."""
    branches: dict[str, list[tuple[str, str]]] = {}
    for literal, after in rows:
        branches.setdefault(literal[0], []).append((literal[1:], after))
    return {first: _sign(first) + _rest(rest) for first, rest in branches.items()}


def _sign(sign: str) -> str:
    """The pattern of ``sign`` in both cases."""
    return f"[{_both(sign)}]" if sign.isalpha() else re.escape(sign)


def _both(sign: str) -> str:
    """``sign`` in both cases."""
    return sign + sign.upper() + (KELVIN if sign == "k" else "") if sign.isalpha() else sign


def _rest(rows: list[tuple[str, str]]) -> str:
    ends = [after for literal, after in rows if not literal]
    if "" in ends:
        return ""
    longer = [row for row in rows if row[0]]
    return _either([*ends, *([_either(_branches(longer).values())] if longer else [])])


def _either(patterns: Iterable[str]) -> str:
    parts = list(patterns)
    return parts[0] if len(parts) == 1 else "(?:" + "|".join(parts) + ")"
