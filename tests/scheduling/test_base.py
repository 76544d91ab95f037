"""Locks name their holder and end with it; programs run scrubbed, bounded and in their own group."""

import os
import resource
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest

from scheduling.base import locks, process
from scheduling.base.errors import BusyError, CorruptError, UnwritableError
from scheduling.ledger.store import Ledger


def test_a_held_lock_names_its_holder(tmp_path: Path) -> None:
    path = tmp_path / "run.lock"
    with locks.hold(path, "nightly of shop"):
        assert locks.is_held(path)
        taking = locks.hold(path, "daily")
        with pytest.raises(BusyError, match=rf"nightly of shop \(pid {os.getpid()}") as caught, taking:
            pass
        assert caught.value.exit_code == 75
    assert not locks.is_held(path)


def test_a_program_sees_only_what_it_is_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOME_API_KEY", "do not pass on")
    done = process.run([sys.executable, "-c", "import os; print(sorted(os.environ))"], cwd=tmp_path, env={"GIVEN": "1"})
    assert "GIVEN" in done.text
    assert "SOME_API_KEY" not in done.text


def test_a_program_that_hangs_is_ended_with_its_children(tmp_path: Path) -> None:
    mark = tmp_path / "child"
    script = f"sh -c 'sleep 2; touch {mark}' & wait"
    with pytest.raises(process.ProgramError, match="did not finish within"):
        process.run(["sh", "-c", script], cwd=tmp_path, timeout=0.3)
    done = process.run(["sh", "-c", f"sleep 2.2; test -e {mark}"], cwd=tmp_path, check=False)
    assert done.code == 1


def test_a_failing_program_says_its_last_line(tmp_path: Path) -> None:
    with pytest.raises(process.ProgramError, match="exited 3: what went wrong"):
        process.run(["sh", "-c", "echo first >&2; echo what went wrong >&2; exit 3"], cwd=tmp_path)


def test_a_missing_program_says_so(tmp_path: Path) -> None:
    with pytest.raises(process.ProgramError, match="cannot start no-such-program"):
        process.run(["no-such-program"], cwd=tmp_path)


def test_a_file_that_is_no_ledger_is_named_with_the_way_out(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    path.write_bytes(b"this is not a database, whatever its name says" * 100)
    with pytest.raises(CorruptError, match=r"ledger\.db is not a readable ledger .*stillhouse rebuild"):
        Ledger(path)


@contextmanager
def no_room_beyond(size: int) -> Generator[None]:
    """No file of this process can grow beyond so many bytes: what a full disk is to a program."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_full_disk_is_no_broken_ledger(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    ledger = Ledger(path)
    with ledger.write() as rows:
        rows.exec_driver_sql("CREATE TABLE kept (text TEXT)")
        rows.exec_driver_sql("INSERT INTO kept VALUES ('before')")
    with (
        no_room_beyond(1),
        pytest.raises(UnwritableError, match=r"ledger\.db cannot be written: .* \(make room on its disk"),
        ledger.write() as rows,
    ):
        rows.exec_driver_sql("INSERT INTO kept VALUES ('no room')")
    with Ledger(path).read() as rows:
        assert rows.exec_driver_sql("SELECT text FROM kept").scalars().all() == ["before"]
