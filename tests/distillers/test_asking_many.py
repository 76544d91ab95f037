"""Distillers in processes of their own, at once, on one budget."""

import json
import subprocess
import sys
from pathlib import Path

from distillers import findings_store
from distillers.findings import AGENT
from scheduling import budget, tasks
from scheduling.ledger.store import Ledger

DISTILLING = Path(__file__).parent / "tools" / "distilling.py"
DISTILLERS, SESSIONS, CAP = 8, 10, 10
"""Eight times ten sessions: with the cap for eight calls (80 % of ten) ten times as many as there is room for."""


def test_eight_distillers_at_once_with_ten_times_the_work_keep_the_cap(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger.db")
    words = [sys.executable, str(DISTILLING), str(tmp_path)]
    children = [
        subprocess.Popen([*words, f"shop{n}", str(SESSIONS), str(CAP)], stdout=subprocess.PIPE, text=True)
        for n in range(DISTILLERS)
    ]
    told = [json.loads(child.communicate(timeout=240)[0]) for child in children]
    calls = sum(one["calls"] for one in told)
    assert calls == sum(one["spent"] for one in told) == CAP * budget.NARROW // 100
    assert sum(one["queued"] for one in told) == DISTILLERS * SESSIONS - calls, "what found no room waits"
    (month,) = budget.listed(ledger, "seat ")
    assert (month.spent.calls, month.caps.calls, month.state) == (calls, CAP, "critical only")
    states = [row["state"] for row in tasks.listed(ledger) if row["kind"] == "ask"]
    assert (states.count("done"), states.count("todo")) == (calls, DISTILLERS * SESSIONS - calls)
    found = [one for one in findings_store.load(ledger) if not one.rule.startswith(AGENT)]
    assert {one.domain for one in found} == {f"shop{n}" for n in range(DISTILLERS)}, "the rules work all the same"
