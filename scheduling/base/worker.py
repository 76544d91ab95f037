"""The worker's side of a pool: it reads pickled work from a pipe and answers on another.

Imports little, for whoever becomes a worker loads what the work needs.
"""

from __future__ import annotations

import gc
import os
import pickle
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain, count
from typing import IO, Any

from scheduling.base.memory import give_back

TIDIED = 8
"""After so many items a worker gives back the memory it has freed."""
_LENGTH = 8
"""Bytes before each answer that say how long it is; none follow at the end of an item."""
_YOUNG = 50_000
"""Objects a worker makes between two looks for cycles among them."""


@dataclass(frozen=True, slots=True)
class Died:
    """Stands where answers are missing: the worker ended in the middle of its item, or the work raised."""

    why: str


def serve(stream: IO[bytes]) -> None:
    """The worker's side: answers items from ``stream`` until it ends. What the work prints goes to standard error."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    work, twins, state = (pickle.load(stream) for _ in range(3))  # noqa: S301 (the parent's words)
    gc.freeze()  # what is loaded stays, and most of what is made does not live to see a second look
    gc.set_threshold(_YOUNG)
    stream, answers = _parted(twins, stream, answers)
    with suppress(BrokenPipeError):  # nobody waits for the answer any more
        _say(answers)  # ready
        _answer(work, state, stream, answers)
    with suppress(ChildProcessError):  # it stays as long as what it made of itself, so that they can be ended together
        while True:
            os.wait()


def _parted(twins: list[tuple[int, int]], stream: IO[bytes], answers: IO[bytes]) -> tuple[IO[bytes], IO[bytes]]:
    """Makes a process like this one for each of ``twins``, which are pipes; returns what this one hears and speaks to.

    Each closes what belongs to the others: a pipe ends when the last that holds it has closed it.
    """
    for number, (given, told) in enumerate(twins):
        if os.fork() == 0:
            for handle in chain(*twins[number + 1 :]):
                os.close(handle)
            stream.close()
            answers.close()
            return os.fdopen(given, "rb"), os.fdopen(told, "wb")
        os.close(given)
        os.close(told)
    return stream, answers


def _answer(work: Callable[[Any, Any], Iterator[Any]], state: Any, stream: IO[bytes], answers: IO[bytes]) -> None:
    for number in count():
        if number % TIDIED == 0:
            give_back()
        try:
            item = pickle.load(stream)  # noqa: S301 (the parent's words)
        except EOFError:
            return
        for answer in _worked(work, state, item):
            _say(answers, pickle.dumps(answer, pickle.HIGHEST_PROTOCOL))
        _say(answers)


def _say(stream: IO[bytes], data: bytes = b"") -> None:
    stream.write(len(data).to_bytes(_LENGTH, "little"))
    stream.write(data)
    stream.flush()


def heard(stream: IO[bytes]) -> bytes:
    """What was said. It stays pickled until it is asked for: so it takes less room, and its thread less time."""
    head = stream.read(_LENGTH)
    size = int.from_bytes(head, "little")
    data = stream.read(size) if size else b""
    if len(head) < _LENGTH or len(data) < size:
        raise EOFError("the worker ended")
    return data


def _worked(work: Callable[[Any, Any], Iterator[Any]], state: Any, item: Any) -> Iterator[Any]:
    try:
        yield from work(state, item)
    except Exception as error:  # noqa: BLE001 (whatever it is, the parent decides)
        yield Died(f"{type(error).__name__}: {error}")
