"""A ticket that was edited: the days before the edit have what it said then, the days since what it says now."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import tiny
from sqlalchemy import select

from distillers import findings_store
from distillers.collect import SourceSpec, collect
from distillers.distil import distil
from distillers.findings import candidates
from distillers.record.archive import Archive
from distillers.record.redact import CustomPattern, Redactor
from scheduling.ledger.store import Ledger
from scheduling.runs import Run, running

SQLITE = "We decided to keep readings in SQLite with WAL, because a single writer is enough for four hundred gauges."
DUCKDB = "We decided to keep readings in DuckDB files by day, because the monthly report scans all gauges at once."
PARQUET = "We decided to keep readings in Parquet by month, because nobody ever asked for a single day of one gauge."


class House:
    """A folder with one ticket, and nights over it."""

    def __init__(self, run: Run, archive: Archive, folder: Path) -> None:
        self.run, self.archive, self.folder = run, archive, folder

    def night(self, updated: str, said: str, redactor: Any = None, edition: str = "") -> None:
        head = f"id: task-1\ntitle: Choose the store\nstatus: Done\nupdated_date: '{updated}'"
        (self.folder / "task-1.md").write_text(f"---\n{head}\n---\n\n## Decision\n\n{said}\n", "utf-8")
        spec = SourceSpec("shop", "auto", self.folder)
        collect(self.run, self.archive, redactor or tiny.Mask(), [spec], {}, edition=edition)
        distil(self.run, self.archive, ["shop"])

    def told(self, day: str = "") -> list[str]:
        found = findings_store.load(self.run.ledger, as_of=day or None)
        return [one.claim.partition(": ")[2] or one.claim for one in found if one.status != "superseded"]


@pytest.fixture
def run(ledger: Ledger) -> Iterator[Run]:
    with running(ledger, "distiller", "nightly") as run:
        yield run


@pytest.fixture
def house(run: Run, archive: Archive, logs: Path) -> House:
    return House(run, archive, logs)


def test_days_before_an_edit_have_what_stood_there_then(house: House) -> None:
    house.night("2026-03-05", SQLITE)
    house.night("2026-05-09", DUCKDB)
    house.night("2026-07-01", PARQUET)
    assert house.told() == [PARQUET]
    days = ("2026-03-04", "2026-03-05", "2026-05-08", "2026-05-09", "2026-06-30", "2026-07-01")
    assert [house.told(day) for day in days] == [[], [SQLITE], [SQLITE], [DUCKDB], [DUCKDB], [PARQUET]]


def test_an_edit_without_a_date_counts_from_the_night_that_saw_it(house: House) -> None:
    house.night("2026-03-05", SQLITE)
    house.night("2026-03-05", DUCKDB)
    house.night("2026-03-05", PARQUET)
    assert [house.told(day) for day in ("2026-03-04", "2026-03-05", "2026-10-01")] == [[], [SQLITE], [SQLITE]]
    assert house.told("2099-01-01") == house.told() == [PARQUET]


def test_a_ticket_that_only_grew_keeps_nothing_twice(house: House, ledger: Ledger) -> None:
    house.night("2026-03-05", SQLITE)
    before = house.told()
    house.night("2026-05-09", f"{SQLITE}\n\n## Notes\n\nNothing else changed.")
    with ledger.read() as rows:
        assert rows.execute(select(candidates).where(candidates.c.until != "")).all() == []
    assert set(before) <= set(house.told())


def test_what_is_masked_only_now_is_kept_nowhere(house: House, ledger: Ledger) -> None:
    said = "We decided to keep readings in SQLite, because the single writer has the badge BDG-12345678 and no other."
    house.night("2026-03-05", said)
    assert any("BDG-" in claim for claim in house.told())
    house.night("2026-03-05", said, Redactor(b"k" * 32, [CustomPattern("badge", re.compile("BDG-[0-9]{8}"))]), "two")
    with ledger.read() as rows:
        assert not any("BDG-" in body for body in rows.execute(select(candidates.c.body)).scalars())


def test_what_is_taken_back_is_gone_from_the_days_before_too(house: House, ledger: Ledger) -> None:
    house.night("2026-03-05", SQLITE)
    house.night("2026-05-09", DUCKDB)
    with ledger.write() as rows:
        findings_store.withdraw(rows, "shop", [])
    assert house.told("2026-04-01") == []
