"""Budgets: what a seat's calls to a model may cost, reserved before each call and settled after it.

    admit: one conditional UPDATE over the accounts of the run, the seat's month and the house's month
           ├─ every account has room ─→ reserved ─→ the call ─→ settle (what it took) or release (nothing was spent)
           └─ one has none ──────────→ nothing is reserved, the work stays queued

All amounts are integers: calls, tokens, and millionths of a US dollar. From :data:`NARROW` per cent of a cap on, only
critical work is admitted. A process that dies between the two leaves its reservation standing: rather too dear than too
cheap.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Column, Connection, Integer, String, Table, and_, func, insert, or_, select, update
from sqlalchemy.dialects.sqlite import insert as insert_or

from scheduling.base.clock import stamp
from scheduling.base.errors import RefusedError
from scheduling.ledger.store import Ledger, metadata
from scheduling.runs import Run

NARROW = 80
"""Per cent of a cap from which on only critical work is admitted."""
MEASURES = ("calls", "tokens", "micros")

accounts = Table(
    "accounts",
    metadata,
    Column("name", String, primary_key=True),  # run r-…, seat distiller 2026-11, house 2026-11
    *(Column(name, Integer, nullable=False, default=0) for name in MEASURES),  # spent and reserved
    *(Column(f"{name}_cap", Integer) for name in MEASURES),  # none: no cap
    Column("updated", String, nullable=False),
)

charges = Table(
    "charges",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("at", String, nullable=False),
    Column("run", String, nullable=False, index=True),
    Column("seat", String, nullable=False),
    Column("subject", String, nullable=False),
    Column("key", String, nullable=False, index=True),  # hash of what was asked of whom
    Column("state", String, nullable=False),  # reserved, done, failed, released
    *(Column(name, Integer, nullable=False) for name in MEASURES),
    *(Column(f"{name}_held", Integer) for name in MEASURES),  # what was set aside, whatever it took
)


@dataclass(frozen=True, slots=True)
class Amount:
    """What a call takes, or may take; ``micros`` are millionths of a US dollar."""

    calls: int = 1
    tokens: int = 0
    micros: int = 0

    def __add__(self, other: Amount) -> Amount:
        """Both together."""
        return Amount(self.calls + other.calls, self.tokens + other.tokens, self.micros + other.micros)


@dataclass(frozen=True, slots=True)
class Caps:
    """The most that an account may take; None is no cap."""

    calls: int | None = None
    tokens: int | None = None
    micros: int | None = None


@dataclass(frozen=True, slots=True)
class Limits:
    """The caps of a seat's work: for one run, for the seat's month, and for the month of all seats together."""

    run: Caps = Caps()
    seat: Caps = Caps()
    house: Caps = Caps()


@dataclass(frozen=True, slots=True)
class Reservation:
    """Room that was set aside for one call."""

    id: int
    accounts: tuple[str, ...]
    amount: Amount


@dataclass(frozen=True, slots=True)
class Account:
    """One account as people see it: what is spent or reserved, and its caps."""

    name: str
    spent: Amount
    caps: Caps

    @property
    def used(self) -> int:
        """Per cent of the cap that is nearest, 0 if there is no cap."""
        pairs = ((getattr(self.spent, name), getattr(self.caps, name)) for name in MEASURES)
        return max((100 * spent // cap if cap else 100 for spent, cap in pairs if cap is not None), default=0)

    @property
    def state(self) -> str:
        """``open``; ``critical only`` from :data:`NARROW` per cent on; ``paused`` at 100."""
        return "paused" if self.used >= 100 else "critical only" if self.used >= NARROW else "open"


def names(run: Run, month: str = "") -> tuple[str, str, str]:
    """The accounts that a call of this run is booked on; ``month`` is ``YYYY-MM``, now if empty."""
    return _names(run.id, run.seat, month or stamp()[:7])


def booked_on(charge: Mapping[Any, Any]) -> tuple[str, str, str]:
    """The accounts that a row of ``charges`` is booked on."""
    return _names(charge["run"], charge["seat"], charge["at"][:7])


def _names(run: str, seat: str, month: str) -> tuple[str, str, str]:
    return f"run {run}", f"seat {seat} {month}", f"house {month}"


def admit(
    run: Run, limits: Limits, amount: Amount, *, subject: str, key: str, critical: bool = False
) -> Reservation | None:
    """Sets ``amount`` aside on every account of the call, or on none and returns None.

    Safe against any number of processes at once: the accounts are raised by one UPDATE that holds the condition.
    """
    chosen = names(run)
    with run.ledger.write() as rows:
        _open(rows, zip(chosen, (limits.run, limits.seat, limits.house), strict=True))
    try:
        with run.change("reserve", subject, **asdict(amount)) as rows:
            _raise_all(rows, chosen, amount, 100 if critical else NARROW)
            made = insert(charges).values(_charge(run, subject, key, amount)).returning(charges.c.id)
            return Reservation(int(rows.execute(made).scalar_one()), chosen, amount)
    except _FullError:
        return None


def settle(rows: Connection, reservation: Reservation, amount: Amount, *, failed: bool = False) -> None:
    """Books what a call really took in place of what was set aside, in the transaction that stores its result."""
    _close(rows, reservation, amount, "failed" if failed else "done")


def release(rows: Connection, reservation: Reservation) -> None:
    """Gives the room back: nothing was spent."""
    _close(rows, reservation, Amount(0, 0, 0), "released")


def failures(rows: Connection, key: str) -> int:
    """How often this was asked and failed."""
    chosen = select(func.count()).select_from(charges).where(charges.c.key == key, charges.c.state == "failed")
    return int(rows.execute(chosen).scalar_one())


def answered(ledger: Ledger, key: str) -> bool:
    """Whether this was asked and answered before."""
    with ledger.read() as rows:
        done = select(charges.c.id).where(charges.c.key == key, charges.c.state == "done").limit(1)
        return rows.execute(done).first() is not None


def listed(ledger: Ledger, prefix: str = "") -> list[Account]:
    """All accounts whose name starts with ``prefix``, ordered by name."""
    chosen = select(accounts).where(accounts.c.name.startswith(prefix)).order_by(accounts.c.name)
    with ledger.read() as rows:
        return [_account(row) for row in rows.execute(chosen).mappings()]


def listed_of(rows: Connection, wanted: Sequence[str]) -> list[Account]:
    """The accounts of these names, as far as there are such."""
    return [_account(row) for row in rows.execute(select(accounts).where(accounts.c.name.in_(wanted))).mappings()]


def overrun(run: Run) -> Amount:
    """The most by which a call of the run's seat took more this month than was set aside for it; 0 calls."""
    over = (func.coalesce(func.max(charges.c[name] - charges.c[f"{name}_held"]), 0) for name in MEASURES[1:])
    mine = (charges.c.seat == run.seat) & (charges.c.state == "done") & charges.c.at.startswith(stamp()[:7])
    with run.ledger.read() as rows:
        tokens, micros = rows.execute(select(*over).where(mine)).one()
    return Amount(0, max(0, int(tokens)), max(0, int(micros)))


def charged(ledger: Ledger, limit: int = 20) -> list[dict[str, Any]]:
    """The newest ``limit`` charges, newest first."""
    chosen = select(charges).order_by(charges.c.id.desc()).limit(limit)
    with ledger.read() as rows:
        return [dict(row) for row in rows.execute(chosen).mappings()]


def subjects(ledger: Ledger) -> tuple[int, Amount]:
    """About how many different subjects (sessions) somebody was asked, and what that took in all, failures too."""
    called = charges.c.state.in_(("done", "failed"))
    sums = (func.coalesce(func.sum(charges.c[name]), 0) for name in MEASURES)
    with ledger.read() as rows:
        count, *spent = rows.execute(select(func.count(charges.c.subject.distinct()), *sums).where(called)).one()
    return int(count), Amount(*map(int, spent))


class _FullError(RefusedError):
    """Some account has no room; rolls the reservation back."""


def _open(rows: Connection, wanted: Iterable[tuple[str, Caps]]) -> None:
    """Makes sure that the accounts exist and carry the caps of today's settings."""
    for name, caps in wanted:
        values: dict[str, Any] = {f"{measure}_cap": getattr(caps, measure) for measure in MEASURES}
        fresh = insert_or(accounts).values(name=name, updated=stamp(), **dict.fromkeys(MEASURES, 0), **values)
        rows.execute(fresh.on_conflict_do_update(index_elements=[accounts.c.name], set_=values))


def _raise_all(rows: Connection, chosen: Sequence[str], amount: Amount, share: int) -> None:
    values = {name: accounts.c[name] + getattr(amount, name) for name in MEASURES}
    fits = [
        or_(accounts.c[f"{name}_cap"].is_(None), values[name] * 100 <= accounts.c[f"{name}_cap"] * share)
        for name in MEASURES
    ]
    raised = update(accounts).where(accounts.c.name.in_(chosen), and_(*fits)).values(**values, updated=stamp())
    if rows.execute(raised).rowcount != len(set(chosen)):
        raise _FullError("the budget has no room for this call")


def _close(rows: Connection, reservation: Reservation, amount: Amount, state: str) -> None:
    mine = (charges.c.id == reservation.id) & (charges.c.state == "reserved")
    if rows.execute(update(charges).where(mine).values(state=state, **asdict(amount))).rowcount != 1:
        return
    change = {name: accounts.c[name] + getattr(amount, name) - getattr(reservation.amount, name) for name in MEASURES}
    rows.execute(update(accounts).where(accounts.c.name.in_(reservation.accounts)).values(**change, updated=stamp()))


def _charge(run: Run, subject: str, key: str, amount: Amount) -> dict[str, Any]:
    head = {"at": stamp(), "run": run.id, "seat": run.seat, "subject": subject, "key": key, "state": "reserved"}
    return head | asdict(amount) | {f"{name}_held": value for name, value in asdict(amount).items()}


def _account(row: Any) -> Account:
    return Account(
        row["name"],
        Amount(*(int(row[name]) for name in MEASURES)),
        Caps(*(row[f"{name}_cap"] for name in MEASURES)),
    )
