"""The most memory that a process and its children had, seen from another process: so that looking slows nothing."""

from __future__ import annotations

import os
import resource
import select
import subprocess
import sys
from itertools import count
from pathlib import Path

MB = 1e6
TICK = 0.05
"""Seconds between two looks."""


class Peak:
    """The highest sum, over this process and its children, of resident and of proportional memory, in MB.

    The system counts pages through for the latter, so it is asked for more rarely.
    """

    def __init__(self) -> None:
        self.resident = self.proportional = 0.0
        argv = [sys.executable, "-P", __file__, str(os.getpid())]
        self._watcher = subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def __enter__(self) -> Peak:
        if self._watcher.stdout:
            self._watcher.stdout.readline()  # that it looks
        return self

    def __exit__(self, *_: object) -> None:
        told = self._watcher.communicate()[0]
        self.resident, self.proportional = map(float, told.split())


def watch(root: int) -> None:
    """Looks at the processes of ``root`` until standard input ends, then prints the two peaks."""
    print(flush=True)
    highest, shared = 0.0, 0.0
    for tick in count():
        if select.select([sys.stdin], [], [], TICK)[0]:
            break
        pids = _tree(root)
        highest = max(highest, sum(map(_resident, pids)))
        if tick % 20 == 10:
            shared = max(shared, sum(map(_proportional, pids)))
    print(highest, shared)


def _tree(root: int) -> list[int]:
    """``root`` and what it started, but for this process."""
    found = [root]
    for task in Path(f"/proc/{root}/task").glob("*/children"):
        try:
            found += [
                pid for child in task.read_text().split() if int(child) != os.getpid() for pid in _tree(int(child))
            ]
        except OSError:
            continue
    return found


def _resident(pid: int) -> float:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * resource.getpagesize() / MB
    except OSError:
        return 0.0


def _proportional(pid: int) -> float:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) / 1000 for line in lines if line.startswith("Pss:"))


if __name__ == "__main__":
    watch(int(sys.argv[1]))
