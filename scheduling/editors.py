"""Editors: the people who may rule, each enrolled with a secret that only their authenticator app holds besides us.

A one-time code counts once, and every try is counted as wrong before it is looked at: guesses made at the same time
cannot pass the limit.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import Column, Connection, Integer, RowMapping, String, Table, delete, func, insert, select, update

from scheduling.base.clock import now, parse, stamp
from scheduling.base.errors import RefusedError, UsageError
from scheduling.codes import LOCK, SPAN, address, locked_until, new_secret, step_of
from scheduling.ledger.store import Ledger, metadata
from scheduling.runs import Run
from scheduling.seats import require

editor_rows = Table(
    "editors",
    metadata,
    Column("key", String, primary_key=True),  # the name without case
    Column("name", String, nullable=False),
    Column("secret", String, nullable=False),
    Column("last_step", Integer, nullable=False, default=0),  # newest time step a code was taken for
    Column("enrolled", String, nullable=False),
    Column("revoked", String, nullable=False, default=""),
    Column("run", String, nullable=False),
)

attempt_rows = Table(
    "attempts",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("editor", String, nullable=False, index=True),
    Column("at", String, nullable=False),
    Column("run", String, nullable=False),
)


class NobodyEnrolledError(RefusedError):
    """The workspace has no editor yet."""


class WrongCodeError(RefusedError):
    """The name or the one-time code was not accepted; the same request can be answered again."""


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What is shown once to a new editor: the secret, and the same as an ``otpauth://`` address."""

    name: str
    secret: str = field(repr=False)
    uri: str = field(repr=False)


def enrol(run: Run, name: str) -> Enrolment:
    """Enrols a person and returns the secret, which is never shown again.

    Raises :class:`UsageError` for a name that nobody could type, :class:`RefusedError` if the name is enrolled.
    """
    require(run, "enrol")
    clean = " ".join(name.split())
    if not clean or len(clean) > 64 or not clean.isprintable():
        raise UsageError("an editor's name is 1 to 64 printable characters")
    secret = new_secret()
    with run.change("enrol editor", clean) as rows:
        if _editor(rows, clean) is not None:
            raise RefusedError(f"{clean} is enrolled already", hint="take another name, or revoke this one first")
        rows.execute(delete(editor_rows).where(editor_rows.c.key == clean.casefold()))
        rows.execute(
            insert(editor_rows).values(
                key=clean.casefold(), name=clean, secret=secret, last_step=0, enrolled=stamp(), revoked="", run=run.id
            )
        )
    return Enrolment(clean, secret, address(secret, clean))


def revoke(run: Run, name: str) -> None:
    """Ends an enrolment (a lost phone, a person who left); earlier rulings stay valid."""
    require(run, "enrol")
    with run.change("revoke editor", name) as rows:
        row = _editor(rows, name)
        if row is None:
            raise UsageError(f"{name} is not enrolled", hint="see `stillhouse editors list`")
        rows.execute(update(editor_rows).where(editor_rows.c.key == row["key"]).values(revoked=stamp()))


def editors(ledger: Ledger) -> list[str]:
    """The names of all enrolled editors, in alphabetical order."""
    with ledger.read() as rows:
        names = rows.execute(select(editor_rows.c.name).where(editor_rows.c.revoked == "")).scalars()
        return sorted(str(name) for name in names)


def enrolled(rows: Connection, name: str) -> RowMapping:
    """The row of the editor called ``name``; raises :class:`NobodyEnrolledError` or :class:`WrongCodeError`."""
    person = _editor(rows, name)
    if person is not None:
        return person
    if not rows.execute(select(func.count()).select_from(editor_rows).where(editor_rows.c.revoked == "")).scalar():
        raise NobodyEnrolledError(
            "nobody is enrolled as an editor, so nothing can be decided", hint="run `stillhouse editors add NAME`"
        )
    raise WrongCodeError(f"{name or 'that'} is not an enrolled editor", hint="see `stillhouse editors add --help`")


def reserve_try(run: Run, editor: str) -> int:
    """Counts one wrong code of ``editor`` in advance and returns its number, for :func:`spend_code` to take back.

    Raises :class:`WrongCodeError` while the editor is locked.
    """
    moment = now()
    with run.change("try code", editor) as rows:
        recent = rows.execute(
            select(attempt_rows.c.at).where(
                (attempt_rows.c.editor == editor) & (attempt_rows.c.at > stamp(moment - SPAN - LOCK))
            )
        ).scalars()
        until = locked_until([at for at in map(parse, recent) if at], moment)
        if until is not None:
            raise WrongCodeError(
                f"too many wrong codes: {editor} is locked until {stamp(until)}", hint="wait till then"
            )
        made = rows.execute(insert(attempt_rows).values(editor=editor, at=stamp(moment), run=run.id))
    key = made.inserted_primary_key
    return int(key[0]) if key else 0


def spend_code(rows: Connection, person: RowMapping, code: str, attempt: int) -> None:
    """Takes ``code`` for good, and takes back the ``attempt`` counted against it; raises :class:`WrongCodeError`."""
    step = step_of(str(person["secret"]), code, now())
    if step is None:
        raise WrongCodeError(f"the code is not right for {person['name']}", hint="take the one that shows now")
    if step <= int(person["last_step"]):
        raise WrongCodeError("that code was used before", hint="wait for the next one, at most 30 seconds")
    rows.execute(update(editor_rows).where(editor_rows.c.key == person["key"]).values(last_step=step))
    rows.execute(delete(attempt_rows).where(attempt_rows.c.seq == attempt))


def _editor(rows: Connection, name: str) -> RowMapping | None:
    key = " ".join(name.split()).casefold()
    chosen = select(editor_rows).where((editor_rows.c.key == key) & (editor_rows.c.revoked == ""))
    return rows.execute(chosen).mappings().first()
