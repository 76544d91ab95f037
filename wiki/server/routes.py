"""The routes under ``/v1``: what each takes and returns. Who asks, the gate has found out before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Annotated, Any, Literal

import orjson
from fastapi import APIRouter, Body, Depends, Path, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict
from starlette.types import Scope

from wiki.answer import TOKEN, Answer
from wiki.briefs import Brief
from wiki.rows import Layer
from wiki.server.access import Access, PageShown
from wiki.server.shapes import Taken
from wiki.trace import Chain

router = APIRouter()

Domain = Annotated[str, Query(max_length=100, description="Needed if the token is for several domains.")]
Budget = Annotated[int, Query(ge=50, le=20_000, description="Tokens of all texts together, four characters each.")]


class Failure(BaseModel):
    """What went wrong, in a line."""

    error: str


class Objection(BaseModel):
    """Which finding, block or sentence is wrong, and why."""

    model_config = ConfigDict(extra="forbid")
    id: Annotated[str, Body(max_length=200)]
    why: Annotated[str, Body(min_length=3, max_length=2000)]
    domain: Annotated[str, Body(max_length=100)] = ""


class Note(BaseModel):
    """What was found out, for the distiller."""

    model_config = ConfigDict(extra="forbid")
    text: Annotated[str, Body(min_length=3, max_length=2000)]
    domain: Annotated[str, Body(max_length=100)] = ""


class Healthy(BaseModel):
    """The server answers."""

    status: Literal["ok"]


def access_in(scope: Scope) -> Access:
    """What the caller of an ASGI request whom the gate let through may see."""
    return Access(scope["state"]["house"], scope["state"]["holder"])


async def access_of(request: Request) -> Access:  # no hop to a thread and back, which a plain function gets
    """The same, as FastAPI asks for it."""
    return access_in(request.scope)


Caller = Annotated[Access, Depends(access_of)]


@router.get("/healthz", response_model=Healthy)
async def healthz() -> Response:
    """Whether the server answers."""
    return printed({"status": "ok"})


@router.get("/v1/search", response_model=Answer)
def search(
    caller: Caller,
    q: Annotated[str, Query(min_length=1, max_length=2000, description="A question or key words.")],
    domain: Domain = "",
    limit: Annotated[int | None, Query(ge=1, le=200)] = None,
    max_tokens: Annotated[int | None, Query(ge=50, le=100_000)] = None,
    layer: Annotated[Layer | None, Query(description="Only filed knowledge, or only the record.")] = None,
) -> Response:
    """What is known, cited; the record fills what the wiki does not cover."""
    return printed(caller.search(q, domain, max_tokens=max_tokens, limit=limit, layer=layer).told())


@router.get("/v1/pages/{domain}/{page}", response_model=PageShown)
def page(
    caller: Caller,
    domain: Annotated[str, Path(max_length=100)],
    page: Annotated[str, Path(max_length=200)],
    max_tokens: Budget = 20_000,
) -> Response:
    """A page of the wiki as Markdown; `index` lists them."""
    return printed(asdict(caller.read_page(f"{domain}/{page}", "", max_tokens * TOKEN)))


@router.get("/v1/trace/{id}", response_model=Chain)
def trace(
    caller: Caller,
    id: Annotated[str, Path(max_length=200)],  # noqa: A002 (the name in the address)
    domain: Domain = "",
) -> Response:
    """From a finding, block or sentence to its quotes, files and lines."""
    chain, against = caller.trace(id, domain)
    return printed({**chain.to_json(), "disputed": sorted(against)})


@router.get("/v1/brief/{domain}", response_model=Brief)
def brief(
    caller: Caller, domain: Annotated[str, Path(max_length=100)], max_tokens: Budget = 1200, full: bool = False
) -> Response:
    """What to know before starting; empty if nothing changed since."""
    return printed(caller.brief(domain, max_tokens=max_tokens, full=full).to_json())


@router.post("/v1/disputes", response_model=Taken, status_code=202)
def dispute(caller: Caller, said: Objection) -> Response:
    """Say why a finding is wrong; a person rules."""
    made = caller.dispute(said.id, said.why, said.domain)
    return printed({"ids": [one.id for one in made]}, 202)


@router.post("/v1/notes", response_model=Taken, status_code=202)
def note(caller: Caller, said: Note) -> Response:
    """Hand a candidate to the distiller; it is not written."""
    return printed({"ids": [caller.note(said.text, said.domain)]}, 202)


def printed(value: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """``value`` as JSON: printed once, and not checked against a model that it was made by."""
    return Response(orjson.dumps(value), status, headers, "application/json")
