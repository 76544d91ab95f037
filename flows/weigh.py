"""The flow that reviews a line of the wiki that a person wrote and newer evidence says otherwise."""

from __future__ import annotations

from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.input import RunInput
from pydantic import Field

from flows.turns import Code, Name, until_ruled
from wiki.conflicts import Word


class Choice(RunInput):
    """What the Resume form asks."""

    version: Word = Field(description="theirs: the person's line. ours: what the evidence says. merged: your words")
    text: str = Field("", description="The sentence that should stand, if it is merged; nothing otherwise")
    name: Name
    code: Code


@flow(name="review-line", flow_run_name="review line {block}", persist_result=True)
def review_line(workspace: str, request_id: str, block: str) -> State[Any]:
    """Asks a person which version of the line ``block`` should stand, until the request is ruled on."""
    return until_ruled(Choice, workspace, request_id, f"review-line-{block}", "A line in two versions")
