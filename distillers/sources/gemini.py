"""Gemini CLI sessions (``packages/core/src/services/chatRecordingTypes.ts``), in both their forms.

The older is one JSON document, rewritten whole; the newer one record a line, where a message is written again as it
grows, ``$set`` changes what is known of the session and ``$rewindTo`` takes a message and all after it back.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import cast

from distillers.record.events import Event
from distillers.sources.base import Head, SourceFile, Unreadable
from distillers.sources.build import Builder
from distillers.sources.documents import Row, placed
from distillers.sources.gemini_message import events
from distillers.sources.lines import BadLine, Json, Record, decoded, records
from distillers.sources.narrow import Fields, fields, items, string

_OPENING = re.compile(rb'\s*\{(?:\s*"(?:sessionId|projectHash|startTime|lastUpdated|kind|summary)"\s*:\s*"[^"]*"\s*,)*')
_MARKER = ".project_root"
_PATHS = 2_000
"""At most so many folders are tried for the one that a session's hash stands for."""


@dataclass(slots=True)
class Chat:
    """A session as its file has it: what is known of it, its messages by id, and its bad lines."""

    meta: Json = field(default_factory=dict[str, object])
    messages: dict[str, Row] = field(default_factory=dict[str, Row])
    late: set[str] = field(default_factory=set[str])
    """Messages that first came with a history: the CLI made them up when it compressed what was said."""
    titled: Row | None = None
    """The record that gave the session its summary."""
    bad: list[BadLine] = field(default_factory=list[BadLine])

    def take(self, row: Row) -> None:
        """Takes one record over."""
        value = row.value
        if isinstance(rewound := value.get("$rewindTo"), str):
            self._rewind(rewound)
        elif isinstance(changed := value.get("$set"), dict):
            self._change(row.line, cast("Json", changed))
        elif isinstance(own := value.get("id"), str):
            self.messages[own] = row
        elif "sessionId" in value:
            self._change(row.line, value)

    def _rewind(self, own: str) -> None:
        kept = list(self.messages)
        for gone in kept[kept.index(own) if own in kept else 0 :]:
            del self.messages[gone]

    def _change(self, line: int, value: Json) -> None:
        """What was said stays said: a history that came with a compression adds messages and replaces none."""
        self.meta |= {name: held for name, held in value.items() if name != "messages"}
        if string(value.get("summary")):
            self.titled = Row(line, value)
        for message in map(fields, items(value.get("messages"))):
            own = string(message.get("id"))
            if own and own not in self.messages:
                self.messages[own] = Row(line, dict(message))
                self.late.add(own)


def chat_of(file: SourceFile) -> Chat:
    """The session in ``file``. Raises :class:`Unreadable` if it holds none."""
    document, chat = _document(file.data), Chat()
    if document is not None:
        chat.meta = {name: value for name, value in document.items() if name != "messages"}
        chat.titled = next(placed(file.data, [dict(document)])) if string(document.get("summary")) else None
        said = [dict(message) for item in items(document.get("messages")) if (message := fields(item))]
        for number, row in enumerate(placed(file.data, said)):
            chat.messages[string(row.value.get("id")) or f"#{number}"] = row
        return chat
    for item in records(file.data):
        if isinstance(item, Record):
            chat.take(Row(item.line, item.value))
        else:
            chat.bad.append(item)
    if chat.bad and not chat.meta and not chat.messages:
        raise Unreadable(f"{file.path}: its session is cut or broken", hint="restore it from a copy")
    return chat


def _document(data: bytes) -> Fields | None:
    """The session as one document, None if it is written record by record."""
    first = decoded(data.split(b"\n", 1)[0])
    if isinstance(first, dict) and "messages" not in first:
        return None
    whole = decoded(data)
    return cast("Fields", whole) if isinstance(whole, dict) and "messages" in whole else None


def folder_of(chat: Chat, path: Path, known: Sequence[str] = ()) -> str:
    """The project's folder, "" if nothing names it.

    A session only holds the folder's SHA-256. A ``known`` folder, or one that a record, a path in a call or the CLI's
    own note beside the session names, is it if it has that hash; nothing else is believed.
    """
    wanted = chat.meta.get("projectHash")
    tried: set[str] = set()
    for folder in chain(known, _folders(chat, path)):
        if folder in tried:
            continue
        tried.add(folder)
        if hashlib.sha256(folder.encode("utf-8", "surrogatepass")).hexdigest() == wanted:
            return folder
        if len(tried) >= _PATHS:
            break
    return ""


def _folders(chat: Chat, path: Path) -> Iterator[str]:
    yield from map(string, items(chat.meta.get("directories")))
    for above in path.parents[1:3]:
        try:
            with (above / _MARKER).open("rb") as note:
                yield note.read(4096).decode("utf-8", "replace").strip()
        except (OSError, ValueError):
            continue
    for row in chat.messages.values():
        for call in map(fields, items(row.value.get("toolCalls"))):
            for value in fields(call.get("args")).values():
                yield from _above(string(value))


def _above(path: str) -> Iterator[str]:
    """``path`` and the folders above it, if it is an absolute path."""
    while path.startswith("/") and 1 < len(path) < 4096 and "\n" not in path:
        yield path
        path = path.rpartition("/")[0]


class Gemini:
    """Reader of Gemini CLI session files, those of subagents included."""

    name = "gemini"

    def claims(self, head: Head) -> bool:
        """A record, or the opening of the document, has a session's id and its project's hash."""
        if any("projectHash" in record and "sessionId" in record for record in head.objects):
            return True
        opening = _OPENING.match(head.data)
        return opening is not None and b'"sessionId"' in opening[0] and b'"projectHash"' in opening[0]

    def read(self, file: SourceFile) -> Iterator[Event | BadLine]:
        """Events in the order of the messages, without those that were taken back, and the bad lines."""
        chat = chat_of(file)
        yield from chat.bad
        build = Builder(
            str(file.path), "session", _unit(chat, file.path), folder=folder_of(chat, file.path, file.folders)
        )
        build.sidechain = chat.meta.get("kind") == "subagent"
        for own, row in chat.messages.items():
            yield from events(build, own, row, late=own in chat.late)
        if chat.titled:
            text = string(chat.titled.value.get("summary"))
            line = chat.titled.line_of(text)
            yield build.event("summary", line, "agent", "status", text, title=text.split("\n", 1)[0][:200])


def _unit(chat: Chat, path: Path) -> str:
    """A subagent's file lies in a folder that is named after its session."""
    above = path.parent.name
    nested = chat.meta.get("kind") == "subagent" and above not in ("", "chats")
    return above if nested else string(chat.meta.get("sessionId")) or path.stem
