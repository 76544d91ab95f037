"""Hashes of names and lines as sorted numbers, each once: what is in which.

By sorting alone: numpy's own functions for sets take ten times as long for numbers that are spread like hashes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Marks = NDArray[np.uint64]
"""Keyed hashes of names, sorted, each once."""
Lines = NDArray[np.uint32]
"""Keyed hashes of lines of code, sorted, each once: of 4 bytes, since only a share of them counts."""
NO_MARKS: Marks = np.empty(0, dtype=np.uint64)
NO_LINES: Lines = np.empty(0, dtype=np.uint32)
Number = TypeVar("Number", bound=np.unsignedinteger)


def joined(some: Sequence[NDArray[Number]]) -> NDArray[Number]:
    """What is in any of ``some``, which need not be sorted; at least one."""
    every = np.sort(np.concatenate(some))
    return every[np.append(True, every[1:] != every[:-1])] if len(every) else every


def among(these: NDArray[Number], those: NDArray[Number]) -> NDArray[np.bool_]:
    """Of each of ``these``, in any order, whether it is one of ``those``."""
    if not len(those):
        return np.zeros(len(these), dtype=np.bool_)
    at = np.searchsorted(those, these)
    return those[np.minimum(at, len(those) - 1)] == these
