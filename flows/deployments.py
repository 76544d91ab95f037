"""The deployments of a workspace: the night and the day on their schedules.

Each names its flow by module, so that what runs is the installed package, from whatever folder.
"""

from __future__ import annotations

from typing import Any

from prefect.deployments.runner import RunnerDeployment
from prefect.flows import Flow
from prefect.schedules import Cron
from prefect.types.entrypoint import EntrypointType

from flows import reviews
from flows.daily import daily
from flows.nightly import nightly
from flows.settings import Settings


def all_of(settings: Settings) -> tuple[RunnerDeployment, ...]:
    """The nightly and the daily, each with its cron line in the workspace's time zone, and the reviews."""
    plan = settings.schedule
    return (
        _scheduled(nightly, settings, plan.nightly),
        _scheduled(daily, settings, plan.daily),
        reviews.deployment(settings),
        reviews.findings_deployment(settings),
        reviews.lines_deployment(settings),
    )


def _scheduled(flow: Flow[..., Any], settings: Settings, cron: str) -> RunnerDeployment:
    return RunnerDeployment.from_flow(
        flow,
        name=reviews.named(settings, flow.name),
        schedule=Cron(cron, timezone=settings.schedule.timezone),
        parameters={"workspace": str(settings.root)},
        entrypoint_type=EntrypointType.MODULE_PATH,
    )
