"""How long an agent wants to be left alone, as the service behind it said when it last refused."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Column, Connection, String, Table, select
from sqlalchemy.dialects.sqlite import insert

from scheduling.base.clock import now, stamp
from scheduling.ledger.store import Ledger, metadata

rest_rows = Table(
    "agent_rests",
    metadata,
    Column("agent", String, primary_key=True),
    Column("until", String, nullable=False),
)


def until(ledger: Ledger, agent: str) -> str:
    """Until when the agent is not to be asked, ISO 8601 UTC; "" if it may be."""
    with ledger.read() as rows:
        found = rows.execute(select(rest_rows.c.until).where(rest_rows.c.agent == agent)).scalar()
    return str(found) if found and found > stamp() else ""


def note(rows: Connection, agent: str, seconds: float) -> None:
    """Remembers, in the transaction that defers a question, that the agent wants to be left alone so long."""
    if seconds > 0:
        end = stamp(now() + timedelta(seconds=seconds))
        fresh = insert(rest_rows).values(agent=agent, until=end)
        rows.execute(fresh.on_conflict_do_update(index_elements=["agent"], set_={"until": end}))
