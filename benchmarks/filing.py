"""Filing all domains of a workspace into an empty wiki: one domain at a time beside several at a time.

    python -m benchmarks.filing WORKSPACE [--workers 2] [--turns 5]

WORKSPACE has had a night; it is copied, and what it filed is forgotten before each turn. Both ways take turns in one
process, and the least of each counts, by wall clock and by CPU (git's included): so other work on the machine meets
both alike. All turns must end in the same tree.
"""

from __future__ import annotations

import argparse
import resource
import shutil
import tempfile
import time
from pathlib import Path

from flows import stages
from flows.settings import Settings, load
from flows.stages.filing import file
from scheduling.ledger.store import Ledger
from wiki.git import open_repo
from wiki.lint import flaw
from wiki.text import inert

FORGET = (
    "DELETE FROM blocks",
    "DELETE FROM changesets",
    "DELETE FROM tasks WHERE kind = 'file'",
    "UPDATE findings SET status = 'accepted' WHERE status = 'written'",
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("workspace", type=Path)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--turns", type=int, default=5)
    args = parser.parse_args()
    ways: dict[int, list[tuple[float, float]]] = {1: [], args.workers: []}
    trees: set[str] = set()
    with tempfile.TemporaryDirectory() as home:
        skipped = shutil.ignore_patterns("wiki", "index", "prefect")
        shutil.copytree(args.workspace, Path(home) / "space", symlinks=True, ignore=skipped)
        settings = load(Path(home) / "space")
        filed(settings, 1)  # what is loaded once is loaded
        for _ in range(args.turns):
            for workers, seen in ways.items():
                seen.append(filed(settings, workers))
                trees.add(tree(settings))
    for workers, seen in ways.items():
        wall, cpu = (min(each[clock] for each in seen) for clock in (0, 1))
        print(f"{workers} at a time: {wall:6.2f} s wall {cpu:6.2f} s CPU")
    told = "the same tree" if len(trees) == 1 else f"{len(trees)} DIFFERENT TREES"
    print(f"{min(ways[1])[0] / min(ways[args.workers])[0]:.2f} times as fast, {told}")


def filed(settings: Settings, workers: int) -> tuple[float, float]:
    """Wall and CPU seconds of filing everything anew."""
    shutil.rmtree(settings.workspace.wiki, ignore_errors=True)
    with Ledger(settings.workspace.ledger).write() as rows:
        for statement in FORGET:
            rows.exec_driver_sql(statement)
    inert.cache_clear()
    flaw.cache_clear()
    chosen = settings.model_copy(update={"wiki": settings.wiki.model_copy(update={"workers": workers})})
    with stages.opened(chosen, "nightly") as night:
        wall, cpu = time.perf_counter(), used()
        file(night)
        return time.perf_counter() - wall, used() - cpu


def used() -> float:
    """CPU seconds of this process and of those that it has waited for."""
    both = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in both)


def tree(settings: Settings) -> str:
    """The id of the tree that ``main`` holds."""
    return open_repo(settings.workspace.wiki).git("rev-parse", "refs/heads/main^{tree}").text.strip()


if __name__ == "__main__":
    main()
