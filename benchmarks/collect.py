"""Collect from end to end beside the least that any collect must do, over the same bytes, in one run.


FOLDER holds logs and tickets at any depth; each folder right below it becomes a domain. Prints, for a fresh collect:
seconds, MB/s, the share of the speed of a one-core orjson line loop, and the peak memory of the process tree; for one
with nothing new: seconds beside a bare walk with a stat of each file. With ``--grow`` the same over folders shaped like
FOLDER with so many megabytes, one after the other: the speeds say whether the time grows with the bytes.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import orjson

from benchmarks.grown import grow
from distillers.collect import Collected, SourceSpec, collect
from distillers.record.archive import Archive
from distillers.record.redact import Redactor
from scheduling.ledger.store import Ledger
from scheduling.runs import running

Result = TypeVar("Result")
MB = 1e6


class Peak:
    """The highest sum, over this process and its children, of resident and of proportional memory, in MB."""

    def __init__(self) -> None:
        self.resident = self.proportional = 0.0
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Peak:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._ended.wait(0.05):
            pairs = [_memory(pid) for pid in _tree(os.getpid())]
            self.resident = max(self.resident, sum(resident for resident, _ in pairs))
            self.proportional = max(self.proportional, sum(own for _, own in pairs))


def _tree(root: int) -> list[int]:
    found = [root]
    for task in Path(f"/proc/{root}/task").glob("*/children"):
        try:
            found += [pid for child in task.read_text().split() for pid in _tree(int(child))]
        except OSError:
            continue
    return found


def _memory(pid: int) -> tuple[float, float]:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0, 0.0
    sizes = {line.split(":")[0]: int(line.split()[1]) / 1000 for line in lines if line.startswith(("Rss:", "Pss:"))}
    return sizes.get("Rss", 0.0), sizes.get("Pss", 0.0)


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
    count = 0
    for entry in os.scandir(folder):
        if entry.is_dir(follow_symlinks=False):
            count += bare_walk(entry.path)
        else:
            entry.stat(follow_symlinks=False)
            count += 1
    return count


def measured(folder: Path, workers: int) -> None:
    """Prints the figures for ``folder``."""
    masker = Redactor(bytes(32))
    masker.mask("loads what masking needs")
    specs = [SourceSpec(path.name, "auto", path) for path in sorted(folder.iterdir()) if path.is_dir()]
    loop, size = timed(lambda: line_loop(folder))
    with tempfile.TemporaryDirectory() as home:
        ledger = Ledger(Path(home) / "ledger.db")
        archive = Archive(Path(home) / "archive", ledger)

        def night() -> tuple[float, Collected]:
            with running(ledger, "operator", "collect") as run:
                return timed(lambda: collect(run, archive, masker, specs, {}, workers=workers))

        with Peak() as peak:
            fresh, got = night()
        stored = sum(path.stat().st_size for path in files(archive.root))
        pairs = [(timed(lambda: sum(bare_walk(str(spec.path)) for spec in specs)), night()) for _ in range(5)]
        walk, count = min(walked for walked, _ in pairs)
        idle = min(seconds for _, (seconds, _) in pairs)
    print(f"{count} files, {size / MB:.1f} MB: {got.files}")
    print(f"{got.sessions} sessions, {got.tickets} tickets, {got.events} events, archive {stored / MB:.1f} MB")
    print(f"line loop  {loop:7.2f} s {size / MB / loop:7.1f} MB/s")
    print(f"collect    {fresh:7.2f} s {size / MB / fresh:7.1f} MB/s, {loop / fresh:.2f} of the loop's speed")
    print(f"peak       {peak.resident:7.0f} MB resident, {peak.proportional:.0f} MB with shared pages counted once")
    print(f"bare walk  {walk * 1000:7.1f} ms")
    print(f"nothing new {idle * 1000:6.1f} ms, {idle / walk:.1f} walks", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--grow", type=int, nargs="*", default=[], metavar="MB")
    args = parser.parse_args()
    for size in args.grow:
        with tempfile.TemporaryDirectory() as made:
            grow(args.folder, Path(made), size * 1_000_000)
            measured(Path(made), args.workers)
    if not args.grow:
        measured(args.folder, args.workers)


if __name__ == "__main__":
    main()
