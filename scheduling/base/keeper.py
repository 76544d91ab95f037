"""Starts one program that is not trusted, and ends all that it started once it has ended or is to end (Linux only).

    python keeper.py HANDLE PROGRAM ARGUMENT…

Whatever the program starts, in a session of its own too, becomes a child of this process when its own parent ends: this
one is a *subreaper*, as prctl(2) calls it. HANDLE is one end of a pair of sockets. When the other end is shut, or
whoever holds it died, everything is ended; if the program cannot be started, the number of the error is written there.
The exit code is the program's own, or 128 and the number of the signal that ended it.

Needs nothing but the standard library: it is started by its path, beside no package.
"""

from __future__ import annotations

import ctypes
import os
import select
import signal
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

SUBREAPER = 36
"""``PR_SET_CHILD_SUBREAPER`` of <linux/prctl.h>."""
PATIENCE = 4.0
"""Seconds in which what is ended must be gone; what cannot be ended (another user's) is left then."""
PAUSE = 0.005
CANNOT_START = 127
_HEARD = (signal.SIGCHLD, signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
"""Signals that are heard and change nothing: a program may send one to its whole group."""


def main(handle: int, argv: list[str]) -> int:
    """Runs ``argv`` to its end; returns the exit code."""
    os.set_inheritable(handle, False)
    ctypes.CDLL(None).prctl(SUBREAPER, 1, 0, 0, 0)
    heard = _listen()
    code = _wait(_start(handle, argv), handle, heard)
    _end_all()
    return code


def _listen() -> int:
    """A pipe in which something stands whenever a signal came."""
    heard, told = os.pipe()
    os.set_blocking(told, False)
    signal.set_wakeup_fd(told, warn_on_full_buffer=False)
    for number in _HEARD:
        signal.signal(number, _nothing)
    return heard


def _nothing(_number: int, _frame: object) -> None:
    """What a signal that is heard does."""


def _start(handle: int, argv: list[str]) -> int:
    child = os.fork()
    if child:
        return child
    try:
        for number in (signal.SIGPIPE, signal.SIGXFSZ):  # Python ignores them; its handlers go by themselves
            signal.signal(number, signal.SIG_DFL)
        os.execvp(argv[0], argv)  # noqa: S606 (a list, never a shell)
    except OSError as error:
        os.write(handle, str(error.errno).encode())
    finally:
        os._exit(CANNOT_START)


def _wait(child: int, handle: int, heard: int) -> int:
    """The exit code of ``child``, once it has ended or is to end."""
    ends = select.poll()
    ends.register(handle, select.POLLIN)
    ends.register(heard, select.POLLIN)
    while True:
        status = _buried().get(child)
        if status is not None:
            code = os.waitstatus_to_exitcode(status)
            return code if code >= 0 else 128 - code
        if any(ready == handle for ready, _ in ends.poll()):
            return 128 + signal.SIGKILL
        os.read(heard, 512)


def _end_all() -> None:
    """Ends every descendant. All are stopped first, until no new one is found: what is stopped starts no other."""
    deadline = time.monotonic() + PATIENCE
    stopped: set[int] = set()
    while (fresh := _descendants() - stopped) and time.monotonic() < deadline - PATIENCE / 2:
        _send(fresh, signal.SIGSTOP)
        stopped |= fresh
    while time.monotonic() < deadline and (left := _descendants()):
        _send(left, signal.SIGKILL)
        time.sleep(PAUSE)
        _buried()


def _buried() -> dict[int, int]:
    """The children that ended, each with its status; none of them is left as a zombie."""
    found: dict[int, int] = {}
    with suppress(ChildProcessError):
        while (ended := os.waitpid(-1, os.WNOHANG))[0]:
            found[ended[0]] = ended[1]
    return found


def _send(pids: set[int], number: int) -> None:
    for pid in pids:
        with suppress(ProcessLookupError, PermissionError):
            os.kill(pid, number)


def _descendants() -> set[int]:
    """The processes below this one."""
    with suppress(ChildProcessError):
        os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        return _below(os.getpid())
    return set()


def _below(top: int) -> set[int]:
    told = _told if Path(f"/proc/{top}/task/{top}/children").exists() else _searched()
    found: set[int] = set()
    todo = told(top)
    while todo:
        pid = todo.pop()
        found.add(pid)
        todo += told(pid)
    return found


def _told(pid: int) -> list[int]:
    """The children of a process as the kernel tells them: what forks and ends at once is outrun by no other way."""
    found: list[int] = []
    with suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            found += map(int, (task / "children").read_text().split())
    return found


def _searched() -> Callable[[int], list[int]]:
    """The same of a kernel that does not tell them: who names whom as its parent now."""
    children: dict[int, list[int]] = {}
    for folder in Path("/proc").iterdir():
        with suppress(OSError, ValueError, IndexError):
            stat = (folder / "stat").read_text("utf-8", "replace")
            children.setdefault(int(stat.rpartition(")")[2].split()[1]), []).append(int(folder.name))
    return lambda pid: list(children.get(pid, ()))


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), sys.argv[2:]))
