"""Distils one domain in a process of its own, asking a counting agent: HOME DOMAIN SESSIONS MEASURE CAP [GATE].

The agent answers once there is a file GATE.
MEASURE is what the seat's month is capped by: calls, tokens, or micros (millionths of a dollar).
"""

import json
import sys
from dataclasses import asdict
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
    home, domain, count, measure, cap = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), sys.argv[4], int(sys.argv[5])
    ledger = Ledger(home / "ledger.db")
    (folder := home / domain).mkdir()
    agent, log = agentry.counting(folder, gate=sys.argv[6] if len(sys.argv) > 6 else "", seconds=120.0)
    with running(ledger, "distiller", "nightly") as run:
        archive = Archive(home / "archive", ledger)
        for n in range(count):
            text = f"Never delete table {n} of {domain}, because billing reads it."
            archive.append(domain, [made.event(f"{domain}-{n}", 0, text), made.bulk(f"{domain}-{n}")], run=run)
        limits = Limits(seat=Caps(**{measure: cap}), house=Caps(calls=500, tokens=5_000_000, micros=500_000_000))
        asked = distil(run, archive, [domain], asking=Asking(agent, limits, str, parallel=2)).asked
    calls = len(log.read_text().splitlines()) if log.exists() else 0
    told = {"calls": calls, "queued": asked.queued, "parked": asked.parked, "spent": asdict(asked.spent)}
    json.dump(told, sys.stdout)
