"""Whether a call that found no room in a budget may find some yet: what other runs set aside comes back as they settle.

refused ──→ now    another run settled meanwhile: try again
        ├─→ later  it fits once living runs give back what they set aside and did not take: wait
        └─→ none   what is spent leaves no room, or what dead runs had set aside
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

from sqlalchemy import select

from scheduling.base.clock import now, stamp
from scheduling.budget import MEASURES, NARROW, Account, Amount, booked_on, charges, listed_of, names
from scheduling.runs import Run, living
from scheduling.tasks import LEASE

Room = Literal["now", "later", "none"]


def room(run: Run, amount: Amount, *, critical: bool = False) -> Room:
    """Whether ``amount`` fits into the accounts of ``run``, now or once what other living runs hold is settled.

    A reservation that is older than a task's lease is not waited for.
    """
    stands, held = seen = _look(run)
    share = 100 if critical else NARROW
    if all(_fits(one, amount, Amount(0), share) for one in stands):
        return "now"
    alive = living(run.ledger, {row["run"] for row in held})
    if _look(run) != seen:
        return "later"  # somebody settled while it was looked who lives
    back = {one.name: _sum(row for row in held if row["run"] in alive and one.name in booked_on(row)) for one in stands}
    return "later" if all(_fits(one, amount, back[one.name], share) for one in stands) else "none"


def _look(run: Run) -> tuple[list[Account], list[Any]]:
    """The accounts of ``run``, and what other runs have set aside for calls that they make now."""
    mine, young = charges.c.run == run.id, charges.c.at >= stamp(now() - LEASE)
    chosen = select(charges).where(charges.c.state == "reserved", ~mine, young).order_by(charges.c.id)
    with run.ledger.read() as rows:
        rows.exec_driver_sql("BEGIN")  # both as they were at one moment
        return listed_of(rows, names(run)), [dict(row) for row in rows.execute(chosen).mappings()]


def _fits(account: Account, amount: Amount, back: Amount, share: int) -> bool:
    for name in MEASURES:
        cap = getattr(account.caps, name)
        wanted = getattr(account.spent, name) - getattr(back, name) + getattr(amount, name)
        if cap is not None and wanted * 100 > cap * share:
            return False
    return True


def _sum(held: Iterable[Any]) -> Amount:
    return sum((Amount(*(row[name] for name in MEASURES)) for row in held), Amount(0))
