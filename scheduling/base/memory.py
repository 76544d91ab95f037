"""Memory that was freed goes back to the system: glibc by itself keeps most of it, for each of its arenas."""

from __future__ import annotations

import ctypes
import gc
import sys
from collections.abc import Generator
from contextlib import contextmanager
from functools import cache
from typing import Any


def give_back() -> None:
    """Gives back what was freed, as far as the C library knows how to; a few milliseconds."""
    if trim := _trim():
        trim(0)


@contextmanager
def fewer_looks(young: int = 50_000) -> Generator[None]:
    """While much is made that holds no cycles: Python looks for them after ``young`` new objects, and not after 700."""
    before = gc.get_threshold()
    gc.set_threshold(young, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


@cache
def _trim() -> Any:
    return getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None
