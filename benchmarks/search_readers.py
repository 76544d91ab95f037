"""Readers beside a writer: does anyone ever fail, wait for a lock, or see an old page after its change is indexed?

    python benchmarks/search_readers.py [--seconds 60] [--readers 20] [--chunks 5000]

The writer changes a page and brings the index up to date, again and again, every tenth time by building it anew.
Readers ask the server, a process of its own, over a connection each; every answer names the commit that it shows.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import orjson
from made import DOMAIN, Made, made, queries
from server import over_http, served, token


class Told:
    """What the writer has acknowledged, and what readers saw."""

    def __init__(self) -> None:
        self.until = 0.0
        self.edits: list[str] = [""]
        self.took: list[float] = []
        self.built: list[float] = []
        self.stale = 0
        self.errors: list[Exception] = []


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--readers", type=int, default=20)
    parser.add_argument("--chunks", type=int, default=5000)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        house = made(Path(folder) / "ws", args.chunks)
        house.index()
        with served(house.space) as (_, address), token(house.space, DOMAIN) as text:
            told = run(house, [over_http(address, text) for _ in range(args.readers)], args.seconds)
    print(
        f"{args.readers} readers, {len(told.took)} answers, {len(told.errors)} errors, {told.stale} stale; "
        f"p50 {statistics.median(told.took):.0f} ms, most {max(told.took):.0f} ms; "
        f"{len(told.built)} builds, p50 {statistics.median(told.built):.2f} s, most {max(told.built):.2f} s"
    )
    raise SystemExit(bool(told.errors or told.stale))


def run(house: Made, readers: Sequence[Callable[[str], bytes]], seconds: float) -> Told:
    told = Told()
    told.until = time.monotonic() + seconds
    asked = queries(50)

    def read(number: int, ask: Callable[[str], bytes]) -> None:
        turn = number
        while time.monotonic() < told.until:
            turn += 1
            known = len(told.edits)
            try:
                started = time.perf_counter()
                answer = orjson.loads(ask(asked[turn % len(asked)]))
                told.took.append((time.perf_counter() - started) * 1000)
                told.stale += answer["commit"] in told.edits[: known - 1]
            except Exception as error:  # noqa: BLE001 (counted, whatever it is)
                told.errors.append(error)
                return

    threads = [threading.Thread(target=read, args=one) for one in enumerate(readers)]
    for thread in threads:
        thread.start()
    while time.monotonic() < told.until:
        commit = house.edit(0, f"Edit {len(told.edits)} stands.")
        started = time.perf_counter()
        house.index(rebuild=len(told.edits) % 10 == 0)
        told.built.append(time.perf_counter() - started)
        told.edits.append(commit)  # acknowledged: from here on nobody may see an older one
    for thread in threads:
        thread.join()
    return told


if __name__ == "__main__":
    main()
