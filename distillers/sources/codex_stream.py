"""What ``codex exec --json`` prints: one thread event a line (``codex-rs/exec/src/exec_events.rs``).

It holds no times and not the prompt. An item is told when it starts, as it changes and when it is done; only what is
done counts. The to-do list repeats what the agent says, and passes by.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from distillers.record.events import Event, Kind, Origin
from distillers.sources.base import Head, SourceFile, Unreadable
from distillers.sources.build import Builder
from distillers.sources.lines import BadLine, Json, Record
from distillers.sources.narrow import Fields, fields, items, string
from distillers.sources.tools import call_text, result_origin

_SHELL, _PATCH = "shell", "apply_patch"


class _Thread:
    """What reading one file remembers."""

    def __init__(self, file: SourceFile) -> None:
        self.build = Builder(str(file.path), "session", file.path.stem)
        self.line = 0

    def event(self, origin: Origin, kind: Kind, text: str, **more: Any) -> Event:
        key = self.build.counted("\0".join((kind, more.get("call", ""), text)))  # a resumed run counts its items anew
        return self.build.event(key, self.line, origin, kind, text, **more)


def _said(origin: Origin, kind: Kind, name: str = "text") -> Callable[[_Thread, Fields], Iterator[Event]]:
    def make(thread: _Thread, item: Fields) -> Iterator[Event]:
        if (text := string(item.get(name))).strip():
            yield thread.event(origin, kind, text)

    return make


def _ran(thread: _Thread, item: Fields) -> Iterator[Event]:
    number, command = string(item.get("id")), string(item.get("command"))
    yield thread.event("agent", "call", command, call=number, tool=_SHELL)
    failed = item.get("exit_code") not in (0, None) or _failed(item)
    text = string(item.get("aggregated_output"))
    yield thread.event(result_origin(_SHELL, command), "result", text, call=number, tool=_SHELL, failed=failed)


def _changed(thread: _Thread, item: Fields) -> Iterator[Event]:
    number = string(item.get("id"))
    yield thread.event("agent", "call", call_text({"changes": item.get("changes")}), call=number, tool=_PATCH)
    yield thread.event("tool", "result", "", call=number, tool=_PATCH, failed=_failed(item))


def _called(thread: _Thread, item: Fields) -> Iterator[Event]:
    number, tool = string(item.get("id")), f"mcp__{string(item.get('server'))}__{string(item.get('tool'))}"
    yield thread.event("agent", "call", call_text(item.get("arguments")), call=number, tool=tool)
    texts = [string(fields(block).get("text")) for block in items(fields(item.get("result")).get("content"))]
    texts.append(string(fields(item.get("error")).get("message")))
    for text in [text for text in texts if text] or [""]:
        yield thread.event(result_origin(tool), "result", text, call=number, tool=tool, failed=_failed(item))


def _searched(thread: _Thread, item: Fields) -> Iterator[Event]:
    yield thread.event("agent", "call", string(item.get("query")), call=string(item.get("id")), tool="web_search")


def _failed(item: Fields) -> bool:
    return item.get("status") in ("failed", "declined") or bool(item.get("error"))


_ITEMS: dict[str, Callable[[_Thread, Fields], Iterator[Event]]] = {
    "agent_message": _said("agent", "message"),
    "reasoning": _said("agent", "thinking"),
    "plan": _said("agent", "status"),
    "command_execution": _ran,
    "file_change": _changed,
    "mcp_tool_call": _called,
    "web_search": _searched,
    "error": _said("program", "status", "message"),
}
_ERROR = _said("program", "status", "message")


def _take(thread: _Thread, record: Json) -> Iterator[Event]:
    kind, item = record.get("type"), fields(record.get("item"))
    if kind == "thread.started":
        thread.build.unit = string(record.get("thread_id")) or thread.build.unit
    elif kind == "item.completed" and (make := _ITEMS.get(string(item.get("type")))):
        yield from make(thread, item)
    elif kind in ("error", "turn.failed"):
        yield from _ERROR(thread, record if kind == "error" else fields(record.get("error")))


def _is_event(record: Json) -> bool:
    if record.get("type") == "thread.started":
        return isinstance(record.get("thread_id"), str)
    told = record.get("type") in ("item.started", "item.updated", "item.completed")
    return told and string(fields(record.get("item")).get("type")) in {*_ITEMS, "todo_list"}


class CodexStream:
    """Reader of saved ``codex exec --json`` streams."""

    name = "codex-stream"
    streams = True

    def claims(self, head: Head) -> bool:
        """Some record starts a thread or tells of an item."""
        return any(map(_is_event, head.objects))

    def read(self, file: SourceFile) -> Iterator[Event | BadLine]:
        """The finished items in the order of the file. Raises :class:`Unreadable` if all of its lines are bad."""
        thread, good, bad = _Thread(file), 0, 0
        for item in file.records():
            if isinstance(item, Record):
                good += 1
                thread.line = item.line
                yield from _take(thread, item.value)
            else:
                bad += 1
                yield item
        if bad and not good:
            raise Unreadable(f"{file.path}: none of its {bad} lines is a record", hint="restore it from a copy")
