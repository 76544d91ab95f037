"""Long-lived child processes: the workspace's Prefect server and what serves its flows.

Programs that run to their end go through :func:`scheduling.base.process.run`; these two live on, in a session of their
own with streams of their own, so that a closed terminal or a Ctrl-C reaches them only through us.
"""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO

from scheduling.base.process import ProgramError

Child = subprocess.Popen[bytes]


def start(argv: Sequence[str], *, cwd: Path, env: Mapping[str, str] | None, log: Path, tied: bool = False) -> Child:
    """Starts ``argv`` in ``cwd``, its output going to ``log``, and returns at once.

    ``env`` is the whole environment, None for ours. ``tied`` gives it a pipe as standard input, which ends when we do,
    so that it can leave with us. Raises :class:`ProgramError` if it cannot be started.
    """
    with log.open("wb") as out:
        return _spawn(argv, cwd, env, out, subprocess.PIPE if tied else subprocess.DEVNULL)


def _spawn(argv: Sequence[str], cwd: Path, env: Mapping[str, str] | None, out: IO[bytes], stdin: int) -> Child:
    try:
        return subprocess.Popen(  # noqa: S603 (a list, never a shell)
            list(argv), cwd=cwd, env=env, stdin=stdin, stdout=out, stderr=subprocess.STDOUT, start_new_session=True
        )
    except OSError as error:
        raise ProgramError(f"cannot start {argv[0]}: {error.strerror}") from error


def release(child: Child) -> int:
    """Lets go of a child that may outlive us, and returns its pid, by which it is watched and ended from now on."""
    child.returncode = 0  # else Popen warns that nobody waited for it
    return child.pid


def end(pid: int, grace: float) -> None:
    """Asks the process group led by ``pid`` to end and kills what is left of it after ``grace`` seconds."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGTERM)
        deadline = time.monotonic() + grace
        while time.monotonic() < deadline and alive(pid):
            time.sleep(0.05)
        os.killpg(pid, signal.SIGKILL)


def alive(pid: int) -> bool:
    """Whether the process ``pid`` still runs. One of our own children that has ended is laid to rest by this."""
    with suppress(ChildProcessError):
        if os.waitpid(pid, os.WNOHANG)[0] == pid:
            return False
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, PermissionError):
        return False
    return True
