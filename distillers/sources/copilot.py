"""Copilot CLI sessions: one ``{type, data, id, timestamp, parentId}`` a line (``session-state/<id>/events.jsonl``).

The shapes are those of the public SDK's ``session-events.schema.json`` and of parsers that read the logs; types that
steer or repeat (hooks, permissions, telemetry, turns) pass by.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from distillers.record.events import Event, Kind, Origin
from distillers.sources.base import Head, SourceFile, Unreadable, when
from distillers.sources.build import Builder
from distillers.sources.lines import BadLine, Json, Record, records
from distillers.sources.narrow import Fields, fields, items, string
from distillers.sources.tools import call_text, command_of, result_origin
from distillers.sources.typed import stretches

_ASKING = "ask_user"
_FEEDBACK = re.compile(
    r"The user rejected this tool call\.?\s*(?:(?:User )?[Ff]eedback:\s*)?(?P<reason>.*)\Z", re.DOTALL
)
_ANSWERED = re.compile(r"User (?:responded|selected|answered)(?: with)?:\s*(?P<answer>.*)\Z", re.DOTALL)
_EXIT = re.compile(r"<exited with exit code (?!0>)-?\d+>\s*\Z")
_OTHER_SESSION = "<cross_session_message>"


@dataclass(frozen=True, slots=True)
class Call:
    """What a result needs to know of its call."""

    tool: str
    command: str = ""
    question: str = ""


_UNKNOWN = Call("")


@dataclass(slots=True)
class Session:
    """What reading one file remembers from record to record."""

    build: Builder
    calls: dict[str, Call] = field(default_factory=dict[str, Call])
    thought: set[str] = field(default_factory=set[str])
    line: int = 0
    own: str = ""

    def event(self, name: str, origin: Origin, kind: Kind, text: str, **more: Any) -> Event:
        """An event of the current record; ``name`` says which of its texts it holds."""
        key = f"{self.own}\0{name}" if self.own else self.build.counted(f"{name}\0{text}")
        return self.build.event(key, self.line, origin, kind, text, **more)


# --- records ---


def _place(session: Session, data: Fields) -> Iterator[Event]:
    """Where the session works; says nothing."""
    context = fields(data.get("context")) or data
    session.build.folder = string(context.get("cwd")) or session.build.folder
    return iter(())


def _asked(session: Session, data: Fields) -> Iterator[Event]:
    """A user record; typed only if its source is the person, and no other session sent it."""
    text, source = string(data.get("content")), string(data.get("source"))
    if not text.strip():
        return
    around = string(data.get("transformedContent")).replace(text, "", 1)
    if source.startswith("agent-") or session.build.sidechain or _OTHER_SESSION in around:
        session.build.sidechain = session.build.sidechain or source.startswith("agent-")
        yield session.event("said", "agent", "message", text)
    elif source not in ("", "user"):
        yield session.event("status", "program", "status", text)
    else:
        for number, part in enumerate(stretches(text)):
            kind: Kind = "status" if part.origin == "program" else "message"
            yield session.event(f"typed {number}", part.origin, kind, text[part.start : part.end])


def _said(session: Session, data: Fields) -> Iterator[Event]:
    yield from _thought(session, {"content": data.get("reasoningText")})
    if (text := string(data.get("content"))).strip():
        yield session.event("said", "agent", "message", text)
    for request in map(fields, items(data.get("toolRequests"))):
        yield from _called(session, string(request.get("name")), request)


def _thought(session: Session, data: Fields) -> Iterator[Event]:
    """Reasoning comes with its message, or in a record of its own, or both."""
    text = string(data.get("content"))
    if text.strip() and text not in session.thought:
        session.thought.add(text)
        yield session.event("thought", "agent", "thinking", text)


def _started(session: Session, data: Fields) -> Iterator[Event]:
    """A call that ran; mostly its message has told of it."""
    yield from _called(session, string(data.get("toolName")), data)


def _called(session: Session, tool: str, request: Fields) -> Iterator[Event]:
    number, arguments = string(request.get("toolCallId")), request.get("arguments")
    if number in session.calls:
        return
    question = string(fields(arguments).get("question"))
    session.calls[number] = Call(tool, command_of(arguments), question)
    yield session.event(f"call {number}", "agent", "call", call_text(arguments), call=number, tool=tool)


def _completed(session: Session, data: Fields) -> Iterator[Event]:
    number, failed = string(data.get("toolCallId")), data.get("success") is False
    call = session.calls.get(number, _UNKNOWN)
    error, result = fields(data.get("error")), fields(data.get("result"))
    text = string(error.get("message")) if failed else string(result.get("content"))
    if failed and error.get("code") == "rejected":
        match = _FEEDBACK.match(text)
        reason = match["reason"].strip() if match else ""
        yield session.event("rejection", "human", "rejection", reason, call=number, tool=call.tool)
    elif call.tool == _ASKING and not failed and (match := _ANSWERED.match(text)):
        answer = f"{call.question}\n→ {match['answer'].strip()}"
        yield session.event("answer", "human", "answer", answer, call=number, tool=call.tool)
    else:
        origin = result_origin(call.tool, call.command)
        failed = failed or bool(call.command and _EXIT.search(text))
        yield session.event("result", origin, "result", text, call=number, tool=call.tool, failed=failed)


def _noted(name: str, origin: Origin, kind: Kind) -> Callable[[Session, Fields], Iterator[Event]]:
    def make(session: Session, data: Fields) -> Iterator[Event]:
        if (text := string(data.get(name))).strip():
            title = text.split("\n", 1)[0][:200] if name == "title" else ""
            yield session.event(name, origin, kind, text, title=title)

    return make


_RECORDS: dict[str, Callable[[Session, Fields], Iterator[Event]]] = {
    "session.start": _place,
    "session.resume": _place,
    "session.context_changed": _place,
    "user.message": _asked,
    "assistant.message": _said,
    "assistant.reasoning": _thought,
    "tool.execution_start": _started,
    "tool.execution_complete": _completed,
    "session.title_changed": _noted("title", "agent", "status"),
    "session.compaction_complete": _noted("summaryContent", "agent", "summary"),
    "session.error": _noted("message", "program", "status"),
}
_FAMILIES = ("session.", "user.", "assistant.", "tool.")


def _is_event(record: Json) -> bool:
    return string(record.get("type")).startswith(_FAMILIES) and isinstance(record.get("data"), dict)


class Copilot:
    """Reader of Copilot CLI event logs."""

    name = "copilot"

    def claims(self, head: Head) -> bool:
        """Some record is an event with its data and an id."""
        return any(_is_event(record) and isinstance(record.get("id"), str) for record in head.objects)

    def read(self, file: SourceFile) -> Iterator[Event | BadLine]:
        """Events in the order of the file. Raises :class:`Unreadable` if it has lines and all of them are bad."""
        session, good, bad = Session(Builder(str(file.path), "session")), 0, 0
        for item in records(file.data):
            if isinstance(item, Record):
                good += 1
                yield from _take(session, file, item)
            else:
                bad += 1
                yield item
        if bad and not good:
            raise Unreadable(f"{file.path}: none of its {bad} lines is a record", hint="restore the file from a copy")


def _take(session: Session, file: SourceFile, item: Record) -> Iterator[Event]:
    make, data = _RECORDS.get(string(item.value.get("type"))), fields(item.value.get("data"))
    build = session.build
    build.unit = build.unit or string(data.get("sessionId")) or _named(file)
    if make:
        session.line, session.own = item.line, string(item.value.get("id"))
        build.at = when(item.value.get("timestamp")) or build.at
        build.sidechain = bool(string(data.get("parentToolCallId")) or string(item.value.get("agentId")))
        yield from make(session, data)


def _named(file: SourceFile) -> str:
    """The session's id from its folder or its file, for a log that lost its beginning."""
    return file.path.parent.name if file.path.stem == "events" else file.path.stem
