"""The line loop of all JSONL formats: one decode per line, and nothing recoverable is lost.

Comment lines (``//``) and empty lines are passed over. Two objects on one line are both found. Broken UTF-8 and lone
surrogates are replaced. A last line that has no ``\\n`` and does not parse is unfinished: it waits for the next night.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, NamedTuple, cast

import orjson

Json = dict[str, Any]
"""One JSON object as it was decoded. Its fields are narrowed where they are used; unknown ones pass by."""


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line of a good file that could not be read."""

    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class Pending:
    """An unfinished last line: neither a record nor bad."""

    line: int


class Record(NamedTuple):
    """One JSON object and the 1-based line it stands on."""

    line: int
    value: Json


_DECODER = json.JSONDecoder()
_MARK = b"\xef\xbb\xbf"
"""Of the byte order, at the beginning of some files."""
_SURROGATE = re.compile("[\ud800-\udfff]")


def records(data: bytes, before: int = 0) -> Iterator[Record | BadLine]:
    """The JSON objects of ``data`` in order, and the lines that hold something else; ``before`` stand above them."""
    return (item for item in scan(data, before) if not isinstance(item, Pending))


def streamed(blocks: Iterable[bytes], longest: int) -> Iterator[Record | BadLine]:
    """:func:`records` of a file that is read block by block. Of a line over ``longest`` bytes nothing is held."""
    held, number, dropping = bytearray(), 0, False
    for block in blocks:
        end = block.rfind(b"\n") + 1
        if end:
            whole = bytes(held) + block[:end] if not dropping else b"\n" + block[block.find(b"\n") + 1 : end]
            if dropping:
                yield BadLine(number + 1, "line too long")
            yield from records(whole, number)
            number += whole.count(b"\n")
            held, dropping = bytearray(), False
        held += block[end:] if not dropping else b""
        if len(held) > longest:
            held, dropping = bytearray(), True
    if dropping:
        yield BadLine(number + 1, "line too long")
    yield from records(bytes(held), number)


def pending(data: bytes) -> int:
    """The 1-based number of the unfinished last line, 0 if there is none."""
    start = data.rfind(b"\n") + 1
    if start >= len(data):
        return 0
    last = list(_line(data[start:], data.count(b"\n") + 1, ends=False))
    return last[-1].line if last and isinstance(last[-1], Pending) else 0


def objects(data: bytes, whole: bool, limit: int) -> Iterator[Json]:
    """The first JSON objects of ``data``, which may be cut in its last line unless it is ``whole``.

    None of prose that quotes records here and there: at least every second line that is no comment begins one.
    """
    if not whole:
        data = data[: data.rfind(b"\n") + 1] or data
    begun = list(_begun(data))
    if not begun or (2 * len(begun) <= data.count(b"\n") and _filled(data, 2 * len(begun))):
        return iter(())
    return (item.value for line in islice(begun, limit) for item in scan(line) if isinstance(item, Record))


def _begun(data: bytes) -> Iterator[bytes]:
    """The lines of ``data`` that begin with a brace."""
    at = data.find(b"{")
    while at >= 0:
        end = data.find(b"\n", at)
        end = end if end >= 0 else len(data)
        start = data.rfind(b"\n", 0, at) + 1
        if start == at or data[start:at].lstrip() in (b"", _MARK):
            yield data[start:end].lstrip()
        at = data.find(b"{", end)


def _filled(data: bytes, count: int) -> bool:
    """Whether more than ``count`` lines of ``data`` are neither empty nor comments."""
    filled = (line for line in map(bytes.lstrip, data.split(b"\n")) if line and not line.startswith(b"//"))
    return next(islice(filled, count, None), None) is not None


def decoded(data: bytes | str) -> object:
    """The one JSON value that ``data`` holds, None if it holds none; lone surrogates are replaced."""
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError:
        pass
    text = data if isinstance(data, str) else data.decode("utf-8", "replace")
    try:
        return _clean(json.loads(text))
    except (ValueError, RecursionError):
        return None


def scan(data: bytes, before: int = 0) -> Iterator[Record | BadLine | Pending]:
    """:func:`records` with the unfinished last line, if there is one."""
    start, number, size = 0, before, len(data)
    if data.startswith(_MARK):
        start = 3
    while start < size:
        end = data.find(b"\n", start)
        ends = end >= 0
        number += 1
        raw = data[start : end if ends else size]
        start = end + 1 if ends else size
        try:
            value: Any = orjson.loads(raw)
        except orjson.JSONDecodeError:
            yield from _line(raw, number, ends=ends)
        else:
            yield Record(number, cast("Json", value)) if isinstance(value, dict) else BadLine(number, "not an object")


def _line(raw: bytes, number: int, *, ends: bool) -> Iterator[Record | BadLine | Pending]:
    """What a line holds that is not plainly one JSON object."""
    text = raw.decode("utf-8", "replace").strip()
    if not text or text.startswith("//"):
        return
    at = 0
    while at < len(text):
        try:
            value, at = _DECODER.raw_decode(text, at)
        except (ValueError, RecursionError) as error:
            yield BadLine(number, _reason(error)) if ends else Pending(number)
            return
        if not isinstance(value, dict):
            yield BadLine(number, "not an object")
            return
        yield Record(number, cast("Json", _clean(cast("object", value))))
        while at < len(text) and text[at].isspace():
            at += 1


def _reason(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"not JSON: {error.msg} at column {error.colno}"
    return "not JSON: nested too deep"


def _clean(value: object) -> object:
    """``value`` with lone surrogates replaced, which no store could encode."""
    if isinstance(value, str):
        return value if value.isascii() else _SURROGATE.sub("\ufffd", value)
    if isinstance(value, list):
        return [_clean(item) for item in cast("list[object]", value)]
    if isinstance(value, dict):
        return {_clean(key): _clean(item) for key, item in cast("dict[str, object]", value).items()}
    return value
