"""The retrieval call as the index grows, beside the bare LanceDB call and SQLite FTS5 on the same chunks, in one run.

    python benchmarks/search_scale.py [--sizes 1000 10000 100000] [--queries 60] [--vectors]

With ``--vectors`` an embedder that hashes words (384 wide) stands in for a model, and hybrid is measured too. Also
told: seconds to build, and to bring the index up to date after one page changed and after one session came. All ways
are asked in turn, query by query: trust the ratios. tantivy is not measured: it is no dependency of this project.
"""

from __future__ import annotations

import argparse
import gc
import resource
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from made import DOMAIN, Made, events, made, queries

from scheduling import runs
from wiki import manifest as manifests
from wiki.calls import COLUMNS, DEPTH, asked_for, connect
from wiki.embed import Hashed
from wiki.words import analyse, concepts

Ask = Callable[[str], Any]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1000, 10_000, 100_000])
    parser.add_argument("--queries", type=int, default=60)
    parser.add_argument("--vectors", action="store_true")
    args = parser.parse_args()
    first: dict[str, float] = {}
    for size in args.sizes:
        with tempfile.TemporaryDirectory() as folder:
            medians = measured(Path(folder) / "ws", size, args.queries, Hashed(384) if args.vectors else None)
        for name, half in medians.items():
            first.setdefault(name, half)
            print(f"    {name}: p50 {half / first[name]:.1f} times that of {args.sizes[0]} chunks")
    print(f"most memory of this process {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB")


def measured(root: Path, size: int, count: int, embedder: Hashed | None) -> dict[str, float]:
    house = made(root, size)
    built = timed(lambda: house.index(embedder))
    page = statistics.median(timed(lambda: house.index(embedder)) for n in range(5) if house.edit(n, f"Edit {n}."))
    session = statistics.median(timed(lambda: house.index(embedder)) for n in range(3) if grown(house, size + n))
    print(f"{size} chunks: built in {built:.1f} s; one page changed {page:.3f} s, one session came {session:.3f} s")
    asked = ways(house, embedder)
    times: dict[str, list[float]] = {name: [] for name in asked}
    for turn in range(3):
        for query in queries(count):
            for name, ask in asked.items():
                took = timed(lambda ask=ask, query=query: ask(query)) * 1000
                if turn:  # the first round warms
                    times[name].append(took)
    return report(times)


def ways(house: Made, embedder: Hashed | None) -> dict[str, Ask]:
    named = manifests.load(house.space.index)
    assert named
    base = connect(house.space.index / named.folder)
    tables = [base.open_table(f"{DOMAIN}.{layer}") for layer in ("wiki", "record")]
    plain = house.searcher()
    asked: dict[str, Ask] = {
        "search": lambda query: plain.search(query, DOMAIN, max_tokens=2000),
        "LanceDB, the same calls": lambda query: [lance(table, query) for table in tables],
        "LanceDB, the record alone": lambda query: lance(tables[1], query),
        "SQLite FTS5, ten": fts5(tables),
    }
    if embedder:
        both = house.searcher(embedder)
        asked["search, hybrid"] = lambda query: both.search(query, DOMAIN, max_tokens=2000)
    return asked


def lance(table: Any, query: str) -> Any:
    from lancedb.query import MatchQuery  # noqa: PLC0415 (after connect, which quiets it)

    words = asked_for(concepts(query))
    return table.search(MatchQuery(words, "terms")).limit(DEPTH).select([*COLUMNS, "_score"]).to_arrow()


def fts5(tables: list[Any]) -> Ask:
    base = sqlite3.connect(":memory:")
    base.execute("CREATE VIRTUAL TABLE chunks USING fts5(text, tokenize = 'porter unicode61')")
    for table in tables:
        texts = table.search().select(["text"]).limit(table.count_rows()).to_arrow()["text"].to_pylist()
        base.executemany("INSERT INTO chunks VALUES (?)", [(text,) for text in texts])

    def ask(query: str) -> None:
        words = " OR ".join(f'"{word}"' for word in analyse(query))
        base.execute("SELECT text FROM chunks WHERE chunks MATCH ? ORDER BY bm25(chunks) LIMIT 10", (words,)).fetchall()

    return ask


def grown(house: Made, session: int) -> bool:
    with runs.running(house.ledger, "operator", "made") as run:
        return house.archive.append(DOMAIN, events(range(session, session + 1)), run=run) is not None


def timed(work: Callable[[], Any]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def report(times: dict[str, list[float]]) -> dict[str, float]:
    mine = times["search"]
    medians = {name: statistics.median(some) for name, some in times.items()}
    for name, some in times.items():
        most, ours = statistics.quantiles(some, n=20)[-1], statistics.quantiles(mine, n=20)[-1]
        ratio = f"search / this: p50 {statistics.median(mine) / medians[name]:.2f}, p95 {ours / most:.2f}"
        print(f"  {name:26} p50 {medians[name]:7.2f} ms   p95 {most:7.2f} ms   {ratio}")
    gc.collect()
    return medians


if __name__ == "__main__":
    main()
