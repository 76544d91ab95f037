"""Ledgers of older versions are brought forward, those of newer ones are refused."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import Column, Integer, MetaData, String, Table
from sqlalchemy.exc import OperationalError

from scheduling.base.errors import RefusedError
from scheduling.ledger.migrations import MIGRATIONS, SCHEMA, Migration, forward, known
from scheduling.ledger.store import Ledger
from scheduling.runs import running, story

OLD = Path(__file__).parent / "cases" / "ledger-v1.sql"


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A ledger that version 1 wrote."""
    path = tmp_path / "ledger.db"
    with sqlite3.connect(path) as rows:
        rows.execute("PRAGMA journal_mode = WAL")
        rows.executescript(OLD.read_text("utf-8"))
    rows.close()
    return path


def versions(path: Path) -> list[int]:
    with Ledger(path).read() as rows:
        return [version for (version,) in rows.exec_driver_sql("SELECT version FROM schema_versions ORDER BY version")]


def test_a_ledger_of_version_1_keeps_its_rows_and_gets_what_it_lacks(old: Path) -> None:
    ledger = Ledger(old)
    row, told = story(ledger, "r-0000000000aa")
    assert row
    assert (row["seat"], row["parent"]) == ("librarian", "")
    assert [each["action"] for each in told] == ["start run"]
    with running(ledger, "operator", "nightly") as run, running(ledger, "librarian", "file", parent=run):
        pass
    assert versions(old) == list(range(1, SCHEMA + 1))


def test_it_is_brought_forward_once_however_many_open_it(old: Path) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: Ledger(old), range(8)))
    assert versions(old) == list(range(1, SCHEMA + 1))


def test_a_new_ledger_equals_one_that_was_brought_forward(old: Path, tmp_path: Path) -> None:
    with Ledger(old).read() as one, Ledger(tmp_path / "new.db").read() as other:
        assert known(one) == known(other)


def test_a_step_that_fails_leaves_the_ledger_as_it_was(old: Path) -> None:
    ledger = Ledger(old)
    broken = (
        *MIGRATIONS,
        Migration(SCHEMA + 1, "broken", ("CREATE TABLE extra (a)", "INSERT INTO nowhere VALUES (1)")),
    )
    with pytest.raises(OperationalError), ledger.write() as rows:
        forward(rows, MetaData(), broken)
    assert versions(old) == list(range(1, SCHEMA + 1))
    with ledger.read() as rows:
        assert "extra" not in known(rows)


def test_a_column_that_is_declared_later_is_added_with_its_default(tmp_path: Path) -> None:
    later = MetaData()
    Table(
        "effects",
        later,
        Column("key", String, primary_key=True),
        Column("run", String, nullable=False),
        Column("tries", Integer, nullable=False, default=3),
        Column("why", String, nullable=False, default='it\'s "so"', index=True),
        Column("maybe", String),
    )
    ledger = Ledger(tmp_path / "ledger.db")
    with ledger.write() as rows:
        rows.exec_driver_sql("INSERT INTO effects VALUES ('a', 'r')")
        done = forward(rows, later)
    assert done == ["new column effects.tries", "new column effects.why", "new column effects.maybe"]
    with ledger.read() as rows:
        found = rows.exec_driver_sql("SELECT key, run, tries, why, maybe FROM effects").one()
        assert tuple(found) == ("a", "r", 3, 'it\'s "so"', None)
        assert "ix_effects_why" in {name for (name,) in rows.exec_driver_sql("SELECT name FROM sqlite_master")}


def test_a_ledger_of_a_newer_version_is_refused_and_not_touched(old: Path) -> None:
    with sqlite3.connect(old) as rows:
        rows.execute(f"PRAGMA user_version = {SCHEMA + 1}")
    rows.close()
    before = old.read_bytes()
    with pytest.raises(RefusedError, match="newer Stillhouse"):
        Ledger(old)
    assert old.read_bytes() == before
