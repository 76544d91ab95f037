"""Running a flow in this process against the workspace's server: what ``nightly`` and ``daily`` do on the command line.

This module is cheap to import; Prefect is loaded when a flow is launched, inside the environment it must find.
"""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager, nullcontext, suppress
from types import FrameType
from typing import TYPE_CHECKING

from flows import environment, server
from flows.settings import Settings

if TYPE_CHECKING:
    from content.drafting import Drafted
    from flows.report import Report

Say = Callable[[str], None]


def launch_nightly(settings: Settings, *, only: str | None, since: str | None, say: Say) -> Report:
    """The night as a Prefect flow run; returns its report. Raises what the stages raise."""
    with connected(settings, say):
        from flows.nightly import nightly  # noqa: PLC0415 (Prefect is loaded inside its environment)

        return nightly(str(settings.root), only, since)


def launch_daily(settings: Settings, *, pillar: str | None, say: Say) -> Drafted:
    """The day as a Prefect flow run; returns what was drafted. Its review waits until ``serve`` is up."""
    with connected(settings, say):
        from flows.daily import daily  # noqa: PLC0415 (as above)

        return daily(str(settings.root), pillar)


def review_ruled(settings: Settings, request_id: str, message: str) -> None:
    """Tells a review in the UI that its request was ruled on elsewhere. Without a running server there is nothing to
    tell: the next ``serve`` sees it in the ledger.
    """
    if not settings.prefect.api_url and server.find(settings.workspace) is None:
        return
    with suppress(server.ServerError), connected(settings, say=lambda _text: None):
        from flows.reviews import close_review  # noqa: PLC0415 (as above)

        close_review(settings, request_id, message)


@contextmanager
def connected(settings: Settings, say: Say) -> Generator[None]:
    """Everything a flow run in this process needs: the server, its environment, and an ear for what the flow says.

    The server is the workspace's own, started if none runs, or the one that ``[prefect] api_url`` names.
    """
    space = settings.workspace
    own = settings.prefect.api_url == ""
    if not own:
        server.reach(settings.prefect.api_url)
    elif server.find(space) is None:
        say("starting the Prefect server of this workspace …")
    with (
        _terminable(),
        server.in_use(space) if own else nullcontext() as running,
        environment.entered(_values(settings, running)),
        _heard(say),
    ):
        yield


@contextmanager
def _terminable() -> Generator[None]:
    """Lets SIGTERM unwind the block, so that a server that we started is stopped; by default we would just be gone."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def leave(_signal: int, _frame: FrameType | None) -> None:
        sys.exit(128 + signal.SIGTERM)

    before = signal.signal(signal.SIGTERM, leave)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _values(settings: Settings, running: server.Server | None) -> dict[str, str]:
    if running is None:
        return environment.common(settings.workspace, settings.prefect.api_url)
    return environment.own(settings.workspace, running.port)


@contextmanager
def _heard(say: Say) -> Generator[None]:
    from prefect.logging.handlers import APILogWorker  # noqa: PLC0415 (Prefect is loaded inside its environment)

    from flows.steps import listener  # noqa: PLC0415 (as above)

    token = listener.set(say)
    try:
        yield
    finally:
        listener.reset(token)
        # The last lines of a run are still on their way when it ends; a stopped server would lose them.
        APILogWorker.drain_all(timeout=10)
