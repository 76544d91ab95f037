"""``serve`` as a service manager sees it: it starts, refuses a second one, and stops within ten seconds.

That it ends when it is told to and leaves no process is seen wherever a test has served: see ``serve_workspace``.
"""

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


def test_what_serve_started_ends_with_it_even_when_it_is_killed(
    tmp_path: Path, make: Make, serving: Serving, processes: Any, eventually: Any
) -> None:
    settings = make(tmp_path / "workspace")
    with serving(settings) as child:
        running = server.find(settings.workspace)
        assert running is not None
        flows = processes.below(child.pid) - {running.pid} - processes.below(running.pid)
        child.kill()
        child.wait()
        eventually(lambda: not processes.alive(flows), "the end of the flows' process", 15)
    with serving(settings) as child:
        assert server.find(settings.workspace) == running, "the server is taken over, not started twice"
        started = processes.below(child.pid) | {running.pid} | processes.below(running.pid)
        assert len(started) >= 3
        child.send_signal(signal.SIGINT)
        assert child.wait(timeout=60) == 0
        assert not processes.alive(started)
    assert server.find(settings.workspace) is None


def test_a_workspace_is_served_once(house: Settings, served: Any) -> None:
    with pytest.raises(BusyError, match="serve of"):
        serve(house, lambda _text: None)
