"""Which files a source holds, in one order for ever, and what their stat says."""

from __future__ import annotations

import hashlib
import os
import stat
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Literal, NamedTuple

State = Literal["read", "skipped", "quarantined"]
"""Every file of a source is in exactly one."""
LOG = "-wal"
JOURNAL = "-journal"
COMPANIONS = (LOG, "-shm", JOURNAL)
"""How the names of files end that belong to the database whose name stands before."""
LINK_OUT = "a link that leads out of its source"
DENIED = "let this user list and enter it (chmod u+rx), or mark it; what was collected from it stays"
"""What to do about a folder that the system does not show."""


@dataclass(frozen=True, slots=True)
class SourceSpec:
    """A place that logs or tickets come from. ``domain`` None: a store that mixes projects, routed by folder."""

    domain: str | None
    kind: str
    path: Path

    @property
    def via(self) -> str:
        """The domain, "" for a mixed store."""
        return self.domain or ""

    @property
    def subject(self) -> str:
        """How the ledger names the source."""
        return f"{self.domain or '*'} {name_of(str(self.path))}"


class Seen(NamedTuple):
    """A file as the walk saw it. ``path`` is how it is opened, ``name`` how it is stored and shown."""

    name: str
    size: int
    mtime_ns: int
    ino: int
    ctime_ns: int
    path: str


_made = partial(tuple.__new__, Seen)
"""A :class:`Seen` of a tuple, without a call of our own for each of very many files."""


@dataclass(slots=True)
class Walked:
    """What a walk found: regular files sorted by name, links that were not followed, folders that cannot be listed.

    A database is one file: the size of its log (``-wal``) is counted with its own, and the newer time of the two is its
    time, so that it counts as changed when either did. Its companions are listed apart, with its name.
    """

    files: list[Seen] = field(default_factory=list[Seen])
    parts: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    links: list[str] = field(default_factory=list[str])
    closed: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])

    def signature(self) -> str:
        """A hash that changes as soon as a file comes, goes or is touched."""
        names, sizes, changed, nodes, touched, _ = zip(*self.files, strict=True) if self.files else ((),) * 6
        told = hashlib.blake2b("\0".join(names).encode(), digest_size=12)
        for code, column in (("q", sizes), ("q", changed), ("Q", nodes), ("q", touched)):
            told.update(array(code, column))
        return told.hexdigest()

    def apart(self) -> tuple[object, ...]:
        """What was met beside the files."""
        return self.parts, self.links, self.closed


def walk(root: Path, without: Sequence[Path] = ()) -> Walked:
    """The files below ``root`` (or ``root`` itself), hidden ones too, except below the folders ``without``.

    A link to a file inside ``root`` counts as a file, one that leads out is listed apart; links to folders, broken
    links, pipes, sockets and devices are passed over.
    """
    found = Walked()
    start = os.path.abspath(root)  # noqa: PTH100 (surrogates in names survive)
    if Path(start).is_file():
        found.files.append(_with(_seen(start, os.stat(start)), _log_of(start)))  # noqa: PTH116 (one stat)
        return found
    fence = os.path.realpath(start) + os.sep
    shut = {os.path.abspath(path) for path in without}  # noqa: PTH100
    folders = [start]
    while folders:
        folder = folders.pop()
        try:
            _list(folder, found, folders, fence)
        except OSError as error:
            found.closed.append((name_of(folder), _why(error)))
        if shut:
            folders = [path for path in folders if path not in shut]
    _join(found)
    found.files.sort()
    found.links.sort()
    return found


def _why(error: OSError) -> str:
    said = error.strerror or type(error).__name__
    return f"{said}; {DENIED}" if isinstance(error, PermissionError) else said


def name_of(path: str) -> str:
    """``path`` as text that every store can hold: bytes that are no UTF-8 are written as ``\\xff``."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def nested(specs: Sequence[SourceSpec]) -> Iterator[tuple[SourceSpec, list[Path]]]:
    """Each different source in a stable order, with the folders below it that another source of its domain holds."""
    chosen = sorted({(spec.via, str(spec.path.absolute())): spec for spec in specs}.items())
    for (via, path), spec in chosen:
        inner = [Path(other) for (its, other), _ in chosen if its == via and other.startswith(path.rstrip("/") + "/")]
        yield SourceSpec(spec.domain, spec.kind, Path(path)), inner


def _join(found: Walked) -> None:
    """Takes the companions of databases out of the files."""
    loose = [seen for seen in found.files if seen.path.endswith(COMPANIONS)]
    if not loose:
        return
    by_path = {seen.path: seen for seen in found.files}
    for part in loose:
        whole, _, kind = part.path.rpartition("-")
        if whole in by_path:
            found.parts.append((part.name, by_path[whole].name))
            del by_path[part.path]
            if f"-{kind}" == LOG:
                by_path[whole] = _with(by_path[whole], part)
    found.files = list(by_path.values())


def _log_of(path: str) -> Seen | None:
    """The log beside the database at ``path``, if there is one."""
    try:
        return _seen(path + LOG, os.stat(path + LOG))  # noqa: PTH116
    except OSError:
        return None


def _with(seen: Seen, log: Seen | None) -> Seen:
    if log is None:
        return seen
    return seen._replace(
        size=seen.size + log.size,
        mtime_ns=max(seen.mtime_ns, log.mtime_ns),
        ctime_ns=max(seen.ctime_ns, log.ctime_ns),
    )


def _list(folder: str, found: Walked, folders: list[str], fence: str) -> None:
    """Takes over what is in ``folder``: files into ``found``, folders into ``folders``.

    It is listed by its handle, so that the system looks each file up in the folder and not from the root.
    """
    above = folder.rstrip("/") + "/"
    files = found.files
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        with os.scandir(handle) as entries:
            for entry in entries:
                path = above + entry.name
                if entry.is_file(follow_symlinks=False):  # most of all entries: no call of our own for each
                    at = entry.stat(follow_symlinks=False)
                    name = path if path.isascii() else name_of(path)
                    files.append(_made((name, at.st_size, at.st_mtime_ns, at.st_ino, at.st_ctime_ns, path)))
                elif entry.is_symlink():
                    _link(entry, path, found, fence)
                elif entry.is_dir(follow_symlinks=False):
                    folders.append(path)
    finally:
        os.close(handle)


def _link(entry: os.DirEntry[str], path: str, found: Walked, fence: str) -> None:
    try:
        seen = entry.stat()
    except OSError:  # it leads nowhere, or round in a circle
        return
    if not stat.S_ISREG(seen.st_mode):
        return
    if os.path.realpath(path).startswith(fence):
        found.files.append(_seen(path, seen))
    else:
        found.links.append(name_of(path))


def _seen(path: str, seen: os.stat_result) -> Seen:
    name = path if path.isascii() else name_of(path)
    return Seen(name, seen.st_size, seen.st_mtime_ns, seen.st_ino, seen.st_ctime_ns, path)
