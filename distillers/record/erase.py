"""Erasing: rows taken out of the record for good, by writing the shards that hold them anew without them.

pick (which rows) ──→ new shards on disk ──→ one transaction: old out, new in, what depends on it ──→ old files removed
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import pyarrow
from pyarrow import compute, parquet
from sqlalchemy import Connection, func, select

from distillers.record.readings import CODED, readings
from distillers.record.shards import Shard, register, registered, sweep, unregister, write_shard
from distillers.record.tables import SCHEMA, ArrowTable
from scheduling.ledger.store import Ledger
from scheduling.runs import Run, audit

pa, pc, pq = cast("Any", pyarrow), cast("Any", compute), cast("Any", parquet)  # they ship no types

Pick = Callable[[ArrowTable], Any]
"""From a shard's table to a boolean array: which rows are meant."""

_TEXTS = ("text", "title", "folder", "file", "unit", "tool", "call", "labels", "refs")
_KEYS = ("domain", "unit", "medium", "id", "via", "file")
_ERASE = "erase"


@dataclass(slots=True)
class Erased:
    """What rows are meant, or were erased."""

    rows: int = 0
    shards: int = 0
    units: set[tuple[str, str, str]] = field(default_factory=set[tuple[str, str, str]])
    """(domain, medium, unit)."""
    events: set[str] = field(default_factory=set[str])
    files: set[tuple[str, str]] = field(default_factory=set[tuple[str, str]])
    """(via, path) of the files they were read from."""
    domains: set[str] = field(default_factory=set[str])
    texts: list[str] = field(default_factory=list[str])
    """Their texts, as far as they were asked for."""

    def add(self, table: ArrowTable, texts: int) -> None:
        """Counts the rows of ``table`` and keeps up to ``texts`` of their texts."""
        columns = {name: table.column(name).to_pylist() for name in _KEYS}
        self.rows += table.num_rows
        self.shards += 1
        self.units.update(zip(columns["domain"], columns["medium"], columns["unit"], strict=True))
        self.events.update(columns["id"])
        self.files.update(zip(columns["via"], columns["file"], strict=True))
        self.domains.update(columns["domain"])
        self.texts += table.column("text").to_pylist()[: max(0, texts - len(self.texts))]


def of_units(units: Collection[str]) -> Pick:
    """All rows of these sessions and tickets."""
    wanted = pa.array(sorted(units), pa.string())
    return lambda table: pc.is_in(table["unit"], value_set=wanted)


def holding(forms: Iterable[str]) -> Pick:
    """All rows in which one of ``forms`` stands, in whatever field, as it is, over line breaks, or behind its codes."""
    wanted = tuple(forms)

    def pick(table: ArrowTable) -> Any:
        found = pa.chunked_array([pa.array([False] * table.num_rows, pa.bool_())])
        for name in _TEXTS:
            column = table[name]
            joined = pc.binary_join(column, "\0") if pa.types.is_list(column.type) else column
            flat = pc.replace_substring_regex(joined, r"\s+", " ")
            for form in wanted:
                found = pc.or_(found, pc.or_(pc.match_substring(joined, form), pc.match_substring(flat, form)))
            found = pc.or_(found, _behind(joined, wanted))
        return found

    return pick


def _behind(column: Any, wanted: Sequence[str]) -> Any:
    """Where one of ``wanted`` stands behind the codes of a text."""
    coded = pc.match_substring_regex(column, CODED).to_pylist()
    return pa.array(
        [
            bool(is_coded) and any(form in told for told in readings(text) for form in wanted)
            for is_coded, text in zip(coded, column.to_pylist(), strict=True)
        ],
        pa.bool_(),
    )


def marked(units: Collection[str], folders: Collection[str], logs: Collection[str]) -> Pick:
    """Rows of these sessions, of sessions that recorded one of ``folders`` in that file, of files below ``logs``."""

    def pick(table: ArrowTable) -> Any:
        keys = list(zip(table["unit"].to_pylist(), table["file"].to_pylist(), strict=True))
        here = {key for key, folder in zip(keys, table["folder"].to_pylist(), strict=True) if below(folder, folders)}
        below_logs = {file for _, file in set(keys) if below(file, logs)}
        return pa.array([key in here or key[0] in units or key[1] in below_logs for key in keys], pa.bool_())

    return pick


def below(path: str, places: Collection[str]) -> bool:
    """Whether ``path`` is one of ``places`` or lies below one."""
    return any(path == place or path.startswith(place.rstrip("/") + "/") for place in places)


def look(root: Path, ledger: Ledger, pick: Pick) -> Erased:
    """What :func:`erase` would take."""
    found = Erased()
    for _, table, chosen in _affected(root, ledger, pick):
        found.add(table.filter(chosen), 0)
    return found


def erase(root: Path, run: Run, pick: Pick, also: Callable[[Connection, Erased], None], *, texts: int = 0) -> Erased:
    """Erases the rows that ``pick`` means; ``also`` runs inside the transaction that makes it so.

    Up to ``texts`` of the erased texts come back. For whoever holds the archive's lock. Killed anywhere, the record is
    as it was or as it is to be.
    """
    found = Erased()
    old: list[Shard] = []
    new: list[Shard] = []
    for shard, table, chosen in _affected(root, run.ledger, pick):
        found.add(table.filter(chosen), texts)
        left = table.filter(pc.invert(chosen))
        old.append(shard)
        new += [write_shard(root, shard.domain, left)] if left.num_rows else []
    with run.change(_ERASE, "record", rows=found.rows, shards=found.shards) as rows:
        unregister(rows, old)
        for shard in new:
            register(rows, shard, run.id)
        also(rows, found)
    with run.ledger.read() as rows:
        sweep(root, registered(rows))
    shutil.rmtree(root / ".spill", ignore_errors=True)
    return found


def newest(ledger: Ledger) -> int:
    """The audit row of the newest erasure that took anything, 0 if there is none: stores that keep old states of
    themselves are to be made anew after it.
    """
    with ledger.read() as rows:
        took = func.json_extract(audit.c.detail, "$.rows") > 0
        return int(rows.execute(select(func.max(audit.c.seq)).where(audit.c.action == _ERASE, took)).scalar() or 0)


def tables(root: Path, ledger: Ledger) -> Iterator[ArrowTable]:
    """All shards of the record, one after the other."""
    with ledger.read() as rows:
        known = registered(rows)
    for shard in known:
        yield _read(root / shard.name)


def _read(path: Path) -> ArrowTable:
    return pq.ParquetFile(path).read().cast(SCHEMA)


def _affected(root: Path, ledger: Ledger, pick: Pick) -> Iterator[tuple[Shard, ArrowTable, Any]]:
    with ledger.read() as rows:
        known = registered(rows)
    for shard in known:
        table = _read(root / shard.name)
        chosen = pick(table)
        if pc.any(chosen).as_py():
            yield shard, table, chosen
