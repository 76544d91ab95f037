"""The file in which the tickets of one source are kept: only ever appended to, and never ahead of the ledger for long.

A page is written and synced first, then the ledger's transaction notes how long the file is and where the source is to
be asked next. What stands behind that length when the file is opened was written by a night that died in between: it is
cut off, and asked for again.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import cast

import orjson
from sqlalchemy import Column, Connection, Integer, String, Table, Text, select
from sqlalchemy.dialects.sqlite import insert

from distillers.fetch.base import Cursor, Gone, Target, Ticket
from distillers.reading import Masker
from distillers.sources.fetched import MARK, is_fetched
from distillers.sources.lines import Json, Record, records
from scheduling.ledger.store import Ledger, metadata

fetches = Table(
    "fetches",
    metadata,
    Column("source", String, primary_key=True),  # domain, kind and place
    Column("size", Integer, nullable=False),  # bytes of the file that count
    Column("cursor", Text, nullable=False),  # JSON
    Column("run", String, nullable=False),
)


@dataclass(frozen=True, slots=True)
class _Version:
    version: str
    digest: str
    """Of all but the version."""
    gone: bool


class Shelf:
    """The stored tickets of ``target``, and where it was left (:attr:`cursor`)."""

    def __init__(self, ledger: Ledger, folder: Path, target: Target) -> None:
        """Opens the file below ``folder``; cuts off what a dead night left behind.

        A file that lost something, or that the ledger does not know, is kept as it is, and its source is asked from the
        beginning: what is there already is not stored twice.
        """
        self.path = folder / target.file
        self.cursor: Cursor = {}
        self._target = target
        self._size = 0
        with ledger.read() as rows:
            noted = rows.execute(
                select(fetches.c.size, fetches.c.cursor).where(fetches.c.source == target.subject)
            ).first()
        there = self._there()
        if noted is not None and noted.size <= there:
            self._size, self.cursor = int(noted.size), orjson.loads(noted.cursor)
        elif there:
            self._size = self.path.read_bytes().rfind(b"\n") + 1
        if there > self._size:
            os.truncate(self.path, self._size)

    def version(self, key: str) -> str:
        """The newest stored version of a ticket; "" if there is none or it is gone."""
        known = self._versions.get(key)
        return known.version if known and not known.gone else ""

    def keys(self) -> set[str]:
        """The keys of all tickets that are not gone."""
        return {key for key, known in self._versions.items() if not known.gone}

    def put(self, tickets: Sequence[Ticket | Gone], masker: Masker) -> int:
        """Appends those of ``tickets`` that say something new, masked, and syncs them; returns how many."""
        lines: list[bytes] = []
        for row in _masked([self._row(ticket) for ticket in tickets], masker):
            made, known = _version(row), self._versions.get(row["key"])
            if known is None or known.digest != made.digest:
                lines.append(orjson.dumps(row) + b"\n")
            self._versions[row["key"]] = made
        if lines:
            self._append(b"".join(lines))
        return len(lines)

    def note(self, rows: Connection, cursor: Cursor, run: str) -> None:
        """Notes in the ledger that what was put counts, and where to go on."""
        self.cursor = cursor
        values = {"size": self._size, "cursor": orjson.dumps(cursor).decode(), "run": run}
        known = insert(fetches).values(source=self._target.subject, **values)
        rows.execute(known.on_conflict_do_update(index_elements=[fetches.c.source], set_=values))

    @cached_property
    def _versions(self) -> dict[str, _Version]:
        """By key; read from the file when it is first asked for, which on a night without news is never."""
        data = self.path.read_bytes() if self._size else b""
        found = (item.value for item in records(data) if isinstance(item, Record) and is_fetched(item.value))
        return {row["key"]: _version(row) for row in found}

    def _row(self, ticket: Ticket | Gone) -> Json:
        more = {"gone": True} if isinstance(ticket, Gone) else {}
        return {MARK: self._target.name, **asdict(ticket), **more}

    def _there(self) -> int:
        with suppress(FileNotFoundError):
            return self.path.stat().st_size
        return 0

    def _append(self, data: bytes) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        with os.fdopen(handle, "ab") as file:
            file.write(data)
            file.flush()
            os.fsync(handle)
        folder = os.open(self.path.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
        self._size += len(data)


def _version(row: Json) -> _Version:
    told = orjson.dumps({name: row[name] for name in row if name != "version"}, option=orjson.OPT_SORT_KEYS)
    return _Version(row["version"], hashlib.blake2b(told, digest_size=12).hexdigest(), row.get("gone") is True)


def _masked(rows: Sequence[Json], masker: Masker) -> list[Json]:
    """``rows`` with every text in them masked: all of a page in one go."""
    texts = list(dict.fromkeys(text for row in rows for text in _texts(row)))
    new = dict(zip(texts, masker.mask_many(texts), strict=True))
    return [cast("Json", _replaced(row, new)) for row in rows]


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | tuple):
        for inner in cast("Sequence[object]", value):
            yield from _texts(inner)
    elif isinstance(value, dict):
        for inner in cast("Json", value).values():
            yield from _texts(inner)


def _replaced(value: object, new: Mapping[str, str]) -> object:
    if isinstance(value, str):
        return new[value]
    if isinstance(value, list | tuple):
        return [_replaced(inner, new) for inner in cast("Sequence[object]", value)]
    if isinstance(value, dict):
        return {name: _replaced(inner, new) for name, inner in cast("Json", value).items()}
    return value
