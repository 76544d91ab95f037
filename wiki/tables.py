"""Reading and replacing rows of a LanceDB table: those that are asked for, not the whole of it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import Any, cast

import pyarrow
from pyarrow import compute

from wiki.calls import analysed, listed
from wiki.rows import SCHEMA, VECTOR, ArrowTable, schema

pa, pc = cast("Any", pyarrow), cast("Any", compute)  # they ship no types

LISTED = 2000
"""More values than this are not looked up by a list of them but by reading their column."""
LOOSE = 500
"""Rows that may stand beside the full-text index, which LanceDB then reads one by one, before they are put into it."""
SCATTERED = 32
"""Versions of a table after which it is put in order, however few rows changed."""
MANY = 20_000
"""From this many rows vectors get an index of their own; below it all of them are compared."""


def among(table: Any, column: str, values: Collection[str], names: Sequence[str]) -> ArrowTable:
    """The columns ``names`` of the rows whose ``column`` is one of ``values``."""
    rows = table.count_rows()
    if not rows or not values:
        return schema(1).empty_table().select(list(names))
    asked = table.search().select(list(names)).limit(rows)
    if len(values) <= LISTED:
        return asked.where(listed(column, values)).to_arrow()
    found = asked.to_arrow()
    return found.filter(pc.is_in(found[column], pa.array(sorted(values))))


def rows_of(table: Any, keys: Collection[str]) -> list[dict[str, Any]]:
    """The rows with these ids, without their vectors."""
    return among(table, "id", keys, SCHEMA.names).to_pylist()


def columns_of(rows: ArrowTable, *names: str) -> list[list[str]]:
    """The values of those columns."""
    return [rows[name].to_pylist() for name in names]


def without(rows: ArrowTable, sources: Collection[str]) -> ArrowTable:
    """``rows`` that come from none of ``sources``."""
    return rows.filter(pc.invert(pc.is_in(rows["source"], pa.array(sorted(sources), pa.string()))))


def put(table: Any, replaced: Collection[str], rows: ArrowTable) -> None:
    """Puts ``rows`` in the place of all that came from the ``replaced`` pages or units, in one commit."""
    merge = table.merge_insert("id").when_matched_update_all().when_not_matched_insert_all()
    merge.when_not_matched_by_source_delete(listed("source", replaced)).execute(rows)


def make_findable(table: Any, dim: int) -> None:
    """Brings a table's indexes up to date, or leaves a few changed rows beside them."""
    known = {index.name for index in table.list_indices()}
    if "terms_idx" not in known:
        table.create_index("terms", config=analysed(), replace=True)
    elif _untidy(table):
        table.optimize(cleanup_older_than=timedelta(hours=1))
    if dim and f"{VECTOR}_idx" not in known and table.count_rows() >= MANY:
        table.create_index(metric="cosine", vector_column_name=VECTOR, index_type="IVF_FLAT", replace=True)


def _untidy(table: Any) -> bool:
    beside = table.index_stats("terms_idx").num_unindexed_rows
    return beside > max(LOOSE, table.count_rows() // 50) or table.version % SCATTERED == 0
