"""Distillers in processes of their own, at once, on one budget."""

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from distillers import findings_store
from distillers.findings import AGENT
from scheduling import budget, tasks
from scheduling.ledger.store import Ledger

DISTILLING = Path(__file__).parents[1] / "tools" / "distilling.py"
SESSIONS = 10
"""Of each distiller: more than each of the caps below has room for, all distillers together."""


def started(home: Path, domain: str, measure: str, cap: int, *words: str) -> "subprocess.Popen[str]":
    argv = [sys.executable, str(DISTILLING), str(home), domain, str(SESSIONS), measure, str(cap), *words]
    return subprocess.Popen(argv, stdout=subprocess.PIPE, text=True)


def told_by(child: "subprocess.Popen[str]") -> dict[str, Any]:
    return json.loads(child.communicate(timeout=240)[0])


def at_once(home: Path, distillers: int, measure: str, cap: int) -> list[dict[str, Any]]:
    """What distillers tell that started together, each over a domain of its own."""
    children = [started(home, f"shop{n}", measure, cap) for n in range(distillers)]
    return [told_by(child) for child in children]


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
    assert 0 < calls < distillers * SESSIONS
    assert is_full(ledger, measure, cap), "nothing is left over that another call would have fitted into"
    assert calls == sum(one["spent"]["calls"] for one in told), "every call was booked, and nothing else"
    assert sum(one["queued"] for one in told) == distillers * SESSIONS - calls, "what found no room waits"
    assert budget.subjects(ledger) == (calls, month.spent)
    states = [row["state"] for row in tasks.listed(ledger) if row["kind"] == "ask"]
    assert (states.count("done"), states.count("todo")) == (calls, distillers * SESSIONS - calls)
    found = [one for one in findings_store.load(ledger) if not one.rule.startswith(AGENT)]
    assert {one.domain for one in found} == {f"shop{n}" for n in range(distillers)}, "the rules work all the same"


def most(ledger: Ledger, measure: str) -> int:
    """The most that was ever set aside for a call."""
    return max((row[f"{measure}_held"] for row in budget.charged(ledger, 500)), default=0)


def is_full(ledger: Ledger, measure: str, cap: int) -> bool:
    """Whether what is spent and set aside leaves no room for one more call."""
    spent = [getattr(month.spent, measure) for month in budget.listed(ledger, "seat ")]
    return bool(spent) and (spent[0] + most(ledger, measure)) * 100 > cap * budget.NARROW


def test_distillers_at_once_spend_all_that_one_alone_would(tmp_path: Path) -> None:
    told = {}
    for count in (1, 4):
        (home := tmp_path / str(count)).mkdir()
        told[count] = at_once(home, count, "tokens", 12_000)
        assert is_full(Ledger(home / "ledger.db"), "tokens", 12_000)
    assert sum(one["calls"] for one in told[4]) == sum(one["calls"] for one in told[1]) < SESSIONS


CAP = 20_000
"""Tokens: room for the calls of two distillers, but for three."""


@pytest.mark.parametrize("killed", [False, True])
def test_who_finds_no_room_waits_for_the_calls_of_the_living(tmp_path: Path, killed: bool) -> None:
    ledger, gate = Ledger(tmp_path / "ledger.db"), tmp_path / "gate"
    slow = started(tmp_path, "slow", "tokens", CAP, str(gate))
    while not budget.charged(ledger):
        assert slow.poll() is None
        time.sleep(0.05)
    quick = started(tmp_path, "quick", "tokens", CAP)
    while not is_full(ledger, "tokens", CAP):
        assert slow.poll() is None
        time.sleep(0.05)
    before = len(budget.charged(ledger, 100))
    if killed:
        slow.kill()
        slow.wait()
    else:
        gate.touch()
        told_by(slow)
    assert told_by(quick)["calls"] > 0
    states = [row["state"] for row in budget.charged(ledger, 100)]
    assert states.count("reserved") == 2 * killed, "what the dead had set aside counts as spent"
    assert killed or len(states) > before, "what the living did not take is spent on others"
    (month,) = budget.listed(ledger, "seat ")
    assert month.spent.tokens * 100 <= CAP * budget.NARROW
    assert is_full(ledger, "tokens", CAP)
