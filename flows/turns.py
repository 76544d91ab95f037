"""What every review in the UI does: shows a text, waits for as long as it takes, and hands the answer to the desk.

A suspended run is no process: it waits in the server. On Resume the flow starts again from the top; what a task did
before is not done again (its result is stored under the run and its inputs), and earlier answers are read back. So each
turn of the loop is one question, asked once, and its answer, taken to the desk once.
"""

from __future__ import annotations

import itertools
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from sqlite3 import OperationalError
from typing import Annotated, Any, Literal

from prefect import get_run_logger, task
from prefect.artifacts import create_markdown_artifact
from prefect.cache_policies import INPUTS, RUN_ID
from prefect.client.schemas.objects import State
from prefect.flow_runs import suspend_flow_run
from prefect.input import RunInput
from prefect.input.actions import create_flow_run_input, delete_flow_run_input
from prefect.input.run_input import keyset_from_paused_state
from prefect.states import Cancelled, Completed, Suspended
from pydantic import Field, create_model

from flows import desk
from flows.purge_files import forget_deleted
from flows.redaction import redactor
from flows.settings import load
from scheduling.approvals import ChangedTextError, get_request
from scheduling.base.errors import StillhouseError
from scheduling.ledger.store import Ledger

Stand = Literal["open", "decided", "void"]
ONCE = RUN_ID + INPUTS
# What a refused answer leaves, by the state of the request: it may have been ruled on in the terminal meanwhile, or be
# void because the text was changed.
AFTER_REFUSAL: dict[str, Stand] = {"open": "open", "ruled": "decided"}


Name = Annotated[str, Field(description="Your name as it is enrolled (stillhouse editors add NAME)")]
Code = Annotated[str, Field(description="The six digits that your authenticator app shows now; they count once")]
"""What every form asks at its end."""
SAID = frozenset({"notes", "answers", "text"})
"""Fields of the forms in which a person may type anything."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of an answer, and what to tell whoever gave it. Only ``open`` asks again."""

    state: Stand
    message: str


def until_ruled(asked: type[RunInput], workspace: str, request_id: str, artifact: str, about: str) -> State[Any]:
    """Shows the form ``asked`` under the text of the request, until what is answered is no refusal."""
    page = show(workspace, request_id, artifact, about)
    if page.closed:
        return Cancelled(message=page.closed)
    outcome = Outcome("open", "")
    given: dict[str, str] = {}
    for turn in itertools.count(1):
        key = f"review-{turn}"
        answer = suspend_flow_run(form(asked, page.markdown, outcome.message, given), key=key)
        said = without_secrets(workspace, key, answer.model_dump())
        outcome = take(workspace, request_id, page.body_sha256, said, turn)
        if outcome.state != "open":
            break
        given = {name: text for name, text in said.items() if name != "code"}
    end = Completed if outcome.state == "decided" else Cancelled
    return end(message=outcome.message)


@task(name="show", task_run_name="show", cache_policy=ONCE, persist_result=True)
def show(workspace: str, request_id: str, artifact: str, about: str) -> desk.Shown:
    """What is read, fixed for the whole review, and left as an artifact."""
    try:
        page = desk.show(load(Path(workspace)), request_id)
    except ChangedTextError as error:
        return desk.Shown("", "", closed=str(error))
    if page.closed:
        return page
    made = create_markdown_artifact(page.markdown, key=artifact, description=about)
    get_run_logger().info("a person is asked: read the artifact %s, then press Resume to answer", artifact)
    hint = f"*Scroll down to read, or [read it on a page of its own](/artifacts/artifact/{made}).*"
    return replace(page, markdown=f"{hint}\n\n{page.markdown}")


@task(name="answer", task_run_name="answer {turn}", cache_policy=ONCE, persist_result=True)
def take(workspace: str, request_id: str, body_sha256: str, given: dict[str, str], turn: int) -> Outcome:
    """Takes an answer to the desk. A refusal is an outcome too; ``turn`` tells equal answers apart."""
    settings = load(Path(workspace))
    try:
        return Outcome("decided", desk.take(settings, request_id, given, body_sha256).message)
    except StillhouseError as error:
        get_run_logger().warning("answer %d was not accepted: %s", turn, error)
        asked = get_request(Ledger(settings.workspace.ledger), request_id)
        return Outcome(AFTER_REFUSAL.get(asked.state, "void"), str(error))


def without_secrets(workspace: str, key: str, given: dict[str, str]) -> dict[str, str]:
    """What was ``given`` to the question ``key``, secrets masked, in the server's database as well.

    A run that starts again reads it back from there; to mask it once more changes nothing.
    """
    settings = load(Path(workspace))
    mask = redactor(settings).mask
    said = {name: mask(text) if name in SAID else text for name, text in given.items()}
    if said != given:
        stored = keyset_from_paused_state(Suspended(pause_key=key))["response"]
        delete_flow_run_input(stored)
        create_flow_run_input(stored, said)
        with suppress(OperationalError):  # a busy server: the next purge does it
            forget_deleted(settings.workspace)
    return said


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
