"""Codex rollouts: one ``{timestamp, type, payload}`` a line (``codex-rs/protocol/src/protocol.rs``).

``event_msg`` and ``response_item`` carry the same talk twice; content is taken from ``response_item`` alone. A resumed
file repeats its ``session_meta``; turns that were rolled back are dropped.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from distillers.record.events import Event
from distillers.sources.base import Head, SourceFile, Unreadable, when
from distillers.sources.build import Builder
from distillers.sources.codex_calls import called, returned, searched, shell
from distillers.sources.codex_rollout import Payload, Rollout, texts_of
from distillers.sources.lines import BadLine, Json, Record
from distillers.sources.narrow import fields, string
from distillers.sources.typed import stretches

_REQUEST = "## My request for Codex:"
_WRAPPED = ("# In app browser", "# Files mentioned by the user", "# Context from my IDE setup", "# Selected text")
_INJECTED = ("# AGENTS.md instructions", "<skill>", "<INSTRUCTIONS>", "<hook_prompt")
_ROLLOUT_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")

_ROLLED_BACK = b"thread_rolled_back"


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
    make(rollout, texts_of(payload.get("content")))


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
    for text in texts_of(payload.get("summary")) + texts_of(payload.get("content")):
        rollout.add("agent", "thinking", text)


_ITEMS: dict[str, Callable[[Rollout, Payload], None]] = {
    "message": _message,
    "reasoning": _reasoned,
    "function_call": called,
    "function_call_output": returned,
    "custom_tool_call": called,
    "custom_tool_call_output": returned,
    "local_shell_call": shell,
    "local_shell_call_output": returned,
    "web_search_call": searched,
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
