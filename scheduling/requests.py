"""Requests: questions to a person about one exact text, bound by the text's SHA-256."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Connection, RowMapping, String, Table, Text, delete, insert, select, update

from scheduling.base.clock import stamp
from scheduling.base.errors import UsageError
from scheduling.ledger.store import Ledger, metadata
from scheduling.runs import Run

request_rows = Table(
    "requests",
    metadata,
    Column("id", String, primary_key=True),
    Column("subject", String, nullable=False, index=True),
    Column("kind", String, nullable=False),
    Column("body_sha256", String, nullable=False),
    Column("detail", Text, nullable=False),  # JSON
    Column("state", String, nullable=False),  # open, ruled, superseded, void
    Column("opened", String, nullable=False),
    Column("note", Text, nullable=False, default=""),
    Column("run", String, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Request:
    """A question to a person. ``state`` is ``open``, ``ruled``, ``superseded`` or ``void``; ``note`` says why."""

    id: str
    subject: str
    kind: str
    body_sha256: str
    detail: Mapping[str, Any]
    state: str
    opened: str
    note: str
    run: str


def request_id(subject: str, kind: str, body_sha256: str) -> str:
    """``q-`` and 12 hex digits: the same question about the same text has the same id."""
    return "q-" + hashlib.blake2b(f"{subject}\0{kind}\0{body_sha256}".encode(), digest_size=6).hexdigest()


def request(run: Run, subject: str, kind: str, body_sha256: str, detail: Mapping[str, Any]) -> str:
    """Asks for a ruling on the text with this hash and returns the request's id.

    Asking again for the same text changes nothing; a request for other text of the same subject and kind supersedes
    the one that is open.
    """
    key = request_id(subject, kind, body_sha256)
    with run.ledger.read() as rows:
        known = find(rows, key)
    if known is not None and known.state in {"open", "ruled"} and known.detail == dict(detail):
        return key
    with run.change("open request", key, about=subject, kind=kind, body_sha256=body_sha256) as rows:
        open_request(rows, run, subject, kind, body_sha256, detail)
    return key


def open_request(
    rows: Connection, run: Run, subject: str, kind: str, body_sha256: str, detail: Mapping[str, Any]
) -> str:
    """As :func:`request`, inside a transaction of the caller that stores the text's own state with it."""
    key = request_id(subject, kind, body_sha256)
    known = find(rows, key)
    if known is not None and known.state == "ruled":
        return key
    rivals = (
        (request_rows.c.subject == subject)
        & (request_rows.c.kind == kind)
        & (request_rows.c.state == "open")
        & (request_rows.c.id != key)
    )
    rows.execute(update(request_rows).where(rivals).values(state="superseded", note=f"superseded by {key}"))
    rows.execute(delete(request_rows).where(request_rows.c.id == key))
    rows.execute(
        insert(request_rows).values(
            id=key,
            subject=subject,
            kind=kind,
            body_sha256=body_sha256,
            detail=json.dumps(dict(detail), ensure_ascii=False, sort_keys=True),
            state="open",
            opened=known.opened if known and known.state == "open" else stamp(),
            note="",
            run=run.id,
        )
    )
    return key


def open_requests(ledger: Ledger, kind: str = "") -> list[Request]:
    """All requests that wait for an answer, or those of one ``kind``, the oldest first."""
    chosen = select(request_rows).where(request_rows.c.state == "open")
    if kind:
        chosen = chosen.where(request_rows.c.kind == kind)
    with ledger.read() as rows:
        found = rows.execute(chosen.order_by(request_rows.c.opened, request_rows.c.id)).mappings().all()
    return [_as_request(row) for row in found]


def get_request(ledger: Ledger, request_id: str) -> Request:
    """The request with this id, in whatever state; raises :class:`UsageError` if there is none."""
    with ledger.read() as rows:
        found = find(rows, request_id)
    if found is None:
        raise UsageError(f"there is no request {request_id}", hint="see `stillhouse review list`")
    return found


def find(rows: Connection, key: str) -> Request | None:
    """The request with the id ``key`` as this transaction sees it, or None."""
    row = rows.execute(select(request_rows).where(request_rows.c.id == key)).mappings().first()
    return _as_request(row) if row else None


def _as_request(row: RowMapping) -> Request:
    return Request(**{**row, "detail": json.loads(row["detail"])})
