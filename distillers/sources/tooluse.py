"""A tool call as SpecStory prints it: a summary, the command in backticks or a fenced block, the output in another.

The older form has no tags around it and begins with ``Tool use: **Name**``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from distillers.sources import replies
from distillers.sources.prose import Turn
from distillers.sources.tools import result_origin

_TAG = re.compile(r'<tool-use\b[^>]*\bdata-tool-name="(?P<name>[^"]*)"')
_NAMED = re.compile(r"(?:<summary>)?Tool use: \*\*(?P<name>[^*]+)\*\*")
_OPENING = re.compile(r"\s*(?P<mark>`{3,})(?P<info>[\w+-]*)\s*$")
_QUOTED = re.compile(r"\s*`(?P<inner>[^`].*)`\s*$")
_ANSWER = re.compile(r"\*\*Answers?:\*\*\s*(?P<text>\S.*)$")
_FAILED = re.compile(r"Exit code [1-9]|Error\b|<tool_use_error>|The user doesn't want to")
_OUTPUT = frozenset({"text", "", "console"})
_WRITING = frozenset({"Edit", "MultiEdit", "Write", "NotebookEdit", "ExitPlanMode"})
"""Tools whose output nobody outside can write, so that a refusal in it is the person's."""


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block: the indices of its two fences."""

    first: int
    last: int
    info: str


def begins(line: str) -> bool:
    """Whether a tool call without tags begins at ``line``."""
    return line.startswith("Tool use: **")


def tool_turns(lines: tuple[str, ...], line: int, at: str) -> Iterator[Turn]:
    """The call that ``lines`` print, the first of which stands at ``line``, and its result."""
    name = next(
        (match["name"] for text in lines[:3] for match in (_TAG.search(text), _NAMED.search(text)) if match), ""
    )
    start, end = _body(lines)
    output = _output(_blocks(lines, start, end))
    first, last = _call(lines, start, output.first if output else end)
    command = "\n".join(lines[first:last])
    quoted = _QUOTED.match(command) if last - first == 1 else None
    yield Turn("agent", "call", line + first, (quoted["inner"],) if quoted else lines[first:last], name, at)
    if name in replies.ASKING:
        yield from _answers(lines, line, at)
    elif output:
        yield _result(lines, output, line, at, (name, command))


def _body(lines: tuple[str, ...]) -> tuple[int, int]:
    """Where the call begins and the closing tags stand."""
    start = next((number for number, text in enumerate(lines[:4], 1) if "</summary>" in text or begins(text)), 0)
    end = len(lines)
    while end > start and (not lines[end - 1].strip() or lines[end - 1].lstrip().startswith("</")):
        end -= 1
    return start, end


def _blocks(lines: tuple[str, ...], start: int, end: int) -> list[Block]:
    found: list[Block] = []
    opened: tuple[int, re.Match[str]] | None = None
    for number in range(start, end):
        if opened is None:
            match = _OPENING.match(lines[number])
            opened = (number, match) if match else None
        elif lines[number].strip() == opened[1]["mark"]:
            found.append(Block(opened[0], number, opened[1]["info"]))
            opened = None
    return [*found, Block(opened[0], end, opened[1]["info"])] if opened else found


def _output(blocks: list[Block]) -> Block | None:
    return blocks[-1] if blocks and blocks[-1].info in _OUTPUT else None


def _call(lines: tuple[str, ...], start: int, end: int) -> tuple[int, int]:
    """The command itself: a fenced block or a line in backticks, below a description; else all there is."""
    blocks = _blocks(lines, start, end)
    if blocks:
        return blocks[-1].first + 1, blocks[-1].last
    quoted = [number for number in range(start, end) if _QUOTED.match(lines[number])]
    if quoted:
        return quoted[-1], quoted[-1] + 1
    filled = [number for number in range(start, end) if lines[number].strip()]
    return (filled[0], filled[-1] + 1) if filled else (max(start - 1, 0), max(start, 1))


def _result(lines: tuple[str, ...], output: Block, line: int, at: str, call: tuple[str, str]) -> Turn:
    shown = lines[output.first + 1 : output.last]
    text, begin = "\n".join(shown), line + output.first + 1
    if call[0] in _WRITING and replies.is_refusal(text, None, call[0]):
        reason = replies.reason(text)
        before = text[: text.rfind(reason)].count("\n") if reason else 0
        return Turn("human", "rejection", begin + before, tuple(reason.split("\n")), call[0], at)
    failed = bool(shown and _FAILED.match(shown[0]))
    return Turn(result_origin(*call), "result", begin, shown, call[0], at, failed)


def _answers(lines: tuple[str, ...], line: int, at: str) -> Iterator[Turn]:
    for number, text in enumerate(lines):
        if match := _ANSWER.match(text):
            yield Turn("human", "message", line + number, (match["text"],), at=at)
