"""Reviews as the Prefect server holds them: opening one, closing one, and making them agree with the ledger.

The ledger is the truth about what was asked and answered. A review here is only its window in the UI: one living run
for each open request. Where no server runs nothing is lost, the next ``serve`` opens what is missing.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

from prefect import Flow
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterTags
from prefect.client.schemas.objects import FlowRun, State
from prefect.deployments.runner import RunnerDeployment
from prefect.states import Cancelled, Completed
from prefect.types.entrypoint import EntrypointType

from content import articles, uncertain
from flows.confirm import NAME, review_findings
from flows.decide import review_draft
from flows.settings import Settings
from flows.weigh import review_line
from scheduling.approvals import get_request, open_requests
from scheduling.base.errors import UsageError
from scheduling.ledger.store import Ledger
from wiki import conflicts

TAG = "review"
FINDINGS = "findings"
PAGE = 200


def named(settings: Settings, base: str) -> str:
    """The name of a deployment: plain on the workspace's own server; on one that several may share, with the folder."""
    return f"{base} {settings.root.name}" if settings.prefect.api_url else base


def deployment(settings: Settings) -> RunnerDeployment:
    """The deployment whose runs are reviews; it has no schedule."""
    return _asking(settings, review_draft, "Waits for an editor's decision about one draft.")


def findings_deployment(settings: Settings) -> RunnerDeployment:
    """The deployment whose runs ask about uncertain findings; it has no schedule."""
    return _asking(settings, review_findings, "Waits for a person's word on findings that nobody is sure of.", FINDINGS)


def lines_deployment(settings: Settings) -> RunnerDeployment:
    """The deployment whose runs ask which of two versions of a line should stand; it has no schedule."""
    why = "Waits for a person's choice between their line and what newer evidence says."
    return _asking(settings, review_line, why)


def _asking(settings: Settings, asks: Flow[Any, Any], description: str, *tags: str) -> RunnerDeployment:
    return RunnerDeployment.from_flow(
        asks,
        name=named(settings, "editors"),
        parameters={"workspace": str(settings.root)},
        tags=[TAG, *tags],
        entrypoint_type=EntrypointType.MODULE_PATH,
        description=description,
    )


def open_line(settings: Settings, request_id: str, block: str) -> str:
    """Makes sure that one living run asks about the line ``block``; returns its name."""
    lines_deployment(settings).apply()
    with _client() as client:
        earlier = _runs(client, settings, request_id)
        if all(_ended(run) for run in earlier):
            client.create_flow_run_from_deployment(
                client.read_deployment_by_name(f"{review_line.name}/{named(settings, 'editors')}").id,
                parameters={"request_id": request_id, "block": block},
                name=f"review line {block}",
                tags=[TAG, request_id],
                idempotency_key=f"{request_id}-{len(earlier)}",
            )
    return f"review line {block}"


def open_findings(settings: Settings, request_id: str) -> str:
    """Makes sure that one living run asks about the findings of the request; returns its name.

    Reviews of an earlier list are closed, whoever opened them.
    """
    findings_deployment(settings).apply()
    with _client() as client:
        for run in _living(client, settings):
            if FINDINGS in run.tags and run.parameters.get("request_id") != request_id:
                _end(client, run, Cancelled(message=f"superseded: there is a newer list ({request_id})"))
        earlier = _runs(client, settings, request_id)
        if all(_ended(run) for run in earlier):
            client.create_flow_run_from_deployment(
                client.read_deployment_by_name(f"{review_findings.name}/{named(settings, 'editors')}").id,
                parameters={"request_id": request_id},
                name=NAME,
                tags=[TAG, FINDINGS, request_id],
                idempotency_key=f"{request_id}-{len(earlier)}",
            )
    return NAME


def open_review(settings: Settings, request_id: str, slug: str) -> str:
    """Makes sure that one living run asks about the request; returns its name.

    Reviews of an earlier text of the same draft are closed. The run starts as soon as ``serve`` is up.
    """
    deployment(settings).apply()
    with _client() as client:
        for run in _living(client, settings):
            if run.parameters.get("slug") == slug and run.parameters.get("request_id") != request_id:
                _end(client, run, Cancelled(message=f"superseded: the draft was written anew ({request_id})"))
        earlier = _runs(client, settings, request_id)
        if any(not _ended(run) for run in earlier):
            return f"review {slug}"
        made = client.create_flow_run_from_deployment(
            client.read_deployment_by_name(f"{review_draft.name}/{named(settings, 'editors')}").id,
            parameters={"request_id": request_id, "slug": slug},
            name=f"review {slug}",
            tags=[TAG, request_id],
            idempotency_key=f"{request_id}-{len(earlier)}",
        )
    return made.name


def close_review(settings: Settings, request_id: str, message: str) -> int:
    """Ends the runs that still ask about a request which was answered elsewhere; returns how many there were."""
    with _client() as client:
        waiting = [run for run in _runs(client, settings, request_id) if not _ended(run)]
        for run in waiting:
            _end(client, run, Completed(message=message))
    return len(waiting)


def agree(settings: Settings) -> None:
    """Opens a review for each open request that has none, and closes those whose request is no longer open."""
    ledger = Ledger(settings.workspace.ledger)
    for request in open_requests(ledger, articles.KIND):
        open_review(settings, request.id, str(request.detail["slug"]))
    for request in open_requests(ledger, uncertain.KIND):
        open_findings(settings, request.id)
    for request in open_requests(ledger, conflicts.KIND):
        open_line(settings, request.id, str(request.detail["block"]))
    with _client() as client:
        waiting = {str(run.parameters.get("request_id")) for run in _living(client, settings)}
    for key in sorted(waiting):
        why = _closed(ledger, key)
        if why:
            close_review(settings, key, why)


def _closed(ledger: Ledger, key: str) -> str:
    try:
        request = get_request(ledger, key)
    except UsageError as error:
        return str(error)
    return "" if request.state == "open" else request.note or request.state


@contextmanager
def _client() -> Generator[SyncPrefectClient]:
    with get_client(sync_client=True) as client:
        yield client


def _living(client: SyncPrefectClient, settings: Settings) -> list[FlowRun]:
    return [run for run in _runs(client, settings) if not _ended(run)]


def _runs(client: SyncPrefectClient, settings: Settings, *tags: str) -> list[FlowRun]:
    wanted = FlowRunFilter(tags=FlowRunFilterTags(all_=[TAG, *tags]))
    found: list[FlowRun] = []
    while page := client.read_flow_runs(flow_run_filter=wanted, limit=PAGE, offset=len(found)):
        found += page
    return [run for run in found if run.parameters.get("workspace") == str(settings.root)]


def _ended(run: FlowRun) -> bool:
    return run.state is not None and run.state.is_final()


def _end(client: SyncPrefectClient, run: FlowRun, state: State[Any]) -> None:
    client.set_flow_run_state(run.id, state, force=True)
