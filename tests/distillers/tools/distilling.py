"""Distils one domain in a process of its own, asking a counting agent about each session: HOME DOMAIN SESSIONS CAP."""

import json
import sys
from pathlib import Path

import agentry
import proposals as made

from distillers.asking import Asking
from distillers.distil import distil
from distillers.record.archive import Archive
from scheduling.budget import Caps, Limits
from scheduling.ledger.store import Ledger
from scheduling.runs import running

if __name__ == "__main__":
    home, domain, count, cap = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    ledger = Ledger(home / "ledger.db")
    (folder := home / domain).mkdir()
    agent, log = agentry.counting(folder)
    with running(ledger, "distiller", "nightly") as run:
        archive = Archive(home / "archive", ledger)
        for n in range(count):
            text = f"Never delete table {n} of {domain}, because billing reads it."
            archive.append(domain, [made.event(f"{domain}-{n}", 0, text), made.bulk(f"{domain}-{n}")], run=run)
        limits = Limits(seat=Caps(calls=cap), house=Caps(tokens=cap * 5000))
        asked = distil(run, archive, [domain], asking=Asking(agent, limits, str, parallel=2)).asked
    calls = len(log.read_text().splitlines()) if log.exists() else 0
    json.dump({"calls": calls, "spent": asked.spent.calls, "queued": asked.queued, "parked": asked.parked}, sys.stdout)
