"""A collect that is killed anywhere, and taken up again, ends where an undisturbed one ends."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tiny import record, said, write

from distillers.record.archive import Archive
from scheduling.ledger.store import Ledger

CHILD = Path(__file__).parent / "tools" / "collect_child.py"
IN_PROCESS, WITH_WORKERS = "1000000", "0"


@pytest.fixture
def source(tmp_path: Path) -> Path:
    for n in range(24):
        rows = [said(f"s{n % 5}", f"{n - back}-{k}") for back in range(3) for k in range(4)]
        write(tmp_path / "logs" / f"{n:02d}.jsonl", *rows)
    return tmp_path / "logs"


def start(home: Path, source: Path, pool: str, *last: int) -> subprocess.Popen[bytes]:
    home.mkdir(exist_ok=True)
    return subprocess.Popen(
        [sys.executable, str(CHILD), str(home), str(source), pool, *map(str, last)],
        cwd=home,
        stdout=subprocess.PIPE,
        start_new_session=True,
    )


def finish(home: Path, source: Path, pool: str) -> tuple[dict[str, object], int]:
    """The record that is there in the end, and how many things were done for it."""
    child = start(home, source, pool)
    out, _ = child.communicate(timeout=60)
    assert (child.returncode, out[:5]) == (0, b"done ")
    return record(Archive(home / "archive", Ledger(home / "ledger.db"))), int(out.split()[1])


@pytest.mark.parametrize("pool", [IN_PROCESS, WITH_WORKERS])
def test_kill_it_anywhere_and_the_next_one_ends_in_the_same_record(tmp_path: Path, source: Path, pool: str) -> None:
    calm, steps = finish(tmp_path / "calm", source, pool)
    dice = random.Random(7)
    for _ in range(5):
        child = start(tmp_path / "killed", source, pool, dice.randrange(steps * 2 // 5, steps))
        child.communicate()
    assert calm
    assert finish(tmp_path / "killed", source, pool)[0] == calm


def test_workers_end_when_the_collect_that_started_them_is_killed(tmp_path: Path, source: Path) -> None:
    child = start(tmp_path / "home", source, WITH_WORKERS)
    workers: list[int] = []
    deadline = time.monotonic() + 20
    while len(workers) < 2 and child.poll() is None and time.monotonic() < deadline:
        time.sleep(0.02)
        workers = children(child.pid)
    child.send_signal(signal.SIGKILL)
    child.communicate()
    assert len(workers) == 2
    deadline = time.monotonic() + 20
    while any(map(alive, workers)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(map(alive, workers))


def children(pid: int) -> list[int]:
    """Its children and theirs."""
    found: list[int] = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == pid:
            found.append(int(path.parent.name))
    return found + [one for child in found for one in children(child)]


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
