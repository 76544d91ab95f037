"""Every human ruling: who may give one, what is asked, and what was answered.

    request(subject, hash of the text) ──→ shown to an editor ──→ rule(decision, name, one-time code, hash) ──→ Ruling

A request binds the SHA-256 of the text that is shown, and a ruling repeats it: text that changed in between is not
covered. A ruling needs an enrolled editor and a one-time code; a code counts once, and wrong ones are limited.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Literal, get_args

from sqlalchemy import (
    Column,
    Connection,
    Integer,
    RowMapping,
    String,
    Table,
    Text,
    func,
    insert,
    select,
    update,
)

from scheduling.base.clock import stamp
from scheduling.base.errors import RefusedError, UsageError
from scheduling.editors import (
    Enrolment,
    NobodyEnrolledError,
    WrongCodeError,
    editors,
    enrol,
    enrolled,
    reserve_try,
    revoke,
    spend_code,
)
from scheduling.ledger.store import Ledger, metadata
from scheduling.requests import (
    Request,
    find,
    get_request,
    open_request,
    open_requests,
    request,
    request_id,
    request_rows,
)
from scheduling.runs import Run
from scheduling.seats import require

__all__ = [
    "AlreadyRuledError",
    "ChangedTextError",
    "Decision",
    "Enrolment",
    "NobodyEnrolledError",
    "Request",
    "Ruling",
    "WrongCodeError",
    "approval_of",
    "editors",
    "enrol",
    "get_request",
    "open_request",
    "open_requests",
    "request",
    "request_id",
    "revoke",
    "rule",
    "ruling_for",
    "rulings",
    "void",
]

Decision = Literal["approve", "request-changes", "reject"]

ruling_rows = Table(
    "rulings",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("id", String, nullable=False, unique=True),
    Column("request", String, nullable=False, index=True),
    Column("subject", String, nullable=False, index=True),
    Column("decision", String, nullable=False),
    Column("editor", String, nullable=False),
    Column("notes", Text, nullable=False),
    Column("at", String, nullable=False),
    Column("body_sha256", String, nullable=False),
    Column("run", String, nullable=False),
    Column("voided", String, nullable=False, default=""),
)


class ChangedTextError(RefusedError):
    """The text is no longer the one that the request or ruling is about."""


class AlreadyRuledError(RefusedError):
    """The request was answered before, or a newer one took its place."""


@dataclass(frozen=True, slots=True)
class Ruling:
    """A person's answer. ``voided`` says why it no longer holds, "" while it does."""

    id: str
    request: str
    subject: str
    decision: Decision
    editor: str
    notes: str
    at: str
    body_sha256: str
    run: str
    voided: str


def rule(
    run: Run, request_id: str, decision: Decision, *, editor: str, code: str, body_sha256: str, notes: str
) -> Ruling:
    """Records a person's decision about the text with the hash ``body_sha256``.

    Raises :class:`NobodyEnrolledError`, :class:`WrongCodeError` (name, code, replay, lock), :class:`ChangedTextError`
    (not the text of the request) or :class:`AlreadyRuledError`; in none of these is anything decided.
    """
    require(run, "rule")
    if decision not in get_args(Decision):
        raise UsageError(f"{decision} is no decision", hint=f"one of: {', '.join(get_args(Decision))}")
    if decision != "approve" and not notes.strip():
        raise RefusedError(f"{decision} needs notes", hint="say what should be different; the next brief repeats it")
    get_request(run.ledger, request_id)
    with run.ledger.read() as rows:
        _answerable(rows, request_id, body_sha256)
        person = enrolled(rows, editor)
    attempt = reserve_try(run, str(person["key"]))
    with run.change(
        "rule", request_id, decision=decision, editor=person["name"], body_sha256=body_sha256, notes=notes
    ) as rows:
        asked = _answerable(rows, request_id, body_sha256)
        spend_code(rows, enrolled(rows, editor), code, attempt)
        return _record(rows, run, asked, decision, str(person["name"]), notes)


def void(run: Run, request_id: str, why: str) -> None:
    """Takes a request, and the ruling given on it, out of force; the same text can be asked about again."""
    with run.change("void request", request_id, why=why) as rows:
        rows.execute(update(request_rows).where(request_rows.c.id == request_id).values(state="void", note=why))
        standing = (ruling_rows.c.request == request_id) & (ruling_rows.c.voided == "")
        rows.execute(update(ruling_rows).where(standing).values(voided=why))


def ruling_for(ledger: Ledger, subject: str) -> Ruling | None:
    """The newest ruling about ``subject``, voided or not, or None."""
    chosen = select(ruling_rows).where(ruling_rows.c.subject == subject).order_by(ruling_rows.c.seq.desc())
    with ledger.read() as rows:
        found = rows.execute(chosen).mappings().first()
    return _as_ruling(found) if found else None


def rulings(ledger: Ledger, subject: str) -> list[Ruling]:
    """All rulings about ``subject``, the oldest first."""
    chosen = select(ruling_rows).where(ruling_rows.c.subject == subject).order_by(ruling_rows.c.seq)
    with ledger.read() as rows:
        return [_as_ruling(row) for row in rows.execute(chosen).mappings()]


def approval_of(ledger: Ledger, subject: str, body_sha256: str) -> Ruling | None:
    """The approval in force that covers exactly this text of ``subject``, or None."""
    for found in reversed(rulings(ledger, subject)):
        if found.body_sha256 == body_sha256 and not found.voided:
            return found if found.decision == "approve" else None
    return None


def _answerable(rows: Connection, key: str, body_sha256: str) -> Request:
    asked = find(rows, key)
    if asked is None or asked.state != "open":
        how = asked.note if asked and asked.note else "it was ruled on before"
        raise AlreadyRuledError(f"request {key} is closed: {how}", hint="see `stillhouse review list`")
    if asked.body_sha256 != body_sha256:
        raise ChangedTextError(
            f"the text of {asked.subject} is not the one that request {key} shows",
            hint="it changed since; run `stillhouse daily` and read it again",
        )
    return asked


def _record(rows: Connection, run: Run, asked: Request, decision: Decision, editor: str, notes: str) -> Ruling:
    count = rows.execute(select(func.count()).select_from(ruling_rows)).scalar_one()
    ruling = Ruling(
        id="d-" + hashlib.blake2b(f"{asked.id}\0{count}\0{run.id}".encode(), digest_size=6).hexdigest(),
        request=asked.id,
        subject=asked.subject,
        decision=decision,
        editor=editor,
        notes=notes.strip(),
        at=stamp(),
        body_sha256=asked.body_sha256,
        run=run.id,
        voided="",
    )
    values = {column.name: getattr(ruling, column.name) for column in ruling_rows.c if column.name != "seq"}
    rows.execute(insert(ruling_rows).values(**values))
    note = f"{decision} by {editor}, {ruling.at[:16].replace('T', ' ')}"
    rows.execute(update(request_rows).where(request_rows.c.id == asked.id).values(state="ruled", note=note))
    return ruling


def _as_ruling(row: RowMapping) -> Ruling:
    return Ruling(**{name: value for name, value in row.items() if name != "seq"})
