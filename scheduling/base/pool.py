"""A few worker processes that read pickled work from a pipe and answer on another.

Not :mod:`multiprocessing`: its children import the parent's main module again (all of Prefect, in a flow run) and live
on when the parent is killed. These import only what their work needs, and find the end of their input when we die. The
first one makes the others of itself once it has loaded all that, so that it is loaded once.
"""

from __future__ import annotations

import fcntl
import os
import pickle
import queue
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import IO, Any, Generic, Self, TypeVar

from scheduling.base.process import Piped, ProgramError, piped
from scheduling.base.worker import Died, heard

State = TypeVar("State")
Item = TypeVar("Item")
Answer = TypeVar("Answer")

BOOT = (
    "import pickle, sys; sys.path[:] = pickle.load(sys.stdin.buffer); "
    "from scheduling.base.worker import serve; serve(sys.stdin.buffer)"
)
ALONE = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
"""Libraries of a worker start no threads of their own: there are as many workers as there is room for."""
SPOKEN = 12
"""How many answers to one item may wait; each of them may be large."""
AHEAD = 3
"""How many items per worker may wait, done, for the one before them: enough to work on while answers are stored."""
GIVEN = 2
"""How many items a worker is given at a time: the next one is there as soon as it has answered the last."""
SHORT = 16 * 1024
"""Bytes of an item up to which it is given before the one ahead of it is answered: a pipe takes in so much unread."""
PIPE = 1024 * 1024
"""Bytes that a worker's pipes take in unread, where the system allows it: nobody waits for who is busy."""


@dataclass(frozen=True, slots=True)
class _End:
    """Stands behind the last answer to an item."""


@dataclass(frozen=True, slots=True)
class _Slot:
    item: Any
    answers: queue.Queue[Any]


@dataclass(frozen=True, slots=True)
class _Sent:
    """An item that a worker is given, as it is written to it."""

    slot: _Slot
    data: bytes


class Pool(Generic[State, Item, Answer]):
    """Runs ``work(state, item)`` for many items in ``size`` processes.

    ``work`` is a function of a module (it is sent by name) that yields answers; state, items and answers are pickled.
    """

    def __init__(
        self, work: Callable[[State, Item], Iterator[Answer]], state: State, size: int, items: Iterable[Item]
    ) -> None:
        """Starts nothing yet."""
        self._work, self._state = work, state
        self._items = iter(items)
        self._most = AHEAD * size
        self._taking = threading.Lock()
        self._begun = False
        """Whether items are for workers alone from now on."""
        self._hiring = threading.Lock()
        self._twins: list[Piped] = []
        """Workers that the first one made of itself, as long as nobody tends them."""
        self._todo: queue.Queue[_Slot | None] = queue.Queue()
        self._waiting: deque[_Slot] = deque()
        self._stopped = threading.Event()
        self._workers: list[Piped] = []
        self._threads = [threading.Thread(target=self._tend, daemon=True) for _ in range(size)]

    def __enter__(self) -> Self:
        """Starts the workers, which begin as soon as they can."""
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Ends them."""
        self._stopped.set()
        for _thread in self._threads:
            self._todo.put(None)
        for worker in self._workers:
            worker.end()
        for thread in self._threads:
            thread.join()

    def meanwhile(self, is_light: Callable[[Item], bool]) -> Iterator[Item]:
        """The first items, for whoever asks to work on by itself: until a worker is there, or an item is not light."""
        while True:
            with self._taking:
                item = None if self._begun else next(self._items, None)
                if item is None:
                    return
                if not is_light(item):
                    self._items = chain((item,), self._items)
                    return
            yield item

    def __iter__(self) -> Iterator[tuple[Item, Answer | Died]]:
        """Each item with each of its answers, in the order of the items; a few items are worked on ahead.

        Raises :class:`ProgramError` if no worker can be started, and what pickle raises if the state cannot be sent.
        """
        self._ahead()
        while self._waiting:
            slot = self._waiting.popleft()
            self._ahead()
            yield from _drained(slot)

    def _ahead(self) -> None:
        with self._taking:
            self._begun = True
            try:
                for item in islice(self._items, self._most - len(self._waiting)):
                    slot = _Slot(item, queue.Queue(maxsize=SPOKEN))
                    self._waiting.append(slot)
                    self._todo.put(slot)
            except Exception as error:  # noqa: BLE001 (whatever it is, it is raised where the answers are waited for)
                self._waiting.append(_Slot(None, queue.Queue()))
                self._waiting[-1].answers.put(error)

    def _tend(self) -> None:
        """One worker's keeper: hands it items until there are none, and starts another in place of a dead one."""
        worker: Piped | None = None
        with suppress(Exception):  # it is tried again for the first item, and told where its answers are waited for
            worker = self._hire()
        self._ahead()
        own: deque[_Sent] = deque()
        given = 0
        while (own or self._take(own, wait=True)) and not self._stopped.is_set():
            try:
                worker = worker or self._hire()
            except Exception as error:  # noqa: BLE001 (whatever it is, it is raised where the answers are waited for)
                self._put(own.popleft().slot, error)
                continue
            try:
                given = self._give(worker, own, given)
                self._listen(worker, own[0].slot)
                given -= 1
            except (OSError, EOFError, ValueError) as error:  # it went away, or was ended
                worker.leave()
                worker, given = None, 0  # the next one is given what this one did not come to
                self._give_up(own[0].slot, f"the worker ended: {type(error).__name__}")
            own.popleft()
        if worker is not None:
            worker.leave()

    def _take(self, own: deque[_Sent], *, wait: bool) -> bool:
        """Takes over the next item; False if there is none (yet). One that cannot be sent has its answer at once."""
        while True:
            try:
                slot = self._todo.get(block=wait)
            except queue.Empty:
                return False
            if slot is None:
                self._todo.put(None)  # so that it is seen again
                return False
            try:
                own.append(_Sent(slot, pickle.dumps(slot.item, pickle.HIGHEST_PROTOCOL)))
            except Exception as error:  # noqa: BLE001 (what an item's own methods raise is the item's fault alone)
                self._give_up(slot, f"it cannot be sent to a worker: {type(error).__name__}: {error}")
            else:
                return True

    def _give_up(self, slot: _Slot, why: str) -> None:
        self._put(slot, Died(why))
        self._put(slot, _End())

    def _give(self, worker: Piped, own: deque[_Sent], given: int) -> int:
        """Sends items until the worker has :data:`GIVEN`; returns how many it has."""
        while given < GIVEN and (given < len(own) or self._take(own, wait=False)):
            data = own[given].data
            if given and len(data) > SHORT:
                break
            worker.stdin.write(data)
            worker.stdin.flush()
            given += 1
        return given

    def _listen(self, worker: Piped, slot: _Slot) -> None:
        while answer := heard(worker.stdout):
            self._put(slot, answer)
        self._put(slot, _End())

    def _hire(self) -> Piped:
        with self._hiring:
            if not self._workers:
                first, *self._twins = self._started(len(self._threads) - 1)
                self._workers += [first, *self._twins]
                return first
            if self._twins:
                return self._twins.pop()
            self._workers += self._started(0)
            return self._workers[-1]

    def _started(self, twins: int) -> list[Piped]:
        """A new worker, and as many of itself."""
        pipes = [(os.pipe(), os.pipe()) for _ in range(twins)]
        theirs = [(given[0], told[1]) for given, told in pipes]
        try:
            first = piped([sys.executable, "-P", "-c", BOOT], cwd=Path("/"), env=ALONE, handles=[*chain(*theirs)])
        finally:
            for handle in chain(*theirs):
                os.close(handle)
        ours = [(os.fdopen(given[1], "wb"), os.fdopen(told[0], "rb")) for given, told in pipes]
        workers = [first, *(Piped(stdin, stdout, first.child) for stdin, stdout in ours)]
        for worker in workers:
            _widen(worker.stdin)
            _widen(worker.stdout)
        paths = [str(Path(path).absolute()) for path in sys.path if path]
        ready = False
        try:
            for word in (paths, self._work, theirs, self._state):
                pickle.dump(word, first.stdin, pickle.HIGHEST_PROTOCOL)
                first.stdin.flush()
            for worker in workers:
                heard(worker.stdout)  # that it is ready
            ready = True
        except (OSError, EOFError) as error:
            raise ProgramError("a worker process ended while it started", hint="its last words stand above") from error
        finally:
            if not ready:
                for worker in workers:
                    worker.end()
        return workers

    def _put(self, slot: _Slot, answer: Any) -> None:
        while not self._stopped.is_set():
            try:
                slot.answers.put(answer, timeout=0.2)
            except queue.Full:
                continue
            return


def _widen(pipe: IO[bytes]) -> None:
    if hasattr(fcntl, "F_SETPIPE_SZ"):
        with suppress(OSError):  # it may be too much for this user
            fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, PIPE)


def _drained(slot: _Slot) -> Iterator[tuple[Any, Any]]:
    while not isinstance(answer := slot.answers.get(), _End):
        if isinstance(answer, Exception):
            raise answer
        yield slot.item, pickle.loads(answer) if isinstance(answer, bytes) else answer  # noqa: S301 (our own worker's)
