"""Reserves calls as fast as it can in a process of its own until there is no room; prints how many it got."""

import sys
from pathlib import Path

from scheduling.budget import Amount, Caps, Limits, admit, settle
from scheduling.ledger.store import Ledger
from scheduling.runs import running

if __name__ == "__main__":
    home, cap, tokens = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    got = 0
    with running(Ledger(home), "distiller", "nightly") as run:
        limits = Limits(seat=Caps(calls=cap, tokens=tokens, micros=10**9))
        while (held := admit(run, limits, Amount(1, 1000, 10), subject="s", key=f"k{got}", critical=True)) is not None:
            got += 1
            with run.change("settle", "s") as rows:
                settle(rows, held, Amount(1, 900, 9))
    sys.stdout.write(f"{got}\n")
