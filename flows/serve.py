"""``stillhouse serve``: the Prefect server with its UI, and beside it what runs this workspace's flows and what answers
its agents.

This process loads no Prefect. It starts the three, starts them again if they end, and ends all within ten seconds when
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

from flows import children, environment, retrieval, server
from flows.children import Child
from flows.settings import Settings
from scheduling.base.errors import StillhouseError
from scheduling.base.locks import hold

Say = Callable[[str], None]
GRACE = 5.0
RETRIEVAL_GRACE = 1.5
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

    Raises :class:`BusyError` if the workspace is served already, :class:`ServerError` if a server that is not ours does
    not answer, :class:`StillhouseError` if a part keeps ending.
    """
    space = settings.workspace
    with _stoppable(), hold(space.prefect / "serve.lock", f"serve of {space.root}"), _server(settings, say) as address:
        port = retrieval.free_port(settings)
        say(_greeting(settings, address, port))
        with _retrieval(settings, port) as beside:
            _keep_running(settings, say, beside)


def _keep_running(settings: Settings, say: Say, beside: Retrieval) -> None:
    """Runs the flows' process, and a new one, on a server that answers, whenever it ends."""
    quick = 0
    while quick < LIVES:
        began = time.monotonic()
        with _flows(settings) as child:
            while children.alive(child.pid):
                beside.tend()
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


class Retrieval:
    """The process that answers agents. When it ends it is started again, though not for ever; nights go on anyway."""

    def __init__(self, settings: Settings, port: int) -> None:
        folder = settings.workspace.prefect
        self._argv = [sys.executable, "-m", "flows.retrieval", str(settings.root), str(port)]
        self._folder = folder
        self._child: Child | None = None
        self._lives = LIVES
        self._not_before = 0.0

    def tend(self) -> None:
        """Starts it if it does not run and may."""
        running = self._child is not None and children.alive(self._child.pid)
        if running or not self._lives or time.monotonic() < self._not_before:
            return
        self._lives -= 1
        self._not_before = time.monotonic() + STEADY / 4
        log = self._folder / "retrieval.log"
        self._child = children.start(self._argv, cwd=self._folder, env=None, log=log, tied=True)

    def end(self) -> None:
        """Ends it."""
        if self._child is not None:
            children.end(self._child.pid, RETRIEVAL_GRACE)


@contextmanager
def _retrieval(settings: Settings, port: int) -> Generator[Retrieval]:
    beside = Retrieval(settings, port)
    try:
        yield beside
    finally:
        beside.end()


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
        server.reach(foreign)
        with environment.exported(environment.common(space, foreign)):
            yield Address(foreign, "")
        return
    say("starting the Prefect server …")
    with server.in_use(space) as running, environment.exported(environment.own(space, running.port)):
        yield Address(running.api, running.ui)


def _greeting(settings: Settings, address: Address, port: int) -> str:
    plan = settings.schedule
    pages = (
        f"Prefect UI   {address.ui}",
        f"reviews      {address.ui}/runs?state=Suspended&tag=review",
        f"reports      {address.ui}/artifacts/key/nightly-report",
    )
    return "\n".join(
        (
            *(pages if address.ui else (f"Prefect API  {address.api}",)),
            retrieval.greeting(f"http://127.0.0.1:{port}"),
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
