"""What an agent wrote in a Claude Code session: its words, its thoughts, its calls, and what it read online."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from distillers.record.events import Event
from distillers.sources import replies
from distillers.sources.claude_session import UNKNOWN, Call, Session
from distillers.sources.narrow import Fields, blocks, fields, string
from distillers.sources.tools import call_text, command_of


def said(session: Session) -> Iterator[Event]:
    """The events of the session's current record, which is the agent's."""
    machine = session.record.get("isApiErrorMessage") is True
    for block in blocks(fields(session.record.get("message")).get("content")):
        kind = string(block.get("type"))
        if kind == "text" and machine:
            yield session.event("program", "status", string(block.get("text")))
        elif make := _ASSISTANT_BLOCKS.get(kind):
            yield from make(session, block)


def _wrote(session: Session, block: Fields) -> Iterator[Event]:
    if (text := string(block.get("text"))).strip():
        yield session.event("agent", "message", text)


def _thought(session: Session, block: Fields) -> Iterator[Event]:
    if (text := string(block.get("thinking"))).strip():
        yield session.event("agent", "thinking", text)


def _called(session: Session, block: Fields) -> Iterator[Event]:
    number, tool, arguments = string(block.get("id")), string(block.get("name")), block.get("input")
    session.calls[number] = Call(
        tool, command_of(arguments), replies.asked(arguments) if tool in replies.ASKING else ()
    )
    yield session.event("agent", "call", call_text(arguments), call=number, tool=tool)


def _read_online(session: Session, block: Fields) -> Iterator[Event]:
    number = string(block.get("tool_use_id"))
    for part in blocks(block.get("content")):
        text = next((string(part[name]) for name in ("text", "title", "url") if part.get(name)), "")
        yield session.event("web", "result", text, call=number, tool=session.calls.get(number, UNKNOWN).tool)


_ASSISTANT_BLOCKS: dict[str, Callable[[Session, Fields], Iterator[Event]]] = {
    "text": _wrote,
    "thinking": _thought,
    "tool_use": _called,
    "server_tool_use": _called,
    "web_search_tool_result": _read_online,
    "web_fetch_tool_result": _read_online,
}
