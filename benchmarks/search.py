"""Milliseconds a query, warm: the retrieval call beside the LanceDB calls it makes and SQLite FTS5 on the same chunks.

    python benchmarks/search.py WORKSPACE DOMAIN [--queries FILE] [--rounds N]

Queries are the lines of FILE, or four words each drawn from the chunks. All three are asked in turn, query by query,
so that what else the machine does hits them alike: trust the ratios.
"""

from __future__ import annotations

import argparse
import random
import sqlite3
import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from lancedb.query import MatchQuery

from scheduling.base.workspace import Workspace
from scheduling.ledger.store import Ledger
from wiki import manifest as manifests
from wiki.calls import COLUMNS, DEPTH, asked_for, connect
from wiki.search import Searcher
from wiki.words import concepts

Ask = Callable[[str], Any]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("workspace", type=Path)
    parser.add_argument("domain")
    parser.add_argument("--queries", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    args = parser.parse_args()
    space = Workspace(args.workspace.resolve())
    named = manifests.load(space.index)
    if named is None or args.domain not in named.domains:
        parser.error(f"{args.domain} is not in the index of {space.root}")
    base = connect(space.index / named.folder)
    names = [f"{args.domain}.{layer}" for layer in ("wiki", "record") if named.chunks.get(f"{args.domain}.{layer}")]
    tables = [base.open_table(name) for name in names]
    texts = [
        row["text"] for table in tables for row in table.search().limit(table.count_rows()).select(["text"]).to_list()
    ]
    queries = args.queries.read_text("utf-8").splitlines() if args.queries else drawn(texts, 100)
    asked: dict[str, Ask] = {
        "search": searching(space, args.domain),
        "LanceDB, the same calls": the_same_calls(tables),
        "LanceDB, ten of the record": ten(tables[-1]),
        "SQLite FTS5, ten": fts5(texts),
    }
    print(f"{len(texts)} chunks, {len(queries)} queries, {args.rounds} rounds")
    report(measured(asked, queries, args.rounds))


def drawn(texts: Sequence[str], count: int) -> list[str]:
    chance = random.Random(1)
    words = [[word for word in text.split() if word.isalpha() and len(word) > 3] for text in texts]
    return [" ".join(chance.sample(some, 4)) for some in chance.sample([w for w in words if len(w) > 8], count)]


def searching(space: Workspace, domain: str) -> Ask:
    searcher = Searcher(space.index, Ledger(space.ledger))
    return lambda query: searcher.search(query, domain, max_tokens=2000)


def the_same_calls(tables: Sequence[Any]) -> Ask:
    def ask(query: str) -> None:
        words = asked_for(concepts(query))
        for table in tables:
            table.search(MatchQuery(words, "terms")).limit(DEPTH).select([*COLUMNS, "_score"]).to_arrow()

    return ask


def ten(table: Any) -> Ask:
    def ask(query: str) -> None:
        words = " ".join(concept.term for concept in concepts(query))
        table.search(MatchQuery(words, "terms")).limit(10).select([*COLUMNS, "_score"]).to_arrow()

    return ask


def fts5(texts: Sequence[str]) -> Ask:
    base = sqlite3.connect(":memory:")
    base.execute("CREATE VIRTUAL TABLE chunks USING fts5(text, tokenize = 'porter unicode61')")
    base.executemany("INSERT INTO chunks VALUES (?)", [(text,) for text in texts])

    def ask(query: str) -> None:
        words = " OR ".join(f'"{word}"' for word in query.replace('"', " ").split())
        base.execute("SELECT text FROM chunks WHERE chunks MATCH ? ORDER BY bm25(chunks) LIMIT 10", (words,)).fetchall()

    return ask


def measured(asked: dict[str, Ask], queries: Sequence[str], rounds: int) -> dict[str, list[float]]:
    times: dict[str, list[float]] = {name: [] for name in asked}
    for turn in range(rounds + 1):
        for query in queries:
            for name, ask in asked.items():
                started = time.perf_counter()
                ask(query)
                if turn:  # the first round warms
                    times[name].append((time.perf_counter() - started) * 1000)
    return times


def report(times: dict[str, list[float]]) -> None:
    first = statistics.median(times["search"])
    for name, some in times.items():
        half, most = statistics.median(some), statistics.quantiles(some, n=20)[-1]
        print(f"{name:28} p50 {half:7.2f} ms   p95 {most:7.2f} ms   search / this {first / half:5.2f}")


if __name__ == "__main__":
    main()
