"""The parts of an agent's turn in Markdown: what it said, what it ran, what came back.

Exports put a rule (``---``) between the steps of a turn, a command into a fenced block with a shell's name, its output
into a bare fenced block after it, an edit into a ``diff`` block, and searches into ``<details>``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from distillers.record.events import Kind, Origin
from distillers.sources.prose import Turn
from distillers.sources.tooluse import begins, tool_turns

_RULE = re.compile(r"\s*-{3,}\s*$")
_FENCE = re.compile(r"\s*(?P<mark>`{3,}|~{3,})(?P<info>[\w+-]*)\s*$")
_FENCES = ("```", "~~~")
_SHELL = frozenset({"bash", "sh", "shell", "zsh", "console", "fish", "powershell"})
_READ = re.compile(r"(Read file|Listed directory|Searched \w+|Edited file)s?:? ")
_SIGNS = frozenset("<`~-T")
"""How a line begins that may be a rule, a fence, a tag or a tool call without tags."""
_BLOCKS: tuple[tuple[str, str], ...] = (
    ("<tool-use", "</tool-use>"),
    ("<think", "</think>"),
    ("<details", "</details>"),
)


def segments(lines: tuple[str, ...], line: int, at: str = "") -> Iterator[Turn]:
    """The turns that an agent's ``lines``, the first of which stands at ``line``, are made of."""
    ran = False
    for start, end, marks in _steps(lines):
        for name, first, last in _pieces(lines, start, end, marks):
            if name == "tool":
                yield from tool_turns(lines[first:last], line + first, at)
                continue
            origin, kind, tool = _KINDS[name](ran)
            ran = kind == "call"
            begin, stop = _inside(lines, first, last) if name in ("shell", "output") else (first, last)
            yield Turn(origin, kind, line + begin, lines[begin:stop], tool, at)


def _steps(lines: tuple[str, ...]) -> Iterator[tuple[int, int, list[int]]]:
    """The stretches between rules that stand outside fenced blocks, and where in each something may begin."""
    start, fence = 0, ""
    marks: list[int] = []
    for number in [number for number, line in enumerate(lines) if line.lstrip()[:1] in _SIGNS]:
        line = lines[number].lstrip()
        if line[0] == "-":
            if not fence and _RULE.match(line):
                yield start, number, marks
                start, marks = number + 1, []
            continue
        if line.startswith(_FENCES):
            fence = _fence(fence, line)
        marks.append(number)
    yield start, len(lines), marks


def _fence(fence: str, line: str) -> str:
    match = _FENCE.match(line)
    if match is None:
        return fence
    if not fence:
        return match["mark"]
    return "" if not match["info"] and match["mark"].startswith(fence) else fence


def _pieces(lines: tuple[str, ...], start: int, end: int, marks: list[int]) -> Iterator[tuple[str, int, int]]:
    """Named pieces of one step: ``talk``, ``shell``, ``output``, ``edit``, ``details``, ``think``, ``tool``.

    Blank lines between two of them are none.
    """
    held = start
    for at in marks:
        piece = _opened(lines, at, end) if at >= held else None
        if piece is None:
            continue
        name, stop = piece
        yield from _talk(lines, held, at)
        yield name, at, stop
        held = stop
    yield from _talk(lines, held, end)


def _talk(lines: tuple[str, ...], start: int, end: int) -> Iterator[tuple[str, int, int]]:
    for said in range(start, end):
        if lines[said].strip():
            alone = _READ.match(lines[said]) and not any(line.strip() for line in lines[said + 1 : end])
            yield ("read" if alone else "talk"), start, end
            return


def _opened(lines: tuple[str, ...], at: int, end: int) -> tuple[str, int] | None:
    """What block opens at ``at`` and where it stops, None if none that is a piece of its own."""
    line = lines[at].lstrip()
    if begins(line):
        return "tool", end
    for opening, closing in _BLOCKS if line[0] == "<" else ():
        if line.startswith(opening):
            stop = next((number + 1 for number in range(at, end) if closing in lines[number]), end)
            return opening[1:].replace("tool-use", "tool"), stop
    match = _FENCE.match(line)
    name = _fenced(match["info"]) if match else ""
    if match is None or not name:
        return None
    mark = match["mark"]
    return name, next((number + 1 for number in range(at + 1, end) if lines[number].strip() == mark), end)


def _fenced(info: str) -> str:
    """What a fenced block holds, by the word behind its fence; "" if it is no piece of its own."""
    return "shell" if info in _SHELL else {"": "output", "diff": "edit"}.get(info, "")


def _inside(lines: tuple[str, ...], first: int, last: int) -> tuple[int, int]:
    """The lines of a fenced block without its fences, of which the last may be missing."""
    fence = _FENCE.match(lines[first])
    closed = last - first > 1 and fence is not None and lines[last - 1].strip() == fence["mark"]
    return first + 1, last - 1 if closed else last


def _said(_ran: bool) -> tuple[Origin, Kind, str]:
    return "agent", "message", ""


def _thought(_ran: bool) -> tuple[Origin, Kind, str]:
    return "agent", "thinking", ""


def _ran(_ran: bool) -> tuple[Origin, Kind, str]:
    return "agent", "call", "shell"


def _edited(_ran: bool) -> tuple[Origin, Kind, str]:
    return "agent", "call", "edit"


def _looked(_ran: bool) -> tuple[Origin, Kind, str]:
    return "agent", "call", "read"


def _output(ran: bool) -> tuple[Origin, Kind, str]:
    """A bare block after a command is its output; elsewhere it is an example that the agent gives."""
    return ("tool", "result", "shell") if ran else ("agent", "message", "")


def _listing(_ran: bool) -> tuple[Origin, Kind, str]:
    return "tool", "result", "search"


_KINDS: dict[str, Callable[[bool], tuple[Origin, Kind, str]]] = {
    "talk": _said,
    "think": _thought,
    "shell": _ran,
    "edit": _edited,
    "read": _looked,
    "output": _output,
    "details": _listing,
}
