"""What a server remembers of processes that are gone, put right before new work begins.

A flow run whose process was killed stays Running, or Pending, for good: nobody is left to say that it ended. And nights
that were missed come back one by one, though the newest takes in what all of them would have.
"""

from __future__ import annotations

from itertools import groupby
from typing import Any

from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.filters import (
    FlowFilter,
    FlowFilterName,
    FlowRunFilter,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import FlowRun, State, StateType
from prefect.states import Cancelled, Crashed, Scheduled

from flows.settings import Settings
from scheduling.base.clock import now
from scheduling.base.locks import is_held

WORK = ("nightly", "daily")
REVIEWS = ("review-draft", "review-findings")
BEGUN = (StateType.RUNNING, StateType.PENDING, StateType.CANCELLING)


def sweep(settings: Settings) -> list[str]:
    """Ends or restarts what has no process any more; returns the names of the flow runs it touched.

    To be called while nothing serves this workspace. A night that runs in another process is left alone.
    """
    with get_client(sync_client=True) as client:
        changes = [*_abandoned(client, settings), *_overdue(client, settings)]
        for run, state in changes:
            client.set_flow_run_state(run.id, state)
    return [run.name for run, _ in changes]


def _abandoned(client: SyncPrefectClient, settings: Settings) -> list[tuple[FlowRun, State[Any]]]:
    """Reviews go on from where they were; of the others only the end is left to say."""
    working = is_held(settings.workspace.run_lock)
    dead = [] if working else _runs(client, settings, WORK, BEGUN)
    return [
        *((run, Crashed(message="its process was gone when the server came back")) for run in dead),
        *((run, Scheduled(message="taken up again")) for run in _runs(client, settings, REVIEWS, BEGUN)),
    ]


def _overdue(client: SyncPrefectClient, settings: Settings) -> list[tuple[FlowRun, State[Any]]]:
    """Of the scheduled runs whose time has passed, all but the newest of each flow."""
    late = [
        run
        for run in _runs(client, settings, WORK, (StateType.SCHEDULED,))
        if run.auto_scheduled and _due(run) <= now()
    ]
    by_flow = groupby(sorted(late, key=lambda run: (str(run.flow_id), _due(run))), key=lambda run: run.flow_id)
    missed = [run for _, group in by_flow for run in list(group)[:-1]]
    return [(run, Cancelled(message="missed; the newest run takes in its work")) for run in missed]


def _due(run: FlowRun) -> Any:
    return run.expected_start_time or now()


def _runs(
    client: SyncPrefectClient, settings: Settings, flows: tuple[str, ...], states: tuple[StateType, ...]
) -> list[FlowRun]:
    found = client.read_flow_runs(
        flow_filter=FlowFilter(name=FlowFilterName(any_=list(flows))),
        flow_run_filter=FlowRunFilter(state=FlowRunFilterState(type=FlowRunFilterStateType(any_=list(states)))),
        limit=200,
    )
    return [run for run in found if run.parameters.get("workspace") == str(settings.root)]
