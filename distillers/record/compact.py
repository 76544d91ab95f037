"""Compaction: many small shards become one, without the rows that a later reading of their file replaced."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any, cast

import pyarrow
from pyarrow import parquet

from distillers import cursors
from distillers.record.shards import Shard, register, registered, unregister, write_shard
from distillers.record.tables import SCHEMA, ArrowTable
from scheduling.base.memory import give_back
from scheduling.ledger.store import Ledger
from scheduling.runs import Run

pa, pq = cast("Any", pyarrow), cast("Any", parquet)  # they ship no types

SMALL = 1024 * 1024
"""Bytes of a shard below which it may be merged, if it has few rows too."""
FEW = 2048
MERGED = 8 * 1024 * 1024
"""Bytes of the rows that are merged into one shard, before they are compressed: so much is held at a time."""
MANY = 16


def compact(root: Path, ledger: Ledger, run: Run) -> int:
    """Merges the small shards of each domain that has :data:`MANY` of them; returns how many shards went away.

    The record shows the same before and after. Old files stay until the next sweep, for readers that have them open.
    """
    with ledger.read() as rows:
        groups = list(_groups(root, registered(rows)))
        newest = {(via, path): generation for via, path, generation in cursors.generations(rows)}
    for group in groups:
        table = _live(pa.concat_tables([_read(root / shard.name) for shard in group]), newest)
        merged = write_shard(root, group[0].domain, table) if table.num_rows else None
        with run.change("compact", group[0].domain, shards=len(group), rows=int(table.num_rows)) as rows:
            unregister(rows, group)
            if merged:
                register(rows, merged, run.id)
        del table
        give_back()
    return sum(len(group) - 1 for group in groups)


def _groups(root: Path, shards: Sequence[Shard]) -> Iterator[list[Shard]]:
    """The shards to merge with one another, at least two in each group."""
    for _, own in groupby(sorted(shards, key=lambda shard: shard.domain), key=lambda shard: shard.domain):
        small = [shard for shard in own if shard.bytes < SMALL and shard.rows < FEW]
        if len(small) >= MANY:
            yield from (group for group in _filled(root, small) if len(group) > 1)


def _filled(root: Path, small: Sequence[Shard]) -> Iterator[list[Shard]]:
    group: list[Shard] = []
    held = 0
    for shard in small:
        size = _size(root / shard.name)
        if held + size > MERGED:
            yield group
            group, held = [], 0
        group.append(shard)
        held += size
    yield group


def _size(path: Path) -> int:
    told = pq.read_metadata(path)
    return sum(told.row_group(number).total_byte_size for number in range(told.num_row_groups))


def _read(path: Path) -> ArrowTable:
    """Its rows, read by this thread alone: each thread keeps memory of its own, longer than it needs it."""
    with pq.ParquetFile(path, pre_buffer=False) as file:
        return file.read(use_threads=False).cast(SCHEMA)


def _live(table: ArrowTable, newest: dict[tuple[str, str], int]) -> ArrowTable:
    if not newest:
        return table
    columns = [table.column(name).to_pylist() for name in ("via", "file", "generation")]
    return table.filter(pa.array([newest.get((via, path), 0) <= age for via, path, age in zip(*columns, strict=True)]))
