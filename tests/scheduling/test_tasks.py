"""Work is taken by one run at a time, survives its run's death, and cannot be finished by a run that lost it."""

import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from sqlalchemy import update

from scheduling import runs, tasks
from scheduling.base.errors import ConflictError, LostLeaseError, RefusedError
from scheduling.ledger.store import Ledger


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger(tmp_path / "ledger.db")


def offered(run: runs.Run, depends_on: str = "v1") -> str:
    with run.change("offer", "collect shop") as rows:
        return tasks.offer(rows, "collect", "shop", domain="shop", depends_on=depends_on)


def state(ledger: Ledger) -> str:
    (task,) = tasks.listed(ledger)
    return str(task["state"])


def test_a_second_run_is_told_who_holds_the_task(ledger: Ledger) -> None:
    with runs.running(ledger, "operator", "nightly") as first, runs.running(ledger, "operator", "nightly") as second:
        task = offered(first)
        assert tasks.checkout(first, task) is not None
        with pytest.raises(ConflictError, match=first.id):
            tasks.checkout(second, task)


def test_a_finished_task_stays_done_until_its_input_changes(ledger: Ledger) -> None:
    with runs.running(ledger, "operator", "nightly") as run:
        held = tasks.checkout(run, offered(run))
        assert held is not None
        with run.change("collect", "shop") as rows:
            held.finish(rows)
        assert tasks.checkout(run, offered(run)) is None
        assert tasks.checkout(run, offered(run, "v2")) is not None


def test_a_blocked_task_is_offered_again_with_the_same_input(ledger: Ledger) -> None:
    with runs.running(ledger, "operator", "nightly") as run:
        held = tasks.checkout(run, offered(run))
        assert held is not None
        with run.change("collect", "shop") as rows:
            held.block(rows, "the disk is full")
        assert state(ledger) == "blocked"
        assert tasks.checkout(run, offered(run)) is not None


def test_a_run_that_lost_its_task_can_store_nothing(ledger: Ledger) -> None:
    with runs.running(ledger, "operator", "nightly") as slow, runs.running(ledger, "operator", "nightly") as next_one:
        held = tasks.checkout(slow, offered(slow))
        assert held is not None
        with slow.change("test", "let the lease run out") as rows:
            rows.execute(update(tasks.tasks).values(lease_until="2000-01-01T00:00:00.000Z"))
        taken = tasks.checkout(next_one, held.task)
        assert taken is not None
        assert taken.fence == held.fence + 1
        with pytest.raises(LostLeaseError), slow.change("collect", "stale result") as rows:
            slow.once(rows, "stale effect")
            held.finish(rows)
        with slow.change("test", "the stale transaction left nothing") as rows:
            assert slow.once(rows, "stale effect")
        assert "stale result" not in [row["subject"] for row in runs.story(ledger, slow.id)[1]]


def test_a_killed_run_is_buried_and_its_task_is_taken_over(ledger: Ledger) -> None:
    program = textwrap.dedent(
        """
        import sys, time
        from pathlib import Path
        from scheduling import runs, tasks
        from scheduling.ledger.store import Ledger
        with runs.running(Ledger(Path(sys.argv[1])), "operator", "nightly") as run:
            with run.change("offer", "collect shop") as rows:
                task = tasks.offer(rows, "collect", "shop", domain="shop", depends_on="v1")
            tasks.checkout(run, task)
            print(run.id, flush=True)
            time.sleep(60)
        """
    )
    child = subprocess.Popen([sys.executable, "-c", program, str(ledger.path)], stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    dead = child.stdout.readline().strip()
    os.kill(child.pid, signal.SIGKILL)
    child.wait()
    with runs.running(ledger, "operator", "nightly") as run:
        assert runs.bury_dead(run) == [dead]
        assert tasks.checkout(run, offered(run)) is not None
    head, _ = runs.story(ledger, dead)
    assert head is not None
    assert head["state"] == "died"


def test_an_effect_counts_once_over_all_runs(ledger: Ledger) -> None:
    with runs.running(ledger, "librarian", "nightly") as run, run.change("file", "shop") as rows:
        assert run.once(rows, "commit 1")
    with runs.running(ledger, "librarian", "nightly") as run, run.change("file", "shop") as rows:
        assert not run.once(rows, "commit 1")


def test_a_failed_change_leaves_neither_state_nor_audit(ledger: Ledger) -> None:
    with runs.running(ledger, "operator", "nightly") as run:
        with pytest.raises(RuntimeError), run.change("collect", "half") as rows:
            tasks.offer(rows, "collect", "shop")
            raise RuntimeError
        assert tasks.listed(ledger) == []
        assert [row["action"] for row in runs.story(ledger, run.id)[1]] == ["start run"]


def test_a_ledger_of_a_newer_version_is_refused(ledger: Ledger) -> None:
    with ledger.write() as rows:
        rows.exec_driver_sql("PRAGMA user_version = 999")
    with pytest.raises(RefusedError, match="newer"):
        Ledger(ledger.path)
