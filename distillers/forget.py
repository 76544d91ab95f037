"""What the ledger has of a session or text beyond the record: candidates, findings, evidence, tasks, cursors."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, String, Table, delete, func, select, update

from distillers import cursors
from distillers.barred import PURGED
from distillers.cursors import files
from distillers.findings import candidates, evidence, findings
from distillers.history import versions
from distillers.labels import label_rows
from distillers.record.erase import Erased
from scheduling.ledger.scrub import column_holds, scrub
from scheduling.tasks import remove_many, task_id, tasks

_SOME = 500
_APART = "\x1f"
COLUMNS = (files.c.reason, label_rows.c.text)
"""Text that the room keeps beside what it knows of sessions: scrubbed, never a reason to forget a row."""


@dataclass(frozen=True, slots=True)
class Derived:
    """Findings that rest on something, by id, and what they say: its quotes, and claims that it alone supports."""

    ids: frozenset[str] = frozenset()
    said: tuple[str, ...] = ()
    candidates: int = 0


def derived(rows: Connection, *, units: Collection[str] = (), forms: Sequence[str] = ()) -> Derived:
    """What rests on the sessions ``units``, or holds one of ``forms``."""
    ids = {
        *_of(rows, evidence.c.unit, evidence.c.finding, units),
        *rows.execute(select(evidence.c.finding).where(_hold(evidence, forms))).scalars(),
        *rows.execute(select(findings.c.id).where(_hold(findings, forms))).scalars(),
    }
    shared = _shared(rows, units)
    said = [
        *_of(rows, findings.c.id, findings.c.claim, ids - shared),
        *_of(rows, evidence.c.unit, evidence.c.text, units),
    ]
    return Derived(frozenset(ids), tuple(dict.fromkeys(said)), len(_holding(rows, candidates.c.seq, units, forms)))


def forget(rows: Connection, gone: Erased, *, units: Collection[str] = (), forms: Sequence[str] = ()) -> None:
    """Removes what rests on erased events or on ``units``, or holds one of ``forms``.

    The next distilling finds again what other sessions support too, and what erased events told should they come back.
    Files that erased events were read from are read again, and so are those that leant on them.
    """
    ids = {
        *derived(rows, units=units, forms=forms).ids,
        *_of(rows, evidence.c.event, evidence.c.finding, gone.events),
    }
    _delete(rows, label_rows.c.finding, ids - _shared(rows, units) if units else ())
    rows.execute(delete(label_rows).where(column_holds(label_rows.c.text, forms)))
    _delete(rows, findings.c.id, ids)
    _delete(rows, evidence.c.finding, ids)
    remove_many(rows, _of(rows, candidates.c.seq, candidates.c.task, _resting(rows, candidates.c.seq, gone)))
    for key in (candidates.c.seq, versions.c.finding):
        _delete(rows, key, {*_holding(rows, key, units, forms), *_resting(rows, key, gone)})
    _delete(rows, versions.c.finding, ids)
    named = {f"{domain}/{unit}" for domain, _, unit in gone.units if unit in units}
    _delete(rows, tasks.c.subject, named)
    unsettle(rows, gone.domains)
    again(rows, gone.files)


def sources(rows: Connection) -> list[str]:
    """The files that something purged was last read in, by path."""
    return sorted(set(rows.execute(select(files.c.path).where(files.c.reason.startswith(PURGED))).scalars()))


def unsettle(rows: Connection, domains: Iterable[str]) -> None:
    """Has ``domains`` settled again, whatever their candidates hash to."""
    ids = [task_id(kind, domain) for domain in domains for kind in ("settle", "distil-domain")]
    rows.execute(update(tasks).where(tasks.c.id.in_(ids)).values(input="", state="todo"))


def again(rows: Connection, keys: Iterable[cursors.FileKey]) -> None:
    """Has files, and those that leant on them, read again."""
    chosen = sorted(keys)
    for via, path in chosen:
        rows.execute(update(files).where(files.c.via == via, files.c.path == path).values(size=-1))
    cursors.wake(rows, chosen)
    stir(rows)


def again_for(rows: Connection, reasons: Sequence[str]) -> None:
    """Has the files read again that were left out, in whole or part, for one of ``reasons``."""
    rows.execute(update(files).where(files.c.reason.in_(reasons)).values(size=-1))
    stir(rows)


def stir(rows: Connection) -> None:
    """Undoes that a source was collected, if a file of it is to be read again: the count of such files may be as it was
    when it was last collected.
    """
    waiting = select(files.c.source).where(files.c.size < 0).distinct()
    rows.execute(update(tasks).where(tasks.c.id.in_(waiting)).values(input=""))


def scrubbed(rows: Connection, forms: Sequence[str]) -> int:
    """Takes ``forms`` out of the room's other text; returns how many fields held one."""
    return scrub(rows, COLUMNS, forms)


def _holding(rows: Connection, key: Column[Any], units: Collection[str], forms: Sequence[str]) -> list[Any]:
    """Of candidates, or of all that was ever held of findings, what rests on ``units`` or holds one of ``forms``."""
    needles = [*forms, *(f'"unit": "{unit}"' for unit in units)]
    return list(rows.execute(select(key).where(column_holds(key.table.c.body, needles))).scalars())


def _shared(rows: Connection, units: Collection[str]) -> set[str]:
    """Findings that another session or ticket supports; what people ruled about a finding does not count as one."""
    others = evidence.c.unit.not_in(units) & evidence.c.unit.not_in(select(label_rows.c.ruling))
    return set(rows.execute(select(evidence.c.finding).where(others)).scalars())


def _resting(rows: Connection, key: Column[Any], gone: Erased) -> list[Any]:
    """The same of what has evidence that was erased, whoever proposed it."""
    chosen = select(key, key.table.c.body).where(key.table.c.domain.in_(gone.domains), key.table.c.body != "")
    return [
        one
        for one, body in rows.execute(chosen)
        if not gone.events.isdisjoint(quote["event"] for quote in json.loads(body).get("evidence", ()))
    ]


def _hold(table: Table, forms: Sequence[str]) -> ColumnElement[bool]:
    """The condition that one of ``forms`` stands in a text of the row: one term a form, however many columns."""
    texts = (func.coalesce(column, "") for column in table.columns if isinstance(column.type, String))
    return column_holds(reduce(lambda left, right: left + _APART + right, texts), forms)


def _of(rows: Connection, key: Column[Any], wanted: Column[Any], values: Iterable[str]) -> list[str]:
    found: list[str] = []
    for some in _parts(values):
        found += rows.execute(select(wanted).where(key.in_(some))).scalars()
    return found


def _delete(rows: Connection, key: Column[Any], values: Iterable[Any]) -> None:
    for some in _parts(values):
        rows.execute(delete(key.table).where(key.in_(some)))


def _parts(values: Iterable[Any]) -> Iterator[list[Any]]:
    ordered = sorted(values)
    for start in range(0, len(ordered), _SOME):
        yield ordered[start : start + _SOME]
