"""Change sets: a night's edits of one domain, the states they pass through, and the gate that lets them merge.

    draft ─→ ready ─→ in_progress ─→ verifying ─→ merged
      └────────┴───────────┴─────────────┴─────→ blocked

There is no way back and no skipping. ``main`` moves only under a :class:`~wiki.git.Cover`, and only :func:`cover`
gives one: it reads from the ledger that every precondition is met, and there is no flag to leave one out.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, insert, select, update

from distillers.findings import GLOBAL
from scheduling.base.clock import stamp
from scheduling.base.errors import RefusedError
from scheduling.ledger.store import Ledger
from scheduling.runs import Run, runs
from scheduling.seats import DEFAULT, require
from wiki.changesets import ChangeSet, State, changesets, get, row_of
from wiki.git import Cover

MOVES: Mapping[State, frozenset[State]] = {
    "draft": frozenset({"ready", "blocked"}),
    "ready": frozenset({"in_progress", "blocked"}),
    "in_progress": frozenset({"verifying", "blocked"}),
    "verifying": frozenset({"merged", "blocked"}),
    "merged": frozenset(),
    "blocked": frozenset(),
}
"""From each state the states that may follow."""

CLEAN = "clean"
GREEN = "green"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a verifier found of ``commit``: ``pass`` without reasons, else ``fail``."""

    commit: str
    lint: str
    health: str
    reasons: tuple[str, ...] = ()
    blocks: Mapping[str, str] | None = None
    """Blocks that must not be written, with the reason, if that is all that is wrong."""

    @property
    def word(self) -> str:
        """``pass`` or ``fail``."""
        return "fail" if self.reasons else "pass"


def begin(run: Run, domain: str, base: str, kind: str = "file") -> ChangeSet:
    """Opens a change set of ``domain`` (a draft) in the name of ``run``, whose seat must be one that writes pages."""
    require(run, right(domain))
    made = {"id": f"c-{secrets.token_hex(6)}", "domain": domain, "kind": kind, "run": run.id, "state": "draft"}
    with run.change("change set draft", made["id"], domain=domain, base=base) as rows:
        rows.execute(insert(changesets).values(**made, base=base, at=stamp()))
    return get(run.ledger, made["id"])


def right(domain: str) -> str:
    """What a seat must be allowed to do to write pages of ``domain``."""
    return "write-global" if domain == GLOBAL else "write-wiki"


def move(
    rows: Connection, run: Run, change: ChangeSet, to: State, *, commit: str = "", why: Iterable[str] = ()
) -> None:
    """Moves ``change`` on, inside a :meth:`~scheduling.runs.Run.change` of ``run``.

    Raises :class:`RefusedError` if that state does not follow the one it is in, if another run made it (a dead run's
    may be ended by its successor), or for ``merged`` if the gate is not passed.
    """
    require(run, right(change.domain))
    now = row_of(rows, change.id)
    if to not in MOVES[now.state]:
        raise RefusedError(f"change set {now.id} cannot become {to}: it is {now.state}", hint=_way(now.state))
    if now.run != run.id and _is_living(rows, now.run):
        raise RefusedError(f"change set {now.id} is in the hands of run {now.run}", hint="that run finishes it")
    if to == "merged":
        _refuse_unmet(rows, now)
    values: dict[str, Any] = {"state": to, "at": stamp()}
    values |= {"commit": commit} if commit else {}
    values |= {"reasons": json.dumps(list(why), ensure_ascii=False)} if why else {}
    mine = (changesets.c.id == now.id) & (changesets.c.state == now.state)
    rows.execute(update(changesets).where(mine).values(**values))


def rebase(run: Run, change: ChangeSet, base: str, commit: str) -> ChangeSet:
    """Notes that ``change``, which is being verified, is made on top of ``base`` now, as ``commit``.

    Its verdict was about another commit and is void. Raises :class:`RefusedError` if it is not ``run``'s, or not being
    verified.
    """
    require(run, right(change.domain))
    void = dict.fromkeys(("looked", "verdict", "verifier", "lint", "health"), "") | {"reasons": "[]"}
    with run.change("change set rebased", change.id, base=base, commit=commit) as rows:
        now = row_of(rows, change.id)
        if now.state != "verifying" or now.run != run.id:
            raise RefusedError(f"change set {now.id} cannot be rebased: it is {now.state}, of run {now.run}")
        rows.execute(update(changesets).where(changesets.c.id == now.id).values(base=base, commit=commit, **void))
    return get(run.ledger, change.id)


def judge(run: Run, change: ChangeSet, verdict: Verdict) -> None:
    """Records what the verifier of ``run`` found. Raises :class:`RefusedError` unless it is one, and not the writer."""
    require(run, "verify")
    with run.change("verdict", change.id, verdict=verdict.word, lint=verdict.lint, health=verdict.health) as rows:
        now = row_of(rows, change.id)
        if now.run == run.id:
            raise RefusedError(f"run {run.id} wrote change set {now.id} itself", hint="another run verifies it")
        if now.state != "verifying" or now.verdict:
            raise RefusedError(f"change set {now.id} waits for no verdict: it is {now.state} {now.verdict}".rstrip())
        rows.execute(
            update(changesets)
            .where(changesets.c.id == now.id)
            .values(
                looked=verdict.commit,
                verdict=verdict.word,
                verifier=run.id,
                lint=verdict.lint,
                health=verdict.health,
                reasons=json.dumps(list(verdict.reasons), ensure_ascii=False),
            )
        )


def cover(ledger: Ledger, key: str) -> Cover:
    """Leave to move ``main`` to the commit of change set ``key``; :class:`RefusedError` naming all that is unmet."""
    with ledger.read() as rows:
        now = row_of(rows, key)
        _refuse_unmet(rows, now)
    return Cover(now.id, now.base, now.commit)


def unmet(change: ChangeSet, seat: str) -> list[str]:
    """What keeps ``change`` from being merged; ``seat`` is that of the run that gave its verdict. Pure."""
    faults = [
        (change.state != "verifying", f"it is {change.state}, not verifying"),
        (not change.commit, "it has no commit"),
        (not change.verdict, "no verifier gave a verdict"),
        (change.verdict == "fail", "the verifier refused it: " + "; ".join(change.reasons)),
        (bool(change.verdict) and "verify" not in _may(seat), f"its verdict is of the seat {seat or 'nobody'}"),
        (bool(change.verdict) and change.verifier == change.run, "its writer verified it"),
        (bool(change.verdict) and change.looked != change.commit, "the verdict is about another commit"),
        (change.lint != CLEAN, f"lint is not clean: {change.lint or 'nobody looked'}"),
        (change.health != GREEN, f"doctor's wiki checks are not green: {change.health or 'nobody looked'}"),
    ]
    return [said for is_so, said in faults if is_so]


def _refuse_unmet(rows: Connection, change: ChangeSet) -> None:
    seat = rows.execute(select(runs.c.seat).where(runs.c.id == change.verifier)).scalar()
    if missing := unmet(change, str(seat or "")):
        raise RefusedError(
            f"change set {change.id} cannot be merged: {'; '.join(missing)}", hint="see: stillhouse wiki changes"
        )


def _may(seat: str) -> frozenset[str]:
    return DEFAULT[seat].may if seat in DEFAULT else frozenset()


def _is_living(rows: Connection, run: str) -> bool:
    return rows.execute(select(runs.c.state).where(runs.c.id == run)).scalar() == "running"


def _way(state: State) -> str:
    return f"from {state} it goes to {' or '.join(sorted(MOVES[state])) or 'nowhere'}"
