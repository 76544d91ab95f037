"""The proof of a purge: every byte of every file of a workspace searched, and what readers make of packed files.

plain files          as they are, and with line breaks taken out (base64, hex and quoted-printable are wrapped)
Parquet, LanceDB     as they are, and decompressed through their readers
SQLite               as it is (with its log), and through its tables
git objects          decompressed; counted apart, because only a rewrite reaches them
"""

from __future__ import annotations

import base64
import os
import re
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from itertools import chain
from pathlib import Path
from typing import Any, cast

import pyarrow
from pyarrow import parquet

from scheduling.base.forms import bytes_of
from scheduling.base.workspace import Workspace
from wiki import index

pa, pq = cast("Any", pyarrow), cast("Any", parquet)  # they ship no types

BLOCK = 4 * 1024 * 1024
WRAPPED = 64 * 1024 * 1024
"""Files up to this size are also read with their line breaks taken out."""
SQLITE = b"SQLite format 3\0"
_BASE64 = re.compile(rb"[A-Za-z0-9+/]{16,}")
_SOFT = re.compile(rb"=[ \t]*\r?\n")


def search(space: Workspace, forms: Sequence[str]) -> list[str]:
    """Where one of ``forms`` stands in a file of the workspace, git's objects left out; sorted."""
    needles = [bytes_of(form) for form in forms if form]
    if not needles:
        return []
    found = {place for path in files(space) for place in _in_file(space, path, needles)}
    for name, table in index.tables(space.index):
        if any(_has(data, needles) for data in columns(table)):
            found.add(f"{(space.index / name).relative_to(space.root)} (rows)")
    return sorted(found)


def files(space: Workspace) -> Iterator[Path]:
    """Every regular file below the workspace, without the objects of git repositories."""
    for folder, inner, names in os.walk(space.root):
        if Path(folder).name == ".git":
            inner[:] = [name for name in inner if name != "objects"]
        yield from (Path(folder) / name for name in sorted(names) if (Path(folder) / name).is_file())


def columns(table: Any) -> Iterator[bytes]:
    """The text of each column of an Arrow table, its values one after the other."""
    for column in table.columns:
        for chunk in column.chunks:
            flat = chunk.flatten() if pa.types.is_list(chunk.type) else chunk
            if pa.types.is_string(flat.type) or pa.types.is_large_string(flat.type):
                yield "\0".join(text or "" for text in flat.to_pylist()).encode("utf-8", "surrogatepass")


def sqlite_values(path: Path) -> Iterator[tuple[str, str, bytes]]:
    """(table, column, value) of every text and blob in a SQLite file."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=30)) as base:
        names = [name for (name,) in base.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for table, title, value in chain.from_iterable(_cells(base, name) for name in names):
            if isinstance(value, str | bytes):
                yield table, title, bytes_of(value) if isinstance(value, str) else value


def _cells(base: sqlite3.Connection, table: str) -> Iterator[tuple[str, str, object]]:
    """(table, column, value) of every value in ``table``."""
    rows = base.execute(f'SELECT * FROM "{table}"')  # noqa: S608 (a name from the file's own list)
    titles = [str(one[0]) for one in rows.description]
    return ((table, title, value) for row in rows for title, value in zip(titles, row, strict=True))


def opened(data: bytes) -> Iterator[bytes]:
    """``data``, and the bytes that its base64 says, wrapped or not: Prefect keeps results of tasks so."""
    yield data
    for run in _BASE64.finditer(squeezed(data)):
        yield base64.b64decode(run[0][: len(run[0]) // 4 * 4])


def squeezed(data: bytes) -> bytes:
    """``data`` without line breaks and blanks, written or escaped: wrapped base64 stands in one piece then."""
    return data.replace(b"\\n", b"").translate(None, b"\n\r\t ")


def _in_file(space: Workspace, path: Path, needles: Sequence[bytes]) -> Iterator[str]:
    name = str(path.relative_to(space.root))
    if _has(bytes_of(name), needles):
        yield f"{name} (its name)"
    if _in_bytes(path, needles):
        yield name
    try:
        if path.suffix == ".parquet":
            batches = pq.ParquetFile(path).iter_batches(batch_size=4096)
            if any(_has(data, needles) for batch in batches for data in columns(pa.Table.from_batches([batch]))):
                yield f"{name} (rows)"
        elif _head(path) == SQLITE:
            yield from {
                f"{name} ({table}.{title})" for table, title, data in sqlite_values(path) if _has(data, needles)
            }
    except (OSError, ValueError, sqlite3.Error) as error:
        yield f"{name} (cannot be read: {type(error).__name__})"


def _in_bytes(path: Path, needles: Sequence[bytes]) -> bool:
    overlap = max(map(len, needles)) - 1
    kept = b""
    try:
        with path.open("rb") as file:
            small = os.fstat(file.fileno()).st_size <= WRAPPED
            if small:
                data = file.read()
                views = (squeezed(data), _SOFT.sub(b"", data), *(opened(data) if "storage" in path.parts else [data]))
                return any(_has(view, needles) for view in views)
            while block := file.read(BLOCK):
                if _has(kept + block, needles):
                    return True
                kept = (kept + block)[-overlap:] if overlap else b""
    except FileNotFoundError:  # a lock or a journal that went meanwhile
        return False
    return False


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(len(SQLITE))


def _has(data: bytes, needles: Iterable[bytes]) -> bool:
    return any(needle in data for needle in needles)
