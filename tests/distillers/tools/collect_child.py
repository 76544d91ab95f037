"""Collects a folder in a process of its own, slowly and in small batches, so that it can be killed anywhere."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import tiny

from distillers import collect as room
from distillers import intake
from distillers.collect import SourceSpec, collect
from distillers.record.archive import Archive
from scheduling.ledger.store import Ledger
from scheduling.runs import bury_dead, running

intake.BATCH_BYTES = 600
room.PIECE_BYTES = 300
room.POOL_FROM = int(sys.argv[3])

if __name__ == "__main__":
    home, source = Path(sys.argv[1]), Path(sys.argv[2])
    ledger = Ledger(home / "ledger.db")
    with running(ledger, "operator", "collect") as run:
        bury_dead(run)
        archive = Archive(home / "archive", ledger)
        collect(run, archive, tiny.Mask(0.002), [SourceSpec("shop", "auto", source)], {}, recognise=tiny.recognise)
    sys.stdout.write("done\n")
