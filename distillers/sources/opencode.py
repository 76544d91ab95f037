"""OpenCode sessions in its SQLite database (``packages/opencode/src/session/session.sql.ts``).

A message's line is its rank among the messages of its session, those of subagents included, in (time, id) order.
Messages that a revert took back are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, cast

from distillers.record.events import Event
from distillers.sources.base import Head, SourceFile, when
from distillers.sources.build import Builder
from distillers.sources.database import Snapshot, value
from distillers.sources.documents import Row
from distillers.sources.lines import BadLine, Json, decoded
from distillers.sources.narrow import Fields, fields, string
from distillers.sources.opencode_parts import Part, events

_TABLES: Mapping[str, frozenset[str]] = {
    "session": frozenset({"id", "directory"}),
    "message": frozenset({"id", "session_id", "time_created", "data"}),
    "part": frozenset({"id", "message_id", "session_id", "data"}),
}
_UNTITLED = re.compile(r"(?:New|Child) session - \d{4}-")
_PARTS = f"SELECT message_id, id, {value('data')} FROM part WHERE session_id = ? ORDER BY message_id, id"  # noqa: S608
_MESSAGES = f"SELECT time_created, id, {value('data')} FROM message WHERE session_id = ?"  # noqa: S608


@dataclass(frozen=True, slots=True)
class Session:
    """A row of ``session``."""

    own: str
    parent: str
    folder: str
    title: str
    created: str
    reverted: Fields
    """The message, and maybe the part of it, from which on the person took the talk back."""


class Message(NamedTuple):
    """A row of ``message``; ``value`` is None if it cannot be read."""

    time: int
    own: str
    session: str
    value: Json | None


class OpenCode:
    """Reader of OpenCode's database."""

    name = "opencode"

    def claims(self, head: Head) -> bool:
        """It has sessions with messages with parts."""
        return all(columns <= head.tables.get(table, frozenset()) for table, columns in _TABLES.items())

    def read(self, file: SourceFile) -> Iterator[Event | BadLine]:
        """The events of all sessions, one after the other, and the rows that cannot be read."""
        store = file.database
        sessions = _sessions(store)
        units: dict[str, list[Session]] = {}
        for session in sessions.values():
            units.setdefault(_root(sessions, session), []).append(session)
        for unit, members in sorted(units.items()):
            yield from _unit(store, Builder(str(file.path), "session", unit), members)


def folders(store: Snapshot) -> Iterator[str]:
    """The folders that sessions were held in."""
    return (string(folder) for (folder,) in store.rows("SELECT DISTINCT directory FROM session ORDER BY 1"))


def _sessions(store: Snapshot) -> dict[str, Session]:
    has = store.tables["session"]
    names = ("id", "parent_id", "directory", "title", "time_created", "revert")
    columns = ", ".join(name if name in has else "NULL" for name in names)
    found = store.rows(f"SELECT {columns} FROM session ORDER BY id")  # noqa: S608 (our own names)
    return {
        string(own): Session(
            string(own), string(parent), string(folder), string(title), when(created), fields(decoded(string(revert)))
        )
        for own, parent, folder, title, created, revert in found
    }


def _root(sessions: Mapping[str, Session], session: Session) -> str:
    """The session of the person that ``session`` works for."""
    passed = {session.own}
    while session.parent and session.parent not in passed:
        passed.add(session.parent)
        if session.parent not in sessions:
            return session.parent
        session = sessions[session.parent]
    return session.own


def _unit(store: Snapshot, build: Builder, members: Iterable[Session]) -> Iterator[Event | BadLine]:
    by_id = {session.own: session for session in members}
    messages = sorted((m for session in by_id.values() for m in _messages(store, session)), key=lambda m: m[:2])
    parts = {own: _parts(store, own) for own in by_id}
    for line, message in enumerate(messages, 1):
        if message.value is None:
            yield BadLine(line, f"message {message.own} cannot be read")
            continue
        session = by_id[message.session]
        build.folder, build.sidechain = session.folder, session.own != build.unit
        for own, raw in parts[session.own].get(message.own, ()):
            content = decoded(raw) if isinstance(raw, str | bytes) else None
            if not isinstance(content, dict):
                yield BadLine(line, f"part {own} cannot be read")
            elif not _is_reverted(session, message.own, own):
                yield from events(build, Part(own, Row(line, cast("Json", content)), message.value))
        if line == 1:
            yield from _title(build, by_id.get(build.unit))


def _messages(store: Snapshot, session: Session) -> list[Message]:
    """The messages of ``session`` in (time, id) order, less those that were taken back."""
    rows = sorted(
        Message(time if isinstance(time, int) else 0, string(own), session.own, _json(raw))
        for time, own, raw in store.rows(_MESSAGES, (session.own,))
    )
    at = next((n for n, message in enumerate(rows) if message.own == session.reverted.get("messageID")), None)
    if at is None:
        return rows
    return rows[: at + bool(string(session.reverted.get("partID")))]


def _json(raw: object) -> Json | None:
    content = decoded(raw) if isinstance(raw, str | bytes) else None
    return cast("Json", content) if isinstance(content, dict) else None


def _parts(store: Snapshot, session: str) -> dict[str, list[tuple[str, Any]]]:
    found: dict[str, list[tuple[str, Any]]] = {}
    for message, own, raw in store.rows(_PARTS, (session,)):
        found.setdefault(string(message), []).append((string(own), raw))
    return found


def _is_reverted(session: Session, message: str, part: str) -> bool:
    first = string(session.reverted.get("partID"))
    return bool(first) and message == session.reverted.get("messageID") and part >= first


def _title(build: Builder, session: Session | None) -> Iterator[Event]:
    """The title that the agent gave the session, at its first message."""
    if session and session.title.strip() and not _UNTITLED.match(session.title):
        build.folder, build.sidechain = session.folder, False
        title = session.title.split("\n", 1)[0][:200]
        yield build.event("title", 1, "agent", "status", session.title, title=title, at=session.created)
