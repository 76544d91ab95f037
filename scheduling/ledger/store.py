"""The ledger's file: opening it, reading it, and writing it one transaction at a time.

SQLite in WAL mode with ``synchronous=FULL`` (an acknowledged commit survives ``kill -9``); writers queue on one file
lock, which is fairer and faster than SQLite's own busy timeout. Each room declares its own tables on :data:`metadata`.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Generator
from contextlib import contextmanager, suppress
from functools import lru_cache
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, MetaData, create_engine, event
from sqlalchemy.exc import DatabaseError, OperationalError
from sqlalchemy.pool import NullPool

from scheduling.base.errors import CorruptError, RefusedError, UnwritableError
from scheduling.base.locks import hold
from scheduling.ledger.migrations import SCHEMA, forward, known, lacks, version_of

metadata = MetaData()
WRITER_WAIT = 60.0
_PRIMARY = 0xFF
"""The part of SQLite's error codes that names the kind."""
_DISK = frozenset({sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY})


class Ledger:
    """One workspace's ledger. Cheap to open; safe to use from several threads and processes."""

    def __init__(self, path: Path) -> None:
        """Opens the ledger at ``path``, making it if it is not there.

        One of an older version is brought forward. Raises :class:`CorruptError` if the file is no ledger,
        :class:`RefusedError` if a newer version wrote it, and, as all that is done with it,
        :class:`UnwritableError` if its disk is full.
        """
        self.path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = path.with_suffix(".lock")
        self._engine = _engine(path)
        self._declared = 0
        self._prepare()

    def _prepare(self) -> None:
        """Adds what modules declared that were imported since this was last looked at: most are, when first needed."""
        declared = len(metadata.tables)
        if declared == self._declared:
            return
        self._declared = declared
        try:
            self._bring_forward()
        except DatabaseError as error:
            raise CorruptError(
                f"{self.path} is not a readable ledger",
                hint="make it anew from the logs and the wiki: stillhouse rebuild",
            ) from error

    def _bring_forward(self) -> None:
        with self.read() as rows:
            version, lacking = version_of(rows), lacks(known(rows), metadata)
        if version > SCHEMA:
            raise RefusedError(
                f"{self.path} was written by a newer Stillhouse (version {version})", hint="upgrade, then try again"
            )
        if version < SCHEMA or lacking:
            with self.write() as rows:
                forward(rows, metadata)

    @contextmanager
    def read(self) -> Generator[Connection]:
        """A connection that sees one consistent snapshot and cannot write."""
        self._prepare()
        with _room(self.path), self._engine.connect() as rows:
            rows.exec_driver_sql("PRAGMA query_only = ON")
            yield rows

    @contextmanager
    def write(self) -> Generator[Connection]:
        """One write transaction: all of it is stored, or, when the block raises, none of it.

        Use :meth:`scheduling.runs.Run.change` instead wherever a run exists, so that the change is audited.
        """
        self._prepare()
        with hold(self._lock, "a ledger write", wait=WRITER_WAIT), _room(self.path), self._engine.connect() as rows:
            rows.exec_driver_sql("BEGIN IMMEDIATE")
            try:
                yield rows
            except BaseException:
                with suppress(OperationalError):  # SQLite has rolled back by itself when its disk is full
                    rows.exec_driver_sql("ROLLBACK")
                raise
            rows.exec_driver_sql("COMMIT")

    def rewrite(self) -> None:
        """Writes the file anew, so that nothing of what was deleted is left in it. Waits for the writer at work."""
        with hold(self._lock, "a ledger rewrite", wait=WRITER_WAIT), _room(self.path), self._engine.connect() as rows:
            rows.exec_driver_sql("PRAGMA secure_delete = ON")
            rows.exec_driver_sql("VACUUM")
            rows.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")


@contextmanager
def _room(path: Path) -> Generator[None]:
    """Says of the errors in its block which ones are about the disk: what the ledger holds is well then."""
    try:
        yield
    except DatabaseError as error:
        code: int = getattr(error.orig, "sqlite_errorcode", 0)
        if code & _PRIMARY not in _DISK:
            raise
        raise UnwritableError(
            f"{path} cannot be written: {error.orig}",
            hint="make room on its disk, or see who may write there; then run it again",
        ) from error


@lru_cache(maxsize=32)
def _engine(path: Path) -> Engine:
    """The engine of one file: it keeps no connection, but the statements that were compiled once."""
    engine = create_engine(f"sqlite:///{path}", poolclass=NullPool, isolation_level="AUTOCOMMIT")

    @event.listens_for(engine, "connect")
    def configure(connection: Any, _record: Any) -> None:  # pyright: ignore[reportUnusedFunction]
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA busy_timeout = 10000")

    return engine
