"""Tickets that were fetched from a forge or a repository: one line of JSON for each version of a ticket.

Written by :mod:`distillers.fetch`, masked already, and only ever appended to. The newest version of a ticket is the
ticket; what only an older one said was taken back.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from distillers.record.events import Event, Origin
from distillers.sources.authors import ORIGINS
from distillers.sources.base import Head, SourceFile, Unreadable, when
from distillers.sources.build import Builder
from distillers.sources.lines import BadLine, Json, Record, records
from distillers.sources.narrow import Fields, fields, items, string
from distillers.sources.tickets import listed, mentions, named, parts, state, unique

MARK = "fetched"
"""The field that makes a record ours: the kind of source it came from."""


def is_fetched(row: Json) -> bool:
    """Whether a record is a version of a fetched ticket."""
    return all(isinstance(row.get(name), str) and row[name] for name in (MARK, "key", "version"))


def _origin(row: Fields) -> Origin:
    return ORIGINS.get(string(row.get("by")), "web")


def _events(file: str, line: int, row: Json) -> Iterator[Event]:
    title = string(row.get("title"))
    said = [fields(item) for item in items(row.get("said"))]
    texts = [string(one.get("text")) for one in said]
    build = Builder(
        file=file,
        medium="ticket",
        unit=string(row["key"]),
        at=when(row.get("at")),
        title=title,
        labels=unique([state(row.get("state"))], listed(row.get("labels"))),
        refs=unique([row["key"]], listed(row.get("refs")), mentions(title)),
    )
    if title:
        yield replace(named(title, line, build), origin=_origin(row))
    for one, text in zip(said, texts, strict=True):
        if text.strip():
            heading = string(one.get("heading"))
            for event in parts(build, text, line, (heading,) if heading else ()):
                yield replace(event, origin=_origin(one))


class Fetched:
    """Reader of what the fetchers wrote."""

    name = "fetched"

    def claims(self, head: Head) -> bool:
        """The first record is a version of a fetched ticket."""
        return bool(head.objects) and is_fetched(head.objects[0])

    def read(self, file: SourceFile) -> Iterator[Event | BadLine]:
        """The newest version of each ticket: its title as ``status``, its texts as sections; nothing if it is gone."""
        newest: dict[str, Record] = {}
        bad = 0
        for item in records(file.data):
            if isinstance(item, BadLine):
                bad += 1
                yield item
            elif is_fetched(item.value):
                newest.pop(item.value["key"], None)
                newest[item.value["key"]] = item
        if bad and not newest:
            raise Unreadable(f"{file.path}: none of its {bad} lines is a ticket", hint="remove it; it is fetched again")
        for record in newest.values():
            if record.value.get("gone") is not True:
                yield from _events(str(file.path), record.line, record.value)
