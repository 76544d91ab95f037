"""The review flow: shows an editor the draft, waits for as long as it takes, and hands the decision to the desk.

A suspended run is no process: it waits in the server. On Resume the flow starts again from the top; what a task did
before is not done again (its result is stored under the run and its inputs), and earlier answers are read back. So each
turn of the loop is one question, asked once, and its answer, taken to the desk once.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from prefect import flow, get_run_logger, task
from prefect.artifacts import create_markdown_artifact
from prefect.cache_policies import INPUTS, RUN_ID
from prefect.client.schemas.objects import State
from prefect.flow_runs import suspend_flow_run
from prefect.input import RunInput
from prefect.states import Cancelled, Completed
from pydantic import Field, create_model

from flows import desk
from flows.settings import Settings, load
from scheduling.approvals import ChangedTextError, Decision, get_request
from scheduling.base.errors import StillhouseError
from scheduling.ledger.store import Ledger

Stand = Literal["open", "decided", "void"]
ONCE = RUN_ID + INPUTS
# What a refused answer leaves, by the state of the request: it may have been ruled on in the terminal meanwhile, or be
# void because the text was changed.
AFTER_REFUSAL: dict[str, Stand] = {"open": "open", "ruled": "decided"}


class Answer(RunInput):
    """What the Resume form asks."""

    decision: Decision = Field(description="approve publishes exactly the text above. The arrow opens the list")
    notes: str = Field("", description="What should be different, and why. Needed unless you approve")
    name: str = Field(description="Your name as it is enrolled (stillhouse editors add NAME)")
    code: str = Field(description="The six digits that your authenticator app shows now; they count once")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of an answer, and what to tell the editor. Only ``open`` asks again."""

    state: Stand
    message: str


@flow(name="review-draft", flow_run_name="review {slug}", persist_result=True)
def review_draft(workspace: str, request_id: str, slug: str) -> State[Any]:
    """Asks an editor about the draft ``slug`` until the request is ruled on; each refusal asks again and says why."""
    page = show(workspace, request_id, slug)
    if page.closed:
        return Cancelled(message=page.closed)
    return until_ruled(
        Answer, page.markdown, lambda answer, turn: rule(workspace, request_id, page.body_sha256, answer, turn)
    )


def until_ruled(asked: type[RunInput], markdown: str, take: Callable[[dict[str, Any], int], Outcome]) -> State[Any]:
    """Shows the form ``asked`` under ``markdown`` and takes what is answered, until that is no refusal."""
    outcome = Outcome("open", "")
    given: dict[str, str] = {}
    for turn in itertools.count(1):
        answer = suspend_flow_run(form(asked, markdown, outcome.message, given), key=f"review-{turn}")
        outcome = take(answer.model_dump(), turn)
        if outcome.state != "open":
            break
        given = answer.model_dump(exclude={"code"})
    end = Completed if outcome.state == "decided" else Cancelled
    return end(message=outcome.message)


@task(name="show", task_run_name="show", cache_policy=ONCE, persist_result=True)
def show(workspace: str, request_id: str, slug: str) -> desk.Shown:
    """What the editor reads, fixed for the whole review, and left as an artifact."""
    try:
        page = desk.show(load(Path(workspace)), request_id)
    except ChangedTextError as error:
        return desk.Shown("", "", closed=str(error))
    if page.closed:
        return page
    made = create_markdown_artifact(page.markdown, key=f"review-{slug}", description="The draft as it is reviewed")
    get_run_logger().info("an editor is asked: read the artifact review-%s, then press Resume to decide", slug)
    hint = f"*Scroll down to read, or [read it on a page of its own](/artifacts/artifact/{made}).*"
    return replace(page, markdown=f"{hint}\n\n{page.markdown}")


@task(name="rule", task_run_name="answer {turn}", cache_policy=ONCE, persist_result=True)
def rule(workspace: str, request_id: str, body_sha256: str, answer: dict[str, Any], turn: int) -> Outcome:
    """Takes an answer to the desk. A refusal is an outcome too; ``turn`` tells equal answers apart."""
    settings = load(Path(workspace))
    try:
        decided = desk.decide(
            settings,
            request_id,
            answer["decision"],
            editor=answer["name"],
            code=answer["code"],
            body_sha256=body_sha256,
            notes=answer["notes"],
        )
    except StillhouseError as error:
        return refused(settings, request_id, turn, error)
    return Outcome("decided", decided.message)


def refused(settings: Settings, request_id: str, turn: int, error: StillhouseError) -> Outcome:
    """What a refused answer leaves of the request."""
    get_run_logger().warning("answer %d was not accepted: %s", turn, error)
    asked = get_request(Ledger(settings.workspace.ledger), request_id)
    return Outcome(AFTER_REFUSAL.get(asked.state, "void"), str(error))


def form(base: type[RunInput], markdown: str, refusal: str, given: dict[str, str]) -> type[RunInput]:
    """The form ``base`` under ``markdown``; after a ``refusal`` it says so first, filled in with what was ``given``."""
    kept: dict[str, Any] = {
        name: (field.annotation, Field(given[name], description=field.description))
        for name, field in base.model_fields.items()
        if name in given
    }
    asked = create_model(base.__name__, __base__=base, **kept)
    above = f"> **Not accepted.** {refusal}\n\n" if refusal else ""
    return asked.with_initial_data(description=above + markdown)
