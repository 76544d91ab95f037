"""The record: every event that was ever collected, read with DuckDB from the shards that the ledger names.

What is shown is a function of the sources alone. A file that was rewritten shows its newest generation, and an event
that stands in several files shows the copy with the smallest (file, line), whichever was collected first.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import repeat
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from distillers.record import shards as disk
from distillers.record import views
from distillers.record.events import Event
from distillers.record.rows import columns_of, rows_of
from distillers.record.shards import Shard
from distillers.record.snapshot import Generation, Snapshot, looked
from distillers.record.tables import SCHEMA, ArrowTable, events_of, table_of
from distillers.record.units import Unit, UnitInfo, grouped, info_of, split, unit_of
from scheduling.base.errors import CorruptError
from scheduling.ledger.store import Ledger
from scheduling.runs import Run

MEMORY = "128MB"
Params = Sequence[Any] | dict[str, Any]
"""Values for ``?`` or for ``$name``."""


class Archive:
    """The record of one workspace below the folder ``root``. Safe to share between threads.

    Every call sees all shards that are registered when it starts.
    """

    def __init__(self, root: Path, ledger: Ledger, *, memory: str = MEMORY, threads: int = 2) -> None:
        """``memory`` bounds what DuckDB may use before it spills to ``root``."""
        self.root = root
        self.ledger = ledger
        self.memory = memory
        self._threads = threads
        self._lock = threading.RLock()
        self._base: Any = None
        self._seen: Snapshot | None = None
        self._viewed: tuple[str, ...] | None = None
        self._rewritten: tuple[Generation, ...] = ()

    def domains(self) -> list[str]:
        """The domains that hold at least one shard, sorted."""
        with self.ledger.read() as rows:
            return sorted({shard.domain for shard in disk.registered(rows)})

    def query(self, sql: str, params: Sequence[Any] = (), *, domain: str | None) -> ArrowTable:
        """The result of ``sql`` over the view ``events``: columns ``domain``, ``part`` and the fields of an event.

        The view holds one domain, or with None all of them, and each event id once in a domain. The order of its rows
        is no promise: ORDER BY "at", file, line, part (``at`` is a keyword of DuckDB and needs its quotes).
        """
        with self._lock:
            return self._fetch(sql, params, self._look(domain))

    def units(self, domain: str) -> list[UnitInfo]:
        """The sessions and tickets of ``domain`` ordered by their id, without their texts."""
        with self._lock:
            found = self._fetch(views.UNITS, (), self._look(domain)).to_pylist()
        return [info_of(row) for row in found]

    def mark(self, domain: str) -> str:
        """Another one whenever ``domain`` may hold something else; told without reading a shard."""
        with self._lock:
            named = [shard.name for shard in self._of(domain)]
            return hashlib.blake2b(repr((named, list(self._rewritten))).encode(), digest_size=8).hexdigest()

    def unit(self, domain: str, unit: str) -> Unit | None:
        """One session or ticket with its events in canonical order, or None if ``domain`` has none of that id."""
        events = self._canonical(domain, "unit = ?", (unit,), (unit, unit))
        return unit_of(domain, events) if events else None

    def iter_units(self, domain: str, units: Iterable[str]) -> Iterator[Unit]:
        """Those of ``units`` that ``domain`` has, ordered by id, a few in memory at a time."""
        wanted = set(units)
        for group in grouped([info for info in self.units(domain) if info.unit in wanted]):
            names = [info.unit for info in group]
            yield from split(
                domain, self._canonical(domain, "unit IN (SELECT unnest(?))", (names,), (names[0], names[-1]))
            )

    def event(self, domain: str, event: str) -> Event | None:
        """The event of that id in ``domain``, or None."""
        found = self._canonical(domain, "id = ?", (event,))
        return found[0] if found else None

    def many(self, domain: str, events: Iterable[str]) -> dict[str, Event]:
        """The events of those ids that ``domain`` has, by id."""
        wanted = sorted(set(events))
        if not wanted:
            return {}
        return {event.id: event for event in self._canonical(domain, "id IN (SELECT unnest(?))", (wanted,))}

    def append(self, domain: str, events: Iterable[Event], *, run: Run) -> Shard | None:
        """Adds ``events``, already redacted, to ``domain``; None if it had them all.

        Collecting has a way of its own that moves the files' cursors in the same transaction.
        """
        rows = rows_of(repeat(domain), events)
        had = self.many(domain, (row.event.id for row in rows))
        fresh = [row for row in rows if row.event.id not in had or _place(row.event) < _place(had[row.event.id])]
        if not fresh:
            return None
        shard = disk.write_shard(self.root, domain, table_of(columns_of(fresh), via=""))
        with run.change("archive", shard.name, events=shard.rows) as book:
            disk.register(book, shard, run.id)
        return shard

    def stored(self, sql: str, tables: dict[str, ArrowTable], params: Params = ()) -> ArrowTable:
        """The result of ``sql`` over the view ``live`` (stored rows of all domains, copies too) and over ``tables``.

        For collecting, which decides by it what is new: between two batches nothing else is worked out of the record.
        """
        with self._lock:
            chosen = self._of(None)
            base = self._connection()
            self._viewed = None
            with self._naming(chosen):
                base.execute(views.live_view(self._live(chosen)))
            for name, table in tables.items():
                base.register(name, table)
            try:
                return self._fetch(sql, params, chosen)
            finally:
                for name in tables:
                    base.unregister(name)

    def _canonical(
        self, domain: str, where: str, params: Sequence[Any], units: tuple[str, str] | None = None
    ) -> list[Event]:
        """The events that match, each id once, in canonical order. ``units`` bounds the shards that are opened."""
        with self._lock:
            chosen = [shard for shard in self._of(domain) if units is None or _overlaps(shard, units)]
            return events_of(self._fetch(views.canonical(self._live(chosen), where), params, chosen))

    def _of(self, domain: str | None) -> list[Shard]:
        return [shard for shard in self._refresh().shards if domain in (None, shard.domain)]

    def _look(self, domain: str | None) -> list[Shard]:
        """Points the views ``live``, ``canonical`` and ``events`` at ``domain``; returns the shards they read."""
        chosen = self._of(domain)
        names = tuple(shard.name for shard in chosen)
        if self._viewed != names:
            with self._naming(chosen):
                for statement in views.definitions(self._live(chosen)):
                    self._connection().execute(statement)
            self._viewed = names
        return chosen

    def _live(self, chosen: Sequence[Shard]) -> str:
        return views.live(self.root, chosen, rewritten=self._seen is not None and bool(self._seen.generations))

    def _fetch(self, sql: str, params: Params, chosen: Sequence[Shard]) -> ArrowTable:
        given = params if isinstance(params, dict) else list(params)
        with self._naming(chosen):
            return self._connection().sql(sql, params=given).to_arrow_table()

    @contextmanager
    def _naming(self, chosen: Sequence[Shard]) -> Generator[None]:
        """Turns a library's words about a file that is not there into ours."""
        try:
            yield
        except _unread() as error:
            missing = [shard.name for shard in chosen if not (self.root / shard.name).exists()]
            if not missing:
                raise
            self._viewed = self._seen = None
            raise CorruptError(
                f"{self.root / missing[0]} is missing from the record",
                hint="restore it from a backup, or collect into a new workspace",
            ) from error

    def _refresh(self) -> Snapshot:
        with self.ledger.read() as rows:
            return self._refreshed(rows)

    def _refreshed(self, rows: Connection) -> Snapshot:
        seen = looked(rows, self._seen)
        if seen is not self._seen:
            self._seen, self._viewed = seen, None
            self._remember(seen.generations)
        return seen

    def _remember(self, generations: tuple[Generation, ...]) -> None:
        if generations == self._rewritten:
            return
        base, self._rewritten = self._connection(), generations
        base.execute("CREATE OR REPLACE TEMP TABLE rewritten(via VARCHAR, file VARCHAR, generation INTEGER)")
        if generations:
            base.executemany("INSERT INTO rewritten VALUES (?, ?, ?)", list(generations))

    def close(self) -> None:
        """Lets go of DuckDB; the next call opens it again."""
        with self._lock:
            if self._base is not None:
                self._base.close()
            self._base = self._seen = self._viewed = None
            self._rewritten = ()

    def _connection(self) -> Any:
        if self._base is None:
            self.root.mkdir(parents=True, exist_ok=True)
            self._base = _open(self.root, self.memory, self._threads)
        return self._base


def _unread() -> tuple[type[Exception], ...]:
    """How DuckDB and Arrow say that a shard cannot be read. Asked for when something was raised, and not before."""
    import duckdb  # noqa: PLC0415 (a night that compares nothing does not load it)

    return duckdb.Error, OSError


def _open(root: Path, memory: str, threads: int) -> Any:
    import duckdb  # noqa: PLC0415 (a night that compares nothing does not load it)

    base: Any = duckdb.connect(":memory:")
    for statement in views.settings(root, memory, threads):
        base.execute(statement)
    base.register("columns", SCHEMA.empty_table())
    base.execute("CREATE TEMP TABLE nothing AS SELECT *, '' AS filename, 0::BIGINT AS file_row_number FROM columns")
    base.unregister("columns")
    return base


def _place(event: Event) -> tuple[str, int]:
    return event.file, event.line


def _overlaps(shard: Shard, units: tuple[str, str]) -> bool:
    return shard.first_unit <= units[1] and units[0] <= shard.last_unit
