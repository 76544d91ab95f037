"""``serve`` as a service manager sees it: it starts, refuses a second one, and stops within ten seconds."""

import os
import signal
import subprocess
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest

from flows import server
from flows.serve import serve
from flows.settings import Settings
from scheduling.base.errors import BusyError

Make = Callable[[Path], Settings]
Serving = Callable[[Settings], AbstractContextManager[subprocess.Popen[str]]]


def below(pid: int) -> set[int]:
    """All processes that descend from ``pid``, as the system tells it."""
    table = subprocess.run(["ps", "-e", "-o", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    parents = {int(child): int(parent) for child, parent in (line.split() for line in table.splitlines())}
    found: set[int] = {pid}
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    return found - {pid}


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_serve_ends_when_told_and_leaves_no_process(tmp_path: Path, make: Make, serving: Serving) -> None:
    settings = make(tmp_path / "workspace")
    with serving(settings) as child:
        started = below(child.pid)
        assert len(started) >= 2
        child.send_signal(signal.SIGTERM)
        assert child.wait(timeout=60) == 0
    assert not [pid for pid in started if alive(pid)]
    assert server.find(settings.workspace) is None


def test_what_serve_started_ends_with_it_even_when_it_is_killed(
    tmp_path: Path, make: Make, serving: Serving, eventually: Any
) -> None:
    settings = make(tmp_path / "workspace")
    with serving(settings) as child:
        running = server.find(settings.workspace)
        assert running is not None
        flows = below(child.pid) - {running.pid} - below(running.pid)
        child.kill()
        child.wait()
        eventually(lambda: not any(alive(pid) for pid in flows), "the end of the flows' process", 15)
    with serving(settings) as child:
        assert server.find(settings.workspace) == running, "the server is taken over, not started twice"
        child.send_signal(signal.SIGINT)
        assert child.wait(timeout=60) == 0
    assert server.find(settings.workspace) is None


def test_a_workspace_is_served_once(house: Settings, served: Any) -> None:
    with pytest.raises(BusyError, match="serve of"):
        serve(house, lambda _text: None)
