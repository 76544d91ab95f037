"""Collect from end to end beside the least that any collect must do, over the same bytes, in one run.

FOLDER holds logs and tickets at any depth; each folder right below it becomes a domain. Prints, for a fresh collect:
seconds, MB/s, the share of the speed of a one-core orjson line loop (the mean of one before and one after, as a shared
machine changes its pace), and the peak memory of the process tree; for one with nothing new: seconds beside a bare walk
with a stat of each file. With ``--grow`` the same over folders shaped like FOLDER with so many megabytes, one after the
other: the speeds say whether the time grows with the bytes. With ``--steps`` one record grows that many times by
``--step`` megabytes of new files, which are removed again once they are collected, as agents remove their logs: so it
may become larger than the disk has room for. Prints each step's speed.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import orjson

from benchmarks.grown import Growth, grow
from benchmarks.peak import Peak
from distillers.collect import Collected, SourceSpec, collect
from distillers.record.archive import Archive
from distillers.record.redact import Redactor
from scheduling.ledger.store import Ledger
from scheduling.runs import running

Result = TypeVar("Result")
MB = 1e6


def timed(work: Callable[[], Result]) -> tuple[float, Result]:
    started = time.perf_counter()
    result = work()
    return time.perf_counter() - started, result


def files(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if path.is_file())


def line_loop(folder: Path) -> int:
    """Reads every file and decodes every line that is JSON; returns the bytes."""
    total = 0
    for path in files(folder):
        with path.open("rb") as stream:
            for line in stream:
                total += len(line)
                try:
                    orjson.loads(line)
                except orjson.JSONDecodeError:
                    continue
    return total


def bare_walk(folder: str) -> int:
    found = 0
    for entry in os.scandir(folder):
        if entry.is_dir(follow_symlinks=False):
            found += bare_walk(entry.path)
        else:
            entry.stat(follow_symlinks=False)
            found += 1
    return found


def measured(folder: Path, workers: int) -> None:
    """Prints the figures for ``folder``."""
    before, size = timed(lambda: line_loop(folder))
    with tempfile.TemporaryDirectory() as home:
        bench = Bench(Path(home), folder, workers)
        with Peak() as peak:
            fresh, got = bench.night()
        after, _ = timed(lambda: line_loop(folder))
        stored = bench.stored()
        pairs = [
            (timed(lambda: sum(bare_walk(str(spec.path)) for spec in bench.specs)), bench.night()) for _ in range(5)
        ]
    walk, number = min(walked for walked, _ in pairs)
    idle = min(seconds for _, (seconds, _) in pairs)
    print(f"{number} files, {size / MB:.1f} MB: {got.files}")
    print(f"{got.sessions} sessions, {got.tickets} tickets, {got.events} events, archive {stored / MB:.1f} MB")
    loop = (before + after) / 2
    print(f"line loop  {loop:7.2f} s {size / MB / loop:7.1f} MB/s ({before:.2f} s before, {after:.2f} s after)")
    print(f"collect    {fresh:7.2f} s {size / MB / fresh:7.1f} MB/s, {loop / fresh:.2f} of the loop's speed")
    print(f"peak       {peak.resident:7.0f} MB resident, {peak.proportional:.0f} MB with shared pages counted once")
    print(f"bare walk  {walk * 1000:7.1f} ms")
    print(f"nothing new {idle * 1000:6.1f} ms, {idle / walk:.1f} walks", flush=True)


class Bench:
    """A record of its own below ``home`` of the folders right below ``folder``, each a domain."""

    def __init__(self, home: Path, folder: Path, workers: int) -> None:
        self._workers = workers
        self._ledger = Ledger(home / "ledger.db")
        self._archive = Archive(home / "archive", self._ledger)
        self._masker = Redactor(bytes(32))
        self._masker.mask("loads what masking needs")
        self.specs = [SourceSpec(path.name, "auto", path) for path in sorted(folder.iterdir()) if path.is_dir()]

    def night(self) -> tuple[float, Collected]:
        """Collects; the seconds that took, and what came of it."""
        with running(self._ledger, "operator", "collect") as run:
            return timed(lambda: collect(run, self._archive, self._masker, self.specs, {}, workers=self._workers))

    def stored(self) -> int:
        """Bytes of the archive."""
        return sum(path.stat().st_size for path in files(self._archive.root))


def stepped(source: Path, step: int, steps: int, workers: int) -> None:
    """Prints the speed of each of the ``steps`` by which a record of files shaped like ``source`` grows."""
    growth, held = Growth(source), 0
    shares: list[float] = []
    with tempfile.TemporaryDirectory() as home:
        logs = Path(home) / "logs"
        for path in source.iterdir():
            (logs / path.name).mkdir(parents=True)
        bench = Bench(Path(home), logs, workers)
        for number in range(1, steps + 1):
            held += growth.add(logs, step)
            before, size = timed(lambda: line_loop(logs))
            with Peak() as peak:
                took, _ = bench.night()
            after, _ = timed(lambda: line_loop(logs))
            loop = (before + after) / 2
            shares.append(loop / took)
            print(f"{number:3} {held / MB:8.0f} MB: loop {loop:6.2f} s, collect {took:7.2f} s", end=", ")
            print(f"{size / MB / took:.1f} MB/s, {shares[-1]:.2f} of the loop's speed", end=", ")
            print(f"peak {peak.resident:.0f} MB ({peak.proportional:.0f} MB with shared pages counted once)", end=", ")
            print(f"archive {bench.stored() / MB:.0f} MB", flush=True)
            for path in files(logs):
                path.unlink()
    print(f"the last step took {shares[0] / shares[-1]:.2f} times as long as the first, measured in loops")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--grow", type=int, nargs="*", default=[], metavar="MB")
    parser.add_argument("--steps", type=int, default=0, metavar="N")
    parser.add_argument("--step", type=int, default=1000, metavar="MB")
    args = parser.parse_args()
    for size in args.grow:
        with tempfile.TemporaryDirectory() as made:
            grow(args.folder, Path(made), size * 1_000_000)
            measured(Path(made), args.workers)
    if args.steps:
        stepped(args.folder, args.step * 1_000_000, args.steps, args.workers)
    elif not args.grow:
        measured(args.folder, args.workers)


if __name__ == "__main__":
    main()
