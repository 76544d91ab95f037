"""Line ends that a literal may run across: those of wide lines between signs that follow each other in one.

All line ends of much text are looked at with a few operations on arrays. What is left is few, and is tried in earnest.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from distillers.record.redaction.joints import FRAMED, INDENT, INNER, TRAILING, WIDTH

Places = NDArray[np.int64]
Signs = NDArray[np.uint8]
_Code = TypeVar("_Code", int, Places)

_NEWLINE: Final = ord("\n")
_SPACE: Final = ord(" ")
_RETURN: Final = ord("\r")
_SIGNS: Final = 64
"""Different signs that literals are made of, one of them for all others."""
_BLANK: Final = np.isin(np.arange(256), np.frombuffer(b" \t", np.uint8))
_BARS: Final = np.isin(np.arange(256), np.frombuffer(b"|>#/*", np.uint8))
_BOX: Final = "│".encode()
_BOXES: Final = np.isin(np.arange(256), np.frombuffer("│┃".encode()[2::3], np.uint8))
"""Signs of frames, the latter by the third byte of three."""
_FRAMED: Final = _BLANK | _BARS | (np.arange(256) == _BOX[0])
"""What stands behind the indent of a line with a frame."""
_DIGITS: Final = np.isin(np.arange(256), np.frombuffer(b"0123456789", np.uint8))
_CHANGES: Final = np.isin(np.arange(256), np.frombuffer(b"+-", np.uint8))
_ARROW: Final = "\u2192".encode()
_BAR: Final = ord("|")
_PARTING: Final = np.frombuffer(b"\t:|", np.uint8)
_MOST: Final = 6
"""Digits of the number that a line is shown with."""
_TRAILED: Final = _BLANK | (np.arange(256) == _RETURN)
EDGE: Final = 12
"""Characters looked at on each side of a line end."""
_RIGHT: Final = EDGE + 4
"""Bytes behind it, so that what follows a literal may be longer than one."""
_FIRST: Final = 1
"""The first sign of a literal before the line end, and the next two behind it."""
_LAST: Final = 2
"""Two signs before the line end, and the last one of a literal behind it."""
_BEFORE: Final = 4
_BEHIND: Final = 8
"""Of four signs of a literal, two on each side, the first three and the last three."""
_AROUND: Final = np.arange(-EDGE + 1, 1), np.arange(_RIGHT)
ROW: Final = EDGE + _RIGHT + 1
"""Bytes of a row of :attr:`Edges.rows`."""


class Edges(NamedTuple):
    """Line ends that a literal may run across."""

    starts: list[int]
    """Where the next line's first sign stands."""
    rows: bytes
    """For each of them a line of what stands on both sides, without blanks and frames between the two."""


_NONE: Final = Edges([], b"")


class Breaks:
    """Finds the line ends that one of ``literals`` (lower case, ASCII) may run across."""

    def __init__(self, literals: Iterable[str]) -> None:
        words = [literal for literal in literals if len(literal) > 1]
        code_of = {sign: code for code, sign in enumerate(sorted(set("".join(words))), 1)}
        self._codes = np.zeros(256, np.int64)
        for sign, code in code_of.items():
            self._codes[[ord(sign), ord(sign.upper())]] = code
        self._begins = (self._codes > 0) | _FRAMED | _DIGITS | _CHANGES
        """What a line begins with on which a literal goes on."""
        self._parts = np.zeros(_SIGNS**3, np.uint8)
        """Which parts of literals three signs are, by their codes."""
        for word in words:
            self._learn([code_of[sign] for sign in word])

    def _learn(self, word: Sequence[int]) -> None:
        """Notes how a literal may stand on both sides of a line end; ``word`` are the codes of its signs."""
        if len(word) > 2:
            self._parts[_number(*word[:3])] |= _FIRST
        for one, two, three, four in zip(word, word[1:], word[2:], word[3:], strict=False):
            self._parts[_number(one, two, three)] |= _BEFORE
            self._parts[_number(two, three, four)] |= _BEHIND
        before = range(_SIGNS) if len(word) == 2 else word[-3:-2]
        self._parts[[_number(sign, word[-2], word[-1]) for sign in before]] |= _LAST

    def find(self, data: bytes) -> Edges:
        """The line ends of ``data`` that a literal may run across: ascending, then those before a frame or a number."""
        if data.find(b"\n", WIDTH) < 0:
            return _NONE
        signs = np.frombuffer(data, np.uint8)
        ends = _wide(signs)
        left = _stripped(signs, ends)
        known = (self._codes[signs[left]] > 0) & self._begins[_at(signs, ends + 1)]
        ends, left = ends[known], left[known]
        if not len(ends):
            return _NONE
        right = _skipped(signs, ends + 1, INDENT)
        framed = np.flatnonzero(_FRAMED[_at(signs, right)])
        counted = np.flatnonzero(_DIGITS[_at(signs, right)])
        changed = np.flatnonzero(_CHANGES[_at(signs, ends + 1)])
        left = np.concatenate((left, left[framed], left[counted], left[changed]))
        behind = (
            _framed(signs, ends[framed]),
            _counted(signs, right[counted]),
            _skipped(signs, ends[changed] + 2, INDENT),
        )
        right = np.concatenate((right, *behind))
        chosen = np.flatnonzero((self._may_join(signs, left, right) > 0) & (right < len(signs)))
        left, right = left[chosen], right[chosen]
        return Edges(right.tolist(), _rows(signs, left, right)) if len(chosen) else _NONE

    def _may_join(self, signs: Signs, left: Places, right: Places) -> NDArray[np.integer[Any]]:
        before, at = self._codes[signs[left - 1]], self._codes[signs[left]]
        first, second = self._codes[_at(signs, right)], self._codes[_at(signs, right + 1)]
        three, behind = self._parts[_number(before, at, first)], self._parts[_number(at, first, second)]
        return (behind & _FIRST) | (three & _LAST) | (three & behind >> 1 & _BEFORE)


def _number(first: _Code, second: _Code, third: _Code) -> _Code:
    return (first * _SIGNS + second) * _SIGNS + third


def _wide(signs: Signs) -> Places:
    """The ends of the lines that are wide enough to have been cut by their width."""
    ends = np.flatnonzero(signs == _NEWLINE)
    first = ends[:1] if ends[0] >= WIDTH else ends[:0]
    return np.append(first, ends[1:][ends[1:] - ends[:-1] > WIDTH])


def _rows(signs: Signs, left: Places, right: Places) -> bytes:
    rows = np.full((len(left), ROW), _NEWLINE, np.uint8)
    rows[:, :EDGE] = signs[left[:, None] + _AROUND[0]]
    rows[:, EDGE:-1] = _at(signs, right[:, None] + _AROUND[1])
    rows[:, :-1][rows[:, :-1] == _NEWLINE] = _SPACE
    return rows.tobytes()


def _at(signs: Signs, at: Places) -> Signs:
    return signs.take(at, mode="clip")


def _stripped(signs: Signs, ends: Places) -> Places:
    """The last sign of each line but for blanks."""
    at = ends - 1
    trailed = np.flatnonzero(_TRAILED[signs[at]])
    some = at[trailed]
    some -= signs[some] == _RETURN
    for _ in range(TRAILING):
        some -= _BLANK[signs[some]]
    at[trailed] = some
    return at


def _skipped(signs: Signs, at: Places, most: int) -> Places:
    """``at`` behind up to ``most`` blanks."""
    out = at.copy()
    indented = np.flatnonzero(_BLANK[_at(signs, at)])
    if len(indented):
        here = at[indented]
        blank = _BLANK[_at(signs, here[:, None] + np.arange(1, most))]
        width = np.where(blank.all(axis=1), most, blank.argmin(axis=1) + 1)
        out[indented] = here + width
    return out


def _framed(signs: Signs, ends: Places) -> Places:
    """The first sign of each next line behind the frame that it begins with; without one, the line end itself."""
    at = _skipped(signs, ends + 1, FRAMED)
    one, two, three = (_at(signs, at + step) for step in range(3))
    bar, box = _BARS[one], (one == _BOX[0]) & (two == _BOX[1]) & _BOXES[three]
    width = np.where(box, 3, np.where((one == two) & bar, 2, 1))
    return np.where(bar | box, _skipped(signs, at + width, INNER), ends)


def _counted(signs: Signs, at: Places) -> Places:
    """``at``, where each line begins with a number, behind that and what parts it from the line."""
    out = at.copy()
    for _ in range(_MOST):
        out += _DIGITS[_at(signs, out)]
    out += (_at(signs, out) == _SPACE) & (_at(signs, out + 1) == _BAR)
    one = _at(signs, out)
    arrow = one == _ARROW[0]
    out += np.where(arrow, len(_ARROW), np.isin(one, _PARTING))
    out += _BLANK[_at(signs, out)] & ~arrow
    return out
