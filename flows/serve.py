"""``stillhouse serve``: the Prefect server with its UI, and beside it the process that runs this workspace's flows.

This process loads no Prefect. It starts the two, starts them again if they end, and ends both within ten seconds when
it is told to.
"""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType

from flows import children, environment, server
from flows.children import Child
from flows.settings import Settings
from scheduling.base.errors import StillhouseError
from scheduling.base.locks import hold

Say = Callable[[str], None]
GRACE = 5.0
LIVES = 5
STEADY = 60.0


@dataclass(frozen=True, slots=True)
class Address:
    """Where the Prefect server is: the API, and the page to open in a browser ("" if that is not ours to know)."""

    api: str
    ui: str


class _Stopped(BaseException):
    """Raised where the main thread stands when a signal asks to stop."""


def serve(settings: Settings, say: Say) -> None:
    """Serves the workspace until SIGTERM or Ctrl-C; then everything that was started is ended within 10 seconds.

    Raises :class:`BusyError` if the workspace is served already, :class:`StillhouseError` if a part keeps ending.
    """
    space = settings.workspace
    with _stoppable(), hold(space.prefect / "serve.lock", f"serve of {space.root}"), _server(settings, say) as address:
        say(_greeting(settings, address))
        _keep_running(settings, say)


def _keep_running(settings: Settings, say: Say) -> None:
    """Runs the flows' process, and a new one, on a server that answers, whenever it ends."""
    quick = 0
    while quick < LIVES:
        began = time.monotonic()
        with _flows(settings) as child:
            while children.alive(child.pid):
                time.sleep(0.5)
        quick = quick + 1 if time.monotonic() - began < STEADY else 0
        say("the process that runs the flows ended; starting it again")
        time.sleep(quick)
        if not settings.prefect.api_url:
            server.ensure(settings.workspace)
    raise StillhouseError(
        f"the process that runs the flows ended {LIVES} times in a row",
        hint=f"see {settings.workspace.prefect / 'flows.log'}",
    )


@contextmanager
def _flows(settings: Settings) -> Generator[Child]:
    folder = settings.workspace.prefect
    argv = [sys.executable, "-m", "flows.serving", str(settings.root)]
    child = children.start(argv, cwd=folder, env=None, log=folder / "flows.log", tied=True)
    try:
        yield child
    finally:
        children.end(child.pid, GRACE)


@contextmanager
def _server(settings: Settings, say: Say) -> Generator[Address]:
    space, foreign = settings.workspace, settings.prefect.api_url
    if foreign:
        with environment.exported(environment.common(space, foreign)):
            yield Address(foreign, "")
        return
    say("starting the Prefect server …")
    with server.in_use(space) as running, environment.exported(environment.own(space, running.port)):
        yield Address(running.api, running.ui)


def _greeting(settings: Settings, address: Address) -> str:
    plan = settings.schedule
    pages = (
        f"Prefect UI   {address.ui}",
        f"reviews      {address.ui}/runs?state=Suspended&tag=review",
        f"reports      {address.ui}/artifacts/key/nightly-report",
    )
    return "\n".join(
        (
            *(pages if address.ui else (f"Prefect API  {address.api}",)),
            f"nightly      {plan.nightly} ({plan.timezone})",
            f"daily        {plan.daily} ({plan.timezone})",
            f"logs         {settings.workspace.prefect}",
            "Ctrl-C stops it.",
        )
    )


@contextmanager
def _stoppable() -> Generator[None]:
    """Turns the first SIGTERM or SIGINT into the end of the block; later ones find it ending already."""

    def stop(_signal: int, _frame: FrameType | None) -> None:
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, signal.SIG_IGN)
        raise _Stopped

    before = {name: signal.signal(name, stop) for name in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)}
    try:
        yield
    except _Stopped:
        return
    finally:
        for name, handler in before.items():
            signal.signal(name, handler)
