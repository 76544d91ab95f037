"""Databases as cases: an SQL script that a person can read, turned into a database where a test needs one."""

import sqlite3
from contextlib import closing
from pathlib import Path

from distillers.sources import SourceFile

NAMED = "-- file: "


def built(script: Path, folder: Path) -> Path:
    """The database that ``script`` makes, below ``folder`` at the path that its first line names."""
    text = script.read_text("utf-8")
    path = folder / text.split("\n", 1)[0].removeprefix(NAMED)
    path.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(path)) as rows:
        rows.executescript(text)
    return path


def values(path: Path) -> list[str]:
    """Every text in the database at ``path``."""
    database = SourceFile.open(path).database
    found = (value for table in database.tables for row in database.rows(f'SELECT * FROM "{table}"') for value in row)
    texts = [value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value) for value in found]
    return texts + [bytes.fromhex(text).decode() for text in texts if text[:2] == "7b" and len(text) % 2 == 0]
