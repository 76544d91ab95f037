"""SQLite databases: a snapshot of one as it stands, with what its agent wrote to the log beside it (``-wal``).

Opening a database in its place would take its locks and write beside it. So the file and its companions are copied into
a private folder and opened there, and the folder is removed as soon as they are open: nobody finds the copy, and a
killed night leaves none behind. What is asked of the snapshot only reads.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
import time
import weakref
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from distillers.sources.unreadable import Unreadable
from distillers.walk import JOURNAL, LOG

MAGIC = b"SQLite format 3\x00"
LONGEST = 64 * 1024 * 1024
"""Values above this size are not read."""
BROKEN = (sqlite3.Error, UnicodeDecodeError)
"""How SQLite says that a database is broken: sometimes in bytes of it that are no text."""
_TRIES = 5
_HEADER = 32
"""Bytes at the head of a log that change when it begins anew."""

Tables = Mapping[str, frozenset[str]]
"""The columns of each table."""


def is_database(data: bytes) -> bool:
    """Whether a file that begins with ``data`` is an SQLite database."""
    return data.startswith(MAGIC)


class Snapshot:
    """The database at ``path`` as it stood at one moment.

    Raises :class:`Unreadable` if it cannot be copied, is written to all the time or is broken.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            with tempfile.TemporaryDirectory(prefix="stillhouse-", ignore_cleanup_errors=True) as folder:
                copy = os.path.join(folder, "copy")  # noqa: PTH118 (with its companions' names made from it)
                _copy(os.path.realpath(path), copy)
                self._rows = _opened(copy)
                weakref.finalize(self, self._rows.close)
                self.tables: Tables = _tables(self._rows)
        except OSError as error:
            raise Unreadable(f"cannot copy {path}: {error.strerror}", hint="check its permissions") from error
        except BROKEN as error:
            raise _broken(path, error) from error

    def rows(self, sql: str, values: Sequence[object] = ()) -> Iterator[tuple[Any, ...]]:
        """What ``sql`` finds. Raises :class:`Unreadable` if the database is broken."""
        try:
            with closing(self._rows.execute(sql, values)) as found:
                yield from found
        except BROKEN as error:
            raise _broken(self._path, error) from error


def value(column: str) -> str:
    """SQL for the value of ``column``, NULL if it is longer than :data:`LONGEST`."""
    return f'iif(length("{column}") <= {LONGEST}, "{column}", NULL)'


def _broken(path: Path, error: Exception) -> Unreadable:
    return Unreadable(f"{path}: its database cannot be read: {error}", hint="restore it from a copy")


def _copy(path: str, copy: str) -> None:
    """Copies a database and its companions as of one moment."""
    for attempt in range(_TRIES):
        time.sleep(0.02 * attempt)
        before = _moment(path)
        shutil.copyfile(path, copy)
        for part in (LOG, JOURNAL):
            _copy_part(path + part, copy + part)
        if _moment(path) == before:
            return
    raise Unreadable(f"{path} is written to all the time", hint="it is read when its agent rests")


def _copy_part(path: str, copy: str) -> None:
    try:
        shutil.copyfile(path, copy)
    except FileNotFoundError:
        Path(copy).unlink(missing_ok=True)


def _moment(path: str) -> tuple[object, ...]:
    """What changes as soon as the pages on disk change. A log may grow: what it held stays as it was."""
    return _stat(path), _begins(path + LOG), _stat(path + JOURNAL)


def _stat(path: str) -> tuple[int, int, int]:
    try:
        found = os.stat(path)  # noqa: PTH116 (names of companions are made as text)
    except FileNotFoundError:
        return 0, 0, 0
    return found.st_size, found.st_mtime_ns, found.st_ino


def _begins(path: str) -> bytes:
    try:
        with open(path, "rb") as log:  # noqa: PTH123 (names of companions are made as text)
            return log.read(_HEADER)
    except FileNotFoundError:
        return b""


def _opened(copy: str) -> sqlite3.Connection:
    """A connection that holds all its files open and will write no others, and believes nothing of the schema."""
    rows = sqlite3.connect(copy, isolation_level=None, check_same_thread=False)
    try:
        rows.text_factory = _text
        for rule in ("locking_mode = EXCLUSIVE", "temp_store = MEMORY", "trusted_schema = OFF", "cell_size_check = ON"):
            rows.execute(f"PRAGMA {rule}").fetchall()
        rows.execute("SELECT count(*) FROM sqlite_schema").fetchall()
        rows.execute("PRAGMA query_only = ON")
    except BROKEN:
        rows.close()
        raise
    return rows


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "replace")


def _tables(rows: sqlite3.Connection) -> Tables:
    """The real tables: a view or a virtual table would run what somebody else wrote into it."""
    found = rows.execute("SELECT name FROM sqlite_schema WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'")
    columns = "SELECT name FROM pragma_table_info(?)"
    return {name: frozenset(column for (column,) in rows.execute(columns, (name,))) for (name,) in found.fetchall()}
