"""Locks that the operating system releases when their holder dies, however it dies."""

from __future__ import annotations

import fcntl
import json
import os
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

from scheduling.base.clock import stamp
from scheduling.base.errors import BusyError


@contextmanager
def hold(path: Path, what: str, *, wait: float = 0.0) -> Generator[None]:
    """Holds ``path`` as an exclusive lock for the length of the ``with`` block.

    ``what`` is written into the file for whoever finds it held. Waits up to ``wait`` seconds, then raises
    :class:`BusyError` that names the holder.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        _acquire(handle, path, wait, lambda: _holder(handle))
        os.ftruncate(handle, 0)
        os.pwrite(handle, json.dumps({"pid": os.getpid(), "what": what, "since": stamp()}).encode(), 0)
        yield
    finally:
        os.close(handle)


@contextmanager
def alone_in(folder: Path, what: str, *, wait: float = 0.0) -> Generator[None]:
    """Holds ``folder`` itself, made if it is not there, as :func:`hold` does a file; nothing is written into it.

    For what makes the place where a lock would lie. Raises :class:`BusyError`, saying what it was wanted for, after
    ``wait`` seconds.
    """
    folder.mkdir(parents=True, exist_ok=True)
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        _acquire(handle, folder, wait, lambda: f"another process, so {what} cannot begin")
        yield
    finally:
        os.close(handle)


def is_held(path: Path) -> bool:
    """Whether a living process holds the lock at ``path``."""
    try:
        handle = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    else:
        return False
    finally:
        os.close(handle)


def _acquire(handle: int, path: Path, wait: float, holder: Callable[[], str]) -> None:
    deadline = time.monotonic() + wait
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            if time.monotonic() >= deadline:
                raise BusyError(
                    f"{path} is held by {holder()}", hint="wait for it to finish, or end that process"
                ) from error
            time.sleep(0.01)
        else:
            return


def _holder(handle: int) -> str:
    try:
        note = json.loads(os.pread(handle, 4096, 0))
        return f"{note['what']} (pid {note['pid']}, since {note['since']})"
    except (ValueError, KeyError, TypeError):
        return "another process"
