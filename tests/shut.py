"""A folder that the system does not let us list: for the system's own user too, who may do without permissions."""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

_PAST_PERMISSIONS = 0b110
"""The two rights of Linux to look past permissions: CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH."""
_VERSION = 0x20080522


@contextmanager
def shut(folder: Path) -> Generator[None]:
    """While it lasts, ``folder`` can neither be listed nor entered."""
    mode = folder.stat().st_mode
    folder.chmod(0)
    before = _rights()
    _set((before[0] & ~_PAST_PERMISSIONS, *before[1:]))
    try:
        assert not os.access(folder, os.R_OK, effective_ids=True)
        yield
    finally:
        _set(before)
        folder.chmod(mode)


def _rights() -> tuple[int, ...]:
    """This thread's: effective, permitted, inheritable; and their upper halves."""
    if sys.platform != "linux" or os.geteuid() != 0:
        return (0,) * 6
    sets = (ctypes.c_uint32 * 6)()
    assert ctypes.CDLL(None).capget((ctypes.c_uint32 * 2)(_VERSION, 0), sets) == 0
    return tuple(sets)


def _set(rights: tuple[int, ...]) -> None:
    if any(rights):
        assert ctypes.CDLL(None).capset((ctypes.c_uint32 * 2)(_VERSION, 0), (ctypes.c_uint32 * 6)(*rights)) == 0
