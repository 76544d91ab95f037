"""The only way to start another program: fixed argument list, scrubbed environment, own process group.

One that is not trusted is run by :mod:`scheduling.base.untrusted`.
"""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from scheduling.base.errors import StillhouseError

Child = subprocess.Popen[bytes]
"""A program that was started."""
PIECE = 1 << 20
"""Bytes that are taken at a time from a program that says much."""
KEPT = ("PATH", "LANG", "LC_ALL", "TZ", "TMPDIR", "SYSTEMROOT")


class ProgramError(StillhouseError):
    """A program could not be started, ran too long, or failed."""


@dataclass(frozen=True, slots=True)
class Completed:
    """What a finished program left: its exit code and its two outputs as bytes."""

    code: int
    out: bytes
    err: bytes

    @property
    def text(self) -> str:
        """Standard output as text, broken bytes replaced."""
        return self.out.decode("utf-8", "replace")


def scrubbed(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """An environment that holds only what a program needs to start, then ``extra``."""
    return {name: os.environ[name] for name in KEPT if name in os.environ} | {"PYTHONSAFEPATH": "1"} | dict(extra or {})


def run(
    argv: Sequence[str],
    *,
    cwd: Path,
    env: Mapping[str, str] | None = None,
    stdin: bytes = b"",
    timeout: float = 60.0,
    check: bool = True,
) -> Completed:
    """Runs ``argv`` to its end in ``cwd`` with a scrubbed environment plus ``env``.

    ``timeout`` is in seconds; when it passes, the whole process group is killed. Raises :class:`ProgramError` if the
    program is missing, ran too long, or (with ``check``) did not exit 0.
    """
    child = start(argv, cwd, env, subprocess.PIPE, subprocess.PIPE, subprocess.PIPE)
    try:
        out, err = child.communicate(stdin, timeout=timeout)
    except subprocess.TimeoutExpired as error:
        raise ProgramError(f"{argv[0]} did not finish within {timeout:.0f} s and was ended") from error
    finally:
        end_group(child)
    if check and child.returncode:
        said = err.decode("utf-8", "replace").strip().splitlines()
        raise ProgramError(f"{' '.join(argv[:3])} exited {child.returncode}: {said[-1] if said else 'no message'}")
    return Completed(child.returncode, out, err)


def start(
    argv: Sequence[str],
    cwd: Path,
    env: Mapping[str, str] | None,
    given: IO[bytes] | int,
    out: IO[bytes] | int,
    err: IO[bytes] | int | None,
    *,
    handles: Sequence[int] = (),
) -> Child:
    """Starts ``argv`` in ``cwd``, in a process group of its own; it inherits ``handles``.

    Raises :class:`ProgramError` if it cannot be started.
    """
    try:
        return subprocess.Popen(  # noqa: S603 (a list, never a shell)
            list(argv),
            cwd=cwd,
            env=scrubbed(env),
            stdin=given,
            stdout=out,
            stderr=err,
            start_new_session=True,
            pass_fds=tuple(handles),
        )
    except OSError as error:
        raise cannot_start(argv[0], error.strerror or "unknown") from error


def cannot_start(program: str, why: str) -> ProgramError:
    """The error of a program that is missing, or may not be started."""
    return ProgramError(f"cannot start {program}: {why}", hint="is it installed and on PATH?")


def head(stream: IO[bytes], limit: int) -> bytes:
    """The first ``limit`` bytes of a file that was written to."""
    stream.seek(0)
    return stream.read(limit)


def end_all(child: Child) -> None:
    """Kills ``child``'s process group whether or not its leader has exited: what that left behind must not live on."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()


def end_group(child: Child) -> None:
    """Kills what is left of ``child``'s process group; does nothing once it has exited."""
    if child.poll() is None:
        with suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()


def stream(argv: Sequence[str], *, cwd: Path, env: Mapping[str, str], stdin: bytes, timeout: float) -> Iterator[bytes]:
    """What a program says, in pieces as they come, so that none of it need be held; it ends when the caller stops.

    Raises :class:`ProgramError` if it cannot be started, runs longer than ``timeout`` (seconds) or does not exit 0.
    """
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as err:
        given.write(stdin)
        given.seek(0)
        child = start(argv, cwd, env, given, subprocess.PIPE, err)
        late = threading.Event()
        watch = threading.Timer(timeout, lambda: (late.set(), end_all(child)))
        watch.start()
        try:
            if child.stdout is not None:
                with child.stdout as said:
                    yield from iter(lambda: said.read(PIECE), b"")
            child.wait()
        finally:
            watch.cancel()
            end_group(child)
        if late.is_set() or child.returncode:
            told = head(err, 1 << 16).decode("utf-8", "replace").strip().splitlines()
            why = f"did not finish within {timeout:.0f} s" if late.is_set() else f"exited {child.returncode}"
            raise ProgramError(f"{argv[0]} {why}: {told[-1] if told else 'no message'}")


@dataclass(frozen=True, slots=True)
class Piped:
    """A running program that is spoken to over its standard input and answers on its standard output."""

    stdin: IO[bytes]
    stdout: IO[bytes]
    child: Child

    def end(self) -> None:
        """Kills its process group and closes the pipes; safe to call again."""
        end_group(self.child)
        self.leave()

    def leave(self) -> None:
        """Closes the pipes: it ends by itself once it has nothing more to do."""
        for stream in (self.stdin, self.stdout):
            with suppress(OSError):
                stream.close()


def piped(
    argv: Sequence[str], *, cwd: Path, env: Mapping[str, str] | None = None, handles: Sequence[int] = ()
) -> Piped:
    """Starts ``argv`` in ``cwd`` with a scrubbed environment plus ``env``, its error output going where ours goes.

    It inherits ``handles``. The caller ends it. A program that reads its standard input sees it end when this process
    dies, however it dies.
    Raises :class:`ProgramError` if it cannot be started.
    """
    child = start(argv, cwd, env, subprocess.PIPE, subprocess.PIPE, None, handles=handles)
    if child.stdin is None or child.stdout is None:
        raise ProgramError(f"{argv[0]} was started without pipes")
    return Piped(child.stdin, child.stdout, child)
