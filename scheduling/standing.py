"""What still stands: a stage that was done needs no doing while nothing changed that it rests on.

What it rests on outside the ledger is its *key*, a hash that the caller makes. Inside the ledger it rests on all there
is: every audit row written since it began counts as a change, whoever wrote it and of whatever kind, except those of
the same night's stages that come at or after it. Stages read what the ones before them stored and never the other way
round, so those rows are its own doing or none of its business.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, CompoundSelect, Integer, String, Table, Text, delete, func, select, union
from sqlalchemy.dialects.sqlite import insert

from scheduling.ledger.store import Ledger, metadata
from scheduling.runs import Run, audit, runs

SETTLE = "settle stage"
HARMLESS = ("start run", "end run", SETTLE)
"""Actions that change nothing but the account of what was done."""

standing = Table(
    "standing",
    metadata,
    Column("stage", String, primary_key=True),
    Column("scope", String, primary_key=True),  # the domain that it was done for, "" for all
    Column("key", String, nullable=False),
    Column("since", Integer, nullable=False),  # the newest audit row when it began
    Column("told", Text, nullable=False),  # what it is to tell as long as it stands
    Column("run", String, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage of runs of ``kind``, done for ``scope``. ``after`` names it and all stages that come after it."""

    name: str
    scope: str
    kind: str
    after: tuple[str, ...]


def newest(ledger: Ledger) -> int:
    """The number of the newest audit row, 0 if there is none: to be asked for before a stage reads anything."""
    with ledger.read() as rows:
        return int(rows.execute(select(func.max(audit.c.seq))).scalar() or 0)


def told(ledger: Ledger, stage: Stage, key: str) -> str | None:
    """What ``stage`` told when it was done, if that still stands; None if it is to be done."""
    done = select(standing.c.key, standing.c.since, standing.c.told)
    with ledger.read() as rows:
        row = rows.execute(done.where(standing.c.stage == stage.name, standing.c.scope == stage.scope)).first()
        if row is None or row.key != key:
            return None
        own = _own(stage)
        change = select(audit.c.seq).where(
            audit.c.seq > row.since, audit.c.action.not_in(HARMLESS), audit.c.run.not_in(own)
        )
        return None if rows.execute(change.limit(1)).first() else str(row.told)


def _own(stage: Stage) -> CompoundSelect[Any]:
    """The runs of ``stage``, of those after it, and of seats that they called (the verifier, say)."""
    above = runs.alias("above")
    stages = select(runs.c.id).join(above, above.c.id == runs.c.parent)
    stages = stages.where(above.c.kind == stage.kind, runs.c.kind.in_(stage.after))
    return union(stages, select(runs.c.id).where(runs.c.parent.in_(stages)))


def begin(run: Run, stage: Stage) -> None:
    """Notes that ``stage`` is being done: what it told stands no more, whatever comes of it."""
    mine = (standing.c.stage == stage.name) & (standing.c.scope == stage.scope)
    with run.ledger.read() as rows:
        noted = rows.execute(select(standing.c.stage).where(mine)).first()
    if noted:
        with run.change(SETTLE, stage.name, scope=stage.scope, begun=True) as rows:
            rows.execute(delete(standing).where(mine))


def settle(run: Run, stage: Stage, key: str, since: int, told: str) -> None:
    """Notes that ``stage`` was done with ``key``, having read nothing that is older than the audit row ``since``."""
    values = {"key": key, "since": since, "told": told, "run": run.id}
    fresh = insert(standing).values(stage=stage.name, scope=stage.scope, **values)
    with run.change(SETTLE, stage.name, scope=stage.scope) as rows:
        rows.execute(fresh.on_conflict_do_update(index_elements=["stage", "scope"], set_=values))
