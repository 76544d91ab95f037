"""The flow that reviews a draft: shows it to an editor and hands the decision to the desk."""

from __future__ import annotations

from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.input import RunInput
from pydantic import Field

from flows.turns import Code, Name, until_ruled
from scheduling.approvals import Decision


class Answer(RunInput):
    """What the Resume form asks."""

    decision: Decision = Field(description="approve publishes exactly the text above. The arrow opens the list")
    notes: str = Field("", description="What should be different, and why. Needed unless you approve")
    name: Name
    code: Code


@flow(name="review-draft", flow_run_name="review {slug}", persist_result=True)
def review_draft(workspace: str, request_id: str, slug: str) -> State[Any]:
    """Asks an editor about the draft ``slug`` until the request is ruled on; each refusal asks again and says why."""
    return until_ruled(Answer, workspace, request_id, f"review-{slug}", "The draft as it is reviewed")
