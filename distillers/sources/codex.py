"""Codex rollouts: one ``{timestamp, type, payload}`` a line (``codex-rs/protocol/src/protocol.rs``).

``event_msg`` and ``response_item`` carry the same talk twice; content is taken from ``response_item`` alone. A resumed
file repeats its ``session_meta``; turns that were rolled back are dropped.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, cast

import orjson

from distillers.record.events import Event, Kind, Origin
from distillers.sources import replies
from distillers.sources.base import Head, SourceFile, Unreadable, when
from distillers.sources.build import Builder
from distillers.sources.codex_output import unpack
from distillers.sources.lines import BadLine, Json, Record
from distillers.sources.narrow import Fields, fields, items, string
from distillers.sources.tools import call_text, command_of, result_origin
from distillers.sources.typed import stretches

_REQUEST = "## My request for Codex:"
_WRAPPED = ("# In app browser", "# Files mentioned by the user", "# Context from my IDE setup", "# Selected text")
_INJECTED = ("# AGENTS.md instructions", "<skill>", "<INSTRUCTIONS>", "<hook_prompt")
_REFUSED = frozenset({"exec command rejected by user", "patch rejected by user", "rejected by user"})
_ROLLOUT_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")

_ROLLED_BACK = b"thread_rolled_back"

Payload = Fields


@dataclass(frozen=True, slots=True)
class Call:
    """What an output needs to know of its call."""

    tool: str
    command: str = ""
    arguments: Payload = field(default_factory=dict[str, object])


_UNKNOWN = Call("")


@dataclass(slots=True)
class Rollout:
    """What reading one file remembers. If turns are taken back in it, events are held until its end."""

    build: Builder
    events: list[Event] = field(default_factory=list[Event])
    turns: list[int] = field(default_factory=list[int])
    """How many events there were at the start of each turn of a person."""
    calls: dict[str, Call] = field(default_factory=dict[str, Call])
    line: int = 0
    branch: str = ""
    """The git branch, until an event has named it."""

    def add(self, origin: Origin, kind: Kind, text: str, **more: Any) -> None:
        """Adds an event of the current record; the first one names the branch that the session was on."""
        if self.branch:
            more["refs"], self.branch = (*more.get("refs", ()), f"branch:{self.branch}"), ""
        key = "\0".join((self.build.at, kind, more.get("call", ""), text))
        self.events.append(self.build.event(key, self.line, origin, kind, text, **more))


def _texts(content: object) -> list[str]:
    """The texts of a message's content; images are left out."""
    if isinstance(content, str):
        return [content]
    return [text for block in items(content) if (text := string(fields(block).get("text"))).strip()]


# --- records ---


def _meta(rollout: Rollout, payload: Payload) -> None:
    build = rollout.build
    source = fields(payload.get("source"))
    parent = string(payload.get("parent_thread_id"))
    if not build.unit:
        build.unit = parent or string(payload.get("session_id")) or string(payload.get("id"))
        build.sidechain = bool(parent) or "subagent" in source
        rollout.branch = string(fields(payload.get("git")).get("branch"))
    build.folder = string(payload.get("cwd")) or build.folder


def _context(rollout: Rollout, payload: Payload) -> None:
    rollout.build.folder = string(payload.get("cwd")) or rollout.build.folder


def _compacted(rollout: Rollout, payload: Payload) -> None:
    if (text := string(payload.get("message"))).strip():
        rollout.add("agent", "summary", text)


def _event(rollout: Rollout, payload: Payload) -> None:
    """Of the notices only a rollback matters: what was said in those turns was taken back."""
    turns = payload.get("num_turns")
    if payload.get("type") == "thread_rolled_back" and isinstance(turns, int) and turns > 0:
        kept = rollout.turns[-turns] if turns <= len(rollout.turns) else 0
        del rollout.events[kept:]
        del rollout.turns[-turns:]


def _item(rollout: Rollout, payload: Payload) -> None:
    make = _ITEMS.get(string(payload.get("type")))
    if make:
        make(rollout, payload)


_RECORDS: dict[str, Callable[[Rollout, Payload], None]] = {
    "session_meta": _meta,
    "turn_context": _context,
    "response_item": _item,
    "event_msg": _event,
    "compacted": _compacted,
}


# --- response items ---


def _message(rollout: Rollout, payload: Payload) -> None:
    make = {"user": _asked, "assistant": _said}.get(string(payload.get("role")), _instructed)
    make(rollout, _texts(payload.get("content")))


def _said(rollout: Rollout, texts: list[str]) -> None:
    for text in texts:
        rollout.add("agent", "message", text)


def _instructed(rollout: Rollout, texts: list[str]) -> None:
    """The base instructions that each resume repeats are the vendor's text and no part of the talk."""
    del rollout, texts


def _asked(rollout: Rollout, texts: list[str]) -> None:
    turn = len(rollout.events)
    for text in texts:
        if rollout.build.sidechain:
            rollout.add("agent", "message", text)
        elif text.lstrip().startswith(_INJECTED):
            rollout.add("program", "status", text)
        else:
            _typed(rollout, text)
    if any(event.kind == "message" for event in rollout.events[turn:]):
        rollout.turns.append(turn)


def _typed(rollout: Rollout, text: str) -> None:
    """A person's message; of one that the app wrapped up, only what follows its request heading was typed."""
    at = text.find(_REQUEST) if text.lstrip().startswith(_WRAPPED) else -1
    start = at + len(_REQUEST) if at >= 0 else 0
    if start:
        rollout.add("program", "status", text[:start].strip("\n"))
    typed = text[start:]
    for part in stretches(typed):
        rollout.add(part.origin, "status" if part.origin == "program" else "message", typed[part.start : part.end])


def _reasoned(rollout: Rollout, payload: Payload) -> None:
    for text in _texts(payload.get("summary")) + _texts(payload.get("content")):
        rollout.add("agent", "thinking", text)


def _called(rollout: Rollout, payload: Payload) -> None:
    space, name = string(payload.get("namespace")), string(payload.get("name"))
    arguments = _arguments(payload)
    tool = f"{space}__{name}" if space else name
    _call(rollout, payload, tool, arguments)


def _call(rollout: Rollout, payload: Payload, tool: str, arguments: object) -> None:
    number = string(payload.get("call_id")) or string(payload.get("id"))
    rollout.calls[number] = Call(tool, command_of(arguments), fields(arguments))
    rollout.add("agent", "call", call_text(arguments), call=number, tool=tool)


def _arguments(payload: Payload) -> object:
    """The arguments of a call: JSON inside a string for functions, plain text for custom tools."""
    given = payload.get("arguments", payload.get("input"))
    if not isinstance(given, str) or not given.startswith("{"):
        return given
    try:
        return orjson.loads(given)
    except orjson.JSONDecodeError:
        return given


def _shell(rollout: Rollout, payload: Payload) -> None:
    _call(rollout, payload, "local_shell", fields(payload.get("action")))


def _searched(rollout: Rollout, payload: Payload) -> None:
    action = fields(payload.get("action"))
    _call(rollout, payload, "web_search", string(action.get("query")) or string(action.get("url")))


def _returned(rollout: Rollout, payload: Payload) -> None:
    number, output = string(payload.get("call_id")), payload.get("output")
    call = rollout.calls.get(number, _UNKNOWN)
    if isinstance(output, dict):
        inner = fields(cast("object", output))
        output = inner.get("content", inner.get("output"))
    for text in _texts(output) or [""]:
        _result(rollout, number, call, text)


def _result(rollout: Rollout, number: str, call: Call, output: str) -> None:
    if output.strip() in _REFUSED:
        rollout.add("human", "rejection", "", call=number, tool=call.tool)
    elif call.tool in replies.ASKING and (answers := list(_answers(call, output))):
        for answer in answers:
            rollout.add("human", "answer", answer, call=number, tool=call.tool)
    else:
        text, failed = unpack(output)
        origin = result_origin(call.tool, call.command)
        rollout.add(origin, "result", text, call=number, tool=call.tool, failed=failed)


def _answers(call: Call, output: str) -> Iterator[str]:
    try:
        given = fields(fields(orjson.loads(output)).get("answers"))
    except orjson.JSONDecodeError:
        return
    for row in map(fields, items(call.arguments.get("questions"))):
        for answer in items(fields(given.get(string(row.get("id")))).get("answers")):
            yield f"{string(row.get('question'))}\n→ {answer}"


_ITEMS: dict[str, Callable[[Rollout, Payload], None]] = {
    "message": _message,
    "reasoning": _reasoned,
    "function_call": _called,
    "function_call_output": _returned,
    "custom_tool_call": _called,
    "custom_tool_call_output": _returned,
    "local_shell_call": _shell,
    "local_shell_call_output": _returned,
    "web_search_call": _searched,
}


def _is_rollout(record: Json) -> bool:
    return record.get("type") in _RECORDS and isinstance(record.get("payload"), dict)


class Codex:
    """Reader of Codex rollout files."""

    name = "codex"
    streams = True

    def claims(self, head: Head) -> bool:
        """Some record is one of the rollout's with a payload."""
        return any(map(_is_rollout, head.objects))

    def read(self, file: SourceFile) -> Iterator[Event | BadLine]:
        """Events in the order of the file, without turns that were rolled back, and its bad lines."""
        rollout, good, bad = Rollout(Builder(str(file.path), "session")), 0, 0
        held = file.holds(_ROLLED_BACK)
        for item in file.records():
            if not isinstance(item, Record):
                bad += 1
                yield item
                continue
            good += 1
            make = _RECORDS.get(string(item.value.get("type")))
            if make and isinstance(item.value.get("payload"), dict):
                rollout.line, rollout.build.at = item.line, when(item.value.get("timestamp"))
                if not rollout.build.unit and item.value["type"] != "session_meta":
                    rollout.build.unit = _named(file)
                make(rollout, fields(item.value["payload"]))
            if not held:
                yield from rollout.events
                rollout.events.clear()
        if bad and not good:
            raise Unreadable(f"{file.path}: none of its {bad} lines is a record", hint="restore it from a copy")
        yield from rollout.events


def _named(file: SourceFile) -> str:
    """The session's id from the file's name, for a rollout that lost its beginning."""
    match = _ROLLOUT_ID.search(file.path.name)
    return match[0] if match else file.path.stem
