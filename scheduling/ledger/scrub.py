"""Taking a text out of the ledger's columns: what is left says that something was purged; JSON stays JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast

from sqlalchemy import Column, ColumnElement, Connection, Table, bindparam, false, func, or_, select, update

GONE = "(purged)"
_TERMS = 100
_COMMIT = 40
_COMMITS = re.compile(r"\b[0-9a-f]{40,64}\b")


def column_holds(column: ColumnElement[Any], forms: Sequence[str]) -> ColumnElement[bool]:
    """The condition that one of ``forms`` stands in ``column``, letter for letter."""
    return or_(false(), *(func.instr(column, form) > 0 for form in forms))


def cleaned(text: str, forms: Sequence[str]) -> str:
    """``text`` with each of ``forms`` replaced by :data:`GONE`; JSON stays JSON."""
    if not any(form in text for form in forms):
        return text
    if text[:1] in {"{", "["}:
        try:
            done = json.dumps(_inside(json.loads(text), forms), ensure_ascii=False, sort_keys=True)
        except ValueError:
            return plain(text, forms)
        return done if not any(form in done for form in forms) else plain(done, forms)
    return plain(text, forms)


def plain(text: str, forms: Iterable[str]) -> str:
    """``text`` with each of ``forms`` replaced, the longest first."""
    for form in sorted(forms, key=len, reverse=True):
        text = text.replace(form, GONE)
    return text


def scrub(rows: Connection, columns: Iterable[Column[Any]], forms: Sequence[str]) -> int:
    """Takes ``forms`` out of ``columns`` inside the caller's transaction; returns how many fields held one."""
    return sum(_scrub(rows, column, forms) for column in columns)


def holding(rows: Connection, columns: Iterable[Column[Any]], forms: Sequence[str]) -> int:
    """How many fields :func:`scrub` would change."""
    count = 0
    for column in columns:
        for some in _groups(forms):
            chosen = select(func.count()).select_from(column.table).where(column_holds(column, some))
            count += rows.execute(chosen).scalar_one()
    return count


def _scrub(rows: Connection, column: Column[Any], forms: Sequence[str]) -> int:
    table = _table(column)
    keys = list(table.primary_key.columns)
    held: dict[tuple[Any, ...], str] = {}
    for some in _groups(forms):
        for row in rows.execute(select(*keys, column.label("_held")).where(column_holds(column, some))):
            held[tuple(row[:-1])] = row[-1]
    statement = (
        update(table)
        .where(*(key == bindparam(f"key_{key.name}") for key in keys))
        .values({column.name: bindparam("fresh")})
    )
    for key, text in held.items():
        named = {f"key_{one.name}": value for one, value in zip(keys, key, strict=True)}
        rows.execute(statement, {**named, "fresh": cleaned(text, forms)})
    return len(held)


def _table(column: Column[Any]) -> Table:
    return column.table


def _groups(forms: Sequence[str]) -> list[Sequence[str]]:
    return [forms[start : start + _TERMS] for start in range(0, len(forms), _TERMS)]


def _inside(value: Any, forms: Sequence[str]) -> Any:
    if isinstance(value, str):
        return cleaned(value, forms)
    if isinstance(value, list):
        return [_inside(one, forms) for one in cast("list[Any]", value)]
    if isinstance(value, dict):
        pairs = cast("dict[str, Any]", value)
        return {plain(name, forms): _inside(one, forms) for name, one in pairs.items()}
    return value


def swap(rows: Connection, columns: Iterable[Column[Any]], names: Mapping[str, str]) -> int:
    """Replaces ids of commits by others, inside the caller's transaction; returns how many fields changed."""
    changed = 0
    for column in columns:
        table = _table(column)
        keys = list(table.primary_key.columns)
        for row in rows.execute(select(*keys, column.label("_held")).where(func.length(column) >= _COMMIT)).all():
            fresh = _COMMITS.sub(lambda found: names.get(found[0], found[0]), row[-1])
            if fresh != row[-1]:
                here = [key == value for key, value in zip(keys, row[:-1], strict=True)]
                rows.execute(update(table).where(*here).values({column.name: fresh}))
                changed += 1
    return changed
