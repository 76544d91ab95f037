"""Which rows of a batch are to be stored, and for the others the file whose copy of the event is shown instead.

Of a file that rows were stored of before, all of them are compared, by DuckDB. Mostly a batch holds new files alone;
then only copies of its events matter, in the shards that hold rows of its units, and a look at their ids tells.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, cast

import pyarrow
from pyarrow import compute

from distillers.cursors import FileKey
from distillers.record.apart import Apart, Beside
from distillers.record.tables import ArrowTable

pa, pc = cast("Any", pyarrow), cast("Any", compute)  # they ship no types

Place = tuple[str, int, int]
"""File, line, part."""
Event = tuple[str, str]
"""Domain, id."""
_Copy = tuple[str, int, int, int]
"""A place in the batch, and the number of its row."""

NEW = """
    WITH ranked AS (
        SELECT *, row_number() OVER shown AS place, first_value(file) OVER shown AS lead FROM batch
        WINDOW shown AS (PARTITION BY domain, id ORDER BY file, line, part)
    ), elsewhere AS (
        SELECT b.domain, b.id, arg_min(struct_pack(via := l.via, file := l.file), (l.file, l.line, l.part)) AS copy
        FROM ranked AS b JOIN live AS l ON l.domain = b.domain AND l.id = b.id
        WHERE b.place = 1 AND (l.file, l.line, l.part) <= (b.file, b.line, b.part)
          AND NOT (l.via = $via AND l.file IN (SELECT file FROM batch)) AND l.unit BETWEEN $low AND $high
        GROUP BY b.domain, b.id
    ), stored AS (
        SELECT DISTINCT l.domain, l.file, l.id, l."check" FROM live AS l
        WHERE l.via = $via AND l.file IN (SELECT unnest($kept))
    )
    SELECT b.n, b.file, b.place = 1 AND e.copy IS NULL AND s.id IS NULL AS fresh,
           CASE WHEN e.copy IS NOT NULL THEN e.copy.via WHEN b.lead <> b.file THEN $via END AS on_via,
           CASE WHEN e.copy IS NOT NULL THEN e.copy.file WHEN b.lead <> b.file THEN b.lead END AS on_file
    FROM ranked AS b
    LEFT JOIN elsewhere AS e ON e.domain = b.domain AND e.id = b.id
    LEFT JOIN stored AS s ON s.domain = b.domain AND s.file = b.file AND s.id = b.id AND s."check" = b."check"
    ORDER BY b.n
"""
"""For each row of the batch: whether it is to be stored, and the file whose copy is shown instead, if there is one."""


def judged(archive: Apart, keys: ArrowTable, via: str, kept: Sequence[str]) -> ArrowTable:
    """What is to become of each row of a batch: ``n``, ``file``, ``fresh``, ``on_via``, ``on_file``.

    ``keys`` are its rows numbered by ``n``, ``kept`` those of its files that rows are stored of.
    """
    units = sorted(keys.column("unit").unique().to_pylist())
    near = Beside(frozenset(keys.column("domain").unique().to_pylist()), frozenset(units))
    if kept:
        params = {"via": via, "low": units[0], "high": units[-1], "kept": kept}
        return archive.stored(NEW, {"batch": keys}, params)
    return _placed(keys, via, _elsewhere(archive, keys, via, near))


def leaning(via: str, verdict: ArrowTable) -> dict[FileKey, frozenset[FileKey]]:
    """For each file of a batch the files whose copies are shown instead of its own rows."""
    if verdict.column("on_file").null_count == verdict.num_rows:
        return {}
    found: dict[FileKey, set[FileKey]] = {}
    columns = [verdict.column(name).to_pylist() for name in ("file", "on_via", "on_file")]
    for file, on_via, on_file in dict.fromkeys(zip(*columns, strict=True)):
        if on_file is not None and on_file != file:
            found.setdefault((via, file), set()).add((on_via, on_file))
    return {key: frozenset(others) for key, others in found.items()}


class _Stored(NamedTuple):
    """Where an event stands in the record, and through which source it came there."""

    place: Place
    via: str


def _elsewhere(archive: Apart, keys: ArrowTable, via: str, near: Beside) -> dict[Event, list[_Stored]]:
    """The stored copies of the batch's events, but for those in its own files."""
    found: dict[Event, list[_Stored]] = {}
    stored = archive.copies(keys.column("id"), near)
    own = set(keys.column("file").unique().to_pylist()) if stored else set[str]()
    for row in stored:
        if row["via"] != via or row["file"] not in own:
            place = row["file"], row["line"], row["part"]
            found.setdefault((row["domain"], row["id"]), []).append(_Stored(place, row["via"]))
    return found


def _placed(keys: ArrowTable, via: str, elsewhere: Mapping[Event, list[_Stored]]) -> ArrowTable:
    """Of all copies of an event the first one counts, by file, line and part; at one place the stored one."""
    count = keys.num_rows
    fresh, on_via, on_file = [True] * count, list[str | None]([None] * count), list[str | None]([None] * count)
    for event, copies in _several(keys, elsewhere).items():
        lead = min(copies)
        stored = min((copy for copy in elsewhere.get(event, ()) if copy.place <= lead[:3]), default=None)
        shown = _Stored(lead[:3], via) if stored is None else stored
        for copy in copies:
            row = copy[3]
            fresh[row] = stored is None and copy is lead
            if stored or copy[0] != lead[0]:
                on_via[row], on_file[row] = shown.via, shown.place[0]
    columns = {"fresh": pa.array(fresh, pa.bool_())}
    others = {"on_via": pa.array(on_via, pa.string()), "on_file": pa.array(on_file, pa.string())}
    return pa.table({"n": keys.column("n"), "file": keys.column("file")} | columns | others)


def _several(keys: ArrowTable, elsewhere: Mapping[Event, list[_Stored]]) -> dict[Event, list[_Copy]]:
    """The rows of the events that stand more than once in the batch, or elsewhere too."""
    ids = keys.column("id")
    often = pc.value_counts(ids)
    often = often.filter(pc.greater(often.field("counts"), 1)).field("values")
    rows = pc.indices_nonzero(
        pc.is_in(ids, pa.concat_arrays([often, pa.array({own for _, own in elsewhere}, ids.type)]))
    )
    columns = [keys.column(name).take(rows).to_pylist() for name in ("domain", "id", "file", "line", "part")]
    groups: dict[Event, list[_Copy]] = {}
    for domain, own, file, line, part, at in zip(*columns, rows.to_pylist(), strict=True):
        groups.setdefault((domain, own), []).append((file, line, part, at))
    return groups
