"""The stages of :mod:`flows.stages` as Prefect tasks, for the flows to share.

A task here is a shell: a name, a line of log, and nothing that the plain function does not do as well. The night's
opened stores are handed from task to task as they are, so nothing is hashed, cached or stored by Prefect.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from contextvars import ContextVar

from prefect import get_run_logger, task
from prefect.artifacts import create_markdown_artifact
from prefect.cache_policies import NO_CACHE
from prefect.runtime import deployment

from content.drafting import Drafted
from distillers.collect import Collected
from distillers.distil import Distilled
from flows import stages
from flows.report import Report
from flows.settings import Settings
from flows.stages import Night
from scheduling.base.clock import stamp
from scheduling.base.locks import hold, is_held
from wiki.index import Indexed
from wiki.librarian import Filed

PATIENCE = 6 * 3600.0

listener: ContextVar[Callable[[str], None] | None] = ContextVar("listener", default=None)
"""Who else hears what :func:`say` says: the terminal that started the flow in its own process."""


def say(text: str) -> None:
    """One line of progress, to the flow run's log and to the terminal, if there is one."""
    get_run_logger().info(text)
    heard = listener.get()
    if heard is not None:
        heard(text)


def dated(kind: str) -> Callable[[], str]:
    """A namer of flow runs: ``nightly 2026-11-20 02:00`` (UTC)."""
    return lambda: f"{kind} {stamp()[:16].replace('T', ' ')}"


@contextmanager
def turn(settings: Settings) -> Generator[None]:
    """Waits for the workspace, if the schedule started this run; a person is told who holds it instead.

    Runs that were missed come back all at once: so they work one after the other. Prefect's own limits are no lock, and
    a slot that a killed run held stays taken.
    """
    if deployment.id is None:
        yield
        return
    space = settings.workspace
    with hold(space.prefect / "turn.lock", "a scheduled run", wait=PATIENCE):
        deadline = time.monotonic() + PATIENCE
        while is_held(space.run_lock) and time.monotonic() < deadline:
            time.sleep(1)
        yield


@task(name="collect", cache_policy=NO_CACHE, persist_result=False)
def collect(night: Night) -> Collected:
    """Reads what is new in the sources into the archive, redacted."""
    return stages.collect(night)


@task(name="distil", cache_policy=NO_CACHE, persist_result=False)
def distil(night: Night) -> Distilled:
    """Turns changed sessions and tickets into graded findings."""
    return stages.distil(night)


@task(name="file", cache_policy=NO_CACHE, persist_result=False)
def file(night: Night) -> list[Filed]:
    """Lets the librarian file what was accepted, one commit per domain at most."""
    return stages.file(night)


@task(name="index", cache_policy=NO_CACHE, persist_result=False)
def index(night: Night) -> Indexed:
    """Brings the search index to the wiki's newest commit and the newest record."""
    return stages.index(night)


@task(name="draft", cache_policy=NO_CACHE, persist_result=False)
def draft(settings: Settings, pillar: str | None) -> Drafted:
    """Drafts an article for a pillar, or says why there is none."""
    return stages.draft(settings, pillar)


def leave_report(report: Report) -> None:
    """Leaves the night's report as an artifact; its versions accumulate under one key."""
    create_markdown_artifact(
        report.markdown(), key="nightly-report", description="What was read, found, filed and quarantined"
    )
