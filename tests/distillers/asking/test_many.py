"""Distillers in processes of their own, at once, on one budget."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from distillers import findings_store
from distillers.findings import AGENT
from scheduling import budget, tasks
from scheduling.ledger.store import Ledger

DISTILLING = Path(__file__).parents[1] / "tools" / "distilling.py"
SESSIONS = 10
"""Of each distiller: about as many as each of the caps below has room for in all."""


def at_once(home: Path, distillers: int, measure: str, cap: int) -> list[dict[str, Any]]:
    """What distillers tell that started together, each over a domain of its own."""
    words = [sys.executable, str(DISTILLING), str(home)]
    children = [
        subprocess.Popen([*words, f"shop{n}", str(SESSIONS), measure, str(cap)], stdout=subprocess.PIPE, text=True)
        for n in range(distillers)
    ]
    return [json.loads(child.communicate(timeout=240)[0]) for child in children]


@pytest.mark.parametrize(
    ("distillers", "measure", "cap"), [(8, "calls", 10), (3, "tokens", 10_000), (3, "micros", 200_000)]
)
def test_distillers_at_once_with_many_times_the_work_keep_the_cap(
    tmp_path: Path, distillers: int, measure: str, cap: int
) -> None:
    ledger = Ledger(tmp_path / "ledger.db")
    told = at_once(tmp_path, distillers, measure, cap)
    spent = sum(one["spent"][measure] for one in told)
    calls = sum(one["calls"] for one in told)
    (month,) = budget.listed(ledger, "seat ")
    assert getattr(month.spent, measure) == spent <= cap * budget.NARROW // 100
    assert 0 < calls <= SESSIONS
    assert calls == sum(one["spent"]["calls"] for one in told), "every call was booked, and nothing else"
    assert sum(one["queued"] for one in told) == distillers * SESSIONS - calls, "what found no room waits"
    assert budget.subjects(ledger) == (calls, month.spent)
    states = [row["state"] for row in tasks.listed(ledger) if row["kind"] == "ask"]
    assert (states.count("done"), states.count("todo")) == (calls, distillers * SESSIONS - calls)
    found = [one for one in findings_store.load(ledger) if not one.rule.startswith(AGENT)]
    assert {one.domain for one in found} == {f"shop{n}" for n in range(distillers)}, "the rules work all the same"
