"""A night in which nothing changed: its collect stage beside a bare walk over the same files, and the whole command.

    python -m benchmarks.idle --files 10000        files shaped like those of the bundled sample
    python -m benchmarks.idle WORKSPACE            a workspace that has had its nights

Walk and stage take turns in one process, and the least of each counts, by wall clock and by CPU: so other work on the
machine meets both alike. The command runs in a process of its own.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.collect import bare_walk
from flows import founding, stages
from flows.settings import load

STILLHOUSE = Path(sys.executable).with_name("stillhouse")
TURNS = 15
NIGHTS = 5


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("workspace", nargs="?", type=Path)
    parser.add_argument("--files", type=int, default=10_000)
    args = parser.parse_args()
    if args.workspace:
        measure(args.workspace.resolve())
        return
    with tempfile.TemporaryDirectory() as home:
        measure(made(Path(home), args.files))


def made(home: Path, files: int) -> Path:
    """A workspace over ``files`` tickets, a hundred to a folder."""
    text = next((founding.SAMPLE / "tickets").rglob("*.md")).read_text("utf-8")
    for number in range(files):
        path = home / "logs" / f"part-{number // 100}" / f"task-{number} - A-ticket.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.replace("task-3", f"task-{number}"), "utf-8")
    founding.found(home / "space", founding.Plan({"made": [home / "logs"]}))
    return home / "space"


def measure(root: Path) -> None:
    """Prints what a night costs once nothing changes any more."""
    told = ""
    while "collect: nothing changed" not in told:
        told = command(root)[2]
    settings = load(root)
    sources = [str(source.path) for source in settings.sources]
    with stages.opened(settings, "nightly") as night:
        pairs = [
            (timed(lambda: sum(map(bare_walk, sources))), timed(lambda: stages.collect(night))) for _ in range(TURNS)
        ]
    walk, stage = ([min(each[side][clock] for each in pairs) * 1000 for clock in (0, 1)] for side in (0, 1))
    print(f"bare walk      {walk[0]:7.1f} ms wall {walk[1]:7.1f} ms CPU")
    print(f"collect stage  {stage[0]:7.1f} ms wall {stage[1]:7.1f} ms CPU", end="")
    print(f"   {stage[0] / walk[0]:.2f} and {stage[1] / walk[1]:.2f} walks")
    nights = [command(root) for _ in range(NIGHTS)]
    print(f"whole command  {min(each[0] for each in nights):7.2f} s wall  {min(each[1] for each in nights):7.2f} s CPU")


def timed(work: Callable[[], object]) -> tuple[float, float]:
    """Wall and CPU seconds."""
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - wall, time.process_time() - cpu


def command(root: Path) -> tuple[float, float, str]:
    """Wall and CPU seconds of one night in a process of its own, and what it said on its way."""
    with tempfile.TemporaryDirectory() as home:
        before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        done = subprocess.run(
            [STILLHOUSE, "nightly", "--plain", "--workspace", root],
            env={**os.environ, "HOME": home}, capture_output=True, text=True, check=True,
        )  # fmt: skip
        wall, after = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, done.stderr


if __name__ == "__main__":
    main()
