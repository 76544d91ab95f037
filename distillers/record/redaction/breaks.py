"""Line ends that a literal may run across: those of wide lines between signs that follow each other in one.

All line ends of much text are looked at with a few operations on arrays. What is left is few, and is tried in earnest.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from distillers.record.redaction.views import FRAMED, INDENT, INNER, TRAILING, WIDTH

Places = NDArray[np.int64]
Signs = NDArray[np.uint8]
_Code = TypeVar("_Code", int, Places)

_NEWLINE: Final = ord("\n")
_RETURN: Final = ord("\r")
_SIGNS: Final = 64
"""Different signs that literals are made of, one of them for all others."""
_BLANK: Final = np.isin(np.arange(256), np.frombuffer(b" \t", np.uint8))
_BARS: Final = np.isin(np.arange(256), np.frombuffer(b"|>#/*", np.uint8))
_BOX: Final = "│".encode()
_BOXES: Final = np.isin(np.arange(256), np.frombuffer("│┃".encode()[2::3], np.uint8))
"""Signs of frames, the latter by the third byte of three."""
_FRAMED: Final = _BLANK | _BARS | (np.arange(256) == _BOX[0])
"What stands behind the indent of a line with a frame."


class Breaks:
    """Finds the line ends that one of ``literals`` (lower case, ASCII) may run across."""

    def __init__(self, literals: Iterable[str]) -> None:
        words = [literal for literal in literals if len(literal) > 1]
        signs = sorted(set("".join(words)))
        self._codes = np.zeros(256, np.int64)
        for code, sign in enumerate(signs, 1):
            self._codes[[ord(sign), ord(sign.upper())]] = code
        code_of = {sign: code for code, sign in enumerate(signs, 1)}
        coded = [[code_of[sign] for sign in word] for word in words]
        self._first = np.zeros(_SIGNS**3, np.bool_)
        """The first sign of a literal before the line end, and the next two behind it, by their codes."""
        self._before = np.zeros(_SIGNS**3, np.bool_)
        self._behind = np.zeros(_SIGNS**3, np.bool_)
        """Four signs of a literal, two on each side: the first three, and the last three."""
        self._last = np.zeros(_SIGNS**3, np.bool_)
        """Two signs before the line end and the last one of a literal behind it."""
        for word in coded:
            self._learn(word)

    def _learn(self, word: Sequence[int]) -> None:
        """Notes how a literal may stand on both sides of a line end; ``word`` are the codes of its signs."""
        if len(word) > 2:
            self._first[_number(*word[:3])] = True
        for one, two, three, four in zip(word, word[1:], word[2:], word[3:], strict=False):
            self._before[_number(one, two, three)] = True
            self._behind[_number(two, three, four)] = True
        before = range(_SIGNS) if len(word) == 2 else word[-3:-2]
        self._last[[_number(sign, word[-2], word[-1]) for sign in before]] = True

    def find(self, data: bytes) -> list[tuple[int, int]]:
        """Line ends of ``data``: where the next line's first sign stands, and the line end itself; ascending."""
        if data.find(b"\n", WIDTH) < 0:
            return []
        signs = np.frombuffer(data, np.uint8)
        ends = np.flatnonzero(signs == _NEWLINE)
        ends = ends[np.diff(ends, prepend=-1) > WIDTH]
        left = _stripped(signs, ends)
        known = self._codes[signs[left]] > 0
        ends, left = ends[known], left[known]
        out: list[tuple[int, int]] = []
        right = _skipped(signs, ends + 1, INDENT)
        framed = np.flatnonzero(_FRAMED[signs[np.minimum(right, len(signs) - 1)]])
        for lines, at in ((slice(None), right), (framed, _framed(signs, ends[framed]))):
            chosen = self._may_join(signs, left[lines], at)
            out += zip(at[chosen].tolist(), ends[lines][chosen].tolist(), strict=True)
        return sorted(set(out))

    def _may_join(self, signs: Signs, left: Places, right: Places) -> NDArray[np.bool_]:
        last = len(signs) - 1
        before, at = self._codes[signs[left - 1]], self._codes[signs[left]]
        first, second = (self._codes[signs[np.minimum(right + step, last)]] for step in (0, 1))
        behind = _number(at, first, second)
        three = _number(before, at, first)
        return self._first[behind] | self._last[three] | (self._before[three] & self._behind[behind])


def _number(first: _Code, second: _Code, third: _Code) -> _Code:
    return (first * _SIGNS + second) * _SIGNS + third


def _stripped(signs: Signs, ends: Places) -> Places:
    """The last sign of each line but for blanks."""
    at = ends - 1
    at -= signs[at] == _RETURN
    for _ in range(TRAILING):
        at -= _BLANK[signs[at]]
    return at


def _skipped(signs: Signs, at: Places, most: int) -> Places:
    """``at`` behind up to ``most`` blanks."""
    out = at.copy()
    rest = np.arange(len(at))
    for _ in range(most):
        rest = rest[_BLANK[signs[np.minimum(out[rest], len(signs) - 1)]]]
        if not len(rest):
            break
        out[rest] += 1
    return out


def _framed(signs: Signs, ends: Places) -> Places:
    """The first sign of each next line behind the frame that it begins with; without one, the line end itself."""
    at = _skipped(signs, ends + 1, FRAMED)
    one, two, three = (signs[np.minimum(at + step, len(signs) - 1)] for step in range(3))
    bar, box = _BARS[one], (one == _BOX[0]) & (two == _BOX[1]) & _BOXES[three]
    width = np.where(box, 3, np.where((one == two) & bar, 2, 1))
    return np.where(bar | box, _skipped(signs, at + width, INNER), ends)
