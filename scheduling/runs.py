"""Runs: one heartbeat of a seat each. A run is the only handle through which a change of state can be made.

A run holds a lock file of its own while it lives, so that whoever comes next can tell a dead run from a slow one
without trusting a process id or a clock.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Generator, Iterable, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Connection, Integer, String, Table, Text, insert, select, update
from sqlalchemy.dialects.sqlite import insert as insert_or

from scheduling.base.clock import stamp
from scheduling.base.errors import StillhouseError
from scheduling.base.locks import hold, is_held
from scheduling.ledger.store import Ledger, metadata

runs = Table(
    "runs",
    metadata,
    Column("id", String, primary_key=True),
    Column("seat", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("parent", String, nullable=False, default=""),  # the run that called this seat
    Column("state", String, nullable=False),  # running, done, failed, died
    Column("started", String, nullable=False),
    Column("ended", String, nullable=False, default=""),
    Column("note", Text, nullable=False, default=""),
)

audit = Table(
    "audit",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("at", String, nullable=False),
    Column("run", String, nullable=False, index=True),
    Column("action", String, nullable=False),
    Column("subject", String, nullable=False),
    Column("detail", Text, nullable=False, default="{}"),
)

effects = Table(
    "effects",
    metadata,
    Column("key", String, primary_key=True),
    Column("run", String, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Run:
    """A living run: ``id`` is ``r-`` and 12 hex digits, ``seat`` the role in whose name it acts."""

    ledger: Ledger
    id: str
    seat: str
    kind: str

    @contextmanager
    def change(self, action: str, subject: str, **detail: Any) -> Generator[Connection]:
        """One transaction that changes state and leaves an audit row that names this run, the action and its subject.

        ``detail`` must be JSON; the ``with`` block gets the connection.
        """
        with self.ledger.write() as rows:
            yield rows
            rows.execute(
                insert(audit).values(
                    at=stamp(),
                    run=self.id,
                    action=action,
                    subject=subject,
                    detail=json.dumps(detail, ensure_ascii=False, sort_keys=True),
                )
            )

    def once(self, rows: Connection, key: str) -> bool:
        """Registers the effect ``key`` inside a :meth:`change`; False if it was registered before, by any run."""
        done = rows.execute(insert_or(effects).values(key=key, run=self.id).on_conflict_do_nothing())
        return done.rowcount == 1


@contextmanager
def running(ledger: Ledger, seat: str, kind: str, *, parent: Run | None = None) -> Generator[Run]:
    """Starts a run of ``seat`` and ends it with the block: ``done``, or ``failed`` with the error as its note.

    ``parent`` is the run in the course of which this seat was called; its story tells this one too.
    """
    run = Run(ledger, f"r-{secrets.token_hex(6)}", seat, kind)
    with hold(_lock(ledger, run.id), f"run {run.id}"):
        with run.change("start run", run.id, seat=seat, kind=kind) as rows:
            above = parent.id if parent else ""
            rows.execute(
                insert(runs).values(id=run.id, seat=seat, kind=kind, parent=above, state="running", started=stamp())
            )
        try:
            yield run
        except BaseException as error:
            _end(run, "failed", str(error) if isinstance(error, StillhouseError) else type(error).__name__)
            raise
        _end(run, "done", "")
    _lock(ledger, run.id).unlink(missing_ok=True)


def bury_dead(run: Run) -> list[str]:
    """Marks runs as ``died`` whose process is gone; returns their ids. Their tasks are free to be taken over."""
    with run.ledger.read() as rows:
        living = [str(i) for i in rows.execute(select(runs.c.id).where(runs.c.state == "running")).scalars()]
    dead = [name for name in living if not is_held(_lock(run.ledger, name))]
    for name in dead:
        with run.change("bury run", name) as rows:
            rows.execute(update(runs).where(runs.c.id == name).values(state="died", ended=stamp()))
        _lock(run.ledger, name).unlink(missing_ok=True)
    return dead


def living(ledger: Ledger, ids: Iterable[str]) -> set[str]:
    """Those of these runs whose process lives."""
    return {name for name in ids if is_held(_lock(ledger, name))}


def story(ledger: Ledger, run_id: str) -> tuple[Mapping[str, Any] | None, list[Mapping[str, Any]]]:
    """What a run did: its own row (None if there is no such run), the audit rows of it and of the runs it called."""
    with ledger.read() as rows:
        head = rows.execute(select(runs).where(runs.c.id == run_id)).mappings().first()
        family = select(runs.c.id).where((runs.c.id == run_id) | (runs.c.parent == run_id))
        body = rows.execute(select(audit).where(audit.c.run.in_(family)).order_by(audit.c.seq)).mappings().all()
    return (dict(head) if head else None), [dict(row) for row in body]


def _end(run: Run, state: str, note: str) -> None:
    with run.change("end run", run.id, state=state, note=note) as rows:
        rows.execute(update(runs).where(runs.c.id == run.id).values(state=state, ended=stamp(), note=note))


def _lock(ledger: Ledger, run_id: str) -> Any:
    return ledger.path.parent / "runs" / f"{run_id}.lock"
