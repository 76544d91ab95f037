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

from sqlalchemy import Column, Connection, Integer, String, Table, Text, bindparam, delete, or_, select, update
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


_INSERTED = insert_or(tasks)
_OFFERED = _INSERTED.on_conflict_do_update(
    index_elements=[tasks.c.id],
    set_={"state": "todo", "input": _INSERTED.excluded.input, "updated": _INSERTED.excluded.updated},
    where=or_(tasks.c.input != _INSERTED.excluded.input, tasks.c.state == "blocked")
    & tasks.c.owner.not_in(select(runs.c.id).where(runs.c.state == "running")),
)
_TAKEN = (
    update(tasks)
    .where(tasks.c.id == bindparam("task"))
    .values(
        state="in_progress",
        owner=bindparam("taker"),
        fence=tasks.c.fence + 1,
        lease_until=bindparam("until"),
        attempts=tasks.c.attempts + 1,
        updated=bindparam("now"),
    )
)
_FINISHED = (
    update(tasks)
    .where(tasks.c.id == bindparam("task"), tasks.c.owner == bindparam("taker"), tasks.c.fence == bindparam("token"))
    .values(state="done", owner="", lease_until="", note="", updated=bindparam("now"))
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

    def defer(self, rows: Connection, why: str) -> None:
        """Gives the task back as it was, to be done later."""
        self._leave(rows, state="todo", note=why)

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


@dataclass(frozen=True, slots=True)
class Offer:
    """One unit of work for :func:`offer_many`; the fields are those of :func:`offer`."""

    subject: str
    depends_on: str


def task_id(kind: str, subject: str) -> str:
    """The id of a task: the same work has the same id every night."""
    return "t-" + hashlib.blake2b(f"{kind}\0{subject}".encode(), digest_size=6).hexdigest()


def offer(rows: Connection, kind: str, subject: str, *, domain: str = "", depends_on: str = "") -> str:
    """Makes sure a task exists and is to be done if its input changed; returns its id.

    ``depends_on`` is a hash of everything the work depends on. A task that was done with the same input stays done.
    """
    rows.execute(_OFFERED, [_offered(kind, domain, Offer(subject, depends_on))])
    return task_id(kind, subject)


def checkout(run: Run, task: str) -> Checkout | None:
    """Takes ``task`` for ``run``: None if it is done already, :class:`ConflictError` if a living run holds it.

    A task whose owner died, or whose lease ran out, is taken over.
    """
    with run.change("check out", task) as rows:
        return next(iter(_take(rows, run, [task])), None)


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
            rows.execute(_OFFERED, [_offered(kind, domain, one) for one in fresh])
        known = {row["id"]: row for row in _of(run.ledger, kind, domain)}
    return [name for name in ids if known[name]["state"] != "done"]


def checkout_many(run: Run, ids: Sequence[str]) -> list[Checkout]:
    """Takes many tasks for ``run`` in one transaction, all or none; those that are done already are left out.

    Raises :class:`ConflictError` if a living run holds one of them.
    """
    if not ids:
        return []
    with run.change("check out", ids[0] if len(ids) == 1 else f"{len(ids)} tasks", tasks=list(ids)) as rows:
        return _take(rows, run, ids)


def finish_many(rows: Connection, checkouts: Sequence[Checkout]) -> None:
    """Marks all these tasks of one run as done, inside the transaction that stores their results.

    Raises :class:`LostLeaseError` if another run took one of them over, which undoes that transaction.
    """
    if not checkouts:
        return
    mine = [{"task": one.task, "taker": one.run.id, "token": one.fence, "now": stamp()} for one in checkouts]
    if rows.execute(_FINISHED, mine).rowcount != len(checkouts):
        raise LostLeaseError(
            f"one of {len(checkouts)} tasks is no longer in the hands of run {checkouts[0].run.id}",
            hint="the run that took it over finishes it",
        )


def remove_many(rows: Connection, ids: Sequence[str]) -> None:
    """Removes tasks whose work is no more; offered again, they are new."""
    for part in _parts(ids):
        rows.execute(delete(tasks).where(tasks.c.id.in_(part)))


def listed(ledger: Ledger, state: str = "") -> list[dict[str, Any]]:
    """All tasks, or those in ``state``, ordered by kind and subject."""
    chosen = select(tasks).order_by(tasks.c.kind, tasks.c.subject)
    with ledger.read() as rows:
        return [dict(row) for row in rows.execute(chosen.where(tasks.c.state == state) if state else chosen).mappings()]


def _take(rows: Connection, run: Run, ids: Sequence[str]) -> list[Checkout]:
    known = {row["id"]: row for row in _rows_of(rows, ids)}
    living = set(rows.execute(select(runs.c.id).where(runs.c.state == "running")).scalars())
    taken = [one for one in (_takes(run, name, known.get(name), living) for name in ids) if one is not None]
    if taken:
        until, moment = stamp(now() + LEASE), stamp()
        rows.execute(_TAKEN, [{"task": one.task, "taker": run.id, "until": until, "now": moment} for one in taken])
    return taken


def _takes(run: Run, task: str, row: Any, living: set[str]) -> Checkout | None:
    if row is None:
        raise UsageError(f"there is no task {task}")
    if row["state"] == "done":
        return None
    if row["owner"] in living and row["lease_until"] > stamp():
        raise ConflictError(
            f"{row['kind']} {row['subject']} is checked out by run {row['owner']} until {row['lease_until']}"
        )
    return Checkout(run, task, int(row["fence"]) + 1)


def _rows_of(rows: Connection, ids: Sequence[str]) -> list[Any]:
    return [row for part in _parts(ids) for row in rows.execute(select(tasks).where(tasks.c.id.in_(part))).mappings()]


def _parts(ids: Sequence[str]) -> list[Sequence[str]]:
    """As many as fit into one statement."""
    return [ids[start : start + 500] for start in range(0, len(ids), 500)]


def _offered(kind: str, domain: str, one: Offer) -> dict[str, str]:
    key = task_id(kind, one.subject)
    fresh = {"id": key, "kind": kind, "subject": one.subject, "domain": domain, "input": one.depends_on}
    return fresh | {"state": "todo", "updated": stamp()}


def _of(ledger: Ledger, kind: str, domain: str) -> list[dict[str, Any]]:
    chosen = select(tasks.c.id, tasks.c.state, tasks.c.input).where(tasks.c.kind == kind, tasks.c.domain == domain)
    with ledger.read() as rows:
        return [dict(row) for row in rows.execute(chosen).mappings()]
