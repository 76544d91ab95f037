"""The Prefect server of a workspace as any program sees it."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.error import HTTPError
from urllib.request import ProxyHandler, Request, build_opener

from flows import server
from flows.settings import Settings

PATIENCE = 120.0
FINAL = {"COMPLETED", "FAILED", "CRASHED", "CANCELLED"}


def wait_for(look: Callable[[], Any], what: str, patience: float = PATIENCE) -> Any:
    """The first true value of ``look``, asked again and again; fails saying that ``what`` did not happen."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        if seen := look():
            return seen
        time.sleep(0.2)
    raise AssertionError(f"{what} did not happen within {patience:.0f} s")


@dataclass(frozen=True)
class Api:
    """The Prefect server as any program sees it: over HTTP."""

    address: str

    @classmethod
    def of(cls, settings: Settings) -> "Api":
        running = server.find(settings.workspace)
        assert running is not None, "no server runs"
        return cls(running.api)

    def __call__(self, method: str, path: str, body: Any = None) -> Any:
        text = wait_for(lambda: self._asked(method, path, body), f"an answer to {method} {path}")[0]
        return json.loads(text) if text else None

    def _asked(self, method: str, path: str, body: Any) -> tuple[bytes] | None:
        """What the server says; None while it is busy with other writers (503) and wants to be asked again."""
        data = None if body is None else json.dumps(body).encode()
        request = Request(f"{self.address}{path}", data, {"content-type": "application/json"}, method=method)
        try:
            with build_opener(ProxyHandler({})).open(request, timeout=30) as answer:
                return (answer.read(),)
        except HTTPError as error:
            if error.code != 503:
                raise
            return None

    def flow_runs(self, **filters: Any) -> list[dict[str, Any]]:
        return self("POST", "/flow_runs/filter", {"flow_runs": filters, "limit": 200})

    def artifact(self, key: str) -> dict[str, Any]:
        found = self("POST", "/artifacts/latest/filter", {"artifacts": {"key": {"any_": [key]}}})
        assert found, f"there is no artifact {key}"
        return found[0]

    def reviews(self, request_id: str) -> list[dict[str, Any]]:
        return self.flow_runs(tags={"all_": ["review", request_id]})

    def question(self, request_id: str, turn: int) -> dict[str, Any]:
        """The run that asks about the request, once it waits for the answer number ``turn`` and its form is there."""

        def asked() -> dict[str, Any] | None:
            run = next(iter(self.reviews(request_id)), None)
            waits = run and run["state_name"] == "Suspended"
            return run if waits and run["state"]["state_details"]["pause_key"] == f"review-{turn}" else None

        run = wait_for(asked, f"question {turn} about {request_id}")
        wait_for(lambda: self.form(run, "schema"), "the form")
        return run

    def form(self, run: dict[str, Any], part: str) -> Any:
        key = run["state"]["state_details"]["run_input_keyset"][part]
        inputs = self("POST", f"/flow_runs/{run['id']}/input/filter", {"prefix": key})
        return json.loads(inputs[0]["value"]) if inputs else None

    def ended(self, request_id: str) -> dict[str, Any]:
        """The review of the request, once it is over."""
        return wait_for(
            lambda: next((run for run in self.reviews(request_id) if run["state_type"] in FINAL), None), "its end"
        )

    def answer(self, run: dict[str, Any], **fields: str) -> dict[str, Any]:
        return self("POST", f"/flow_runs/{run['id']}/resume", {"run_input": fields})
