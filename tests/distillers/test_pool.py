"""Workers answer in the order of the items, and one that dies takes no other item with it."""

import os
import threading
import time
from collections import Counter
from itertools import islice
from pathlib import Path
from typing import IO

import pytest
from pool_work import repeat

from scheduling.base import forks
from scheduling.base.pool import SHORT, Pool
from scheduling.base.worker import Died


def answered(items: list[str], times: int = 2, size: int = 2, *, copied: bool = False) -> list[tuple[str, object]]:
    with Pool(repeat, times, size, items, copied=copied) as pool:
        return list(pool)


def test_answers_come_in_the_order_of_the_items_from_several_processes() -> None:
    items = [f"{number} " + "x" * (number % 3 * SHORT) for number in range(60)]
    got = answered(items)
    assert [item for item, _ in got] == [item for item in items for _ in range(2)]
    assert all(isinstance(answer, tuple) and answer[1] == item for item, answer in got)
    assert len({answer[0] for _, answer in got if isinstance(answer, tuple)}) == 2


def test_a_worker_that_dies_is_replaced_and_every_other_item_is_answered() -> None:
    items = ["die" if number in (0, 7, 8, 29) else f"{number}" for number in range(30)]
    got = answered(items, times=1)
    assert [item for item, _ in got] == items
    assert Counter(isinstance(answer, Died) for _, answer in got) == {False: 26, True: 4}


def test_a_pool_that_is_left_early_ends_its_workers() -> None:
    with Pool(repeat, 1, 2, (f"{number}" for number in range(100_000))) as pool:
        workers = {answer[0] for _, answer in islice(pool, 200) if isinstance(answer, tuple)}
    deadline = time.monotonic() + 20
    while any(map(alive, workers)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert workers
    assert not any(map(alive, workers))


def test_copies_answer_in_the_order_of_the_items_and_are_gone_afterwards() -> None:
    items = [f"{number}" for number in range(40)]
    got = answered(items, times=1, copied=True)
    assert [item for item, _ in got] == items
    workers = {answer[0] for _, answer in got if isinstance(answer, tuple)}
    assert os.getpid() not in workers
    assert not any(map(alive, workers))


def test_a_copy_that_dies_is_replaced_by_a_fresh_process() -> None:
    got = answered(["1", "die", "3", "die", "5", "die", "7"], times=1, copied=True)
    assert [isinstance(answer, Died) for _, answer in got] == [False, True, False, True, False, True, False]


def test_a_copy_holds_no_file_of_its_parent() -> None:
    ours, theirs = os.pipe()
    copy = forks.fork(listen)
    os.close(theirs)
    try:
        assert os.read(ours, 1) == b""  # nobody else could write to it any more
    finally:
        os.close(ours)
        copy.end()
        copy.end()
    assert not alive(copy.pid)


def test_a_process_with_threads_or_much_memory_is_not_copied(monkeypatch: pytest.MonkeyPatch) -> None:
    stopped = threading.Event()
    thread = threading.Thread(target=stopped.wait)
    thread.start()
    try:
        assert not forks.may_fork()
    finally:
        stopped.set()
        thread.join()
    monkeypatch.setattr(forks, "SMALL", 0)
    assert not forks.may_fork()


def listen(heard: IO[bytes], _answers: IO[bytes]) -> None:
    heard.read()


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
