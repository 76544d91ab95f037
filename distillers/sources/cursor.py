"""Sessions of the Cursor editor: rows ``composerData:<session>`` and ``bubbleId:<session>:<message>`` of its store.

There is no vendor specification; the shapes are those that public parsers agree on. Only these two kinds of row are
read: the same file holds access tokens. A message's line is its rank in its session's own list of messages; one that
the list does not name was taken back.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import cast
from urllib.parse import unquote, urlsplit

from distillers.record.events import Event, Kind
from distillers.sources.base import Head, SourceFile, when
from distillers.sources.build import Builder
from distillers.sources.database import Snapshot, value
from distillers.sources.lines import BadLine, Json, decoded
from distillers.sources.narrow import Fields, fields, items, string
from distillers.sources.tools import call_text, command_of, result_origin
from distillers.sources.typed import stretches

_KEYED = f"SELECT key, {value('value')} FROM cursorDiskKV WHERE key >= ? AND key < ? AND value IS NOT NULL ORDER BY key"  # noqa: S608
_USER, _AGENT = 1, 2
_TIMES = ("clientRpcSendTime", "clientSettleTime", "clientEndTime", "clientStartTime")
_OUTPUTS = ("output", "contents", "content", "error")


class Cursor:
    """Reader of ``state.vscdb``."""

    name = "cursor"

    def claims(self, head: Head) -> bool:
        """It has the table that Cursor adds to the editor's own."""
        return {"key", "value"} <= head.tables.get("cursorDiskKV", frozenset())

    def read(self, file: SourceFile) -> Iterator[Event | BadLine]:
        """The events of all sessions, one after the other, and the rows that cannot be read."""
        store = file.database
        parents = _parents(_rows(store, "composerData:"))
        for own, composer in _rows(store, "composerData:"):
            if composer is None:
                yield BadLine(1, f"session {own} cannot be read")
                continue
            build = Builder(str(file.path), "session", parents.get(own, own), sidechain=own in parents)
            yield from _session(store, build, own, composer)


def folders(store: Snapshot) -> Iterator[str]:
    """The folders that sessions were held in, where they name one."""
    return (_workspace(composer) for _, composer in _rows(store, "composerData:") if composer)


def _rows(store: Snapshot, prefix: str) -> Iterator[tuple[str, Json | None]]:
    """What follows ``prefix`` in the keys that begin so, and their values, None if one cannot be read."""
    for key, raw in store.rows(_KEYED, (prefix, prefix[:-1] + chr(ord(prefix[-1]) + 1))):
        content = decoded(raw) if isinstance(raw, str | bytes) else None
        if raw is None or not (isinstance(raw, str | bytes) and raw in ("null", b"null")):
            yield string(key)[len(prefix) :], cast("Json", content) if isinstance(content, dict) else None


def _parents(composers: Iterable[tuple[str, Json | None]]) -> dict[str, str]:
    """The session that each subagent's session works for."""
    found: dict[str, str] = {}
    for own, composer in composers:
        for name in ("subagentComposerIds", "subComposerIds"):
            for child in map(string, items((composer or {}).get(name))):
                if child != own:
                    found[child] = own
    return found


def _workspace(composer: Fields) -> str:
    uri = fields(fields(composer.get("workspaceIdentifier")).get("uri"))
    return string(uri.get("fsPath")) or string(uri.get("path")) or _path(string(uri.get("external")))


def _first_folder(bubble: Fields) -> str:
    paths = (_path(string(uri)) for uri in items(bubble.get("workspaceUris")))
    return next((path for path in paths if path), "")


def _path(uri: str) -> str:
    try:
        return unquote(urlsplit(uri).path) if uri.startswith("file://") else ""
    except ValueError:
        return ""


def _session(store: Snapshot, build: Builder, own: str, composer: Json) -> Iterator[Event | BadLine]:
    stored = dict(_rows(store, f"bubbleId:{own}:"))
    inline = {string(fields(bubble).get("bubbleId")): fields(bubble) for bubble in items(composer.get("conversation"))}
    inline |= {name: fields(bubble) for name, bubble in fields(composer.get("conversationMap")).items()}
    listed = items(composer.get("fullConversationHeadersOnly")) or items(composer.get("conversation"))
    created = build.at = when(composer.get("createdAt"))
    build.folder = _workspace(composer)
    for line, name in enumerate((string(fields(header).get("bubbleId")) for header in listed), 1):
        bubble = stored.get(name, inline.get(name, {}))
        if bubble is None:
            yield BadLine(line, f"message {name} cannot be read")
            continue
        build.at = _when(bubble) or build.at
        build.folder = build.folder or _first_folder(bubble)
        yield from _bubble(build, name, line, bubble)
        if line == 1 and (title := string(composer.get("name"))).strip() and not build.sidechain:
            yield build.event("title", 1, "agent", "status", title, title=title.split("\n", 1)[0][:200], at=created)


def _when(bubble: Fields) -> str:
    timing = fields(bubble.get("timingInfo"))
    return next(filter(None, (when(bubble.get("createdAt")), *(when(timing.get(name)) for name in _TIMES))), "")


def _bubble(build: Builder, own: str, line: int, bubble: Fields) -> Iterator[Event]:
    text = string(bubble.get("text"))
    if bubble.get("type") == _USER and not build.sidechain:
        for number, part in enumerate(stretches(text)):
            kind: Kind = "status" if part.origin == "program" else "message"
            yield build.event(f"{own}\0typed {number}", line, part.origin, kind, text[part.start : part.end])
        return
    if bubble.get("type") not in (_USER, _AGENT):
        return
    thought = string(fields(bubble.get("thinking")).get("text"))
    if thought.strip():
        yield build.event(f"{own}\0thought", line, "agent", "thinking", thought)
    if text.strip():
        yield build.event(f"{own}\0said", line, "agent", "message", text)
    tool = fields(bubble.get("toolFormerData"))
    if string(tool.get("name")):
        yield from _called(build, own, line, tool)


def _called(build: Builder, own: str, line: int, call: Fields) -> Iterator[Event]:
    tool, number = string(call.get("name")), string(call.get("toolCallId")) or own
    arguments = _opened(call.get("rawArgs")) or _opened(call.get("params"))
    yield build.event(f"{own}\0call", line, "agent", "call", call_text(arguments), call=number, tool=tool)
    result, status = _opened(call.get("result")), string(call.get("status"))
    inner = fields(result)
    if call.get("userDecision") == "rejected" or inner.get("rejected") is True:
        yield build.event(f"{own}\0rejection", line, "human", "rejection", "", call=number, tool=tool)
    elif result is not None or status in ("completed", "error"):
        raw = string(call.get("result")) or string(call.get("error"))
        text = next((string(inner[name]) for name in _OUTPUTS if string(inner.get(name))), raw)
        failed = status == "error" or any(inner.get(name) not in (None, 0) for name in ("exitCode", "exitCodeV2"))
        origin = result_origin(tool, command_of(arguments))
        yield build.event(f"{own}\0result", line, origin, "result", text, call=number, tool=tool, failed=failed)


def _opened(given: object) -> object:
    """The value that a field holds as JSON in a string; the string itself if it is none."""
    if not isinstance(given, str) or not given:
        return given or None
    found = decoded(given)
    return given if found is None else found
