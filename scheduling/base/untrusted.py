"""Running a program that is not trusted: it ends in time, says no more than it may, and nothing it started lives on.

On Linux a keeper (:mod:`scheduling.base.keeper`) stands between us and the program: it ends what the program put into
sessions of its own as well, and all of it when we die, however we die. Elsewhere what stays in the program's process
group ends with it.
"""

from __future__ import annotations

import os
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO

from scheduling.base import keeper
from scheduling.base.process import Child, Completed, ProgramError, cannot_start, end_all, head, start

TICK = 0.02
"""Seconds between two looks at the program."""
GRACE = keeper.PATIENCE + 1.0
"""Seconds that the keeper has to end everything."""


class OutrunError(ProgramError):
    """A program ran too long or said too much and was ended; ``left`` is what it had said until then."""

    def __init__(self, message: str, left: Completed) -> None:
        super().__init__(message)
        self.left = left


def run_capped(
    argv: Sequence[str],
    *,
    cwd: Path,
    env: Mapping[str, str],
    stdin: bytes,
    timeout: float,
    limits: tuple[int, int],
    stop: threading.Event | None = None,
) -> Completed:
    """Runs ``argv`` with a scrubbed environment plus ``env`` until it has printed so many bytes; then it is ended.

    ``limits`` are those of its standard output and of its errors. Whatever it started ends with it; ``stop`` ends it
    from another thread. Raises :class:`OutrunError`, with what it had said, when it is stopped or passes ``timeout``
    (seconds) or a limit; :class:`ProgramError` if it cannot be started.
    """
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        given.write(stdin)
        given.seek(0)
        kept = _Kept.of(argv, cwd, env, (given, out, err))
        outputs = ((out, limits[0]), (err, limits[1]))
        try:
            over = _watch(kept.child, outputs, timeout, stop or threading.Event())
        finally:
            failed = kept.end()
        left = Completed(
            kept.child.returncode, *(head(stream, most) for stream, most in zip((out, err), limits, strict=True))
        )
    if failed and not over:
        raise cannot_start(argv[0], os.strerror(failed))
    if over:
        raise OutrunError(f"{argv[0]} {over} and was ended", left)
    return left


class _Kept:
    """A running program, and on Linux the line to its keeper."""

    def __init__(self, child: Child, line: socket.socket | None) -> None:
        self.child = child
        self._line = line

    @classmethod
    def of(
        cls, argv: Sequence[str], cwd: Path, env: Mapping[str, str], streams: tuple[IO[bytes], IO[bytes], IO[bytes]]
    ) -> _Kept:
        """Starts ``argv`` on its three ``streams``. Raises :class:`ProgramError` if it, or its keeper, cannot be."""
        if sys.platform != "linux":
            return cls(start(argv, cwd, env, *streams), None)
        ours, theirs = socket.socketpair()
        with theirs:
            words = (sys.executable, "-I", "-S", keeper.__file__, str(theirs.fileno()), *argv)
            try:
                return cls(start(words, cwd, env, *streams, handles=[theirs.fileno()]), ours)
            except ProgramError:
                ours.close()
                raise

    def end(self) -> int:
        """Ends it with all that it started; returns the number of the error if it could not be started, else 0."""
        failed = b""
        if self._line:
            with self._line as line, suppress(OSError):
                line.shutdown(socket.SHUT_WR)
                failed = self._last_words(line)
        end_all(self.child)  # what is left of its group if it has no keeper, or ended that
        return int(failed or 0)

    def _last_words(self, line: socket.socket) -> bytes:
        """What the keeper said, once it has ended."""
        line.settimeout(GRACE)
        with suppress(TimeoutError):
            return line.recv(16)
        return b""


def _watch(child: Child, outputs: Sequence[tuple[IO[bytes], int]], timeout: float, stop: threading.Event) -> str:
    """Waits for the end of ``child``; says what it did wrong if it went over, else ""."""
    deadline = time.monotonic() + timeout
    while True:
        ended = child.poll() is not None
        for stream, limit in outputs:
            if os.fstat(stream.fileno()).st_size > limit:
                return f"said more than {limit} bytes"
        if ended:
            return ""
        if time.monotonic() >= deadline:
            return f"did not finish within {timeout:.0f} s"
        if stop.wait(TICK):
            return "was stopped"
