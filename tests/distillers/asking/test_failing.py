"""An agent that fails, refuses or is missing costs its own proposals alone, and what it said is masked."""

import re
import sqlite3
from pathlib import Path
from typing import Any

import agentry
import pytest
from asked import FREE, SECRET, asks, filed, night, ordered, same, session, sessions
from sqlalchemy import update

from distillers import findings_store, rests
from distillers.asking import Asked
from distillers.distil import distil
from distillers.record.archive import Archive
from scheduling import budget
from scheduling.ledger.store import Ledger
from scheduling.runs import Run, running


@pytest.mark.parametrize("mode", ["garbage", "half-json", "wrong-form", "huge", "hang"])
def test_a_call_that_fails_is_parked_and_the_night_goes_on(
    run: Run, archive: Archive, ledger: Ledger, mode: str, tmp_path: Path
) -> None:
    ordered(run, archive)
    alone = Ledger(tmp_path / "alone" / "ledger.db")
    other = Archive(tmp_path / "alone" / "archive", alone)
    with running(alone, "distiller", "nightly") as second:
        ordered(second, other)
        distil(second, other, ["shop"])
    said = night(ledger, archive, agentry.fake(mode, seconds=2.0)).asked
    assert (said.sessions, said.parked) == (0, 1)
    (parked,) = asks(ledger, "blocked")
    assert parked["note"].startswith("try 1 of 3: ")
    assert SECRET not in parked["note"]
    assert same(findings_store.load(ledger)) == same(findings_store.load(alone))


def test_what_a_failed_agent_said_is_masked_in_every_byte_of_the_ledger(
    run: Run, archive: Archive, ledger: Ledger
) -> None:
    sessions(run, archive, 1)
    night(ledger, archive, agentry.fake("garbage"))
    assert "[REDACTED:api-key]" in asks(ledger, "blocked")[0]["note"]
    with sqlite3.connect(ledger.path) as rows:
        assert SECRET not in "\n".join(rows.iterdump())


def test_after_a_night_of_failures_a_clean_one_ends_where_an_undisturbed_one_ends(tmp_path: Path) -> None:
    ends = []
    for name, disturbed in (("calm", False), ("torn", True)):
        ledger = Ledger(tmp_path / name / "ledger.db")
        archive = Archive(tmp_path / name / "archive", ledger)
        agent, _ = agentry.counting(tmp_path)
        with running(ledger, "distiller", "nightly") as run:
            sessions(run, archive, 4)
        if disturbed:
            honest = (tmp_path / "agent").read_text()
            (tmp_path / "agent").write_text(honest.splitlines()[0] + "\nprint('half of {')")
            assert night(ledger, archive, agent).asked.parked == 3
            (tmp_path / "agent").write_text(honest)
        night(ledger, archive, agent)
        ends.append(same(findings_store.load(ledger)))
    assert ends[0] == ends[1]
    assert ends[0][0][-1], "with its evidence"


def test_an_agent_that_keeps_failing_is_left_alone_and_its_task_is_given_up(
    run: Run, archive: Archive, ledger: Ledger
) -> None:
    sessions(run, archive, 4)
    said = night(ledger, archive, agentry.fake("garbage")).asked
    assert (said.parked, said.queued) == (3, 1)
    assert "failed 3 times in a row" in said.problem
    for _ in range(5):
        night(ledger, archive, agentry.fake("garbage"))
    assert len(asks(ledger, "blocked")) == 4
    assert all(row["note"].startswith("given up after 3 tries") for row in asks(ledger, "blocked"))
    assert night(ledger, archive, agentry.fake("garbage")).asked == Asked("try")
    assert len(budget.charged(ledger, 100)) == 12


def test_a_rate_limit_leaves_the_batch_for_another_night_and_costs_nothing(
    run: Run, archive: Archive, ledger: Ledger
) -> None:
    sessions(run, archive, 5)
    session(run, archive, "s1", "another house", domain="office")
    said = night(ledger, archive, agentry.fake("rate-limited"), FREE, "office", "shop").asked
    assert "takes no more for now" in said.problem
    assert (said.spent, said.parked, said.queued) == (budget.Amount(0), 0, 6), "one in the office, five in the shop"
    assert asks(ledger, "blocked") == []
    assert {row["state"] for row in budget.charged(ledger)} == {"released"}
    assert len(budget.charged(ledger)) == 1


def test_an_agent_that_wants_to_be_left_alone_is_not_called_before(
    run: Run, archive: Archive, ledger: Ledger, tmp_path: Path
) -> None:
    sessions(run, archive, 3)
    refusing = 'import sys; sys.stdin.read(); print(\'{"error": "429 rate limit, retry after 600"}\')'
    agent = agentry.command(tmp_path, f"open({str(tmp_path / 'log')!r}, 'a').write('x')\n{refusing}")
    first, second = night(ledger, archive, agent).asked, night(ledger, archive, agent).asked
    assert (tmp_path / "log").read_text() == "x"
    assert "takes no more for now" in first.problem
    assert re.search(r"wants to be left alone until \d{4}-\d\d-\d\dT", second.problem)
    assert (second.queued, second.spent, second.parked) == (3, budget.Amount(0), 0)
    with ledger.write() as rows:
        rows.execute(update(rests.rest_rows).values(until="2026-01-01T00:00:00.000Z"))
    night(ledger, archive, agent)
    assert (tmp_path / "log").read_text() == "xx"


def test_what_an_agent_says_when_it_refuses_is_masked_wherever_it_is_told(
    run: Run, archive: Archive, ledger: Ledger, tmp_path: Path
) -> None:
    sessions(run, archive, 1)
    for words in ("rate limit of", "Invalid API key"):
        agent = agentry.command(tmp_path, f'print(\'{{"error": "{words} {SECRET}"}}\')')
        said = night(ledger, archive, agent).asked
        assert f"{words} [REDACTED:api-key]" in said.problem
        assert (said.spent.calls, said.parked, said.queued) == (0, 0, 1)
    with sqlite3.connect(ledger.path) as rows:
        assert SECRET not in "\n".join(rows.iterdump())


@pytest.mark.parametrize("agent", [agentry.fake("missing"), agentry.program], ids=["exits 127", "not on PATH"])
def test_a_program_that_is_missing_is_said_and_the_rules_work_alone(
    run: Run, archive: Archive, ledger: Ledger, agent: Any, tmp_path: Path
) -> None:
    ordered(run, archive)
    chosen = agent
    if callable(agent):
        chosen = agentry.command(tmp_path, "")
        (tmp_path / "agent").unlink()
    done = night(ledger, archive, chosen)
    assert done.high == 1
    assert done.asked.problem
    assert done.asked.queued == 1
    assert done.asked.spent.calls == 0


def test_an_error_of_ours_ends_the_night_and_leaves_the_tasks_to_be_taken_up(
    run: Run, archive: Archive, ledger: Ledger, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    sessions(run, archive, 2)
    agent, _ = agentry.counting(tmp_path)

    def dies(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(findings_store, "fingerprint", dies)
    with pytest.raises(KeyboardInterrupt):
        night(ledger, archive, agent)
    monkeypatch.undo()
    assert night(ledger, archive, agent).asked.spent.calls == 0
    assert sum(f.seen for f in filed(ledger)) == 2
