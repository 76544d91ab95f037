"""Memory that was freed goes back to the system: glibc by itself keeps most of it, for each of its arenas."""

from __future__ import annotations

import ctypes
import sys
from functools import cache
from typing import Any


def give_back() -> None:
    """Gives back what was freed, as far as the C library knows how to; a few milliseconds."""
    if trim := _trim():
        trim(0)


@cache
def _trim() -> Any:
    return getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None
