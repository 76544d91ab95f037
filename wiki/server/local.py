"""A question to a server that runs already, over its socket: one line of JSON there, one line back.

Nothing heavy is imported here: a command that is answered by a warm server should cost what starting Python costs.
"""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from scheduling.base.errors import StillhouseError, UsageError

PATIENCE = 20.0
LONGEST = 16 * 1024 * 1024
_PATH = 100
"""Bytes that the path of a socket may have on every system."""


class Line:
    """An open line to the server; :meth:`ask` may be called again and again."""

    def __init__(self, talk: socket.socket) -> None:
        self._file = talk.makefile("rwb")

    def ask(self, **question: Any) -> dict[str, Any]:
        """The answer, as ``search --json`` prints it.

        Raises the error that the search raised, and :class:`StillhouseError` if the server left in the middle.
        """
        try:
            self._file.write(json.dumps(question).encode() + b"\n")
            self._file.flush()
            answer: dict[str, Any] = json.loads(self._file.readline(LONGEST))
        except (OSError, ValueError) as error:
            raise StillhouseError("the retrieval server went away while it answered", hint="ask again") from error
        if "error" in answer:
            kind = UsageError if answer.get("usage") else StillhouseError
            raise kind(answer["error"])
        return answer


def reach(path: Path) -> Line | None:
    """A line to the server behind the socket at ``path``; None if none answers there."""
    with short(path) as address:
        talk = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        talk.settimeout(PATIENCE)
        try:
            talk.connect(address)
        except (OSError, ValueError):
            talk.close()
            return None
        return Line(talk)


@contextmanager
def short(path: Path) -> Generator[str]:
    """``path`` as an address that a socket can have: a long one is reached through its open folder."""
    if len(os.fsencode(path)) <= _PATH or not Path("/proc/self/fd").is_dir():
        yield str(path)
        return
    try:
        folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError:
        yield str(path)
        return
    try:
        yield f"/proc/self/fd/{folder}/{path.name}"
    finally:
        os.close(folder)
