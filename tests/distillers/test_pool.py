"""Workers answer in the order of the items, and one that dies takes no other item with it."""

import threading
import time
from collections import Counter
from collections.abc import Iterator
from itertools import count, islice
from pathlib import Path

import pytest
from pool_work import repeat

from scheduling.base.pool import SHORT, Pool
from scheduling.base.worker import Died


def answered(items: list[str], times: int = 2, size: int = 2) -> list[tuple[str, object]]:
    with Pool(repeat, times, size, items) as pool:
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


def test_who_asks_works_on_light_items_until_a_worker_is_there() -> None:
    pool = Pool(repeat, 1, 2, map(str, count()))
    own = pool.meanwhile(lambda _: not time.sleep(0.01))
    done = [next(own), next(own)]
    with pool:
        done += own
        assert done == [str(number) for number in range(len(done))]
        assert [item for item, _ in islice(pool, 50)] == [str(len(done) + number) for number in range(50)]


def test_an_item_that_is_not_light_is_for_workers_and_so_is_what_comes_after_it() -> None:
    items = ["1", "22", "333", "4"]
    pool = Pool(repeat, 1, 2, items)
    assert list(pool.meanwhile(lambda item: len(item) < 3)) == items[:2]
    with pool:
        assert [item for item, _ in pool] == items[2:]


def test_items_that_cannot_be_made_are_an_error_where_they_are_waited_for() -> None:
    with Pool(repeat, 1, 2, (str(1 // number) for number in (1, 1, 0, 1))) as pool:
        told = iter(pool)
        assert [next(told)[0], next(told)[0]] == ["1", "1"]
        with pytest.raises(ZeroDivisionError):
            next(told)


def test_what_cannot_be_handed_over_is_an_error_and_no_wait_without_end() -> None:
    with Pool(kept, threading.Lock(), 1, ["1"]) as pool, pytest.raises(TypeError, match="pickle"):
        list(pool)


def test_an_item_that_cannot_be_sent_is_an_error_of_that_item_alone() -> None:
    items = [threading.Lock() if number in (0, 3) else str(number) for number in range(6)]
    with Pool(kept, 1, 2, items) as pool:
        got = [answer for _, answer in pool]
    assert [isinstance(answer, Died) for answer in got] == [number in (0, 3) for number in range(6)]
    assert isinstance(got[0], Died)
    assert "cannot be sent" in got[0].why


def kept(_state: object, item: str) -> Iterator[str]:
    yield item


def test_a_pool_that_is_left_early_ends_its_workers() -> None:
    with Pool(repeat, 1, 2, (f"{number}" for number in range(100_000))) as pool:
        workers = {answer[0] for _, answer in islice(pool, 200) if isinstance(answer, tuple)}
    deadline = time.monotonic() + 20
    while any(map(alive, workers)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert workers
    assert not any(map(alive, workers))


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
