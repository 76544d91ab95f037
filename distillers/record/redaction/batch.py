"""Texts as one run of bytes that is scanned at once, and the way back from its offsets to their characters."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import Final

import numpy as np

KELVIN: Final = "\u212a"
"""The one sign beyond ASCII whose lower case is an ASCII letter."""
_KELVIN: Final = KELVIN.encode()

_APART: Final = "\n\x1e"
"""Stands between texts that are scanned together."""
_LATER: Final = -0x40
"""Bytes below, taken as signed, do not begin a character."""


class Batch:
    """Some texts in UTF-8; those of ASCII alone come first, because in them each byte is a character."""

    def __init__(self, texts: Sequence[str]) -> None:
        plain: list[int] = []
        wide: list[int] = []
        for i, text in enumerate(texts):
            (plain if text.isascii() else wide).append(i)
        self._order = np.array(plain + wide, np.int64)
        ends = np.cumsum(np.fromiter(map(len, map(texts.__getitem__, plain + wide)), np.int64) + len(_APART))
        self._starts = np.concatenate((np.zeros(1, np.int64), ends))
        first = _APART.join(map(texts.__getitem__, plain)).encode()
        rest, bare = _encoded([texts[i] for i in wide])
        joint = _APART.encode() if plain and wide else b""
        self.data = joint.join((first, rest))
        """All of them; a ``k`` where there is a Kelvin sign, because without cases they are the same."""
        self.bare = self.data if rest is bare else joint.join((first, bare))
        """The same with a blank for each Kelvin sign, because it is no sign of base64."""
        self._later = None
        if wide:
            self._later = len(self.data) - len(rest) + np.flatnonzero(np.frombuffer(rest, np.int8) < _LATER)

    def shared(self, offsets: Sequence[int]) -> Iterable[tuple[int, int]]:
        """For each of the ascending ``offsets``: the index of its text, and the character of it that stands there."""
        if not offsets:
            return ()
        at = np.array(offsets)
        if self._later is not None:
            at -= np.searchsorted(self._later, at)
        text = np.searchsorted(self._starts, at, "right") - 1
        return zip(self._order[text].tolist(), (at - self._starts[text]).tolist(), strict=True)


def _encoded(texts: Sequence[str]) -> tuple[bytes, bytes]:
    """``texts`` in UTF-8 with a ``k`` for each Kelvin sign, and with a blank; one object if there is none."""
    with suppress(UnicodeEncodeError):
        data = _APART.encode().join(map(str.encode, texts))
        if _KELVIN not in data:
            return data, data
    return _replaced(texts, "k"), _replaced(texts, " ")


def _replaced(texts: Sequence[str], sign: str) -> bytes:
    return _APART.encode().join(text.replace(KELVIN, sign).encode("utf-8", "surrogatepass") for text in texts)
