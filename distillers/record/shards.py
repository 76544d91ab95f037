"""Shards: immutable Parquet files named by the hash of their bytes.

A shard counts only once the ledger names it, which happens in the transaction that moves the cursors of the files it
was read from. A killed collect therefore leaves at most a file that nobody asks for; :func:`sweep` removes it.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, cast

import pyarrow.parquet as pq
from pyarrow import compute
from sqlalchemy import Column, Connection, Index, Integer, String, Table, delete, exists, select
from sqlalchemy.dialects.sqlite import insert

from distillers.record.tables import ArrowTable
from scheduling.base.errors import UsageError
from scheduling.ledger.store import metadata

pc = cast("Any", compute)  # it ships no types

ROW_GROUP = 8192
_REPEATED: Any = ["domain", "medium", "origin", "kind", "tool", "via", "unit", "file", "title", "folder"]
"""Columns whose values come again and again; a dictionary of the others costs more time than it saves room."""
_BOUNDED: Any = ["domain", "id", "unit", "medium", "at", "file", "via", "generation"]
"""Columns of which each shard tells its least and its greatest value: those that rows are asked for by."""
_PLACED = ["domain", "id", "file", "line", "part", "via", "generation"]
"""Columns that tell where an event stands."""
DOMAIN = re.compile(r"[a-z0-9][a-z0-9-]*")

shards = Table(
    "shards",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("name", String, nullable=False, unique=True),  # <domain>/<hash>.parquet
    Column("domain", String, nullable=False, index=True),
    Column("rows", Integer, nullable=False),
    Column("bytes", Integer, nullable=False),
    Column("first_unit", String, nullable=False),
    Column("last_unit", String, nullable=False),
    Column("run", String, nullable=False),
    sqlite_autoincrement=True,  # a number is never given twice, so the highest one tells a changed record
)

holdings = Table(
    "shard_units",
    metadata,
    Column("unit", String, primary_key=True),
    Column("shard", String, primary_key=True),
    sqlite_with_rowid=False,
)
"""Which shards hold rows of a unit, so that a growing record is not searched for each batch. Shards that were written
before there was this table have no rows in it."""
Index("shard_units_by_shard", holdings.c.shard)


@dataclass(frozen=True, slots=True)
class Shard:
    """One file of the archive: ``name`` is its path below the archive's folder."""

    name: str
    domain: str
    rows: int
    bytes: int
    first_unit: str
    last_unit: str
    units: tuple[str, ...] = ()
    """The ids of its units; known of a shard that was just written."""


_COLUMNS = tuple(field.name for field in fields(Shard) if field.name in shards.c)


def write_shard(root: Path, domain: str, table: ArrowTable) -> Shard:
    """Writes ``table`` (one domain's rows, at least one) below ``root`` and returns the shard.

    The bytes are on disk, under their final name, when this returns. Equal tables give the same file.
    """
    if not DOMAIN.fullmatch(domain):
        raise UsageError(f"{domain!r} is no domain name", hint="use lower-case letters, digits and dashes")
    ordered: ArrowTable = table.sort_by([(name, "ascending") for name in ("unit", "at", "file", "line", "part", "id")])
    folder = root / domain
    folder.mkdir(parents=True, exist_ok=True)
    temporary = folder / f".{os.getpid()}.tmp"
    with temporary.open("wb") as handle:
        _print(ordered, handle)
        handle.flush()
        os.fsync(handle.fileno())
    with temporary.open("rb") as handle:
        digest = hashlib.file_digest(handle, lambda: hashlib.blake2b(digest_size=16)).hexdigest()
    name = f"{domain}/{digest}.parquet"
    temporary.replace(root / name)
    _sync_folder(folder)
    units = tuple(ordered.column("unit").unique().to_pylist())
    return Shard(name, domain, ordered.num_rows, (root / name).stat().st_size, units[0], units[-1], units)


def register(rows: Connection, shard: Shard, run: str) -> None:
    """Makes ``shard`` part of the record, inside the caller's transaction; doing it again changes nothing."""
    values = {name: getattr(shard, name) for name in _COLUMNS}
    rows.execute(insert(shards).values(run=run, **values).on_conflict_do_nothing())
    if held := [(unit, shard.name) for unit in shard.units]:
        rows.exec_driver_sql("INSERT OR IGNORE INTO shard_units (unit, shard) VALUES (?, ?)", held)


def unregister(rows: Connection, gone: Iterable[Shard]) -> None:
    """Takes shards out of the record. Their files stay until the next :func:`sweep`, for whoever reads them now."""
    names = [shard.name for shard in gone]
    rows.execute(delete(shards).where(shards.c.name.in_(names)))
    rows.execute(delete(holdings).where(holdings.c.shard.in_(names)))


def registered(rows: Connection, *, after: int = 0) -> list[Shard]:
    """The shards that make up the record, oldest first; with ``after`` those that came later than that number."""
    found = rows.execute(select(shards).where(shards.c.seq > after).order_by(shards.c.seq)).mappings()
    return [Shard(**{name: row[name] for name in _COLUMNS}) for row in found]


def unlisted(rows: Connection) -> frozenset[str]:
    """The names of shards that are so old that the ledger does not know the units they hold rows of."""
    unknown = select(shards.c.name).where(~exists().where(holdings.c.shard == shards.c.name))
    return frozenset(str(name) for (name,) in rows.execute(unknown))


def holders(rows: Connection, units: Iterable[str]) -> set[str]:
    """The names of the shards that are known to hold rows of ``units``."""
    found: set[str] = set()
    wanted = sorted(units)
    for start in range(0, len(wanted), 500):
        part = wanted[start : start + 500]
        chosen = f"SELECT DISTINCT shard FROM shard_units WHERE unit IN ({', '.join('?' * len(part))})"  # noqa: S608 (marks)
        found.update(str(name) for (name,) in rows.exec_driver_sql(chosen, tuple(part)))
    return found


def rows_with(root: Path, chosen: Iterable[Shard], ids: Any) -> list[dict[str, Any]]:
    """The rows of ``chosen`` that have one of ``ids`` (Arrow), without their texts."""
    found: list[dict[str, Any]] = []
    for shard in chosen:
        with pq.ParquetFile(root / shard.name, pre_buffer=False) as file:
            rows = cast("ArrowTable", file.read(columns=_PLACED, use_threads=False))
        found += cast("list[dict[str, Any]]", rows.filter(pc.is_in(rows.column("id"), ids)).to_pylist())
    return found


def sweep(root: Path, known: Iterable[Shard]) -> list[str]:
    """Removes the files below ``root`` that are no registered shard; returns their names.

    Only for whoever holds the archive's lock: another writer's file may not be registered yet.
    """
    wanted = {shard.name for shard in known}
    found = sorted(path for pattern in ("*/*.parquet", "*/.*.tmp") for path in root.glob(pattern))
    orphans = [path for path in found if path.relative_to(root).as_posix() not in wanted]
    for path in orphans:
        path.unlink(missing_ok=True)
    return [path.relative_to(root).as_posix() for path in orphans]


def _print(table: ArrowTable, handle: Any) -> None:
    pq.write_table(
        table,
        handle,
        compression="zstd",
        compression_level=1,
        row_group_size=ROW_GROUP,
        use_dictionary=_REPEATED,
        write_statistics=_BOUNDED,
        bloom_filter_options={"id": {"ndv": ROW_GROUP, "fpp": 0.01}},
    )


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
