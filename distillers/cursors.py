"""Cursors: what collect remembers of each file, so that an unchanged one costs only a stat.

A file is known by its path and by the source's domain it was reached through (``via``; "" for a mixed store). Its
*generation* grows when a reading no longer holds what an earlier one held: the file was rewritten, and what was
archived of it before is dead. A file that only grew keeps its generation; so does one that vanished.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Container, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Column, Connection, Index, Integer, String, Table, Text, delete, func, select, tuple_, update
from sqlalchemy.dialects.sqlite import insert

from distillers.walk import State
from scheduling.ledger.store import metadata

files = Table(
    "files",
    metadata,
    Column("via", String, primary_key=True),
    Column("path", Text, primary_key=True),
    Column("source", String, nullable=False),  # the collect task of the source that holds it
    Column("size", Integer, nullable=False),  # -1: to be read again whatever its stat says
    Column("mtime_ns", Integer, nullable=False),
    Column("ino", Integer, nullable=False),
    Column("ctime_ns", Integer, nullable=False),
    Column("revision", String, nullable=False),  # of the readers and the routes it was read with
    Column("state", String, nullable=False),  # read, skipped, quarantined
    Column("reason", Text, nullable=False),
    Column("format", String, nullable=False),
    Column("bad_lines", Integer, nullable=False),
    Column("generation", Integer, nullable=False),
    Column("gone", Integer, nullable=False),  # 1: no longer there; what was archived of it stays
    Column("run", String, nullable=False),
)
Index("files_by_source", files.c.source, files.c.gone, files.c.state)
Index("files_rewritten", files.c.generation, sqlite_where=files.c.generation > 0)

leans = Table(
    "leans",
    metadata,
    Column("via", String, primary_key=True),
    Column("path", Text, primary_key=True),
    Column("on_via", String, primary_key=True),
    Column("on_path", Text, primary_key=True),
)
"""Which file's events were not stored because another file holds the same ones: when that one is rewritten without
them, this one is read again."""

FileKey = tuple[str, str]
"""(via, path)."""


class Cursor(NamedTuple):
    """One row of ``files``."""

    via: str
    path: str
    source: str
    size: int
    mtime_ns: int
    ino: int
    ctime_ns: int
    revision: str
    state: State
    reason: str = ""
    format: str = ""
    bad_lines: int = 0
    generation: int = 0
    gone: int = 0
    run: str = ""

    @property
    def key(self) -> FileKey:
        """(via, path)."""
        return self.via, self.path


def load(rows: Connection, source: str, present: Container[str]) -> dict[str, Cursor]:
    """The cursors of one source by path. Of files that vanished before, which may be very many, only those that are
    ``present`` again.
    """
    chosen = select(*(files.c[name] for name in Cursor._fields)).where(files.c.source == source)
    known = (Cursor(*row) for row in rows.execute(chosen))
    return {cursor.path: cursor for cursor in known if not cursor.gone or cursor.path in present}


_NAMES = ", ".join(Cursor._fields)
_SAVE = f"INSERT OR REPLACE INTO files ({_NAMES}) VALUES ({', '.join('?' * len(Cursor._fields))})"  # noqa: S608 (our own)


def save(rows: Connection, cursors: Sequence[Cursor]) -> None:
    """Stores ``cursors``, replacing what was remembered of the same files."""
    if cursors:
        rows.exec_driver_sql(_SAVE, list(cursors))


def mark(rows: Connection, source: str, paths: Sequence[str], *, gone: bool) -> None:
    """Notes that files of ``source`` vanished, or that they are back as they were."""
    for start in range(0, len(paths), 500):
        chosen = files.c.path.in_(paths[start : start + 500])
        rows.execute(update(files).where(files.c.source == source, chosen).values(gone=int(gone)))


def lean(rows: Connection, readings: Iterable[FileKey], on: Mapping[FileKey, Iterable[FileKey]]) -> None:
    """Replaces what the files ``readings`` lean on by ``on``."""
    for via, path in readings:
        rows.execute(delete(leans).where(leans.c.via == via, leans.c.path == path))
    pairs: list[dict[str, Any]] = [
        {"via": via, "path": path, "on_via": other[0], "on_path": other[1]}
        for (via, path), others in on.items()
        for other in others
    ]
    if pairs:
        rows.execute(insert(leans).prefix_with("OR IGNORE"), pairs)


def wake(rows: Connection, rewritten: Iterable[FileKey]) -> None:
    """Has every file read again that leans on a file of ``rewritten``."""
    for via, path in rewritten:
        leaning = select(leans.c.via, leans.c.path).where(leans.c.on_via == via, leans.c.on_path == path)
        rows.execute(update(files).where(tuple_(files.c.via, files.c.path).in_(leaning)).values(size=-1))


def waking(rows: Connection) -> Mapping[str, int]:
    """How many files of each source are to be read again whatever their stat says."""
    # Few or none: counted here, so that the table is read through once and no index is followed row by row.
    chosen = select(files.c.source).where(files.c.size < 0, files.c.gone == 0)
    return Counter(str(source) for (source,) in rows.execute(chosen))


def generations(rows: Connection) -> list[tuple[str, str, int]]:
    """(via, path, generation) of the files that were rewritten."""
    chosen = select(files.c.via, files.c.path, files.c.generation).where(files.c.generation > 0)
    return [(str(via), str(path), int(generation)) for via, path, generation in rows.execute(chosen)]


def counted(rows: Connection) -> dict[str, dict[str, int]]:
    """How many present files of each source are in each state."""
    chosen = select(files.c.source, files.c.state, func.count()).where(files.c.gone == 0)
    found: dict[str, dict[str, int]] = {}
    for source, state, count in rows.execute(chosen.group_by(files.c.source, files.c.state)):
        found.setdefault(str(source), {})[str(state)] = int(count)
    return found


def noted(rows: Connection, sources: Collection[str]) -> list[Cursor]:
    """The cursors of present files of ``sources`` that deserve a word: not read, or not whole; by path."""
    odd = (files.c.state != "read") | (files.c.bad_lines > 0) | (files.c.reason != "")
    # Few of very many: the table is read through once, and no index is followed row by row.
    chosen = select(files).where(odd, files.c.gone == 0).order_by(files.c.path)
    found = (Cursor(**row) for row in rows.execute(chosen).mappings())
    return [one for one in found if one.source in sources]
