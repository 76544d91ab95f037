"""The review flow: shows an editor the draft, waits for as long as it takes, and hands the decision to the desk.

A suspended run is no process: it waits in the server. On Resume the flow starts again from the top; what a task did
before is not done again (its result is stored under the run and its inputs), and earlier answers are read back. So each
turn of the loop is one question, asked once, and its answer, taken to the desk once.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from prefect import flow, get_run_logger, task
from prefect.artifacts import create_markdown_artifact
from prefect.cache_policies import INPUTS, RUN_ID
from prefect.client.schemas.objects import State
from prefect.flow_runs import suspend_flow_run
from prefect.input import RunInput
from prefect.states import Completed
from pydantic import Field, create_model

from flows import desk
from flows.settings import load
from scheduling.approvals import AlreadyRuledError, Decision
from scheduling.base.errors import StillhouseError

ONCE = RUN_ID + INPUTS


class Answer(RunInput):
    """What the Resume form asks."""

    decision: Decision = Field(description="approve publishes exactly the text above")
    notes: str = Field("", description="What should be different, and why: the next draft is written from this")
    name: str = Field(description="Your name, as it was enrolled with: stillhouse editors add NAME")
    code: str = Field(description="The six digits that your authenticator app shows now; they count once")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of an answer: ``closed`` if the review is over, and what to tell the editor."""

    closed: bool
    message: str


@flow(name="review-draft", flow_run_name="review {slug}", persist_result=True)
def review_draft(workspace: str, request_id: str, slug: str) -> State[Any]:
    """Asks an editor about the draft ``slug`` until the request is ruled on; each refusal asks again and says why."""
    page = show(workspace, request_id, slug)
    if page.closed:
        return Completed(message=page.closed)
    outcome = Outcome(closed=False, message="")
    given: dict[str, str] = {}
    for turn in itertools.count(1):
        answer = suspend_flow_run(form(page.markdown, outcome.message, given), key=f"review-{turn}")
        outcome = rule(workspace, request_id, page.body_sha256, answer.model_dump(), turn)
        if outcome.closed:
            break
        given = answer.model_dump(exclude={"code"})
    return Completed(message=outcome.message)


@task(name="show", cache_policy=ONCE, persist_result=True)
def show(workspace: str, request_id: str, slug: str) -> desk.Shown:
    """What the editor reads, fixed for the whole review, and left as an artifact."""
    page = desk.show(load(Path(workspace)), request_id)
    if not page.closed:
        create_markdown_artifact(
            page.markdown, key=f"review-{slug}", description=f"The draft {slug}, as it is reviewed"
        )
    return page


@task(name="rule", cache_policy=ONCE, persist_result=True)
def rule(workspace: str, request_id: str, body_sha256: str, answer: dict[str, Any], turn: int) -> Outcome:
    """Takes an answer to the desk. A refusal is an outcome too; ``turn`` tells equal answers apart."""
    try:
        decided = desk.decide(
            load(Path(workspace)),
            request_id,
            answer["decision"],
            editor=answer["name"],
            code=answer["code"],
            body_sha256=body_sha256,
            notes=answer["notes"],
        )
    except AlreadyRuledError as error:
        return Outcome(closed=True, message=str(error))
    except StillhouseError as error:
        get_run_logger().warning("answer %d was not accepted: %s", turn, error)
        return Outcome(closed=False, message=str(error))
    return Outcome(closed=True, message=decided.message)


def form(markdown: str, refusal: str, given: dict[str, str]) -> type[Answer]:
    """The form under ``markdown``; after a ``refusal`` it says so first, and what was ``given`` is filled in."""
    kept: dict[str, Any] = {
        name: (field.annotation, Field(given[name], description=field.description))
        for name, field in Answer.model_fields.items()
        if name in given
    }
    asked = create_model("Answer", __base__=Answer, **kept)
    above = f"> **Not accepted.** {refusal}\n\n" if refusal else ""
    return asked.with_initial_data(description=above + markdown)
