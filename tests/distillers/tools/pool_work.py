"""Work for a pool: a worker finds it by its name."""

import os
from collections.abc import Iterator


def repeat(times: int, item: str) -> Iterator[tuple[int, str]]:
    """``item`` so many times with its worker's process; a worker that is told to die does."""
    if item.startswith("die"):
        os._exit(9)
    yield from [(os.getpid(), item)] * times
