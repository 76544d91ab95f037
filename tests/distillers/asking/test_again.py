"""What was asked and answered costs nothing as long as what an agent would be shown is the same."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import agentry
import pytest
import tiny
from sqlalchemy import update

from distillers import findings_store
from distillers.asking import Asking
from distillers.collect import SourceSpec, collect
from distillers.distil import distil
from distillers.evidence import check
from distillers.findings import AGENT, Finding
from distillers.record.archive import Archive
from scheduling import budget
from scheduling.budget import Limits
from scheduling.ledger.store import Ledger
from scheduling.runs import Run
from scheduling.tasks import tasks

BULK = "passed " * 6000


@pytest.fixture
def logs(tmp_path: Path) -> Path:
    for n in range(3):
        said = [
            tiny.said(f"s{n}", "a", f"why did import {n} stop?"),
            tiny.said(f"s{n}", "b", "The bank pads an export because its pages hold 50.", origin="agent"),
            tiny.said(f"s{n}", "c", BULK, origin="tool", kind="result"),
        ]
        tiny.write(tmp_path / "logs" / f"{n}.jsonl", *said)
    return tmp_path / "logs"


class House:
    """A record and a counting agent."""

    def __init__(self, run: Run, archive: Archive, logs: Path, tmp_path: Path) -> None:
        self.run, self.archive, self.logs = run, archive, logs
        self.agent, self.log = agentry.counting(tmp_path)

    def night(self, edition: str = "one", **more: Any) -> tuple[int, list[Finding]]:
        """How often the agent was called this night, and what stands of its proposals."""
        before = self.calls()
        spec = SourceSpec("shop", "auto", self.logs)
        collect(self.run, self.archive, tiny.Mask(), [spec], {}, recognise=tiny.recognise, edition=edition)
        distil(self.run, self.archive, ["shop"], asking=Asking(self.agent, Limits(), str), **more)
        found = [one for one in findings_store.load(self.run.ledger) if one.rule.startswith(AGENT)]
        return self.calls() - before, found

    def calls(self) -> int:
        return len(self.log.read_text().splitlines()) if self.log.exists() else 0


@pytest.fixture
def house(run: Run, archive: Archive, logs: Path, tmp_path: Path) -> House:
    return House(run, archive, logs, tmp_path)


def test_reading_and_distilling_everything_anew_asks_nothing(house: House, ledger: Ledger) -> None:
    calls, found = house.night()
    assert (calls, len(found)) == (3, 1)
    spent = budget.listed(ledger)
    assert house.night() == (0, found)
    assert house.night(edition="two") == (0, found), "all files are read anew"
    with ledger.write() as rows:
        rows.execute(update(tasks).where(tasks.c.kind != "ask").values(input="another edition", state="todo"))
    assert house.night() == (0, found), "all rules have a new edition"
    with ledger.write() as rows:
        rows.execute(update(tasks).values(input="", state="todo"))
    assert house.night() == (0, found), "nothing is known of what was done"
    assert budget.listed(ledger) == spent


def test_a_log_that_was_written_anew_asks_nothing_and_its_quotes_move_along(house: House) -> None:
    _, (before,) = house.night()
    for path in house.logs.iterdir():
        path.write_text('{"cut off\n\n' + path.read_text("utf-8"), "utf-8")
    calls, (after,) = house.night()
    assert calls == 0
    assert [quote.line for quote in after.evidence] == [quote.line + 2 for quote in before.evidence]
    assert check(after, house.archive) is None
    assert replace(after, evidence=(), run="") == replace(before, evidence=(), run="")


def test_what_was_said_since_is_asked_about_and_nothing_else(house: House) -> None:
    house.night()
    with (house.logs / "1.jsonl").open("a") as file:
        file.write(json.dumps(tiny.said("s1", "d", "never again, because the bank said so")) + "\n")
    assert house.night()[0] == 1
