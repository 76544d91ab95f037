"""The nightly as a flow: on the workspace's own server, in this process, and on its schedule."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from flows import launch, server
from flows.report import Report
from flows.settings import Settings
from scheduling.base.errors import BusyError
from scheduling.base.locks import hold

Make = Callable[[Path], Settings]


def test_a_night_without_serve_starts_a_server_and_stops_it(
    tmp_path: Path, make: Make, warmed: Callable[[Settings], Settings]
) -> None:
    settings, said = warmed(make(tmp_path / "workspace")), []
    report: Report = launch.launch_nightly(settings, only=None, since=None, say=said.append)
    assert report.files["read"] > 0
    assert report.findings["high"] > 0
    assert any("collect" in line for line in said), "the terminal hears what the flow says"
    assert server.find(settings.workspace) is None


def test_a_night_leaves_a_report_that_reads(house: Settings, served: Any) -> None:
    report = launch.launch_nightly(house, only=None, since=None, say=lambda _text: None)
    artifact = served.artifact("nightly-report")
    assert artifact["type"] == "markdown"
    assert report.run in artifact["data"]
    assert f"{report.files['read']} read" in artifact["data"]
    assert "```diff" in artifact["data"]


def test_a_second_night_at_the_same_time_is_told_who_works(house: Settings, served: Any) -> None:
    with hold(house.workspace.run_lock, "the first night"), pytest.raises(BusyError, match="the first night"):
        launch.launch_nightly(house, only=None, since=None, say=lambda _text: None)


def test_the_cron_lines_really_schedule_runs_in_the_time_zone(house: Settings, served: Any, eventually: Any) -> None:
    def planned(name: str) -> list[dict[str, Any]]:
        deployment = served("GET", f"/deployments/name/{name}/{name}")
        body = {
            "deployments": {"id": {"any_": [deployment["id"]]}},
            "flow_runs": {"state": {"name": {"any_": ["Scheduled"]}}},
        }
        return served("POST", "/flow_runs/filter", body)

    for name, hour in (("nightly", 2), ("daily", 7)):
        runs = eventually(lambda name=name: planned(name), f"the schedule of {name}")
        starts = [datetime.fromisoformat(run["expected_start_time"]).astimezone(ZoneInfo("UTC")) for run in runs]
        assert {start.hour for start in starts} == {hour}
        assert runs[0]["parameters"] == {"workspace": str(house.root)}


def test_a_run_of_the_deployment_works_in_a_process_of_its_own(house: Settings, served: Any, eventually: Any) -> None:
    deployment = served("GET", "/deployments/name/nightly/nightly")
    run = served("POST", f"/deployments/{deployment['id']}/create_flow_run", {})
    ended = eventually(
        lambda: (
            (seen := served("GET", f"/flow_runs/{run['id']}"))["state"]["type"] in {"COMPLETED", "FAILED", "CRASHED"}
            and seen
        ),
        "the end of the run",
    )
    assert ended["state_name"] == "Completed", ended["state"]["message"]


def test_a_killed_night_is_no_zombie_when_serve_comes_back(
    tmp_path: Path,
    make: Make,
    warmed: Callable[[Settings], Settings],
    serving: Callable[[Settings], AbstractContextManager[Any]],
    eventually: Any,
    api: Any,
) -> None:
    settings = warmed(make(tmp_path / "workspace"))
    with server.in_use(settings.workspace) as running:
        here = api(running.api)
        flow = here("POST", "/flows/", {"name": "nightly"})
        parameters = {"workspace": str(settings.root)}
        dead = here(
            "POST", "/flow_runs/", {"flow_id": flow["id"], "parameters": parameters, "state": {"type": "RUNNING"}}
        )
        with serving(settings):
            eventually(lambda: here("GET", f"/flow_runs/{dead['id']}")["state_type"] == "CRASHED", "the run's end")
