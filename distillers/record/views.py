"""The SQL by which the record is seen: text only, run by the archive."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from distillers.record.rows import PUBLIC_COLUMNS
from distillers.record.shards import Shard

PLACE = "file, line, part, generation DESC, filename, file_row_number"
"""The order among copies of one event: the first is shown."""

UNITS = """
    SELECT unit, min(medium) AS medium, count(*) AS events, sum("check") AS digest,
           coalesce(min(nullif("at", '')), '') AS first, max("at") AS last
    FROM canonical GROUP BY unit ORDER BY unit
"""


def settings(root: Path, memory: str, threads: int) -> list[str]:
    """What an in-memory DuckDB is set to, to read files below ``root`` and nothing else, and never ask the network."""
    values = {
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
        "threads": str(threads),
        "parquet_metadata_cache": "true",
        "memory_limit": literal(memory),
        "temp_directory": literal(str(root / ".spill")),
        "allowed_directories": f"[{literal(str(root))}]",
        "enable_external_access": "false",
        "lock_configuration": "true",
    }
    return [f"SET {name} = {value}" for name, value in values.items()]


def live(root: Path, shards: Sequence[Shard], *, rewritten: bool) -> str:
    """The rows in ``shards`` that no later reading of their file replaced.

    ``rewritten`` says that the table of that name (via, file, generation) is to be asked.
    """
    if not shards:
        return "SELECT * FROM nothing"
    names = ", ".join(literal(str(root / shard.name)) for shard in shards)
    rows = f"SELECT * FROM read_parquet([{names}], filename = true, file_row_number = true) AS e"  # noqa: S608
    if not rewritten:
        return rows
    newer = "r.via = e.via AND r.file = e.file AND r.generation > e.generation"
    return f"{rows} WHERE NOT EXISTS (SELECT 1 FROM rewritten AS r WHERE {newer})"  # noqa: S608 (our own columns)


def canonical(rows: str, where: str) -> str:
    """The rows of the query ``rows`` that match ``where``, each event once, in canonical order."""
    return f"""
        SELECT * FROM ({rows}) WHERE {where}
        QUALIFY row_number() OVER (PARTITION BY id ORDER BY {PLACE}) = 1
        ORDER BY unit, "at", file, line, part, id
    """  # noqa: S608 (our own clauses; values are parameters)


def live_view(rows: str) -> str:
    """The statement that defines the view ``live`` over the query ``rows``."""
    return f"CREATE OR REPLACE TEMP VIEW live AS {rows}"


def definitions(rows: str) -> list[str]:
    """Statements that define the views ``live``, ``canonical`` and ``events`` over the query ``rows``.

    Which rows are copies is worked out once, from the narrow columns; the views then stream past the texts.
    """
    public = ", ".join(f'"{name}"' for name in PUBLIC_COLUMNS)
    ranked = f"row_number() OVER (PARTITION BY domain, id ORDER BY {PLACE})"
    key = "filename, file_row_number"
    return [
        live_view(rows),
        f"CREATE OR REPLACE TEMP TABLE copies AS SELECT {key} FROM live QUALIFY {ranked} > 1",  # noqa: S608
        f"CREATE OR REPLACE TEMP VIEW canonical AS SELECT * FROM live ANTI JOIN copies USING ({key})",  # noqa: S608
        f"CREATE OR REPLACE TEMP VIEW events AS SELECT {public} FROM canonical",  # noqa: S608
    ]


def literal(text: str) -> str:
    """``text`` as an SQL string."""
    return "'" + text.replace("'", "''") + "'"
