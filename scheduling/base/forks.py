"""A worker that is a copy of this process: it has loaded all that this one has, so it can begin at once."""

from __future__ import annotations

import fcntl
import gc
import os
import signal
import sys
import threading
import warnings
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import IO, NoReturn

from scheduling.base.memory import give_back, own_memory

SMALL = 56 * 1024 * 1024
"""Bytes of a process that is copied, at most: each copy counts them again as its own, though all share them."""
_STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@dataclass(slots=True)
class Fork:
    """A copy of this process that is spoken to over one pipe and answers on another."""

    stdin: IO[bytes]
    stdout: IO[bytes]
    pid: int
    ended: bool = False

    def end(self) -> None:
        """Kills it and closes the pipes; safe to call again."""
        if not self.ended:
            self.ended = True
            with suppress(ProcessLookupError, ChildProcessError):
                os.kill(self.pid, signal.SIGKILL)
                os.waitpid(self.pid, 0)
        self.leave()

    def leave(self) -> None:
        """Closes the pipes: it ends by itself once it has nothing more to do."""
        for stream in (self.stdin, self.stdout):
            with suppress(OSError):
                stream.close()


def may_fork() -> bool:
    """Whether copies of this process can work, and would be small.

    A copy of a process with threads would wait for locks that they held. Only the threads of Python count: those of the
    libraries for numbers sleep until they are called for, and these libraries look after their own locks.
    """
    if sys.platform != "linux" or threading.active_count() > 1:
        return False
    give_back()
    return own_memory() <= SMALL


def fork(work: Callable[[IO[bytes], IO[bytes]], None]) -> Fork:
    """A copy of this process that does ``work`` on what it hears and what it speaks to, and then ends.

    It holds none of this process's files, and nothing reaches it that stops this process: it ends when what it hears
    ends, however this process dies.
    """
    given, told = os.pipe(), os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # newer Pythons count the threads of libraries too
        pid = os.fork()
    if pid == 0:
        _live(work, given[0], told[1])
    os.close(given[0])
    os.close(told[1])
    return Fork(os.fdopen(given[1], "wb"), os.fdopen(told[0], "rb"), pid)


def _live(work: Callable[[IO[bytes], IO[bytes]], None], given: int, told: int) -> NoReturn:
    """The life of a copy. It never returns into what its parent was doing, nor cleans up what is its parent's."""
    try:
        gc.freeze()
        os.setsid()
        for stop in _STOPS:
            signal.signal(stop, signal.SIG_DFL)
        answers = fcntl.fcntl(told, fcntl.F_DUPFD, 3)
        os.dup2(given, 0)
        os.dup2(2, 1)  # what the work prints goes to standard error
        os.closerange(3, answers)
        os.closerange(answers + 1, os.sysconf("SC_OPEN_MAX"))
        work(os.fdopen(0, "rb", closefd=False), os.fdopen(answers, "wb"))
    finally:
        os._exit(0)
