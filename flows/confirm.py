"""The flow that reviews the uncertain: one list of findings, one form for all answers, handed to the desk.

It waits and goes on as :mod:`flows.decide` does.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from prefect import flow, get_run_logger, task
from prefect.artifacts import create_markdown_artifact
from prefect.client.schemas.objects import State
from prefect.input import RunInput
from prefect.states import Cancelled
from pydantic import Field

from flows import desk
from flows.decide import ONCE, Outcome, refused, until_ruled
from flows.settings import load
from scheduling.approvals import ChangedTextError
from scheduling.base.errors import StillhouseError

NAME = "review findings"
ARTIFACT = "review-findings-list"


class Answers(RunInput):
    """What the Resume form asks."""

    answers: str = Field(description="One line each: 1-4, 7 accept · 2 reject: why · 3 reword: the sentence to stand")
    name: str = Field(description="Your name as it is enrolled (stillhouse editors add NAME)")
    code: str = Field(description="The six digits that your authenticator app shows now; they count once")


@flow(name="review-findings", flow_run_name=NAME, persist_result=True)
def review_findings(workspace: str, request_id: str) -> State[Any]:
    """Asks a person about uncertain findings until the request is answered; each refusal asks again and says why."""
    page = show(workspace, request_id)
    if page.closed:
        return Cancelled(message=page.closed)
    return until_ruled(
        Answers, page.markdown, lambda given, turn: answer(workspace, request_id, page.body_sha256, given, turn)
    )


@task(name="show findings", task_run_name="show", cache_policy=ONCE, persist_result=True)
def show(workspace: str, request_id: str) -> desk.Shown:
    """What is read, fixed for the whole review, and left as an artifact."""
    try:
        page = desk.show(load(Path(workspace)), request_id)
    except ChangedTextError as error:
        return desk.Shown("", "", closed=str(error))
    if page.closed:
        return page
    made = create_markdown_artifact(page.markdown, key=ARTIFACT, description="Findings that nobody is sure of")
    get_run_logger().info("a person is asked: read the artifact %s, then press Resume to answer", ARTIFACT)
    return replace(page, markdown=f"*[On a page of its own](/artifacts/artifact/{made}).*\n\n{page.markdown}")


@task(name="answer findings", task_run_name="answer {turn}", cache_policy=ONCE, persist_result=True)
def answer(workspace: str, request_id: str, body_sha256: str, given: dict[str, Any], turn: int) -> Outcome:
    """Takes the answers to the desk. A refusal is an outcome too; ``turn`` tells equal answers apart."""
    settings = load(Path(workspace))
    try:
        decided = desk.answer(
            settings,
            request_id,
            given["answers"],
            editor=given["name"],
            code=given["code"],
            body_sha256=body_sha256,
        )
    except StillhouseError as error:
        return refused(settings, request_id, turn, error)
    return Outcome("decided", decided.message)
