"""aider's chat history: ``#### `` is the person, ``> `` is the program and its tools, the rest is the model."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby

from distillers.record.events import Event
from distillers.sources.base import Head, SourceFile, when
from distillers.sources.build import Builder
from distillers.sources.lines import BadLine
from distillers.sources.prose import Turn, told
from distillers.sources.segments import segments

_START = re.compile(r"# aider chat started at (?P<at>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)")
_TYPED = re.compile(r"####(?: |$)")
_BROKEN = re.compile(r"####(?: .*)?  \r?$")
"""A typed line as aider writes it: with the two blanks that break a line in Markdown, which no heading has."""
_SLASH = re.compile(r"/(?P<name>[a-z][\w-]*)(?:\s+(?P<rest>.*))?$")
_PROMPT = re.compile(r".*\(Y\)es/\(N\)o.*\]:|!\S")
"""A question of aider with the key that answered it, or a shell command."""
_TALKING = frozenset({"ask", "code", "architect", "chat-mode", "context", "help"})


def _speaker(line: str, typed: re.Pattern[str]) -> str:
    if _START.match(line):
        return "start"
    if typed.match(line):
        return "user"
    return "program" if line.startswith("> ") or line.rstrip() == ">" else "agent"  # ">>>>>>>" ends an edit


class Aider:
    """Reader of ``.aider.chat.history.md``."""

    name = "aider"

    def claims(self, head: Head) -> bool:
        """A line says when a chat started."""
        return b"# aider chat started at " in head.data and any(_START.match(line) for line in head.lines)

    def read(self, file: SourceFile) -> Iterator[Event | BadLine]:
        """The turns of all chats in the file; each chat is a unit.

        In a file that lost its blanks at the ends of lines every heading of that level counts as typed.
        """
        build = Builder(str(file.path), "session", f"aider/{file.path.parent.name}", prose=True)
        typed = _BROKEN if any(map(_BROKEN.match, file.lines)) else _TYPED
        for speaker, group in groupby(enumerate(file.lines, 1), key=lambda item: _speaker(item[1], typed)):
            found = list(group)
            line, lines = found[0][0], tuple(text.rstrip() for _, text in found)
            match = _START.match(lines[0]) if speaker == "start" else None
            if match:
                build.unit, build.at = f"aider-{match['at'].replace(' ', 'T')}", when(match["at"])
            for turn in _turns(speaker, line, lines):
                yield from told(build, turn)


def _turns(speaker: str, line: int, lines: tuple[str, ...]) -> Iterator[Turn]:
    if speaker == "user":
        yield _typed(line, tuple(text[5:] for text in lines))
    elif speaker == "program":
        yield Turn("program", "status", line, tuple(text[1:].removeprefix(" ") for text in lines))
    elif speaker == "agent":
        yield from segments(lines, line)


def _typed(line: int, lines: tuple[str, ...]) -> Turn:
    """What was typed; of a command to aider only what is said to the model."""
    slash = _SLASH.match(lines[0])
    if _PROMPT.match(lines[0]) and len(lines) == 1:
        return Turn("program", "status", line, lines)
    if slash is None:
        return Turn("human", "message", line, lines)
    if slash["name"] in _TALKING and slash["rest"]:
        return Turn("human", "message", line, (slash["rest"], *lines[1:]))
    return Turn("program", "status", line, lines)
