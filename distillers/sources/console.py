"""Copies of a terminal in which an agent ran: Claude Code's and Gemini's screens, pasted into a text file.

A person's turn starts with ``> `` in the first column, the agent's words and calls with ``⏺`` (``●``, ``✦``), a result
with ``⎿`` below its call; what belongs to them is indented. Nothing else in the first column is anybody's word.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from distillers.record.events import Event
from distillers.sources.base import Head, SourceFile, when
from distillers.sources.build import Builder
from distillers.sources.lines import BadLine
from distillers.sources.prose import Turn, opening_id, told
from distillers.sources.tools import result_origin

_USER = re.compile(r"> ?(?=\S)")
_AGENT = re.compile(r"[⏺●✦][\s\ufe0e]*")
_RESULT = re.compile(r"\s{1,6}⎿\s*")
_BOX = re.compile(r"\s?[╭│╰]")
_THOUGHT = re.compile(r"[✻✽∴] ?Thinking|[✻✽∴] Thought")
_CALL = re.compile(
    r"(?P<tool>[A-Z]\w*(?: [A-Z]\w*)*|\w[\w.-]*:\w[\w.-]*(?: - \w+ \(MCP\))?|mcp__\w+)\((?P<args>.*)$", re.DOTALL
)
_CLOSED = re.compile(r"\)…?\s*$")
_COMPACTED = re.compile(r"={10,} .*Compacted ={10,}")
_SLASH = re.compile(r"[/!][a-z]\S*(?: is running…)?\s*$|/[a-z]\S* is running…")
_REFUSED = re.compile(r"No \(tell Claude what to do differently\)|User (?:rejected|declined)|Tool use rejected")
_REASON = re.compile(r"Tool use rejected with user message: ")
_INTERRUPT = re.compile(r"Interrupted by user|\[Request interrupted")
_FAILED = re.compile(r"Error\b|error:|✗ |Exit code [1-9]|FAILED\b")
_FOLDER = re.compile(r"│\s+cwd: (?P<path>\S.*?)\s*│")
_DATED = re.compile(r"(\d{4}-\d\d-\d\d)(?:[T_ -](\d\d)[-:h](\d\d))?")


def starts(line: str) -> str:
    """What a line begins: ``user``, ``agent``, ``result``, ``thinking``, ``other``; "" if it goes on with what was."""
    name, pattern = _STARTS.get(line[:1], _NO_MARK)
    if pattern and pattern.match(line):
        return name
    if line[:1].strip():
        return "other"
    if "⎿" in line[:8] and _RESULT.match(line):
        return "result"
    return "box" if line[1:2] in _SIDES else ""


_NO_MARK: tuple[str, re.Pattern[str] | None] = ("", None)
_STARTS: dict[str, tuple[str, re.Pattern[str] | None]] = {
    ">": ("user", _USER),
    **dict.fromkeys("⏺●✦", ("agent", _AGENT)),
    **dict.fromkeys("✻✽∴", ("thinking", _THOUGHT)),
    **dict.fromkeys("╭│╰", ("box", _BOX)),
}
"""What the sign in the first column may begin, and the pattern that the line then has."""
_SIDES = frozenset("╭│╰")
_MARKS = tuple(sign.encode() for sign in "⏺●✦⎿")


def _blocks(lines: list[str]) -> Iterator[tuple[str, int, list[str]]]:
    """The stretches of a screen: what begins them, the index of the first line, the lines."""
    name, first = "other", 0
    for number in _marked(lines):
        begun = starts(lines[number])
        if not begun or (begun == name == "box"):
            continue
        if number > first:
            yield name, first, lines[first:number]
        name, first = begun, number
    yield name, first, lines[first:]


def _marked(lines: Sequence[str]) -> list[int]:
    """The numbers of the lines that may begin something: all but those that begin with white space and have no sign."""
    return [n for n, line in enumerate(lines) if line[:1].strip() or (not line.isascii() and _is_signed(line))]


def _is_signed(line: str) -> bool:
    return "⎿" in line[:8] or line[1:2] in _SIDES


def _turns(lines: list[str]) -> Iterator[Turn]:
    tool, command, after = "", "", ""
    for name, first, block in _blocks(lines):
        turn = _MAKE[name](first + 1, tuple(block))
        if turn.kind == "call":
            tool, command = turn.tool, "\n".join(turn.lines)
        elif turn.kind == "result":
            shown = turn
            turn = _answered(shown.line, shown.lines, tool, command)
            if turn.kind == "rejection" and len(shown.lines) > 1 and turn.lines == ("",):
                yield Turn("tool", "result", shown.line + 1, shown.lines[1:], tool, failed=True)
        elif name == "user" and _COMPACTED.match(after):
            turn = turn._replace(origin="agent", kind="summary")
        if name in ("user", "agent") and turn.kind != "call":
            tool = command = ""
        after = block[0] if name == "other" and block[0].strip() else (after if name == "other" else "")
        yield turn


def _user(line: int, shown: tuple[str, ...]) -> Turn:
    lines = _unindented(shown, _USER, 2)
    if _SLASH.match(lines[0]) and not any(line.strip() for line in lines[1:]):
        return Turn("program", "status", line, lines)
    return Turn("human", "message", line, lines)


def _agent(line: int, shown: tuple[str, ...]) -> Turn:
    lines = _unindented(shown, _AGENT, 2)
    call = _CALL.match("\n".join(lines).rstrip()) if "(" in lines[0] else None
    if call is None:
        return Turn("agent", "message", line, lines)
    arguments = _CLOSED.sub("", call["args"])
    return Turn("agent", "call", line, tuple(arguments.split("\n")), call["tool"])


def _result(line: int, shown: tuple[str, ...]) -> Turn:
    return Turn("tool", "result", line, _unindented(shown, _RESULT, 5))


def _thinking(line: int, shown: tuple[str, ...]) -> Turn:
    return Turn("agent", "thinking", line + 1, _shaved(shown[1:], 2))


def _box(line: int, shown: tuple[str, ...]) -> Turn:
    """A box with a tick is a tool's (Gemini draws them); others are the program's."""
    if any("✔" in line[:8] or "✖" in line[:8] for line in shown[:3]) and not shown[0].startswith("╭"):
        return Turn("tool", "result", line, shown)
    return _other(line, shown)


def _other(line: int, shown: tuple[str, ...]) -> Turn:
    return Turn("program", "status", line, shown)


_MAKE: dict[str, Callable[[int, tuple[str, ...]], Turn]] = {
    "user": _user,
    "agent": _agent,
    "result": _result,
    "thinking": _thinking,
    "box": _box,
    "other": _other,
}
"""Of a line's number and the lines that stand there, the turn."""


def _unindented(lines: tuple[str, ...], marker: re.Pattern[str], width: int) -> tuple[str, ...]:
    """The lines without the marker of the first and up to ``width`` blanks of the others."""
    match = marker.match(lines[0])
    first = lines[0][match.end() :] if match else lines[0]
    return (first, *_shaved(lines[1:], width))


def _shaved(lines: Sequence[str], width: int) -> tuple[str, ...]:
    blank = " " * width
    return tuple(
        [
            (line[width:] if line.startswith(blank) else f"{line[:width].lstrip()}{line[width:]}").rstrip()
            for line in lines
        ]
    )


def _answered(line: int, lines: tuple[str, ...], tool: str, command: str) -> Turn:
    """A result as what it is: a refusal, an interrupt, output of a slash command, or output of the call before it."""
    first = lines[0]
    if _REFUSED.match(first):
        said = _REASON.match(first)
        return Turn("human", "rejection", line, (first[said.end() :], *lines[1:]) if said else ("",), tool)
    if not tool or _INTERRUPT.match(first):
        return Turn("program", "status", line, lines)
    return Turn(result_origin(tool, command), "result", line, lines, tool, failed=bool(_FAILED.match(first)))


class Console:
    """Reader of terminal copies."""

    name = "console"

    def claims(self, head: Head) -> bool:
        """Marks of an agent's screen, and a person's line among them."""
        if head.data.isascii() or not any(mark in head.data for mark in _MARKS):
            return False
        marks = [starts(head.lines[number]) for number in _marked(head.lines)]
        return marks.count("user") >= 1 and marks.count("agent") + marks.count("result") >= 2

    def read(self, file: SourceFile) -> Iterator[Event | BadLine]:
        """Turns, calls and results in the order of the screen; without times unless the file's name has one."""
        lines = file.lines
        named = _DATED.search(file.path.name)
        at = when(f"{named[1]}T{named[2] or '00'}:{named[3] or '00'}:00") if named else ""
        folder = next((match["path"] for line in lines[:40] if (match := _FOLDER.search(line))), "")
        turns = list(_turns(lines))
        unit = opening_id(self.name, (turn.text for turn in turns))
        build = Builder(str(file.path), "session", unit, at, folder, prose=True)
        for turn in turns:
            yield from told(build, turn)
