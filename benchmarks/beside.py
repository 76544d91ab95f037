"""What the retrieval call is measured beside: the LanceDB calls that it makes, and SQLite FTS5 and tantivy.

They hold the same chunks. All ways are asked in turn, query by query, so that what else the machine does hits them
alike: trust the ratios. tantivy is no dependency of this project: ``pip install --target DIR tantivy`` and
``PYTHONPATH=DIR`` bring it in.
"""

from __future__ import annotations

import importlib
import random
import re
import sqlite3
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from importlib.util import find_spec
from typing import Any

from scheduling.base.workspace import Workspace
from wiki import manifest as manifests
from wiki.calls import COLUMNS, DEPTH, NEAR, asked_for, connect
from wiki.embed import Embedder
from wiki.rows import VECTOR
from wiki.words import concepts

Ask = Callable[[str], Any]
BARE = "bare LanceDB, same calls"
"""The way that the others are told as multiples of."""


def tables_of(space: Workspace, domain: str) -> list[Any]:
    """The tables of ``domain`` as LanceDB opens them. Raises SystemExit if it is not indexed."""
    named = manifests.load(space.index)
    if named is None or domain not in named.domains:
        raise SystemExit(f"{domain} is not in the index of {space.root}")
    base = connect(space.index / named.folder)
    names = [f"{domain}.{layer}" for layer in ("wiki", "record")]
    return [base.open_table(name) for name in names if named.chunks.get(name)]


def texts_of(tables: Sequence[Any]) -> list[str]:
    """The texts of all chunks."""
    found = (table.search().select(["text"]).limit(table.count_rows()).to_arrow() for table in tables)
    return [text for rows in found for text in rows["text"].to_pylist()]


def drawn(texts: Sequence[str], count: int) -> list[str]:
    """Queries of four words each, out of one chunk each."""
    chance = random.Random(1)
    words = [[word for word in text.split() if word.isalpha() and len(word) > 3] for text in texts]
    return [" ".join(chance.sample(some, 4)) for some in chance.sample([w for w in words if len(w) > 8], count)]


def beside(tables: Sequence[Any], texts: Sequence[str]) -> dict[str, Ask]:
    """The other ways by full text, by their names."""
    some: dict[str, Ask] = {
        BARE: same_calls(tables),
        "LanceDB, ten of the record": ten(tables[-1]),
        "SQLite FTS5, ten": fts5(texts),
    }
    if find_spec("tantivy"):
        some["tantivy, ten"] = tantivy(texts)
    else:
        print("tantivy is not installed, and not shown")
    return some


def same_calls(tables: Sequence[Any], embedder: Embedder | None = None) -> Ask:
    """What a search asks LanceDB for, one call after the other, as its own interface is used; with vectors too."""
    match = matching()

    def ask(query: str) -> None:
        words = asked_for(concepts(query))
        for table in tables:
            table.search(match(words, "terms")).limit(DEPTH).select([*COLUMNS, "_score"]).to_arrow()
        if embedder is not None:
            vector = embedder.encode([query])[0]
            for table in tables:
                near = table.search(vector, vector_column_name=VECTOR).distance_type("cosine").limit(NEAR)
                near.select([*COLUMNS, "_distance"]).to_arrow()

    return ask


def matching() -> Any:
    from lancedb.query import MatchQuery  # noqa: PLC0415 (after connect, which quiets it)

    return MatchQuery


def ten(table: Any) -> Ask:
    """The least that LanceDB can be asked for: ten passages of one table."""
    match = matching()

    def ask(query: str) -> None:
        words = " ".join(concept.term for concept in concepts(query))
        table.search(match(words, "terms")).limit(10).select([*COLUMNS, "_score"]).to_arrow()

    return ask


def fts5(texts: Sequence[str]) -> Ask:
    """SQLite's full text, in memory."""
    base = sqlite3.connect(":memory:")
    base.execute("CREATE VIRTUAL TABLE chunks USING fts5(text, tokenize = 'porter unicode61')")
    base.executemany("INSERT INTO chunks VALUES (?)", [(text,) for text in texts])

    def ask(query: str) -> None:
        words = " OR ".join(f'"{word}"' for word in words_of(query))
        base.execute("SELECT text FROM chunks WHERE chunks MATCH ? ORDER BY bm25(chunks) LIMIT 10", (words,)).fetchall()

    return ask


def tantivy(texts: Sequence[str]) -> Ask:
    """tantivy's full text, in memory."""
    made: Any = importlib.import_module("tantivy")
    shape = made.SchemaBuilder().add_text_field("text", stored=True, tokenizer_name="en_stem").build()
    index = made.Index(shape)
    writer = index.writer()
    for text in texts:
        writer.add_document(made.Document(text=text))
    writer.commit()
    index.reload()
    searcher = index.searcher()

    def ask(query: str) -> None:
        words = index.parse_query(" ".join(words_of(query)), ["text"])
        for _, address in searcher.search(words, 10).hits:
            searcher.doc(address)["text"]

    return ask


def words_of(query: str) -> list[str]:
    """The words of a query, each of which may be a phrase of its own to another engine."""
    return re.findall(r"\w+", query)


def measured(asked: Mapping[str, Ask], queries: Sequence[str], rounds: int) -> dict[str, list[float]]:
    """Milliseconds of every query in every way; the first round warms and is not counted."""
    times: dict[str, list[float]] = {name: [] for name in asked}
    for turn in range(rounds + 1):
        for query in queries:
            for name, ask in asked.items():
                started = time.perf_counter()
                ask(query)
                if turn:
                    times[name].append((time.perf_counter() - started) * 1000)
    return times


def report(times: Mapping[str, Sequence[float]], bare: str = BARE) -> dict[str, float]:
    """Prints each way's p50 and p95, and how often it is that of ``bare``; the medians."""
    half, most = statistics.median(times[bare]), p95(times[bare])
    for name, some in times.items():
        p50, high = statistics.median(some), p95(some)
        print(f"  {name:28} p50 {p50:7.2f} ms ({p50 / half:5.2f}×)   p95 {high:7.2f} ms ({high / most:5.2f}×)")
    return {name: statistics.median(some) for name, some in times.items()}


def p95(some: Sequence[float]) -> float:
    """The time that one in twenty is above."""
    return statistics.quantiles(some, n=20)[-1]
