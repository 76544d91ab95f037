"""Collects a folder in a process of its own, in small batches. Killed as by the system before what it does as the
n-th thing that Python's audit knows of (a file opened, renamed or removed, a database asked …), if n is given.
"""

from __future__ import annotations

import itertools
import os
import signal
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import tiny

from distillers import bundles, intake
from distillers.collect import SourceSpec, collect
from distillers.record.archive import Archive
from scheduling.ledger.store import Ledger
from scheduling.runs import bury_dead, running

intake.BATCH_BYTES = 600
bundles.PIECE_BYTES = 300
bundles.POOL_FROM = int(sys.argv[3])
bundles.LIGHT = 0


def watched(last: int) -> itertools.count[int]:
    """Counts what is done from now on; dies before the ``last``."""
    steps, own = itertools.count(1), os.getpid()

    def step(_event: str, _what: tuple[object, ...]) -> None:
        if os.getpid() == own and next(steps) == last:
            os.kill(own, signal.SIGKILL)

    sys.addaudithook(step)
    return steps


if __name__ == "__main__":
    home, source = Path(sys.argv[1]), Path(sys.argv[2])
    steps = watched(int(sys.argv[4]) if len(sys.argv) > 4 else 0)
    ledger = Ledger(home / "ledger.db")
    with running(ledger, "operator", "collect") as run:
        bury_dead(run)
        archive = Archive(home / "archive", ledger)
        collect(run, archive, tiny.Mask(0.002), [SourceSpec("shop", "auto", source)], {}, recognise=tiny.recognise)
    sys.stdout.write(f"done {next(steps)}\n")
