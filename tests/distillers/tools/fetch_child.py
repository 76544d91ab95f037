"""Fetches ``me/shop`` from the API at argv[2] into the folder argv[1], to be killed at any moment.

The redactor comes in the file argv[3], compiled.
"""

import pickle
import sys
from pathlib import Path

from distillers.fetch import github
from distillers.fetch.base import Access, Target
from distillers.fetch.fetching import fetch
from distillers.fetch.making import fetcher
from scheduling.ledger.store import Ledger
from scheduling.runs import bury_dead, running

if __name__ == "__main__":
    folder, api, redactor = Path(sys.argv[1]), sys.argv[2], pickle.loads(Path(sys.argv[3]).read_bytes())
    github.STRETCH = 1
    target = Target("shop", "github", "me/shop", api=api)
    with running(Ledger(folder / "ledger.db"), "operator", "fetch") as run:
        bury_dead(run)
        told = fetch(run, folder, redactor, [target], lambda one: fetcher(one, Access(one.api, "t0ken")))
    sys.exit(told[0].problem or 0)
