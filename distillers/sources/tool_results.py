"""Results of Claude Code's tools that were too long for the session's log, which keeps their beginning only.

They lie beside it, in ``<session>/tool-results/``, and have no form of their own: a file is known by its place, and the
log tells which call it answers. Whose words it holds is decided by the tool, as for every other result.
"""

from __future__ import annotations

import mmap
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from distillers.record.events import Event
from distillers.sources.base import Head, SourceFile, when
from distillers.sources.build import Builder
from distillers.sources.claude_session import session_of
from distillers.sources.lines import BadLine, Json, decoded
from distillers.sources.narrow import Fields, blocks, fields, string
from distillers.sources.tools import command_of, result_origin
from distillers.sources.unreadable import NotYet

_FOLDER = "tool-results"
_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_OTHERS = 20
"""So many logs of a project are asked beside the session's own."""


class _Block(NamedTuple):
    """A block of a message, and the record it stands in."""

    record: Json
    block: Fields


class ToolResults:
    """Reader of one result a file."""

    name = "tool-results"

    def claims(self, head: Head) -> bool:
        """It lies in a session's folder for results: one named by a session's id, or beside the log of that name."""
        if head.path.parts[-2:-1] != (_FOLDER,):
            return False
        session = head.path.parents[1]
        return bool(_ID.fullmatch(session.name)) or Path(f"{session}.jsonl").is_file()

    def read(self, file: SourceFile) -> Iterator[Event | BadLine]:
        """The result, whole. Raises :class:`NotYet` if no log tells (yet) which call it answers."""
        for log in _logs(file.path):
            with suppress(OSError, ValueError), log.open("rb") as stream:
                with mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as data:
                    found = _result(data, file.path)
                    call = _call(data, string(found.block.get("tool_use_id"))) if found else None
                if found and call:
                    yield _event(file, found, call)
                    return
        raise NotYet("a tool's output: no log tells yet which call it answers")


def _event(file: SourceFile, found: _Block, call: _Block) -> Event:
    tool, record = string(call.block.get("name")), found.record
    build = Builder(
        str(file.path),
        "session",
        session_of(record) or file.path.parents[1].name,
        when(record.get("timestamp")),
        string(record.get("cwd")),
        sidechain=record.get("isSidechain") is True,
        prose=True,
    )
    return build.event(
        f"{_FOLDER}/{file.path.name}",
        1,
        result_origin(tool, command_of(call.block.get("input"))),
        "result",
        file.text(),
        tool=tool,
        call=string(call.block.get("id")),
        failed=found.block.get("is_error") is True,
    )


def _logs(path: Path) -> Iterator[Path]:
    """The log of the session that the result belongs to, those of its subagents, and others in which it may go on."""
    session = path.parent.parent
    own = Path(f"{session}.jsonl")
    others = sorted((log for log in session.parent.glob("*.jsonl") if log != own), key=_newest)
    yield from (own, *sorted((session / "subagents").glob("agent-*.jsonl")), *others[:_OTHERS])


def _newest(log: Path) -> tuple[float, str]:
    with suppress(OSError):
        return -log.stat().st_mtime, log.name
    return 0, log.name


def _result(data: mmap.mmap, path: Path) -> _Block | None:
    """The block that says that its whole text stands in the file, or that bears the file's name as its number."""
    for found in _blocks(data, path.stem, "tool_result"):
        told = "\n".join(string(part.get("text")) for part in blocks(found.block.get("content")))
        if found.block.get("tool_use_id") == path.stem or f"{_FOLDER}/{path.name}" in told:
            return found
    return None


def _call(data: mmap.mmap, number: str) -> _Block | None:
    return next((found for found in _blocks(data, number, "tool_use") if found.block.get("id") == number), None)


def _blocks(data: mmap.mmap, word: str, kind: str) -> Iterator[_Block]:
    """The blocks of that kind on the lines that hold ``word``."""
    at = data.find(word.encode()) if word else -1
    while at >= 0:
        start, end = data.rfind(b"\n", 0, at) + 1, data.find(b"\n", at)
        end = end if end >= 0 else len(data)
        record = fields(decoded(data[start:end]))
        said = blocks(fields(record.get("message")).get("content"))
        yield from (_Block(dict(record), block) for block in said if block.get("type") == kind)
        at = data.find(word.encode(), end)
