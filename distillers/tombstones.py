"""Tombstones in the ledger: what was purged is known there by keyed hashes alone."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Column, Connection, Integer, String, Table, select
from sqlalchemy.dialects.sqlite import insert

from distillers.barred import Barred, Window, session_mark
from distillers.record.readings import spellings
from distillers.windows import window_of
from scheduling.base.clock import stamp
from scheduling.base.forms import bytes_of
from scheduling.ledger.store import metadata

tombstones = Table(
    "tombstones",
    metadata,
    Column("kind", String, primary_key=True),  # session, text
    Column("mark", String, primary_key=True),
    Column("length", Integer, nullable=False),  # bytes of the text; 0 of a session
    Column("glimpse", Integer, nullable=False),
    Column("at", String, nullable=False),
    Column("run", String, nullable=False),
)


def load(rows: Connection, key: bytes) -> Barred:
    """What all tombstones bar; ``key`` is the workspace's."""
    found = rows.execute(select(tombstones).order_by(tombstones.c.mark)).mappings().all()
    windows = [Window(row["length"], row["glimpse"], row["mark"]) for row in found if row["kind"] == "text"]
    return Barred(key, frozenset(str(row["mark"]) for row in found if row["kind"] == "session"), tuple(windows))


def bar(rows: Connection, run: str, key: bytes, *, sessions: Iterable[str] = (), texts: Iterable[str] = ()) -> None:
    """Bars sessions by id, and texts in all their forms, inside the transaction that removes them."""
    marks = [("session", Window(0, 0, session_mark(key, unit))) for unit in sessions]
    marks += [("text", window_of(key, bytes_of(form))) for text in texts for form in spellings(text)]
    values = [
        {"kind": kind, "mark": one.mark, "length": one.length, "glimpse": one.glimpse, "at": stamp(), "run": run}
        for kind, one in marks
    ]
    if values:
        rows.execute(insert(tombstones).on_conflict_do_nothing(), values)
