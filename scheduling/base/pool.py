"""A few worker processes that read pickled work from a pipe and answer on another.

Not :mod:`multiprocessing`: its children import the parent's main module again (all of Prefect, in a flow run) and live
on when the parent is killed. These import only what their work needs, and find the end of their input when we die.
"""

from __future__ import annotations

import gc
import os
import pickle
import queue
import sys
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Generic, TypeVar

from scheduling.base.process import Piped, ProgramError, piped

State = TypeVar("State")
Item = TypeVar("Item")
Answer = TypeVar("Answer")

BOOT = (
    "import pickle, sys; sys.path[:] = pickle.load(sys.stdin.buffer); "
    "from scheduling.base.pool import serve; serve(sys.stdin.buffer)"
)
SPOKEN = 12
"""How many answers to one item may wait; each of them may be large."""
AHEAD = 6
"""How many items per worker may wait, done, for the one before them: enough to work on while answers are stored."""


_YOUNG = 50_000
"""Objects a worker makes between two looks for cycles among them."""


@dataclass(frozen=True, slots=True)
class Died:
    """Stands where answers are missing: the worker ended in the middle of its item, or the work raised."""

    why: str


@dataclass(frozen=True, slots=True)
class _End:
    """The last answer to an item."""


@dataclass(frozen=True, slots=True)
class _Ready:
    """A worker's first word, once it has loaded what the work needs."""


@dataclass(frozen=True, slots=True)
class _Slot:
    item: Any
    answers: queue.Queue[Any]


class Pool(Generic[State, Item, Answer]):
    """Runs ``work(state, item)`` for many items in ``size`` processes.

    ``work`` is a function of a module (it is sent by name) that yields answers; state, items and answers are pickled.
    """

    def __init__(self, work: Callable[[State, Item], Iterator[Answer]], state: State, size: int) -> None:
        """Starts nothing yet."""
        self._work, self._state = work, state
        self._size = size
        self._pickled = b""
        self._pickling = threading.Lock()
        self._todo: queue.Queue[_Slot | None] = queue.Queue()
        self._stopped = threading.Event()
        self._workers: list[Piped] = []

    def map(self, items: Iterable[Item]) -> Generator[tuple[Item, Answer | Died]]:
        """Each item with each of its answers, in the order of ``items``; a few items are worked on ahead.

        Raises :class:`ProgramError` if no worker can be started.
        """
        threads = [threading.Thread(target=self._tend, daemon=True) for _ in range(self._size)]
        for thread in threads:
            thread.start()
        waiting: deque[_Slot] = deque()
        try:
            for item in items:
                slot = _Slot(item, queue.Queue(maxsize=SPOKEN))
                waiting.append(slot)
                self._todo.put(slot)
                if len(waiting) > AHEAD * self._size:
                    yield from _drained(waiting.popleft())
            while waiting:
                yield from _drained(waiting.popleft())
        finally:
            self._stop(threads)

    def _stop(self, threads: list[threading.Thread]) -> None:
        self._stopped.set()
        for _ in threads:
            self._todo.put(None)
        for worker in self._workers:
            worker.end()
        for thread in threads:
            thread.join()

    def _tend(self) -> None:
        """One worker's keeper: hands it items until there are none, and starts another in place of a dead one."""
        worker: Piped | None = None
        while (slot := self._todo.get()) is not None and not self._stopped.is_set():
            try:
                worker = worker or self._hire()
            except ProgramError as error:
                self._put(slot, error)
                continue
            try:
                pickle.dump(slot.item, worker.stdin, pickle.HIGHEST_PROTOCOL)
                worker.stdin.flush()
                self._listen(worker, slot)
            except Exception as error:  # noqa: BLE001 (half an answer can fail to load in any way)
                worker.end()
                worker = None
                self._put(slot, Died(f"the worker ended: {type(error).__name__}"))
                self._put(slot, _End())
        if worker is not None:
            worker.end()

    def _listen(self, worker: Piped, slot: _Slot) -> None:
        answer: Any = None
        while not isinstance(answer, _End):
            answer = pickle.load(worker.stdout)  # noqa: S301 (our own worker's words)
            self._put(slot, answer)

    def _hire(self) -> Piped:
        worker = piped([sys.executable, "-P", "-c", BOOT], cwd=Path("/"))
        self._workers.append(worker)
        paths = [str(Path(path).absolute()) for path in sys.path if path]
        try:
            for word in (paths, self._work):
                pickle.dump(word, worker.stdin, pickle.HIGHEST_PROTOCOL)
            worker.stdin.flush()
            worker.stdin.write(self._given())  # made while the worker loads what the work needs
            worker.stdin.flush()
            pickle.load(worker.stdout)  # noqa: S301 (our own worker's word that it is ready)
        except (OSError, EOFError) as error:
            worker.end()
            raise ProgramError("a worker process ended while it started", hint="its last words stand above") from error
        return worker

    def _given(self) -> bytes:
        """The state, pickled once for all workers."""
        with self._pickling:
            self._pickled = self._pickled or pickle.dumps(self._state, pickle.HIGHEST_PROTOCOL)
        return self._pickled

    def _put(self, slot: _Slot, answer: Any) -> None:
        while not self._stopped.is_set():
            try:
                slot.answers.put(answer, timeout=0.2)
            except queue.Full:
                continue
            return


def serve(stream: Any) -> None:
    """The worker's side: answers items from ``stream`` until it ends. What the work prints goes to standard error."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    work, state = pickle.load(stream), pickle.load(stream)  # noqa: S301 (the parent's words)
    gc.freeze()  # what is loaded stays, and most of what is made does not live to see a second look
    gc.set_threshold(_YOUNG)
    _say(answers, _Ready())
    while True:
        try:
            item = pickle.load(stream)  # noqa: S301 (the parent's words)
        except EOFError:
            return
        for answer in _worked(work, state, item):
            _say(answers, answer)
        _say(answers, _End())


def _say(stream: IO[bytes], answer: Any) -> None:
    pickle.dump(answer, stream, pickle.HIGHEST_PROTOCOL)
    stream.flush()


def _worked(work: Callable[[Any, Any], Iterator[Any]], state: Any, item: Any) -> Iterator[Any]:
    try:
        yield from work(state, item)
    except Exception as error:  # noqa: BLE001 (whatever it is, the parent decides)
        yield Died(f"{type(error).__name__}: {error}")


def _drained(slot: _Slot) -> Iterator[tuple[Any, Any]]:
    while not isinstance(answer := slot.answers.get(), _End):
        if isinstance(answer, ProgramError):
            raise answer
        yield slot.item, answer
