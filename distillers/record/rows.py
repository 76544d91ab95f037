"""From an event to its row. Needs no library, so that the workers that read files stay small."""

from __future__ import annotations

import hashlib
import sys
from array import array
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache, partial
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
    """An event as it will be stored: its domain, and its place among the events of its line."""

    domain: str
    part: int
    event: Event


_row = partial(tuple.__new__, Row)
"""A :class:`Row` of a tuple, without a call of our own for every event there is."""


def rows_of(domains: Iterable[str], events: Iterable[Event]) -> list[Row]:
    """The rows of one file's events, which must come in the file's order, each with its domain."""
    rows: list[Row] = []
    unit, line, part = "", -1, 0
    for domain, event in zip(domains, events, strict=False):
        if event.line == line and event.unit == unit:
            part += 1
        else:
            unit, line, part = event.unit, event.line, 0
        rows.append(_row((domain, part, event)))
    return rows


Columns = dict[str, list[Any]]
"""Rows turned on their side: lists of equal length by column name."""
Packed = dict[str, tuple[bytes, ...]]
"""Columns laid out in bytes as Arrow does it: who has not loaded it hands them on, who has takes them as they are.
Texts are offsets and UTF-8, lists of texts have offsets of their own before these; {} if there are no rows."""

NUMBERS = {"part": "i", "check": "Q", "line": "q"}
"""Columns of numbers, by the code of :mod:`array`."""
TRUTHS = frozenset({"prose", "failed", "sidechain"})
LISTS = frozenset({"labels", "refs"})
_SAID: dict[str, Callable[[Any], str]] = {
    **dict.fromkeys(NUMBERS, str),
    **dict.fromkeys(TRUTHS, ("False", "True").__getitem__),
    **dict.fromkeys(LISTS, lru_cache(4096)(str)),
}
"""How the values of a column that are no texts are written; the same lists come again and again."""


def columns_of(rows: Sequence[Row]) -> Columns:
    """``rows`` as columns, with a checksum of each (``check``): of all its fields in their order.

    Half surrogate pairs, which no UTF-8 file can hold, become question marks.
    """
    if not rows:
        return {name: [] for name in ("domain", "part", "check", *EVENT_COLUMNS)}
    domains, parts, events = zip(*rows, strict=True)
    values = zip(*map(_VALUES, events), strict=True)
    columns: Columns = {"part": list(parts)} | dict(zip(EVENT_COLUMNS, map(list, values), strict=True))
    try:
        checks = _checksums(columns)
    except UnicodeEncodeError:
        columns = {name: list(map(_clean, column)) for name, column in columns.items()}
        checks = _checksums(columns)
    return {"domain": list(domains), "check": checks} | columns


def pack(rows: Sequence[Row]) -> Packed:
    """``rows`` as packed columns."""
    return {name: _packed(name, values) for name, values in columns_of(rows).items()} if rows else {}


def _packed(name: str, values: list[Any]) -> tuple[bytes, ...]:
    if name in NUMBERS:
        return (array(NUMBERS[name], values).tobytes(),)
    if name in TRUTHS:
        return (_bits(values),)
    if name in LISTS:
        return _offsets(map(len, values)), *_texts(list(chain.from_iterable(values)))
    return _texts(values)


def _texts(values: list[str]) -> tuple[bytes, bytes]:
    whole = "".join(values)
    if whole.isascii():
        return _offsets(map(len, values)), whole.encode()
    parts = list(map(str.encode, values))
    return _offsets(map(len, parts)), b"".join(parts)


def _bits(values: list[bool]) -> bytes:
    """A bit for each of ``values``, beginning with the lowest of the first byte."""
    size = (len(values) + 7) // 8
    if True not in values:
        return bytes(size)
    return int("".join(["1" if value else "0" for value in reversed(values)]), 2).to_bytes(size, "little")


def _offsets(sizes: Iterable[int]) -> bytes:
    return array("i", list(accumulate(sizes, initial=0))).tobytes()


def _checksums(columns: Columns) -> list[int]:
    """Of each row. Column by column: it is made for every event there is."""
    told = [map(_SAID[name], column) if name in _SAID else column for name, column in columns.items()]
    digests = (hashlib.blake2b(row.encode(), digest_size=8).digest() for row in map("\0".join, zip(*told, strict=True)))
    found = array(NUMBERS["check"], b"".join(digests))
    if sys.byteorder == "little":
        found.byteswap()
    return found.tolist()


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    return tuple(map(_clean, cast("tuple[Any, ...]", value))) if isinstance(value, tuple) else value
