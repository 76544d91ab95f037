"""What an OpenCode message is made of (``packages/opencode/src/session/message-v2.ts``), wherever its parts are kept.

Parts have ids that a migration keeps, so the events of a part are the same in the old folders and in the database.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from distillers.record.events import Event, Kind, Origin
from distillers.sources.base import when
from distillers.sources.build import Builder
from distillers.sources.documents import Row
from distillers.sources.narrow import Fields, fields, items, string
from distillers.sources.tools import call_text, command_of, result_origin
from distillers.sources.typed import stretches

_ASKING = "question"
_OWN = frozenset(
    {"apply_patch", "bash", "codesearch", "edit", "glob", "grep", "list", "lsp", "multiedit", "patch", "plan_exit"}
    | {_ASKING, "read", "skill", "task", "todoread", "todowrite", "webfetch", "websearch", "write"}
)
"""OpenCode's own tools: an error of another tool is that tool's word and no person's."""
_REFUSED = (
    "The user rejected permission to use this specific tool call.",
    "The user dismissed this question",
)
_ADVISED = "The user rejected permission with feedback: "


@dataclass(frozen=True, slots=True)
class Part:
    """One part and the message it belongs to."""

    own: str
    row: Row
    message: Fields

    @property
    def typed(self) -> bool:
        """Whether it stands in a turn of the user's side."""
        return self.message.get("role") == "user"


def events(build: Builder, part: Part) -> Iterator[Event]:
    """The events of ``part``; ``build`` has the session and its folder."""
    make = _PARTS.get(string(part.row.value.get("type")))
    if make and part.message.get("role") in ("user", "assistant"):
        build.folder = string(fields(part.message.get("path")).get("cwd")) or build.folder
        build.at = when(fields(part.message.get("time")).get("created")) or build.at
        yield from make(build, part)


def _make(build: Builder, part: Part, name: str, origin: Origin, kind: Kind, text: str, **more: Any) -> Event:
    return build.event(f"{part.own}\0{name}", part.row.line_of(text), origin, kind, text, **more)


def _text(build: Builder, part: Part) -> Iterator[Event]:
    text = string(part.row.value.get("text"))
    at = when(fields(part.row.value.get("time")).get("start")) or build.at
    if not text.strip():
        return
    if part.row.value.get("synthetic") is True or part.row.value.get("ignored") is True:
        yield _make(build, part, "status", "program", "status", text, at=at)
    elif not part.typed:
        kind: Kind = "summary" if part.message.get("summary") is True else "message"
        yield _make(build, part, "said", "agent", kind, text, at=at)
    elif build.sidechain:
        yield _make(build, part, "said", "agent", "message", text)  # the prompt that the parent agent wrote
    else:
        for number, piece in enumerate(stretches(text)):
            kind = "status" if piece.origin == "program" else "message"
            yield _make(build, part, f"typed {number}", piece.origin, kind, text[piece.start : piece.end])


def _reasoning(build: Builder, part: Part) -> Iterator[Event]:
    if (text := string(part.row.value.get("text"))).strip():
        at = when(fields(part.row.value.get("time")).get("start")) or build.at
        yield _make(build, part, "thought", "agent", "thinking", text, at=at)


def _tool(build: Builder, part: Part) -> Iterator[Event]:
    value = part.row.value
    tool, number, state = string(value.get("tool")), string(value.get("callID")), fields(value.get("state"))
    time = fields(state.get("time"))
    start = when(time.get("start")) or build.at
    end = when(time.get("end")) or start
    yield _make(build, part, "call", "agent", "call", call_text(state.get("input")), call=number, tool=tool, at=start)
    status = string(state.get("status"))
    failed = status == "error" or fields(state.get("metadata")).get("exit") not in (None, 0)
    text = string(state.get("error" if status == "error" else "output"))
    if status not in ("completed", "error"):
        return
    if status == "error" and (reason := _refusal(tool, text)) is not None:
        yield _make(build, part, "rejection", "human", "rejection", reason, call=number, tool=tool, at=end)
        return
    if answers := list(_answers(state)) if tool == _ASKING and not failed else []:
        for place, answer in enumerate(answers):
            yield _make(build, part, f"answer {place}", "human", "answer", answer, call=number, tool=tool, at=end)
        return
    origin = result_origin(tool, command_of(state.get("input")))
    yield _make(build, part, "result", origin, "result", text, call=number, tool=tool, failed=failed, at=end)


def _refusal(tool: str, error: str) -> str | None:
    """The reason a person gave for refusing the call ("" if none), None if nobody refused it."""
    if tool not in _OWN:
        return None
    if error.startswith(_ADVISED):
        return error[len(_ADVISED) :]
    return "" if error.startswith(_REFUSED) else None


def _answers(state: Fields) -> Iterator[str]:
    questions = [string(fields(row).get("question")) for row in items(fields(state.get("input")).get("questions"))]
    given = items(fields(state.get("metadata")).get("answers"))
    for question, chosen in zip(questions, given, strict=False):
        if answer := ", ".join(filter(None, map(string, items(chosen)))):
            yield f"{question}\n→ {answer}"


_PARTS: dict[str, Callable[[Builder, Part], Iterator[Event]]] = {"text": _text, "reasoning": _reasoning, "tool": _tool}
"""The others (steps, snapshots, patches, files) steer or repeat."""
