"""The working folders that sessions recorded: what a mark in a folder may be about."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Column, Connection, Table, Text
from sqlalchemy.dialects.sqlite import insert

from scheduling.ledger.store import metadata

places = Table("places", metadata, Column("folder", Text, primary_key=True))


def note_places(rows: Connection, folders: Iterable[str]) -> None:
    """Remembers recorded working folders, inside the transaction that stores what was recorded there."""
    values = [{"folder": folder} for folder in folders if folder]
    if values:
        rows.execute(insert(places).on_conflict_do_nothing(), values)
