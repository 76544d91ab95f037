"""One message of a Gemini CLI session: what was typed, what the model said, thought and called, what came back."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from distillers.record.events import Event, Kind, Origin
from distillers.sources.base import when
from distillers.sources.build import Builder
from distillers.sources.documents import Row
from distillers.sources.lines import decoded
from distillers.sources.narrow import Fields, fields, items, several, string
from distillers.sources.tools import call_text, command_of, result_origin
from distillers.sources.typed import stretches

_ASKING = "ask_user"
_SHELL = "run_shell_command"
_FILES = "--- Content from referenced files ---"
"""The part of a turn after which the files stand that it names."""
_CANCELLED = "[Operation Cancelled]"
_EXIT = re.compile(r"^Exit Code: (?P<code>-?\d+)$", re.MULTILINE)
"""What the shell tool writes below a command's output."""
_REFUSED = ("User did not allow", "User denied")


class _Maker:
    """Makes the events of one message; their ids rest on its id and on which of its texts they hold."""

    def __init__(self, build: Builder, own: str, row: Row) -> None:
        self._build, self._own, self.row, self._count = build, own, row, 0

    def make(self, origin: Origin, kind: Kind, text: str, **more: Any) -> Event:
        """The event of the next text."""
        self._count += 1
        return self._at(f"{self._own}\0{self._count}", origin, kind, text, **more)

    def named(self, name: str, origin: Origin, kind: Kind, text: str, **more: Any) -> Event:
        """The event of a text that has a name of its own in the message."""
        return self._at(f"{self._own}\0{name}", origin, kind, text, **more)

    def _at(self, key: str, origin: Origin, kind: Kind, text: str, **more: Any) -> Event:
        return self._build.event(key, self.row.line_of(text), origin, kind, text, **more)


def events(build: Builder, own: str, row: Row, *, late: bool) -> Iterator[Event]:
    """The events of the message ``row`` with the id ``own``; ``late`` says that a compression made it up."""
    make = _TYPES.get(string(row.value.get("type")))
    if make is None:
        return
    build.at = when(row.value.get("timestamp")) or build.at
    if late:
        for text in texts(row.value.get("content")):
            yield _Maker(build, own, row).make("agent", "summary", text)
        return
    yield from make(build, _Maker(build, own, row))


def texts(content: object) -> Iterator[str]:
    """The texts of a message's content: a string, a part, or a list of both."""
    for part in several(content):
        text = part if isinstance(part, str) else string(fields(part).get("text"))
        if text.strip():
            yield text


def _user(build: Builder, maker: _Maker) -> Iterator[Event]:
    """What was typed is what was displayed, where the CLI tells the two apart."""
    value, named = maker.row.value, False
    for text in texts(value.get("displayContent") or value.get("content")):
        named = named or text.strip() == _FILES
        if named:
            yield maker.make("pasted", "message", text)
        elif build.sidechain:
            yield maker.make("agent", "message", text)
        else:
            for part in stretches(text):
                kind: Kind = "status" if part.origin == "program" else "message"
                yield maker.make(part.origin, kind, text[part.start : part.end])


def _gemini(build: Builder, maker: _Maker) -> Iterator[Event]:
    value, at = maker.row.value, build.at
    for number, thought in enumerate(map(fields, items(value.get("thoughts")))):
        if (text := string(thought.get("description")) or string(thought.get("subject"))).strip():
            yield maker.named(f"thought {number}", "agent", "thinking", text, at=when(thought.get("timestamp")) or at)
    for text in texts(value.get("content")):
        yield maker.make("agent", "message", text)
    for number, call in enumerate(map(fields, items(value.get("toolCalls")))):
        yield from _called(maker, string(call.get("id")) or f"call {number}", call, when(call.get("timestamp")) or at)


def _called(maker: _Maker, own: str, call: Fields, at: str) -> Iterator[Event]:
    tool, arguments = string(call.get("name")), call.get("args")
    yield maker.named(f"{own}\0call", "agent", "call", call_text(arguments), call=own, tool=tool, at=at)
    status = string(call.get("status"))
    if status not in ("success", "error", "cancelled"):
        return
    found = list(_returned(call.get("result")))
    if status == "cancelled" and any(text.startswith(_CANCELLED) and _is_refusal(text) for text in found):
        yield maker.named(f"{own}\0rejection", "human", "rejection", "", call=own, tool=tool, at=at)
        return
    if tool == _ASKING and (answers := list(_answers(fields(arguments), found))):
        for number, answer in enumerate(answers):
            yield maker.named(f"{own}\0answer {number}", "human", "answer", answer, call=own, tool=tool, at=at)
        return
    origin = result_origin(tool, command_of(arguments))
    failed = status != "success" or (tool == _SHELL and any(map(_is_failure, found)))
    for number, text in enumerate(found or [""]):
        yield maker.named(f"{own}\0result {number}", origin, "result", text, call=own, tool=tool, failed=failed, at=at)


def _is_refusal(text: str) -> bool:
    """Whether a call was cancelled because a person did not allow it; others end with the turn they stand in."""
    return any(reason in text for reason in _REFUSED)


def _is_failure(output: str) -> bool:
    codes = [match["code"] for match in _EXIT.finditer(output)]
    return bool(codes) and codes[-1] != "0"


def _returned(result: object) -> Iterator[str]:
    """The texts that a call returned: the output or the error of its response, and the parts beside it."""
    for part in several(result):
        answer = fields(fields(fields(part).get("functionResponse")).get("response"))
        if answer:
            yield from (text for name in ("output", "error") if (text := string(answer.get(name))))
            yield from texts(answer.get("content"))
        else:
            yield from texts(part)


def _answers(arguments: Fields, found: list[str]) -> Iterator[str]:
    """Each answered question; the answers are numbered like the questions."""
    questions = [string(fields(row).get("question")) for row in items(arguments.get("questions"))]
    for text in found:
        for number, answer in fields(fields(decoded(text)).get("answers")).items():
            if number.isdecimal() and int(number) < len(questions) and string(answer):
                yield f"{questions[int(number)]}\n→ {answer}"


def _noticed(_build: Builder, maker: _Maker) -> Iterator[Event]:
    for text in texts(maker.row.value.get("content")):
        yield maker.make("program", "status", text)


_TYPES: dict[str, Callable[[Builder, _Maker], Iterator[Event]]] = {
    "user": _user,
    "gemini": _gemini,
    "info": _noticed,
    "warning": _noticed,
    "error": _noticed,
}
