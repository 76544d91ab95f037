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
_SHELL = frozenset({"bash", "sh", "shell", "zsh", "console", "fish", "powershell"})
_READ = re.compile(r"(Read file|Listed directory|Searched \w+|Edited file)s?:? ")
_BLOCKS: tuple[tuple[str, str], ...] = (
    ("<tool-use", "</tool-use>"),
    ("<think", "</think>"),
    ("<details", "</details>"),
)


def segments(lines: tuple[str, ...], line: int, at: str = "") -> Iterator[Turn]:
    """The turns that an agent's ``lines``, the first of which stands at ``line``, are made of."""
    ran = False
    for start, end in _steps(lines):
        for name, first, last in _pieces(lines, start, end):
            if name == "tool":
                yield from tool_turns(lines[first:last], line + first, at)
                continue
            origin, kind, tool = _KINDS[name](ran)
            ran = kind == "call" or (ran and not any(part.strip() for part in lines[first:last]))
            begin, stop = _inside(lines, first, last) if name in ("shell", "output") else (first, last)
            yield Turn(origin, kind, line + begin, lines[begin:stop], tool, at)


def _steps(lines: tuple[str, ...]) -> Iterator[tuple[int, int]]:
    """The stretches between rules that stand outside fenced blocks."""
    start, fence = 0, ""
    for number, line in enumerate(lines):
        if "```" in line or "~~~" in line:
            fence = _fence(fence, line)
        if not fence and "---" in line and _RULE.match(line):
            yield start, number
            start = number + 1
    yield start, len(lines)


def _fence(fence: str, line: str) -> str:
    match = _FENCE.match(line)
    if match is None:
        return fence
    if not fence:
        return match["mark"]
    return "" if not match["info"] and match["mark"].startswith(fence) else fence


def _pieces(lines: tuple[str, ...], start: int, end: int) -> Iterator[tuple[str, int, int]]:
    """Named pieces of one step: ``talk``, ``shell``, ``output``, ``edit``, ``details``, ``think``, ``tool``."""
    held, at = start, start
    while at < end:
        piece = _opened(lines, at, end)
        if piece is None:
            at += 1
            continue
        name, stop = piece
        if held < at:
            yield _talk(lines, held, at)
        yield name, at, stop
        held = at = stop
    if held < end:
        yield _talk(lines, held, end)


def _talk(lines: tuple[str, ...], start: int, end: int) -> tuple[str, int, int]:
    said = [line for line in lines[start:end] if line.strip()]
    return ("read" if len(said) == 1 and _READ.match(said[0]) else "talk"), start, end


def _opened(lines: tuple[str, ...], at: int, end: int) -> tuple[str, int] | None:
    """What block opens at ``at`` and where it stops, None if none that is a piece of its own."""
    line = lines[at].lstrip()
    if begins(line):
        return "tool", end
    if line[:1] not in ("<", "`", "~"):
        return None
    for opening, closing in _BLOCKS:
        if line.startswith(opening):
            return opening[1:].replace("tool-use", "tool"), _close(lines, at, end, lambda text, c=closing: c in text)
    match = _FENCE.match(line)
    if match is None:
        return None
    stop = _close(lines, at + 1, end, lambda text, m=match["mark"]: text.strip() == m)
    name = "shell" if match["info"] in _SHELL else {"": "output", "diff": "edit"}.get(match["info"])
    return (name, stop) if name else None


def _inside(lines: tuple[str, ...], first: int, last: int) -> tuple[int, int]:
    """The lines of a fenced block without its fences, of which the last may be missing."""
    fence = _FENCE.match(lines[first])
    closed = last - first > 1 and fence is not None and lines[last - 1].strip() == fence["mark"]
    return first + 1, last - 1 if closed else last


def _close(lines: tuple[str, ...], at: int, end: int, closes: Callable[[str], bool]) -> int:
    return next((number + 1 for number in range(at, end) if closes(lines[number])), end)


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
