"""Sessions of Cursor's command line agent: one SQLite database each, with content-addressed blobs.

The blobs that are messages are JSON; the others link them. There is no vendor specification; the shapes are those that
public parsers agree on. A message's line is its rank in the order in which messages were stored. Nothing says when each
was said, so all carry the time at which the session began; of equal messages the store keeps one.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from distillers.record.events import Event, Kind, Origin
from distillers.sources.base import Head, SourceFile, when
from distillers.sources.build import Builder
from distillers.sources.database import Snapshot, value
from distillers.sources.lines import BadLine, Json, decoded
from distillers.sources.narrow import Fields, blocks, fields, string
from distillers.sources.tools import call_text, command_of, result_origin
from distillers.sources.typed import stretches

_MESSAGES = f"""SELECT id, {value("data")} FROM blobs WHERE substr(data, 1, 1) IN ('{{', x'7b') ORDER BY rowid"""  # noqa: S608
_TABLES = {"blobs": frozenset({"id", "data"}), "meta": frozenset({"key", "value"})}
_META = "SELECT value FROM meta WHERE key IN ('0', 0)"
_CONTEXT = re.compile(
    r"\s*<user_info>.*?^Workspace Path: (?P<folder>/[^\n]*?)\s*$.*?</user_info>", re.DOTALL | re.MULTILINE
)
_EXIT = re.compile(r"\s*Exit code: (?!0\b)-?\d+")
_MD5 = re.compile(r"[0-9a-f]{32}")


@dataclass(slots=True)
class Chat:
    """What reading one session remembers."""

    build: Builder
    line: int = 0
    calls: dict[str, tuple[str, str]] = field(default_factory=dict[str, tuple[str, str]])
    """Tool and command line of each call."""
    made: set[str] = field(default_factory=set[str])

    def event(self, origin: Origin, kind: Kind, text: str, **more: Any) -> Iterator[Event]:
        """The event of the current message, unless an equal one was made before."""
        key = "\0".join((origin, kind, str(more.get("call", "")), text))
        if key not in self.made:
            self.made.add(key)
            yield self.build.event(key, self.line, origin, kind, text, **more)


class CursorChat:
    """Reader of ``store.db``."""

    name = "cursor-chat"

    def claims(self, head: Head) -> bool:
        """It has blobs and a session's metadata and no other columns."""
        return all(head.tables.get(name) == columns for name, columns in _TABLES.items())

    def read(self, file: SourceFile) -> Iterator[Event | BadLine]:
        """The events of the session's messages, and the messages that cannot be read."""
        store, meta = file.database, _meta(file.database)
        unit = string(meta.get("agentId")) or file.path.parent.name
        chat = Chat(Builder(str(file.path), "session", unit, when(meta.get("createdAt"))))
        messages = list(store.rows(_MESSAGES))
        chat.build.folder = _folder(file.path, [message for _, message in messages])
        for line, (own, raw) in enumerate(messages, 1):
            message = _json(raw)
            if message is None:
                yield BadLine(line, f"blob {string(own)[:16]} cannot be read")
                continue
            chat.line = line
            make = _ROLES.get(string(message.get("role")))
            for block in blocks(message.get("content")) if make else ():
                yield from make(chat, block) if make else ()
            if line == 1 and (title := string(meta.get("name"))).strip():
                yield from chat.event("agent", "status", title, title=title.split("\n", 1)[0][:200])


def folder_of(file: SourceFile) -> str:
    """The folder that the session was held in, "" if nothing names it."""
    return _folder(file.path, [message for _, message in file.database.rows(_MESSAGES)])


def _meta(store: Snapshot) -> Fields:
    """The session's metadata: JSON, written as hexadecimal digits."""
    for (raw,) in store.rows(_META):
        text = raw if isinstance(raw, str) else bytes(raw).decode("utf-8", "replace") if isinstance(raw, bytes) else ""
        try:
            return fields(decoded(bytes.fromhex(text)))
        except ValueError:
            return fields(decoded(text))
    return {}


def _json(raw: object) -> Json | None:
    content = decoded(raw) if isinstance(raw, str | bytes) else None
    return cast("Json", content) if isinstance(content, dict) else None


def _folder(path: Path, messages: list[object]) -> str:
    """The workspace that the harness told the model of.

    The store lies in a folder named after its MD5; where it does, a path that has another is not believed.
    """
    hashed = path.parents[1].name if len(path.parents) > 1 else ""
    for raw in messages:
        message = _json(raw) or {}
        for block in blocks(message.get("content")) if message.get("role") == "user" else ():
            match = _CONTEXT.match(string(block.get("text")))
            if match and (not _MD5.fullmatch(hashed) or _md5(match["folder"]) == hashed):
                return match["folder"]
    return ""


def _md5(text: str) -> str:
    return hashlib.md5(text.encode("utf-8", "surrogatepass"), usedforsecurity=False).hexdigest()


# --- blocks ---


def _typed(chat: Chat, block: Fields) -> Iterator[Event]:
    text = string(block.get("text"))
    for part in stretches(text):
        kind: Kind = "status" if part.origin == "program" else "message"
        yield from chat.event(part.origin, kind, text[part.start : part.end])


def _said(chat: Chat, block: Fields) -> Iterator[Event]:
    kind, text = string(block.get("type")), string(block.get("text"))
    if kind == "tool-call":
        number, tool, arguments = string(block.get("toolCallId")), string(block.get("toolName")), block.get("args")
        arguments = block.get("input") if arguments is None else arguments
        chat.calls[number] = tool, command_of(arguments)
        yield from chat.event("agent", "call", call_text(arguments), call=number, tool=tool)
    elif kind == "text" and text.strip():
        yield from chat.event("agent", "message", text)
    elif kind == "reasoning" and text.strip():
        yield from chat.event("agent", "thinking", text)


def _returned(chat: Chat, block: Fields) -> Iterator[Event]:
    if block.get("type") != "tool-result":
        return
    number = string(block.get("toolCallId"))
    tool, command = chat.calls.get(number, (string(block.get("toolName")), ""))
    output = fields(block.get("output"))
    failed = block.get("isError") is True or string(output.get("type")).startswith("error")
    for text in list(_texts(block.get("result"), output)) or [""]:
        failed = failed or bool(command and _EXIT.match(text))
        yield from chat.event(result_origin(tool, command), "result", text, call=number, tool=tool, failed=failed)


def _texts(result: object, output: Fields) -> Iterator[str]:
    """The texts of a result: a string, blocks, or the newer ``{type, value}``."""
    for given in (result, output.get("value")):
        for block in blocks(given):
            if text := string(block.get("text")):
                yield text
        for name in ("output", "content", "text", "error"):
            if text := string(fields(given).get(name)):
                yield text


_ROLES: dict[str, Callable[[Chat, Fields], Iterator[Event]]] = {"user": _typed, "assistant": _said, "tool": _returned}
"""What the system says is the vendor's text and no part of the talk."""
