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
from distillers.fetch.fetching import Fetched
from flows import stages
from flows.report import Report
from flows.settings import Settings
from flows.stages import Night, writing
from scheduling.base.clock import stamp
from scheduling.base.errors import StillhouseError
from scheduling.base.locks import hold, is_held
from wiki.filed import Filed
from wiki.index import Indexed

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


class Held:
    """A night in the hands of a flow. Tasks get this and not the night itself: Prefect keeps a task's arguments in a
    context that a library's background thread may hold for good, and the night's open stores must end with the night.
    """

    def __init__(self, night: Night) -> None:
        self._night: Night | None = night

    @property
    def night(self) -> Night:
        """The opened workspace. Raises StillhouseError after its end."""
        if self._night is None:
            raise StillhouseError("the night is over", hint="a task was started outside its flow's block")
        return self._night

    def let_go(self) -> None:
        """Ends the hold."""
        self._night = None


@contextmanager
def opened(settings: Settings, kind: str, *, only: str | None, since: str | None) -> Generator[Held]:
    """Takes the workspace for one run, as :func:`flows.stages.opened` does, when it is this run's turn."""
    with turn(settings), stages.opened(settings, kind, only=only, since=since, say=say) as night:
        held = Held(night)
        try:
            yield held
        finally:
            held.let_go()


@task(name="fetch", cache_policy=NO_CACHE, persist_result=False)
def fetch(held: Held) -> list[Fetched]:
    """Brings merged tickets from where they live into files of the workspace."""
    return stages.fetch(held.night)


@task(name="collect", cache_policy=NO_CACHE, persist_result=False)
def collect(held: Held) -> Collected:
    """Reads what is new in the sources into the archive, redacted."""
    return stages.collect(held.night)


@task(name="distil", cache_policy=NO_CACHE, persist_result=False)
def distil(held: Held) -> Distilled | None:
    """Turns changed sessions and tickets into graded findings; None if nothing changed that they rest on."""
    return stages.distil(held.night)


@task(name="file", cache_policy=NO_CACHE, persist_result=False)
def file(held: Held) -> list[Filed]:
    """Lets the librarian file what was accepted, one commit per domain at most."""
    return stages.file(held.night)


@task(name="index", cache_policy=NO_CACHE, persist_result=False)
def index(held: Held) -> Indexed | None:
    """Brings the search index to the wiki's newest commit and the newest record; None if it is there already."""
    return stages.index(held.night)


@task(name="brief", cache_policy=NO_CACHE, persist_result=False)
def brief(held: Held) -> tuple[str, ...]:
    """Has disputed findings read again and the briefs of all domains prepared."""
    return stages.brief(held.night)


@task(name="ask", cache_policy=NO_CACHE, persist_result=False)
def ask(held: Held) -> str:
    """Gathers what is uncertain into one request to a person; its id, "" if there is nothing to ask."""
    return stages.ask(held.night)


@task(name="draft", cache_policy=NO_CACHE, persist_result=False)
def draft(settings: Settings, pillar: str | None) -> Drafted:
    """Drafts an article for a pillar, or says why there is none."""
    return writing.draft(settings, pillar, say=say)


def report(held: Held, collected: Collected, distilled: Distilled | None, filed: list[Filed]) -> Report:
    """The night's report, left as an artifact too; its versions accumulate under one key."""
    made = stages.report(held.night, collected, distilled, filed)
    create_markdown_artifact(
        made.markdown(), key="nightly-report", description="What was read, found, filed and quarantined"
    )
    return made
