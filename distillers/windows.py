"""Finding a text again of which only a keyed hash is known.

A rolling sum runs over all stretches of the text's length at once; where sixteen of its bits agree, the stretch is
hashed and compared (Karp and Rabin, "Efficient randomized pattern-matching algorithms", 1987).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any, cast

import pyarrow
from pyarrow import compute

from distillers.barred import Window

pa, pc = cast("Any", pyarrow), cast("Any", compute)  # they ship no types

LONGEST = 1024
"""Bytes of a text that count: a longer one is known by its first ones."""
_WORD = 1 << 64
_GLIMPSE = 48
_CHUNK = 1 << 16


def window_of(key: bytes, data: bytes) -> Window:
    """What is to be kept of the text ``data``."""
    data = data[:LONGEST]
    base = _base(key)
    total = sum(byte * pow(base, place, _WORD) for place, byte in enumerate(data)) % _WORD
    return Window(len(data), total >> _GLIMPSE, _mark(key, data))


def hits(key: bytes, windows: Sequence[Window], data: bytes) -> Iterator[int]:
    """Where in ``data`` a text of ``windows`` begins; in no order."""
    for window in windows:
        for start in range(0, max(0, len(data) - window.length + 1), _CHUNK):
            piece = data[start : start + _CHUNK + window.length - 1]
            for place in _likely(key, window, piece):
                if _mark(key, piece[place : place + window.length]) == window.mark:
                    yield start + place


def _likely(key: bytes, window: Window, piece: bytes) -> list[int]:
    count = len(piece) - window.length + 1
    powers, inverse = _powers(key)
    values = pc.cast(pa.Array.from_buffers(pa.uint8(), len(piece), [None, pa.py_buffer(piece)]), pa.uint64())
    sums = pc.cumulative_sum(pc.multiply(values, powers.slice(0, len(piece))))
    before = pa.concat_arrays([pa.array([0], pa.uint64()), sums.slice(0, count - 1)])
    own = pc.multiply(pc.subtract(sums.slice(window.length - 1, count), before), inverse.slice(0, count))
    glimpses = pc.shift_right(own, pa.scalar(_GLIMPSE, pa.uint64()))
    return pc.indices_nonzero(pc.equal(glimpses, pa.scalar(window.glimpse, pa.uint64()))).to_pylist()


@lru_cache(maxsize=2)
def _powers(key: bytes) -> tuple[Any, Any]:
    """The powers of the key's base, and of what undoes it."""
    base = _base(key)
    return _series(base), _series(pow(base, -1, _WORD))


def _series(base: int) -> Any:
    values = [1]
    for _ in range(_CHUNK + LONGEST):
        values.append(values[-1] * base % _WORD)
    return pa.array(values, pa.uint64())


def _base(key: bytes) -> int:
    return int.from_bytes(hashlib.blake2b(key, digest_size=8, person=b"windows").digest(), "big") | 1


def _mark(key: bytes, data: bytes) -> str:
    return hashlib.blake2b(data, key=key[:64], digest_size=16, person=b"text").hexdigest()
