"""The OpenAPI is fuzzed: whatever is sent, nothing is answered with a fault of ours, and answers are as described."""

from __future__ import annotations

from typing import Any

import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi import checks

QUICK = settings(
    max_examples=15,
    deadline=None,
    derandomize=True,
    database=None,
    phases=(Phase.generate,),
    suppress_health_check=list(HealthCheck),
)
CHECKED = (
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
)


def takes_anything(operation: Any) -> bool:
    """Whether there is something in a request that could be wrong."""
    return bool(operation.query or operation.path_parameters or operation.body)


def test_no_request_is_answered_with_a_fault(served: Any, house: Any, token: Any) -> None:
    schema = schemathesis.openapi.from_url(f"{served.url}/openapi.json")
    headers = {"authorization": f"Bearer {token(house.ledger, 'agent', 'shop')}"}
    met: set[str] = set()
    for result in schema.get_all_operations():
        operation = result.ok()
        met.add(operation.label)
        modes = [mode for mode in schemathesis.GenerationMode if takes_anything(operation) or mode.is_positive]
        for mode in modes:

            @QUICK
            @given(case=operation.as_strategy(generation_mode=mode))
            def fuzz(case: Any) -> None:
                answer = case.call(headers=headers)
                case.validate_response(answer, checks=CHECKED)

            fuzz()
    assert met == {
        "GET /healthz",
        "GET /v1/search",
        "GET /v1/pages/{domain}/{page}",
        "GET /v1/trace/{id}",
        "GET /v1/brief/{domain}",
        "POST /v1/disputes",
        "POST /v1/notes",
    }
