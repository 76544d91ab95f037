"""What does not fit is not spent, whoever asks and however many at once."""

import subprocess
import sys
from pathlib import Path

import pytest

from scheduling import budget
from scheduling.budget import Amount, Caps, Limits, admit, overrun, release, settle
from scheduling.ledger.store import Ledger
from scheduling.room import room
from scheduling.runs import Run, running, story

RESERVING = Path(__file__).parent / "tools" / "reserving.py"


def ask(run: Run, limits: Limits, amount: Amount = Amount(1, 100, 10), *, critical: bool = True) -> bool:  # noqa: B008 (frozen)
    return admit(run, limits, amount, subject="shop/s1", key="k", critical=critical) is not None


def test_eight_processes_reserve_at_once_and_the_cap_holds(ledger: Ledger) -> None:
    command = [sys.executable, str(RESERVING), str(ledger.path), "40", "1000000"]
    children = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(8)]
    got = [int(child.communicate(timeout=120)[0]) for child in children]
    assert [child.returncode for child in children] == [0] * 8
    assert sum(got) == 40
    (month,) = budget.listed(ledger, "seat ")
    assert (month.spent, month.state) == (Amount(40, 40 * 900, 40 * 9), "paused")


@pytest.mark.parametrize("cap", [Caps(calls=3), Caps(tokens=399), Caps(micros=30)])
@pytest.mark.parametrize("where", ["run", "seat", "house"])
def test_each_measure_of_each_account_bounds_the_calls(ledger: Ledger, cap: Caps, where: str) -> None:
    with running(ledger, "distiller", "nightly") as run:
        admitted = [ask(run, Limits(**{where: cap})) for _ in range(6)]
    assert admitted == [True] * 3 + [False] * 3


def test_a_call_that_one_account_refuses_is_booked_on_none(ledger: Ledger) -> None:
    with running(ledger, "distiller", "nightly") as run:
        assert not ask(run, Limits(run=Caps(calls=9), seat=Caps(calls=9), house=Caps(calls=0)))
        assert {account.spent for account in budget.listed(ledger)} == {Amount(0, 0, 0)}
        assert budget.charged(ledger) == []


def test_from_four_fifths_on_only_critical_work_is_admitted(ledger: Ledger) -> None:
    limits = Limits(seat=Caps(calls=10))
    with running(ledger, "distiller", "nightly") as run:
        assert [ask(run, limits, critical=False) for _ in range(9)] == [True] * 8 + [False]
        assert budget.listed(ledger, "seat")[0].state == "critical only"
        assert [ask(run, limits) for _ in range(3)] == [True, True, False]
        assert budget.listed(ledger, "seat")[0].state == "paused"


def test_settling_books_what_the_call_took_and_releasing_gives_all_back(ledger: Ledger) -> None:
    with running(ledger, "distiller", "nightly") as run:
        first = admit(run, Limits(), Amount(1, 5000, 900), subject="a", key="a")
        second = admit(run, Limits(), Amount(1, 5000, 900), subject="b", key="b")
        assert first
        assert second
        with run.change("settle", "a") as rows:
            settle(rows, first, Amount(1, 1234, 56), failed=True)
            release(rows, second)
            release(rows, second)
        assert {account.spent for account in budget.listed(ledger)} == {Amount(1, 1234, 56)}
        assert [(row["subject"], row["state"]) for row in budget.charged(ledger)] == [
            ("b", "released"),
            ("a", "failed"),
        ]
        with ledger.read() as rows:
            assert (budget.failures(rows, "a"), budget.failures(rows, "b")) == (1, 0)
        assert not budget.answered(ledger, "a")


def test_a_reservation_is_in_the_audit_and_a_refused_one_is_not(ledger: Ledger) -> None:
    with running(ledger, "distiller", "nightly") as run:
        ask(run, Limits(run=Caps(calls=1)))
        ask(run, Limits(run=Caps(calls=1)))
    assert [row["action"] for row in story(ledger, run.id)[1]].count("reserve") == 1


def test_a_month_begins_anew_and_a_run_has_its_own_account(ledger: Ledger) -> None:
    with running(ledger, "distiller", "nightly") as run:
        assert budget.names(run, "2026-11") == (f"run {run.id}", "seat distiller 2026-11", "house 2026-11")


def test_caps_that_were_raised_count_at_once(ledger: Ledger) -> None:
    with running(ledger, "distiller", "nightly") as run:
        assert not ask(run, Limits(seat=Caps(calls=0)))
        assert ask(run, Limits(seat=Caps(calls=5)))


def test_room_comes_back_from_the_living_alone(ledger: Ledger) -> None:
    limits, most = Limits(seat=Caps(tokens=1000)), Amount(1, 400, 0)
    with running(ledger, "distiller", "nightly") as run:
        with running(ledger, "distiller", "nightly") as other:
            held = admit(other, limits, most, subject="a", key="a")
            admit(other, limits, most, subject="b", key="b")
            assert held
            assert admit(run, limits, most, subject="c", key="c") is None
            assert room(run, most) == "later"
            assert room(run, Amount(1, 900, 0)) == "none", "more than there ever will be"
            assert room(other, most) == "none", "its own calls are not waited for here"
            with other.change("settle", "a") as rows:
                settle(rows, held, Amount(1, 300, 0))
            assert room(run, most) == "later"
            assert room(run, Amount(1, 100, 0)) == "now"
            assert room(run, Amount(1, 300, 0), critical=True) == "now"
        assert room(run, most) == "none", "whoever set it aside is gone"


def test_what_a_call_took_beyond_its_reservation_is_known(ledger: Ledger) -> None:
    with running(ledger, "distiller", "nightly") as run:
        assert overrun(run) == Amount(0)
        for took in (Amount(1, 90, 9), Amount(1, 170, 12), Amount(1, 50, 1)):
            held = admit(run, Limits(), Amount(1, 100, 10), subject="a", key="a")
            assert held
            with run.change("settle", "a") as rows:
                settle(rows, held, took)
        assert overrun(run) == Amount(0, 70, 2)
