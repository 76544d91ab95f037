"""From an event to its row. Needs no library, so that the workers that read files stay small."""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import accumulate, chain
from operator import attrgetter
from typing import Any, NamedTuple, cast

from distillers.record.events import Event

EVENT_COLUMNS = tuple(Event.__dataclass_fields__)
"""Columns that come from an event, in the order of its fields."""
_VALUES: Callable[[Event], tuple[Any, ...]] = attrgetter(*EVENT_COLUMNS)
PUBLIC_COLUMNS = ("domain", "part", *EVENT_COLUMNS)
"""Columns of the view ``events``."""


class Row(NamedTuple):
    """An event as it will be stored: its domain, its place among the events of its line, and a checksum of it all."""

    domain: str
    part: int
    check: int
    event: Event


def rows_of(domain: str, events: Iterable[Event]) -> Iterator[Row]:
    """The rows of one file's events, which must come in the file's order."""
    place, part = ("", -1), 0
    for event in events:
        part = part + 1 if (event.unit, event.line) == place else 0
        place = event.unit, event.line
        yield row_of(domain, part, event)


def row_of(domain: str, part: int, event: Event) -> Row:
    """The row of ``event``. Half surrogate pairs, which no UTF-8 file can hold, become question marks."""
    try:
        check = _checksum(part, event)
    except UnicodeEncodeError:
        event = replace(event, **{name: _clean(getattr(event, name)) for name in EVENT_COLUMNS})
        check = _checksum(part, event)
    return Row(domain, part, check, event)


Columns = dict[str, list[Any]]
"""Rows turned on their side: lists of equal length by column name."""
Packed = dict[str, tuple[bytes, ...]]
"""Columns laid out in bytes as Arrow does it: who has not loaded it hands them on, who has takes them as they are.
Texts are offsets and UTF-8, lists of texts have offsets of their own before these; {} if there are no rows."""

NUMBERS = {"part": "i", "check": "Q", "line": "q", "prose": "B", "failed": "B", "sidechain": "B"}
"""Columns of numbers, by the code of :mod:`array`; truths take a byte each."""
LISTS = frozenset({"labels", "refs"})


def columns_of(rows: Sequence[Row]) -> Columns:
    """``rows`` as columns."""
    own: Columns = {
        "domain": [row.domain for row in rows],
        "part": [row.part for row in rows],
        "check": [row.check for row in rows],
    }
    values = zip(*(_VALUES(row.event) for row in rows), strict=True) if rows else ((),) * len(EVENT_COLUMNS)
    return own | {name: list(column) for name, column in zip(EVENT_COLUMNS, values, strict=True)}


def pack(rows: Sequence[Row]) -> Packed:
    """``rows`` as packed columns."""
    return {name: _packed(name, values) for name, values in columns_of(rows).items()} if rows else {}


def _packed(name: str, values: list[Any]) -> tuple[bytes, ...]:
    if name in NUMBERS:
        return (array(NUMBERS[name], values).tobytes(),)
    if name in LISTS:
        return _offsets(map(len, values)), *_texts(list(chain.from_iterable(values)))
    return _texts(values)


def _texts(values: list[str]) -> tuple[bytes, bytes]:
    whole = "".join(values)
    if whole.isascii():
        return _offsets(map(len, values)), whole.encode()
    parts = [value.encode() for value in values]
    return _offsets(map(len, parts)), b"".join(parts)


def _offsets(sizes: Iterable[int]) -> bytes:
    return array("i", accumulate(sizes, initial=0)).tobytes()


def _checksum(part: int, e: Event) -> int:
    """Of all fields in their order. Spelled out: it is made for every event there is."""
    text = (
        f"{part}\0{e.id}\0{e.unit}\0{e.medium}\0{e.at}\0{e.origin}\0{e.kind}\0{e.text}\0{e.file}\0{e.line}\0{e.prose}"
        f"\0{e.tool}\0{e.call}\0{e.failed}\0{e.title}\0{e.folder}\0{e.labels}\0{e.refs}\0{e.sidechain}"
    )
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big")


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    return tuple(map(_clean, cast("tuple[Any, ...]", value))) if isinstance(value, tuple) else value
