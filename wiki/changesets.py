"""Change sets as the ledger keeps them: one row each, and who asks for which."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import Column, Connection, Integer, String, Table, Text, select

from scheduling.base.errors import UsageError
from scheduling.ledger.scrub import swap
from scheduling.ledger.store import Ledger, metadata
from scheduling.runs import runs

State = Literal["draft", "ready", "in_progress", "verifying", "merged", "blocked"]
"""draft        opened: what is wanted is known
ready        what its blocks will be is announced in the ledger
in_progress  its worktree stands, its edits are being committed there
verifying    its commit is with the verifier
merged       ``main`` holds it
blocked      it never will; the reasons are kept
"""

OPEN: tuple[State, ...] = ("draft", "ready", "in_progress", "verifying")

changesets = Table(
    "changesets",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("id", String, nullable=False, unique=True),
    Column("domain", String, nullable=False, index=True),  # "" of a purge, which goes through all domains
    Column("kind", String, nullable=False),  # file, purge
    Column("run", String, nullable=False, index=True),  # the writer's
    Column("state", String, nullable=False),
    Column("base", String, nullable=False),  # where main stood
    Column("commit", String, nullable=False, default=""),
    Column("looked", String, nullable=False, default=""),  # the commit that the verdict is about
    Column("verdict", String, nullable=False, default=""),  # pass, fail
    Column("verifier", String, nullable=False, default=""),  # the run that gave it
    Column("lint", String, nullable=False, default=""),  # clean, or how many problems it would bring
    Column("health", String, nullable=False, default=""),  # green, or which of doctor's wiki checks fail
    Column("reasons", Text, nullable=False, default="[]"),  # JSON list
    Column("at", String, nullable=False),
)


@dataclass(frozen=True, slots=True)
class ChangeSet:
    """One row: see the table's columns."""

    id: str
    domain: str
    kind: str
    run: str
    state: State
    base: str
    commit: str
    looked: str
    verdict: str
    verifier: str
    lint: str
    health: str
    reasons: tuple[str, ...]
    at: str


_FIELDS = tuple(name for name in ChangeSet.__slots__)


def get(ledger: Ledger, key: str) -> ChangeSet:
    """The change set ``key``. Raises :class:`UsageError` if there is none."""
    with ledger.read() as rows:
        return row_of(rows, key)


def listed(
    ledger: Ledger, *, run: str = "", domain: str = "", states: Sequence[State] = (), commit: str = ""
) -> list[ChangeSet]:
    """Change sets, the oldest first; only those that the arguments name."""
    chosen = select(changesets).order_by(changesets.c.seq)
    chosen = chosen.where(changesets.c.run == run) if run else chosen
    chosen = chosen.where(changesets.c.domain == domain) if domain else chosen
    chosen = chosen.where(changesets.c.state.in_(states)) if states else chosen
    chosen = chosen.where(changesets.c.commit.startswith(commit, autoescape=True)) if commit else chosen
    with ledger.read() as rows:
        return [_change(row) for row in rows.execute(chosen).mappings()]


def orphans(ledger: Ledger) -> list[ChangeSet]:
    """Change sets that were left open by runs that are no more."""
    open_ones = listed(ledger, states=OPEN)
    living = _living(ledger) if open_ones else set[str]()
    return [one for one in open_ones if one.run not in living]


def active(ledger: Ledger) -> list[ChangeSet]:
    """Change sets in the hands of runs that are at work."""
    open_ones = listed(ledger, states=OPEN)
    living = _living(ledger) if open_ones else set[str]()
    return [one for one in open_ones if one.run in living]


def _living(ledger: Ledger) -> set[str]:
    with ledger.read() as rows:
        return {str(key) for key in rows.execute(select(runs.c.id).where(runs.c.state == "running")).scalars()}


def renamed(rows: Connection, commits: Mapping[str, str]) -> int:
    """Follows a rewritten past: ids of commits are replaced by the new ones."""
    return swap(rows, (changesets.c.base, changesets.c.commit, changesets.c.looked), commits)


def row_of(rows: Connection, key: str) -> ChangeSet:
    """The change set ``key``, inside a transaction. Raises :class:`UsageError` if there is none."""
    row = rows.execute(select(changesets).where(changesets.c.id == key)).mappings().first()
    if row is None:
        raise UsageError(f"there is no change set {key[:40]}", hint="see: stillhouse wiki changes")
    return _change(row)


def _change(row: Mapping[Any, Any]) -> ChangeSet:
    values: dict[str, Any] = {name: row[name] for name in _FIELDS}
    values["reasons"] = tuple(json.loads(row["reasons"]))
    return ChangeSet(**values)
