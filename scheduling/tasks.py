"""Tasks and their checkout: one owner at a time, under a lease, with a fencing token.

A task is a unit of work such as "collect this source" or "file this domain". Checking it out hands a run the task's
next fencing token; every later write repeats that token, so a run that was thought dead and wakes up cannot overwrite
its successor (Kleppmann, "How to do distributed locking", 2016).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Column, Connection, Integer, String, Table, Text, or_, select, update
from sqlalchemy.dialects.sqlite import insert as insert_or

from scheduling.base.clock import now, stamp
from scheduling.base.errors import ConflictError, LostLeaseError, UsageError
from scheduling.ledger.store import Ledger, metadata
from scheduling.runs import Run, runs

LEASE = timedelta(minutes=15)

tasks = Table(
    "tasks",
    metadata,
    Column("id", String, primary_key=True),
    Column("kind", String, nullable=False),  # collect, distil, file, index, draft
    Column("subject", String, nullable=False),
    Column("domain", String, nullable=False, default=""),
    Column("state", String, nullable=False),  # todo, in_progress, done, blocked
    Column("input", String, nullable=False, default=""),  # hash of what the work depends on
    Column("owner", String, nullable=False, default=""),  # run id
    Column("fence", Integer, nullable=False, default=0),
    Column("lease_until", String, nullable=False, default=""),
    Column("attempts", Integer, nullable=False, default=0),
    Column("note", Text, nullable=False, default=""),
    Column("updated", String, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Checkout:
    """A task in this run's hands. ``fence`` grows with each taking."""

    run: Run
    task: str
    fence: int

    def finish(self, rows: Connection, *, note: str = "") -> None:
        """Marks the task done, inside the transaction that stores its result.

        Raises :class:`LostLeaseError` if another run took the task over, which undoes that transaction.
        """
        self._leave(rows, state="done", note=note)

    def block(self, rows: Connection, why: str) -> None:
        """Gives the task back as blocked, with the reason; the next night tries it again."""
        self._leave(rows, state="blocked", note=why)

    def renew(self) -> None:
        """Extends the lease by another :data:`LEASE`."""
        with self.run.ledger.write() as rows:
            self.extend(rows)

    def extend(self, rows: Connection) -> None:
        """Extends the lease inside the transaction that stores a part of the result.

        Raises :class:`LostLeaseError` if another run took the task over, which undoes that transaction.
        """
        self._guarded(rows, lease_until=stamp(now() + LEASE))

    def _leave(self, rows: Connection, **values: Any) -> None:
        self._guarded(rows, owner="", lease_until="", **values)

    def _guarded(self, rows: Connection, **values: Any) -> None:
        mine = (tasks.c.id == self.task) & (tasks.c.owner == self.run.id) & (tasks.c.fence == self.fence)
        if rows.execute(update(tasks).where(mine).values(updated=stamp(), **values)).rowcount != 1:
            raise LostLeaseError(
                f"task {self.task} is no longer in the hands of run {self.run.id}",
                hint="the run that took it over finishes it",
            )


def task_id(kind: str, subject: str) -> str:
    """The id of a task: the same work has the same id every night."""
    return "t-" + hashlib.blake2b(f"{kind}\0{subject}".encode(), digest_size=6).hexdigest()


def offer(rows: Connection, kind: str, subject: str, *, domain: str = "", depends_on: str = "") -> str:
    """Makes sure a task exists and is to be done if its input changed; returns its id.

    ``depends_on`` is a hash of everything the work depends on. A task that was done with the same input stays done.
    """
    key = task_id(kind, subject)
    fresh = {"id": key, "kind": kind, "subject": subject, "domain": domain, "input": depends_on, "updated": stamp()}
    statement = insert_or(tasks).values(state="todo", **fresh)
    stale = or_(tasks.c.input != depends_on, tasks.c.state == "blocked")
    free = tasks.c.owner.not_in(select(runs.c.id).where(runs.c.state == "running"))
    rows.execute(
        statement.on_conflict_do_update(
            index_elements=[tasks.c.id],
            set_={"state": "todo", "input": depends_on, "updated": stamp()},
            where=stale & free,
        )
    )
    return key


def checkout(run: Run, task: str) -> Checkout | None:
    """Takes ``task`` for ``run``: None if it is done already, :class:`ConflictError` if a living run holds it.

    A task whose owner died, or whose lease ran out, is taken over.
    """
    with run.change("check out", task) as rows:
        return _take(rows, run, task)


@dataclass(frozen=True, slots=True)
class Offer:
    """One unit of work for :func:`offer_many`; the fields are those of :func:`offer`."""

    subject: str
    depends_on: str


def offer_many(run: Run, kind: str, domain: str, offers: Sequence[Offer]) -> list[str]:
    """Offers many tasks of one kind and domain in one transaction; returns the ids of those not done yet, in order."""
    ids = [task_id(kind, one.subject) for one in offers]
    known = {row["id"]: row for row in _of(run.ledger, kind, domain)}
    fresh = [
        one
        for name, one in zip(ids, offers, strict=True)
        if name not in known or known[name]["input"] != one.depends_on or known[name]["state"] == "blocked"
    ]
    if fresh:
        with run.change("offer tasks", f"{kind} {domain}", count=len(fresh)) as rows:
            for one in fresh:
                offer(rows, kind, one.subject, domain=domain, depends_on=one.depends_on)
        known = {row["id"]: row for row in _of(run.ledger, kind, domain)}
    return [name for name in ids if known[name]["state"] != "done"]


def checkout_many(run: Run, ids: Sequence[str]) -> list[Checkout]:
    """Takes many tasks for ``run`` in one transaction, all or none; those that are done already are left out.

    Raises :class:`ConflictError` if a living run holds one of them.
    """
    if not ids:
        return []
    with run.change("check out", ids[0] if len(ids) == 1 else f"{len(ids)} tasks", tasks=list(ids)) as rows:
        taken = [_take(rows, run, name) for name in ids]
    return [one for one in taken if one is not None]


def listed(ledger: Ledger, state: str = "") -> list[dict[str, Any]]:
    """All tasks, or those in ``state``, ordered by kind and subject."""
    chosen = select(tasks).order_by(tasks.c.kind, tasks.c.subject)
    with ledger.read() as rows:
        return [dict(row) for row in rows.execute(chosen.where(tasks.c.state == state) if state else chosen).mappings()]


def _take(rows: Connection, run: Run, task: str) -> Checkout | None:
    row = rows.execute(select(tasks).where(tasks.c.id == task)).mappings().first()
    if row is None:
        raise UsageError(f"there is no task {task}")
    if row["state"] == "done":
        return None
    if row["owner"] and row["lease_until"] > stamp() and _alive(rows, row["owner"]):
        raise ConflictError(
            f"{row['kind']} {row['subject']} is checked out by run {row['owner']} until {row['lease_until']}"
        )
    fence = int(row["fence"]) + 1
    rows.execute(
        update(tasks)
        .where(tasks.c.id == task)
        .values(
            state="in_progress",
            owner=run.id,
            fence=fence,
            lease_until=stamp(now() + LEASE),
            attempts=tasks.c.attempts + 1,
            updated=stamp(),
        )
    )
    return Checkout(run, task, fence)


def _of(ledger: Ledger, kind: str, domain: str) -> list[dict[str, Any]]:
    chosen = select(tasks.c.id, tasks.c.state, tasks.c.input).where(tasks.c.kind == kind, tasks.c.domain == domain)
    with ledger.read() as rows:
        return [dict(row) for row in rows.execute(chosen).mappings()]


def _alive(rows: Connection, run_id: str) -> bool:
    return rows.execute(select(runs.c.state).where(runs.c.id == run_id)).scalar() == "running"
