"""Seconds until it is known which names are gone from repositories and how worn their changes are: CPU and wall.

    python -m benchmarks.gone REPOSITORY…

"Again" is when nothing moved. CPU counts git and the program; memory is the program's own peak. Nothing is written into
the repositories.
"""

from __future__ import annotations

import argparse
import os
import resource
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from distillers.code.cache import Cache
from distillers.code.look import Looked, look
from distillers.code.naming import Marker
from distillers.code.places import Place
from distillers.code.wear import WORN


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("repository", type=Path, nargs="+")
    key = os.urandom(32)
    with tempfile.TemporaryDirectory() as folder:
        for root in parser.parse_args().repository:
            once = partial(look, {"it": [Place(root.absolute())]}, Cache(Path(folder), key), Marker(key))
            report(root.name, timed(once), timed(once))
    print(f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10} MB at the peak of the program itself")


Took = tuple[Looked, float, float, float]


def timed(work: Callable[[], Looked]) -> Took:
    """What it made, wall seconds, own CPU seconds, and those of the processes that it started."""
    wall, before = time.perf_counter(), os.times()
    made = work()
    after = os.times()
    own = after.user + after.system - before.user - before.system
    started = after.children_user + after.children_system - before.children_user - before.children_system
    return made, time.perf_counter() - wall, own, started


def report(name: str, first: Took, again: Took) -> None:
    looked, wall, own, started = first
    code = looked.code["it"]
    wears = [one.wear for one in code.wear.lost.values()]
    print(
        f"{name}: wall {wall:.1f} s, CPU {own:.2f} s and {started:.2f} s of git;"
        f" again {again[1]:.3f} s; {len(code.gone.marks)} names are gone"
    )
    print(f"  {len(wears)} commits added code, of which {sum(one >= WORN for one in wears)} are worn")
    for note in looked.notes:
        print(f"  {note}")


if __name__ == "__main__":
    main()
