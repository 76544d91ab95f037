"""Rows of a JSON export: one object a line, or a document that holds one object or an array of them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

import orjson

from distillers.sources.lines import BadLine, Json, Record, records

_LISTS = ("items", "nodes", "issues", "pull_requests", "pullRequests", "data", "results", "tickets", "commits")

_OPENING = re.compile(rf'(\{{\s*"({"|".join(_LISTS)})"\s*:\s*)?\[\s*|(?=\{{)')
_DECODER = json.JSONDecoder()


@dataclass(frozen=True, slots=True)
class Row:
    """One object, and where the strings in it stand."""

    line: int
    value: Json
    source: str = ""
    """The whole file, if the object runs over several of its lines."""
    start: int = 0

    def line_of(self, text: str) -> int:
        """The 1-based line of the file on which the string ``text`` of this row begins."""
        if not self.source or not text:
            return self.line
        for ascii_only in (False, True):
            written = json.dumps(text[:200], ensure_ascii=ascii_only)[:-1]
            for sought in (written, written[1:]):  # from the string's beginning, else from within one
                at = self.source.find(sought, self.start)
                if at >= 0:
                    return self.source.count("\n", 0, at) + 1
        return self.line


def rows(data: bytes) -> Iterator[Row | BadLine]:
    """The rows of a file in order, and its bad lines if it is JSONL."""
    if (whole := _document(data)) is not None:
        yield from whole
        return
    for item in records(data):
        yield Row(item.line, item.value) if isinstance(item, Record) else item


def _document(data: bytes) -> list[Row] | None:
    """The rows of a document, or None if the bytes are not one JSON document."""
    try:
        value: Any = orjson.loads(data)
    except orjson.JSONDecodeError:
        return None
    if isinstance(value, dict):
        fields = cast("Json", value)
        value = next((fields[name] for name in _LISTS if isinstance(fields.get(name), list)), [fields])
    found = (
        [cast("Json", item) for item in cast("list[Any]", value) if isinstance(item, dict)]
        if isinstance(value, list)
        else []
    )
    return list(placed(data, found))


def placed(data: bytes, found: list[Json]) -> Iterator[Row]:
    """Objects ``found`` in the document ``data``, in its order, each with the place from which its strings stand."""
    yield from _placed(data.decode("utf-8", "replace") if b"\n" in data.strip() else "", found)


def first_rows(data: bytes, limit: int = 10) -> Iterator[Json]:
    """The first rows of a document, of which ``data`` may be only the beginning."""
    if not data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"{", b"[")):
        return
    text = data.decode("utf-8", "replace").removeprefix("\ufeff").lstrip()
    match = _OPENING.match(text)
    at = match.end() if match else len(text)
    while limit and at < len(text):
        try:
            value, at = _DECODER.raw_decode(text, at)
        except (ValueError, RecursionError):
            return
        if isinstance(value, dict):
            limit -= 1
            yield cast("Json", value)
        while at < len(text) and text[at] in ", \t\r\n":
            at += 1


def _placed(text: str, found: list[Json]) -> Iterator[Row]:
    """Rows of a document with the place from which their strings are looked for: after those of the row before."""
    at = 0
    for value in found:
        probe = next((inner for inner in value.values() if isinstance(inner, str) and inner), "")
        place = text.find(json.dumps(probe[:200], ensure_ascii=False)[:-1], at) if text and probe else at
        at = max(at, place)
        yield Row(text.count("\n", 0, at) + 1, value, text, at)
        at += 1
