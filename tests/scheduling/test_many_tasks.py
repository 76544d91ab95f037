"""Many small tasks are offered, taken and finished in few transactions, under the same rules as one."""

import pytest

from scheduling import runs, tasks
from scheduling.base.errors import ConflictError, LostLeaseError
from scheduling.ledger.store import Ledger

UNITS = [tasks.Offer(f"shop/s{number}", "v1") for number in range(1200)]


def offered(run: runs.Run, offers: list[tasks.Offer]) -> list[str]:
    return tasks.offer_many(run, "distil", "shop", offers)


def done(run: runs.Run, taken: list[tasks.Checkout]) -> None:
    with run.change("distil", "shop") as rows:
        tasks.finish_many(rows, taken)


def test_what_is_done_with_the_same_input_is_not_offered_again(ledger: Ledger) -> None:
    with runs.running(ledger, "distiller", "nightly") as run:
        names = offered(run, UNITS)
        assert len(names) == len(UNITS)
        done(run, tasks.checkout_many(run, names))
        assert offered(run, UNITS) == []
        assert offered(run, [tasks.Offer("shop/s7", "v2"), *UNITS[8:]]) == [tasks.task_id("distil", "shop/s7")]


def test_taking_many_is_all_or_nothing(ledger: Ledger) -> None:
    with runs.running(ledger, "distiller", "nightly") as one, runs.running(ledger, "distiller", "nightly") as other:
        names = offered(one, UNITS[:5])
        tasks.checkout_many(other, names[3:])
        with pytest.raises(ConflictError, match=other.id):
            tasks.checkout_many(one, names)
        assert {task["owner"] for task in tasks.listed(ledger)} == {"", other.id}


def test_finishing_many_is_undone_if_one_was_taken_over(ledger: Ledger) -> None:
    with runs.running(ledger, "distiller", "nightly") as one:
        taken = tasks.checkout_many(one, offered(one, UNITS[:5]))
    with runs.running(ledger, "distiller", "nightly") as other:
        again = tasks.checkout_many(other, [taken[2].task])
        assert again[0].fence == taken[2].fence + 1
        with pytest.raises(LostLeaseError, match=one.id):
            done(one, taken)
        assert {task["state"] for task in tasks.listed(ledger)} == {"in_progress"}
        done(other, again)


def test_tasks_that_are_done_are_left_out_of_a_taking(ledger: Ledger) -> None:
    with runs.running(ledger, "distiller", "nightly") as run:
        names = offered(run, UNITS[:4])
        done(run, tasks.checkout_many(run, names[:2]))
        assert [one.task for one in tasks.checkout_many(run, names)] == names[2:]
        assert tasks.checkout_many(run, []) == []
