"""The flow that reviews the uncertain: one list of findings, one form for all answers, handed to the desk."""

from __future__ import annotations

from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.input import RunInput
from pydantic import Field

from flows.turns import Code, Name, until_ruled

NAME = "review findings"
ARTIFACT = "review-findings-list"


class Answers(RunInput):
    """What the Resume form asks."""

    answers: str = Field(description="One line each: 1-4, 7 accept · 2 reject: why · 3 reword: the sentence to stand")
    name: Name
    code: Code


@flow(name="review-findings", flow_run_name=NAME, persist_result=True)
def review_findings(workspace: str, request_id: str) -> State[Any]:
    """Asks a person about uncertain findings until the request is answered; each refusal asks again and says why."""
    return until_ruled(Answers, workspace, request_id, ARTIFACT, "Findings for a person to judge")
