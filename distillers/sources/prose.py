"""What transcripts in prose share: turns cut from the lines of a file, markers removed, one text line per file line."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import NamedTuple

from distillers.record.events import Event, Kind, Origin
from distillers.sources.build import Builder
from distillers.sources.typed import stretches, trim

CONTINUED = "This session is being continued from a previous conversation"
"""How a compaction summary begins, which stands where a person would speak."""
OPENING = 3
"""Texts by which a session without an id is known …"""
KNOWN_BY = 400
"""… and characters of each."""


class Turn(NamedTuple):
    """Lines of a file that one speaker said."""

    origin: Origin
    kind: Kind
    line: int
    """1-based line of the first of ``lines``."""
    lines: tuple[str, ...]
    tool: str = ""
    at: str = ""
    failed: bool = False

    @property
    def text(self) -> str:
        """The lines as one text."""
        return "\n".join(self.lines)


def opening_id(kind: str, texts: Iterable[str]) -> str:
    """The id of a session that names none, by the texts it opens with: a copy under another name has the same one."""
    said = filter(None, (text.strip()[:KNOWN_BY] for text in texts))
    opening = "\0".join(islice(said, OPENING)).encode("utf-8", "surrogatepass")
    return f"{kind}-{hashlib.blake2b(opening, digest_size=6).hexdigest()}"


def told(build: Builder, turn: Turn) -> Iterator[Event]:
    """The event of a turn; a person's turn may make several, for what was typed and what was pasted.

    Prose has no call ids: a result belongs to the call right before it.
    """
    text = turn.text
    start, end = trim(text, 0, len(text))
    if start >= end and turn.kind != "rejection":  # a refusal without a reason is one too
        return
    if turn.at:
        build.at = turn.at
    if turn.origin == "human" and text.startswith(CONTINUED, start):
        yield _made(build, turn, "agent", "summary", text, start, end)
    elif turn.origin == "human" and turn.kind == "message":
        for part in stretches(text):
            kind: Kind = "status" if part.origin == "program" else "message"
            yield _made(build, turn, part.origin, kind, text, part.start, part.end)
    else:
        yield _made(build, turn, turn.origin, turn.kind, text, start, end)


def _made(build: Builder, turn: Turn, origin: Origin, kind: Kind, text: str, start: int, end: int) -> Event:
    said = text[start:end]
    line = turn.line + text.count("\n", 0, start)
    key = build.counted(f"{origin}\0{kind}\0{said}")
    if kind == "call":
        build.call = f"line-{line}"
    elif kind not in ("result", "rejection"):
        build.call = ""
    return build.event(key, line, origin, kind, said, tool=turn.tool, call=build.call, failed=turn.failed)
