"""Purging what lies in plain files and in Prefect's own database: fetched tickets, logs, stored results, artifacts.

Bytes are overwritten in place where something may have the file open or counts its length (logs, fetched tickets);
stored results of tasks are removed whole.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterator, Sequence
from contextlib import closing

import orjson

from distillers.blank import blank_lines, files_below, overwrite
from distillers.record.readings import readings
from flows.purge_search import opened, squeezed
from scheduling.base.forms import bytes_of
from scheduling.base.workspace import Workspace
from scheduling.ledger.scrub import cleaned

DATABASE = "prefect.db"
BUSY = 60.0


def fetched_lines(space: Workspace, forms: Sequence[str], units: Collection[str], *, blank: bool = False) -> int:
    """How many stored versions of fetched tickets hold one of ``forms`` or are of ``units``; blanked if so asked."""
    needles = [bytes_of(form) for form in forms]
    needles += [b'"key":' + orjson.dumps(unit) for unit in units]
    return blank_lines(space.fetched, lambda line: _is_meant(line, needles, forms), dry=not blank)


def _is_meant(line: bytes, needles: Sequence[bytes], forms: Sequence[str]) -> bool:
    if any(needle in line for needle in needles):
        return True
    said = readings(line.decode("utf-8", "replace")) if forms else ()
    return any(form in told for told in said for form in forms)


def logs(space: Workspace, forms: Sequence[str], *, blank: bool = False) -> int:
    """How many times ``forms`` stand in the logs of the workspace's servers; overwritten if so asked."""
    count = 0
    for path in files_below(space.prefect):
        if path.suffix == ".log":
            spans = list(_places(path.read_bytes(), [bytes_of(form) for form in forms]))
            count += len(spans)
            if blank:
                overwrite(path, spans, b"-")
    return count


def results(space: Workspace, forms: Sequence[str], *, remove: bool = False) -> int:
    """How many stored results of Prefect tasks hold one of ``forms``; removed if so asked."""
    needles = [bytes_of(form) for form in forms]
    count = 0
    for path in files_below(space.prefect / "storage"):
        data = path.read_bytes()
        if any(needle in view for view in (squeezed(data), *opened(data)) for needle in needles):
            count += 1
            if remove:
                path.unlink()
    return count


def prefect_rows(space: Workspace, forms: Sequence[str], *, clean: bool = False) -> int:
    """How many fields of Prefect's database hold one of ``forms``: artifacts, states, inputs, logs, events.

    With ``clean`` they are taken out and the file is written anew; a running server does not mind. Raises
    ``sqlite3.OperationalError`` if it keeps the file busy for a minute.
    """
    path = space.prefect / DATABASE
    if not path.is_file() or not forms:
        return 0
    with closing(sqlite3.connect(path, timeout=BUSY, isolation_level=None)) as base:
        base.execute("PRAGMA secure_delete = ON")
        count = sum(_clean(base, table, forms, clean=clean) for table in _tables(base))
        if clean:
            _anew(base)
    return count


def forget_deleted(space: Workspace) -> None:
    """Writes Prefect's database anew, so that nothing is left in it of rows that were deleted or changed.

    A running server does not mind. Raises ``sqlite3.OperationalError`` if it keeps the file busy for a minute.
    """
    path = space.prefect / DATABASE
    if path.is_file():
        with closing(sqlite3.connect(path, timeout=BUSY, isolation_level=None)) as base:
            _anew(base)


def _anew(base: sqlite3.Connection) -> None:
    base.execute("VACUUM")
    base.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _tables(base: sqlite3.Connection) -> list[str]:
    found = base.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE '%WITHOUT ROWID%'")
    return [str(name) for (name,) in found]


def _clean(base: sqlite3.Connection, table: str, forms: Sequence[str], *, clean: bool) -> int:
    rows = base.execute(f'SELECT rowid, * FROM "{table}"')  # noqa: S608 (a name from the file's own list)
    names = [str(one[0]) for one in rows.description][1:]
    dirty = [
        (name, row[0], value)
        for row in rows
        for name, value in zip(names, row[1:], strict=True)
        if isinstance(value, str) and any(form in value for form in forms)
    ]
    if clean and dirty:
        base.execute("BEGIN IMMEDIATE")
        for name, key, value in dirty:
            base.execute(f'UPDATE "{table}" SET "{name}" = ? WHERE rowid = ?', (cleaned(value, forms), key))  # noqa: S608 (as above)
        base.execute("COMMIT")
    return len(dirty)


def _places(data: bytes, needles: Sequence[bytes]) -> Iterator[tuple[int, int]]:
    for needle in needles:
        at = data.find(needle)
        while at >= 0:
            yield at, at + len(needle)
            at = data.find(needle, at + len(needle))
