"""The shape of the record on disk: a shard's columns, and the way from rows to an Arrow table and back to events."""

from __future__ import annotations

from typing import Any, cast

import pyarrow

from distillers.record.events import Event, made
from distillers.record.rows import EVENT_COLUMNS, LISTS, Columns, Packed

pa = cast("Any", pyarrow)  # it ships no types
pa.set_memory_pool(pa.system_memory_pool())  # gives back between batches what the default pool would keep
ArrowTable = Any
"""A ``pyarrow.Table``."""

VERSION = b"1"
"""Version of the columns below, kept in every shard's metadata under :data:`VERSION_KEY`."""
VERSION_KEY = b"stillhouse.record"


_KINDS: dict[str, Any] = {
    "line": pa.int64(),
    "prose": pa.bool_(),
    "failed": pa.bool_(),
    "sidechain": pa.bool_(),
    "labels": pa.list_(pa.string()),
    "refs": pa.list_(pa.string()),
}

SCHEMA: Any = pa.schema(
    [
        ("domain", pa.string()),
        ("part", pa.int32()),
        ("check", pa.uint64()),
        *((name, _KINDS.get(name, pa.string())) for name in EVENT_COLUMNS),
        ("via", pa.string()),
        ("generation", pa.int32()),
    ],
    metadata={VERSION_KEY: VERSION},
)

_TYPES: dict[str, Any] = {field.name: field.type for field in SCHEMA}
_FIRST = pa.scalar(0, pa.int32())


def table_of(columns: Columns, via: str, generation: int = 0) -> ArrowTable:
    """``columns`` as an Arrow table of :data:`SCHEMA`. ``via`` and ``generation`` say which reading they come from."""
    count = len(columns["part"])
    return pa.table(columns | {"via": [via] * count, "generation": [generation] * count}, schema=SCHEMA)


def unpacked(packed: Packed, via: str) -> ArrowTable:
    """The table of ``packed`` (at least one row), in the bytes that it came in."""
    count = len(packed["part"][0]) // _TYPES["part"].byte_width
    own = {"via": pa.repeat(via, count), "generation": pa.repeat(_FIRST, count)}
    made = [own[name] if name in own else _array(name, packed[name], count) for name in _TYPES]
    return pa.Table.from_arrays(made, schema=SCHEMA)


def _array(name: str, parts: tuple[bytes, ...], count: int) -> Any:
    """A column. Its buffers are the bytes themselves, and it has no gaps."""
    kind, buffers = _TYPES[name], [None, *map(pa.py_buffer, parts)]
    if name in LISTS:
        inner = pa.Array.from_buffers(kind.value_type, len(parts[1]) // 4 - 1, [None, *buffers[2:]])
        return pa.Array.from_buffers(kind, count, buffers[:2], 0, children=[inner])
    return pa.Array.from_buffers(kind, count, buffers, 0)


def events_of(table: ArrowTable) -> list[Event]:
    """The events of a table that holds at least :data:`EVENT_COLUMNS`, in its order."""
    columns: list[list[Any]] = [table.column(name).to_pylist() for name in EVENT_COLUMNS]
    for name in ("labels", "refs"):
        at = EVENT_COLUMNS.index(name)
        columns[at] = [tuple(value) for value in columns[at]]
    return [made(*values) for values in zip(*columns, strict=True)]
