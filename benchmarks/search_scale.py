"""The retrieval call as the index grows, over HTTP and in one process, beside LanceDB, SQLite FTS5 and tantivy.

    python benchmarks/search_scale.py [--sizes 1000 10000 100000] [--queries 60] [--vectors]

With ``--vectors`` an embedder that hashes words (384 wide) stands in for a model, and hybrid is measured too. Also
told: seconds to build, and to bring the index up to date after one page changed and after one session came. What was
seen: ``benchmarks/search_scale.md``. How they are asked: ``benchmarks/beside.py``.
"""

from __future__ import annotations

import argparse
import gc
import resource
import statistics
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from beside import BARE, Ask, beside, measured, report, same_calls, tables_of, texts_of
from made import DOMAIN, Made, events, made, queries
from server import memory, over_http, served, token

from scheduling import runs
from wiki.embed import Hashed

HYBRID = "bare LanceDB, hybrid"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1000, 10_000, 100_000])
    parser.add_argument("--queries", type=int, default=60)
    parser.add_argument("--vectors", action="store_true")
    args = parser.parse_args()
    first: dict[str, float] = {}
    for size in args.sizes:
        with tempfile.TemporaryDirectory() as folder:
            medians = sized(Path(folder) / "ws", size, args.queries, Hashed(384) if args.vectors else None)
        first = first or medians
        grew = ", ".join(f"{name} {half / first[name]:.1f}" for name, half in medians.items())
        print(f"  p50, times that of {args.sizes[0]} chunks: {grew}")
    print(f"most memory of this process {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB")


def sized(root: Path, size: int, count: int, embedder: Hashed | None) -> dict[str, float]:
    house = made(root, size)
    built = timed(lambda: house.index(embedder))
    page = statistics.median(timed(lambda: house.index(embedder)) for n in range(5) if house.edit(n, f"Edit {n}."))
    session = statistics.median(timed(lambda: house.index(embedder)) for n in range(3) if grown(house, size + n))
    print(f"{size} chunks: built in {built:.1f} s; one page changed {page:.3f} s, one session came {session:.3f} s")
    tables, asked = tables_of(house.space, DOMAIN), queries(count)
    with ExitStack() as stack:
        pid, address = stack.enter_context(served(house.space))
        http = over_http(address, stack.enter_context(token(house.space, DOMAIN)))
        ours = report(measured({"HTTP": http, "search": searching(house), BARE: same_calls(tables)}, asked, 3))
        print(f"  memory of the server: {memory(pid)}")
    print("  engines, asked apart from ours, for they empty its caches:")
    medians = report(measured(beside(tables, texts_of(tables)), asked, 2)) | ours
    if embedder:
        both = {"search, hybrid": searching(house, embedder), HYBRID: same_calls(tables, embedder)}
        medians |= report(measured(both, asked, 3), HYBRID)
    gc.collect()
    return medians


def searching(house: Made, embedder: Hashed | None = None) -> Ask:
    searcher = house.searcher(embedder)
    return lambda query: searcher.search(query, DOMAIN, max_tokens=2000)


def grown(house: Made, session: int) -> bool:
    with runs.running(house.ledger, "operator", "made") as run:
        return house.archive.append(DOMAIN, events(range(session, session + 1)), run=run) is not None


def timed(work: Callable[[], Any]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
