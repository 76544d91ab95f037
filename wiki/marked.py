"""A marked block in a file that is somebody else's: ours is what stands between two marks, no other byte is touched."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from tempfile import mkstemp
from typing import TYPE_CHECKING

from scheduling.base.errors import RefusedError, UsageError
from wiki.text import inert

if TYPE_CHECKING:  # a hook that only ends a session must be done within a second, and pays for no findings
    from wiki.sheets import Line

LONGEST = 4 * 1024 * 1024
_MARK = re.compile(rb"^[ \t]*<!-- stillhouse:(begin|end) ([a-z0-9-]+)[^\n]*-->[ \t]*\r?$", re.M)
_ANY = re.compile(rb"<!-- *stillhouse:")
_IMPORT = re.compile(r"(?<![\w`])@(?=[\w./~\\-])")


def block(domain: str, lines: Iterable[Line]) -> str:
    """The block of standing rules for ``domain``, marks included, as Markdown in which nothing is active."""
    rules = [f"- {_IMPORT.sub('@ ', inert(line.text, 400))}" for line in lines]
    return "\n".join(
        (
            f"<!-- stillhouse:begin {domain} (written by stillhouse brief; edits between the marks are lost) -->",
            "## Standing rules",
            "",
            *(rules or ["- None yet."]),
            f"<!-- stillhouse:end {domain} -->",
        )
    )


def write(path: Path, domain: str, text: str) -> bool:
    """Makes ``text`` (from :func:`block`) the block of ``domain`` in the file at ``path``; whether that changed it.

    The file is made if there is none; a new block goes to its end. Raises :class:`RefusedError`, and changes nothing,
    if the marks in it are broken or it is no plain file, :class:`UsageError` if it cannot be read or written.
    """
    real = path.resolve() if path.is_symlink() else path
    try:
        old = _read(real)
        new = rewritten(real, old or b"", domain, text)
        if new != old:
            replace_file(real, new)
    except OSError as error:
        raise UsageError(
            f"cannot write {path}: {error.strerror}", hint="name a file in a folder that is there and that is yours"
        ) from error
    return new != old


def rewritten(path: Path, old: bytes, domain: str, text: str) -> bytes:
    """``old``, the bytes of the file at ``path``, with ``text`` as the block of ``domain``. Raises as :func:`write`."""
    eol = b"\r\n" if b"\r\n" in old else b"\n"
    ours = text.encode().replace(b"\n", eol)
    marks = list(_MARK.finditer(old))
    if len(marks) != len(_ANY.findall(old)):
        raise _broken(path, "one does not stand on a line of its own")
    for begin, end in zip(marks[::2], [*marks[1::2], None], strict=False):
        if end is None or (begin[1], end[1]) != (b"begin", b"end") or begin[2] != end[2]:
            raise _broken(path, "a begin and an end do not belong together")
    mine = [(b, e) for b, e in zip(marks[::2], marks[1::2], strict=True) if b[2] == domain.encode()]
    if len(mine) > 1:
        raise _broken(path, f"{domain} has two blocks")
    if mine:
        begin, end = mine[0]
        stop = end.end() - (1 if old[end.start() : end.end()].endswith(b"\r") else 0)
        return old[: begin.start()] + ours + old[stop:]
    between = b"" if not old else eol if old.endswith(b"\n") else eol + eol
    return old + between + ours + eol


def _read(path: Path) -> bytes | None:
    try:
        found = path.lstat()
    except FileNotFoundError:
        return None
    if not stat.S_ISREG(found.st_mode) or found.st_size > LONGEST:
        raise RefusedError(f"{path} is no plain text file", hint="name a Markdown file such as AGENTS.md")
    return path.read_bytes()


def replace_file(path: Path, data: bytes) -> None:
    """Puts ``data`` in the place of ``path`` in one step, with the rights that it had."""
    handle, name = mkstemp(prefix=f".{path.name}.", dir=path.parent)
    fresh = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        fresh.chmod(stat.S_IMODE(path.stat().st_mode) if path.exists() else 0o644)
        fresh.replace(path)
    except BaseException:
        with suppress(FileNotFoundError):
            fresh.unlink()
        raise


def _broken(path: Path, why: str) -> RefusedError:
    return RefusedError(
        f"the stillhouse marks in {path} are broken: {why}", hint="mend or delete them by hand; nothing was written"
    )
