"""What of a batch of readings is new, and storing that: shard, cursors and task in one transaction.

    readings ──→ plan (decides) ──→ store (writes)

A row is stored once: not again when its file grew, and not when a copy that comes before it, by (file, line), is there
already. A file whose reading lacks rows that were stored of it was rewritten: it starts a new generation. A database is
the store of many sessions, which its agent deletes one by one: like a file that vanished, they stay, and go along when
their database starts a new generation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import pyarrow
from pyarrow import compute
from sqlalchemy import Connection

from distillers import cursors
from distillers.cursors import Cursor, FileKey
from distillers.fresh import judged, leaning
from distillers.places import note_places
from distillers.reading import Bundle
from distillers.record import shards
from distillers.record.apart import Apart
from distillers.record.shards import Shard
from distillers.record.tables import SCHEMA, ArrowTable, unpacked
from distillers.sources.registry import DATABASES
from scheduling.runs import Run

pa, pc = cast("Any", pyarrow), cast("Any", compute)  # they ship no types

BATCH_BYTES = 12 * 1024 * 1024
BATCH_FILES = 2000
BATCH_HELD = 3 * 1024 * 1024
"""Bytes of Arrow: tickets in small files become rows that are larger than their files."""

_DATABASES = frozenset(reader.name for reader in DATABASES)

KEYS = ("domain", "id", "unit", "file", "line", "part", "check")

LOST = """
    SELECT domain, file FROM (SELECT * FROM live WHERE via = $via AND file IN (SELECT unnest($again))) AS l
    ANTI JOIN batch USING (domain, file, id, "check")
    WHERE l.file NOT IN (SELECT unnest($stores)) OR (l.file, l.unit) IN (SELECT (file, unit) FROM batch)
    GROUP BY ALL
"""
"""(domain, file) of stored rows that the new readings of their files do not hold. A session that is gone from a
database as a whole is not lost: its agent deleted it."""

VANISHED = """
    SELECT * EXCLUDE (filename, file_row_number) FROM live
    WHERE via = $via AND file IN (SELECT unnest($stores)) AND (file, unit) NOT IN (SELECT (file, unit) FROM batch)
"""
"""The rows of such sessions."""


@dataclass(frozen=True, slots=True)
class Open:
    """A large file that is stored in several batches, and the keys of its rows so far (none of a file that is new)."""

    path: str
    keys: ArrowTable


@dataclass(frozen=True, slots=True)
class Batch:
    """Some files of one source as they were read: their rows, and their cursors with the generation before."""

    via: str
    cursors: tuple[Cursor, ...]
    table: ArrowTable
    size: int
    """Bytes of the files."""
    begun: Open | None = None
    """The file whose first rows came in batches before this one."""
    open: Open | None = None
    """The file whose last rows come in batches after this one."""


class Growing:
    """A batch that is being filled."""

    def __init__(self, via: str, begun: Open | None = None) -> None:
        self._begun = begun
        self._more = False
        self.size = 0
        """Bytes of the files read so far."""
        self._via = via
        self._cursors: list[Cursor] = []
        self._tables: list[ArrowTable] = [SCHEMA.empty_table()]
        self._held = 0

    def add(self, bundle: Bundle, cursors: Sequence[Cursor], size: int) -> None:
        """Adds files of ``size`` bytes; ``cursors`` are those of the bundle's readings."""
        for reading, cursor in zip(bundle.readings, cursors, strict=True):
            if self._more:
                self._cursors.pop()
            self._cursors.append(cursor)
            self._more = reading.more
        self.size += size
        if bundle.rows:
            self._tables.append(unpacked(bundle.rows, self._via))
            self._held += self._tables[-1].get_total_buffer_size()

    @property
    def full(self) -> bool:
        """Whether it is time to store it."""
        return self.size > BATCH_BYTES or self._held > BATCH_HELD or len(self._cursors) >= BATCH_FILES

    def cut(self) -> Batch:
        """What was added."""
        table = pa.concat_tables(self._tables).combine_chunks()
        return Batch(self._via, tuple(self._cursors), table, self.size, self._begun, self._open(table))

    def _open(self, table: ArrowTable) -> Open | None:
        if not self._more:
            return None
        last = self._cursors[-1]
        keys = table.select(KEYS)
        own = keys.filter(pc.equal(keys["file"], last.path)) if last.run else keys.schema.empty_table()
        begun = [self._begun.keys] if self._begun and self._begun.path == last.path else []
        return Open(last.path, pa.concat_tables([*begun, own]))


@dataclass(frozen=True, slots=True)
class Plan:
    """What storing a batch will change. ``table`` holds the rows to store, of any domain."""

    table: ArrowTable
    rewritten: frozenset[str]
    leaning: Mapping[FileKey, frozenset[FileKey]]
    domains: frozenset[str]
    """Domains in which something is new or gone."""


def plan(archive: Apart, batch: Batch) -> Plan:
    """What of ``batch`` is new beside what ``archive`` holds."""
    if not batch.table.num_rows and not batch.begun:
        return Plan(batch.table, frozenset(), {}, frozenset())
    keys = batch.table.select(KEYS).append_column("n", pa.array(range(batch.table.num_rows), pa.int64()))
    again = _again(batch)
    stores = _stores(batch, again)
    lost = _lost(archive, batch, _whole(batch, again), stores)
    rewritten = frozenset(path for _, path in lost)
    if not batch.table.num_rows:
        return Plan(batch.table, rewritten, {}, frozenset(domain for domain, _ in lost))
    verdict = judged(archive, keys, batch.via, [name for name in again if name not in rewritten])
    fresh = _filtered(batch.table, verdict.column("fresh"))
    if moved := sorted(rewritten.intersection(stores)):
        vanished = archive.stored(VANISHED, {"batch": keys}, {"via": batch.via, "stores": moved})
        fresh = pa.concat_tables([fresh, vanished.select(SCHEMA.names).cast(SCHEMA)])
    table = _aged(fresh, batch, rewritten)
    domains = {domain for domain, _ in lost} | set(table.column("domain").unique().to_pylist())
    return Plan(table, rewritten, leaning(batch.via, verdict), frozenset(domains))


def store(
    run: Run, archive: Apart, batch: Batch, planned: Plan, subject: str, also: Callable[[Connection], None]
) -> list[Shard]:
    """Writes the planned rows and, in one transaction, what the ledger knows of them; returns the new shards.

    ``also`` runs inside that transaction.
    """
    written = [
        shards.write_shard(archive.root, domain, _filtered(planned.table, pc.equal(planned.table["domain"], domain)))
        for domain in sorted(planned.table.column("domain").unique().to_pylist())
    ]
    moved = [_moved(cursor, batch, planned, run.id) for cursor in batch.cursors]
    begun = batch.begun.path if batch.begun else ""
    detail = {"files": len(moved), "events": int(planned.table.num_rows), "rewritten": sorted(planned.rewritten)}
    with run.change("collect", subject, **detail) as rows:
        for shard in written:
            shards.register(rows, shard, run.id)
        cursors.wake(rows, [(batch.via, path) for path in planned.rewritten])
        cursors.save(rows, moved)
        note_places(rows, planned.table.column("folder").unique().to_pylist())
        cursors.lean(rows, [c.key for c in batch.cursors if c.run and c.path != begun], planned.leaning)
        also(rows)
    return written


def _moved(cursor: Cursor, batch: Batch, planned: Plan, run: str) -> Cursor:
    """A rewritten file of which rows are stored already, under the old generation, is read once more."""
    if cursor.path not in planned.rewritten:
        return cursor._replace(run=run)
    again = batch.begun is not None and batch.begun.path == cursor.path
    return cursor._replace(generation=cursor.generation + 1, run=run, size=-1 if again else cursor.size)


def _filtered(table: ArrowTable, chosen: Any) -> ArrowTable:
    """The chosen rows of ``table``: no copy if it is all of them."""
    return table if pc.all(chosen).as_py() else table.filter(chosen)


def _again(batch: Batch) -> list[str]:
    """The files of the batch that rows may be stored of and that hold rows now.

    One that holds none any more (emptied, or broken) keeps its evidence, like one that vanished.
    """
    known = {cursor.path for cursor in batch.cursors if cursor.run}
    held = {*batch.table.column("file").unique().to_pylist(), *([batch.begun.path] if batch.begun else [])}
    return sorted(known & held)


def _stores(batch: Batch, again: list[str]) -> list[str]:
    """Those of ``again`` that are databases. What is withheld of one was erased before it was read (``retract``)."""
    databases = {cursor.path for cursor in batch.cursors if cursor.format in _DATABASES}
    return [path for path in again if path in databases]


def _whole(batch: Batch, again: list[str]) -> list[str]:
    """Those of ``again`` that were read to their end, the last rows of which are in the batch."""
    read = {cursor.path for cursor in batch.cursors if cursor.state == "read"}
    return [path for path in again if path in read and not (batch.open and batch.open.path == path)]


def _lost(archive: Apart, batch: Batch, whole: list[str], stores: list[str]) -> list[tuple[str, str]]:
    """(domain, path) of rows that were stored of the files ``whole`` and are in them no more."""
    if not whole:
        return []
    keys = pa.concat_tables([batch.table.select(KEYS), *([batch.begun.keys] if batch.begun else [])])
    params = {"via": batch.via, "again": whole, "stores": stores}
    found = archive.stored(LOST, {"batch": keys}, params).to_pydict()
    return list(zip(found["domain"], found["file"], strict=True))


def _aged(table: ArrowTable, batch: Batch, rewritten: Iterable[str]) -> ArrowTable:
    """``table`` with each row's generation set to its file's."""
    of = {cursor.path: cursor.generation for cursor in batch.cursors}
    for path in rewritten:
        of[path] += 1
    if not any(of.values()):
        return table
    ages = pa.array([of[path] for path in table.column("file").to_pylist()], pa.int32())
    return table.set_column(SCHEMA.get_field_index("generation"), SCHEMA.field("generation"), ages)
