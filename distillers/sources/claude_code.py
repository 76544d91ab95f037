"""Claude Code sessions and their subagents: one JSON record per line.

The shapes are those of agent-schemas (``claude-code/v2.*/session.schema.json``) and of the logs themselves; there is no
vendor specification, so unknown record types and fields pass by. ``toolUseResult`` is a copy of the result for the
terminal: it is looked at to know who speaks, and not stored.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from distillers.record.events import Event, Kind, Origin
from distillers.sources import claude_agent, replies
from distillers.sources.base import Head, SourceFile, Unreadable
from distillers.sources.build import Builder
from distillers.sources.claude_session import UNKNOWN, Queued, Session, session_of
from distillers.sources.lines import BadLine, Json, Record
from distillers.sources.narrow import Fields, blocks, fields, string
from distillers.sources.tools import result_origin
from distillers.sources.typed import stretches

_REMINDER = "<system-reminder>"


# --- user records ---


def _user(session: Session) -> Iterator[Event]:
    content = fields(session.record.get("message")).get("content")
    for block in blocks(content):
        make = _USER_BLOCKS.get(string(block.get("type")))
        if make:
            yield from make(session, block)


def _user_text(session: Session, block: Fields) -> Iterator[Event]:
    text = string(block.get("text"))
    if not text.strip():
        return
    for flag, origin, kind in _MACHINE:
        if flag(session.record):
            yield session.event(origin, kind, text)
            return
    if session.build.sidechain:
        yield session.event("agent", "message", text)  # the prompt that the parent agent wrote
        return
    yield from typed_events(session.event, text)


def typed_events(event: Callable[..., Event], text: str) -> Iterator[Event]:
    """The events of a person's turn: what was typed, what was pasted, what the harness put around it."""
    for part in stretches(text):
        kind: Kind = "status" if part.origin == "program" else "message"
        yield event(part.origin, kind, text[part.start : part.end])


def _from_elsewhere(record: Json) -> bool:
    source = fields(record.get("origin")).get("kind")
    return isinstance(source, str) and source != "human"


_MACHINE: tuple[tuple[Callable[[Json], bool], Origin, Kind], ...] = (
    (lambda r: r.get("isCompactSummary") is True, "agent", "summary"),
    (lambda r: r.get("isMeta") is True, "program", "status"),
    (_from_elsewhere, "program", "status"),
    (lambda r: bool(r.get("planContent")), "pasted", "message"),
    (lambda r: r.get("promptSource") == "sdk", "pasted", "message"),
)
"""Flags of a user record that say that nobody typed its text here, who wrote it instead, and what it is."""


def _tool_result(session: Session, block: Fields) -> Iterator[Event]:
    number = string(block.get("tool_use_id"))
    call = session.calls.get(number, UNKNOWN)
    texts = [_without_reminder(string(part.get("text"))) for part in blocks(block.get("content"))]
    failed = block.get("is_error") is True
    result = session.record.get("toolUseResult")
    if failed and texts and replies.is_refusal(texts[0], result, call.tool):
        yield session.event("human", "rejection", replies.reason(texts[0]), call=number, tool=call.tool)
        for answer in replies.clarified(texts[0]):
            yield session.event("human", "answer", answer, call=number, tool=call.tool)
        return
    answers = list(replies.answers("\n".join(texts), result, call.questions)) if call.tool in replies.ASKING else []
    if answers and not failed:
        for answer in answers:
            yield session.event("human", "answer", answer, call=number, tool=call.tool)
        return
    origin = result_origin(call.tool, call.command)
    kept = [text for text in texts if text] or [""]  # an empty result still says that the call went well
    for text in kept:
        yield session.event(origin, "result", text, call=number, tool=call.tool, failed=failed)


def _without_reminder(text: str) -> str:
    """A tool's output without the reminder that the harness hung onto its end."""
    if text.endswith("</system-reminder>") or text.endswith("</system-reminder>\n"):
        start = text.rfind(_REMINDER)
        return text[:start].rstrip("\n") if start >= 0 else text
    return text


_USER_BLOCKS: dict[str, Callable[[Session, Fields], Iterator[Event]]] = {
    "text": _user_text,
    "tool_result": _tool_result,
}


# --- other records ---


def _system(session: Session) -> Iterator[Event]:
    text = string(session.record.get("content"))
    if text.strip():
        recap = session.record.get("subtype") == "away_summary"
        yield session.event("agent" if recap else "program", "summary" if recap else "status", text)


def _attachment(session: Session) -> Iterator[Event]:
    """Of the many attachments only a prompt that was typed while the agent worked is somebody's word."""
    attached = fields(session.record.get("attachment"))
    if attached.get("type") != "queued_command" or attached.get("commandMode", "prompt") != "prompt":
        return
    for block in blocks(attached.get("prompt")):
        text = string(block.get("text"))
        if text.strip() and text not in session.taken:
            yield from typed_events(session.event, text)


def _queue(session: Session) -> Iterator[Event]:
    """A prompt that waits becomes a user record when it is dequeued. One that is removed went into the running turn:
    older versions record it nowhere else, newer ones in an attachment too.
    """
    text, build = string(session.record.get("content")), session.build
    operation = session.record.get("operation")
    if operation == "enqueue":
        session.queue.append(Queued(session.line, build.at, text))
    elif operation == "popAll":
        session.queue.clear()
    elif operation in ("dequeue", "remove") and session.queue:
        typed = session.queue.popleft()
        if operation == "remove" and typed.text.strip() and not typed.text.startswith("{"):
            session.taken.add(typed.text)
            session.line, build.at = typed.line, typed.at
            yield from typed_events(session.event, typed.text)


def _titled(name: str, kind: Kind) -> Callable[[Session], Iterator[Event]]:
    def make(session: Session) -> Iterator[Event]:
        if (text := string(session.record.get(name))).strip():
            yield session.event("agent", kind, text, title=text.split("\n", 1)[0][:200])

    return make


def _pull_request(session: Session) -> Iterator[Event]:
    url = string(session.record.get("prUrl"))
    number = session.record.get("prNumber")
    refs = tuple(ref for ref in (url, f"#{number}" if isinstance(number, int) else "") if ref)
    if refs:
        yield session.event("program", "status", url, refs=refs)


_RECORDS: dict[str, Callable[[Session], Iterator[Event]]] = {
    "user": _user,
    "assistant": claude_agent.said,
    "system": _system,
    "attachment": _attachment,
    "queue-operation": _queue,
    "summary": _titled("summary", "summary"),
    "ai-title": _titled("aiTitle", "status"),
    "custom-title": _titled("customTitle", "status"),
    "pr-link": _pull_request,
}
"""What is made of each record type; the others (progress, snapshots …) repeat or steer."""


def _take(session: Session, item: Record) -> Iterator[Event]:
    """The events of a record, and of those that waited to know their session."""
    make = _RECORDS.get(string(item.value.get("type")))
    if not session.build.unit and not session_of(item.value):
        if make:
            session.waiting.append(item)
        return
    waiting, session.waiting = session.waiting, []
    session.build.unit = session.build.unit or session_of(item.value)
    for earlier in waiting:
        yield from _take(session, earlier)
    if make:
        session.enter(item.line, item.value)
        yield from make(session)


def _is_turn(record: Json) -> bool:
    return record.get("type") in ("user", "assistant") and isinstance(record.get("message"), dict)


class ClaudeCode:
    """Reader of Claude Code session files, subagent files included."""

    name = "claude-code"
    streams = True

    def claims(self, head: Head) -> bool:
        """Some record is a turn with a ``message`` that names a session."""
        return any(_is_turn(r) and (session_of(r) or "uuid" in r) for r in head.objects) or any(
            r.get("type") in _KNOWN and (session_of(r) or "leafUuid" in r or "snapshot" in r) for r in head.objects
        )

    def read(self, file: SourceFile) -> Iterator[Event | BadLine]:
        """Events in the order of the file. Raises :class:`Unreadable` if it has lines and all of them are bad."""
        session, good, bad = Session(Builder(str(file.path), "session")), 0, 0
        for item in file.records():
            if isinstance(item, Record):
                good += 1
                yield from _take(session, item)
            else:
                bad += 1
                yield item
        if bad and not good:
            raise Unreadable(f"{file.path}: none of its {bad} lines is a record", hint="restore the file from a copy")


_KNOWN = frozenset({"queue-operation", "file-history-snapshot", "summary", "progress", "attachment", "system", "mode"})
