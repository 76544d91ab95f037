"""The calls to LanceDB that a query makes, all at the same time.

LanceDB's own interface is asynchronous, and what it offers beside that hands every call to a thread and back. So they
run on one event loop here, in a thread of its own: a query goes there once for all its tables, not once for each.
"""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Callable, Collection, Coroutine, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from wiki.rank import Stats
from wiki.rows import VECTOR, Layer
from wiki.words import Concept

DEPTH = 160
"""Candidates that LanceDB hands to the ranking from each table."""
NEAR = 50
"""Candidates by vector from each table."""
COLUMNS = ("id", "source", "kind", "terms", "text", "meta")
UNREADABLE = (OSError, RuntimeError, ValueError, KeyError)
"""What LanceDB and Arrow raise over files that are missing or broken."""
_LONGEST = 64
"""Letters of the longest term that can be found."""
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Table:
    """One table as it was opened: it stays at the version it then had."""

    layer: Layer
    domain: str
    """``global`` or the one that asks."""
    table: Any
    stats: Stats


@dataclass(frozen=True, slots=True)
class Found:
    """What one call to LanceDB brought, as Arrow."""

    table: Table
    rows: Any
    by_vector: bool = False


def connect(folder: Path) -> Any:
    """The LanceDB database in ``folder``, for whoever writes it. A table that is opened stays at the version it had."""
    return _lancedb().connect(str(folder))


def opened(folder: Path) -> Any:
    """The same for whoever asks: hand it to :func:`table_of`."""
    return _started(_lancedb().connect_async(str(folder))).result()


def analysed() -> Any:
    """How LanceDB reads the terms of a row: as they are, one between two blanks."""
    _lancedb()
    from lancedb.index import FTS  # noqa: PLC0415 (with lancedb)

    return FTS(
        base_tokenizer="whitespace",
        stem=False,
        remove_stop_words=False,
        ascii_folding=False,
        lower_case=False,
        max_token_length=_LONGEST,
    )


def table_of(base: Any, name: str) -> Any:
    """The table called ``name`` of what :func:`opened` returned."""
    return _started(base.open_table(name)).result()


def asked_for(asked: Sequence[Concept]) -> str:
    """The words that LanceDB is asked for: each term twice, its synonyms once, so that they count half there too."""
    return " ".join([*(concept.term for concept in asked), *(term for concept in asked for term, _ in concept.terms)])


def found(tables: Sequence[Table], words: str, vector: Callable[[], Any] = lambda: None) -> list[Found]:
    """The best passages of each table by LanceDB's own BM25 over ``words`` (see :func:`asked_for`).

    ``vector`` is called while they are looked for; if it returns one, the passages that lie nearest to it follow.
    """
    texts = _started(_all(_by_text(table, words) for table in tables))
    wanted = vector()
    near = [] if wanted is None else _started(_all(_by_vector(table, wanted) for table in tables)).result()
    return texts.result() + near


def sampled(table: Table, where: str, most: int) -> list[str]:
    """The terms of the passages of which ``where`` is true, at most so many."""
    asked = table.table.query().where(where).select(["terms"]).limit(most)
    return [one for one in _started(asked.to_arrow()).result()["terms"].to_pylist() if one]


def on_pages(tables: Sequence[Table], pages: Collection[str]) -> list[Found]:
    """The passages of those ``pages`` in each table that is the wiki's, at most :data:`DEPTH`."""
    return _started(_all(_on_pages(table, pages) for table in tables if table.layer == "wiki")).result()


def listed(column: str, values: Collection[str]) -> str:
    """The condition that ``column`` holds one of ``values``."""
    quoted = ", ".join("'" + value.replace("'", "''") + "'" for value in sorted(values))
    return f"{column} IN ({quoted})"


async def _all(calls: Any) -> list[Any]:
    return list(await asyncio.gather(*calls))


async def _by_text(table: Table, words: str) -> Found:
    from lancedb.query import MatchQuery  # noqa: PLC0415 (with lancedb)

    match: Any = MatchQuery
    asked = table.table.query().nearest_to_text(match(words, "terms")).limit(DEPTH)
    return Found(table, await asked.select([*COLUMNS, "_score"]).to_arrow())


async def _on_pages(table: Table, pages: Collection[str]) -> Found:
    asked = table.table.query().where(listed("source", pages)).select([*COLUMNS]).limit(DEPTH)
    return Found(table, await asked.to_arrow())


async def _by_vector(table: Table, vector: Any) -> Found:
    asked = table.table.query().nearest_to(vector).column(VECTOR).distance_type("cosine").limit(NEAR)
    return Found(table, await asked.select([*COLUMNS, "_distance"]).to_arrow(), by_vector=True)


def _lancedb() -> Any:
    os.environ.setdefault("LANCEDB_LOG", "error")
    import lancedb  # noqa: PLC0415 (two CPU seconds that nobody must pay who does not search or index)

    return lancedb


def _started(call: Coroutine[Any, Any, _T]) -> Future[_T]:
    return asyncio.run_coroutine_threadsafe(call, _loop())


@cache
def _loop() -> asyncio.AbstractEventLoop:
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, name="lancedb", daemon=True).start()
    return loop
