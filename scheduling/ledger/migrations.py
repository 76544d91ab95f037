"""Bringing a ledger of an older version forward: ordered steps, each once, all of them in one transaction.

A table or column that is new needs no step: what a ledger lacks of what the rooms declare is added when it is opened,
with the column's default in rows that are there. A step is for the rest: values that are kept in another way, names
that change. Steps are plain SQL, since a process knows only the tables of the modules that it imported.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Column, Connection, MetaData, Table
from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import CreateColumn

from scheduling.base.clock import stamp


@dataclass(frozen=True, slots=True)
class Migration:
    """One step: what brings a ledger to ``version`` from the one before."""

    version: int
    name: str
    statements: tuple[str, ...]


MIGRATIONS: tuple[Migration, ...] = (
    Migration(
        2,
        "the ledger remembers which versions it has been through",
        (
            "CREATE TABLE schema_versions (version INTEGER PRIMARY KEY, name TEXT NOT NULL, at TEXT NOT NULL)",
            "INSERT INTO schema_versions VALUES (1, 'the first version', '')",
        ),
    ),
)
SCHEMA = MIGRATIONS[-1].version
"""The version of the ledgers that this program writes."""

Known = Mapping[str, frozenset[str]]
"""The columns of each table that a ledger has."""


def version_of(rows: Connection) -> int:
    """The version that a ledger says it has; 0 of a new one."""
    return int(rows.exec_driver_sql("PRAGMA user_version").scalar_one())


def known(rows: Connection) -> Known:
    """The tables of a ledger with their columns."""
    listed = rows.exec_driver_sql(
        "SELECT m.name, c.name FROM sqlite_master m, pragma_table_info(m.name) c"
        " WHERE m.type = 'table' AND substr(m.name, 1, 7) <> 'sqlite_'"
    )
    found: dict[str, set[str]] = {}
    for table, column in listed:
        found.setdefault(str(table), set()).add(str(column))
    return {table: frozenset(columns) for table, columns in found.items()}


def lacks(there: Known, metadata: MetaData) -> bool:
    """Whether a table or column is declared that the ledger has not."""
    return any(
        table.name not in there or not there[table.name].issuperset(column.name for column in table.columns)
        for table in metadata.tables.values()
    )


def forward(rows: Connection, metadata: MetaData, steps: Sequence[Migration] = MIGRATIONS) -> list[str]:
    """Brings a ledger forward inside the caller's transaction; returns what was done, in words. Safe to repeat."""
    done: list[str] = []
    version = version_of(rows) or 1
    for step in steps:
        if step.version > version:
            for statement in step.statements:
                rows.exec_driver_sql(statement)
            rows.exec_driver_sql("INSERT INTO schema_versions VALUES (?, ?, ?)", (step.version, step.name, stamp()))
            done.append(f"version {step.version}: {step.name}")
    done += _completed(rows, metadata)
    rows.exec_driver_sql(f"PRAGMA user_version = {max(version, steps[-1].version)}")
    return done


def _completed(rows: Connection, metadata: MetaData) -> list[str]:
    there = known(rows)
    done: list[str] = []
    for table in metadata.tables.values():
        for column in table.columns:
            if table.name in there and column.name not in there[table.name]:
                _add(rows, table, column)
                done.append(f"new column {table.name}.{column.name}")
    metadata.create_all(rows)
    return done


def _add(rows: Connection, table: Table, column: Column[object]) -> None:
    dialect = sqlite.dialect()
    spelled = str(CreateColumn(column).compile(dialect=dialect))
    given = getattr(column.default, "arg", None)
    empty: object = 0 if column.type.python_type in (int, float, bool) else ""
    value = given if isinstance(given, str | int | float) else empty
    shown = "'" + value.replace("'", "''") + "'" if isinstance(value, str) else str(value)
    default = "" if column.nullable else f" DEFAULT {shown}"
    name = dialect.identifier_preparer.format_table(table)
    rows.exec_driver_sql(f"ALTER TABLE {name} ADD COLUMN {spelled}{default}")
    for index in table.indexes:
        if column.name in index.columns:
            index.create(rows, checkfirst=True)
