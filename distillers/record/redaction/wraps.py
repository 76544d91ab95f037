"""Where a secret ends that runs over line ends: as far as lines were cut by their width, and not into the next thing.

A terminal cuts lines where they are full. So the lines of a secret are as wide as the first one but for the last, and
what follows is no assignment and no word of its own.
"""

from __future__ import annotations

import re
from typing import Final

from distillers.record.redaction.joints import LEAD, WIDTH
from distillers.record.redaction.signs import classes, looks_random, turns
from distillers.record.redaction.spans import Span
from distillers.record.redaction.values import is_code

_SLACK: Final = 9
"""Characters by which a full line may be shorter than another: frames, and letters of double width."""
_LINES: Final = 60
_NAME: Final = 80
"""Characters of a line before a secret whose name begins on the line above."""

_NEXT: Final = re.compile(
    r"[ \t]{0,80}(?:export |[-+] ?)?[A-Za-z_][\w.-]{0,60} ?[:=](?=[\s\w\"'/$+-])(?!={0,4}\s{0,80}(?:[│┃|]|$))", re.M
)
"""A line that gives something a name."""
_WORD: Final = re.compile(
    r"[a-z]{4,}\d{0,2}|[A-Z][a-z]{3,}\d{0,2}|[A-Z]{4,}(?:_[A-Z]+)*|[\w.-]+(?:/[\w.-]+)*\.[a-z]{1,4}|\d{1,3}|[^\w]{1,2}"
    r"|ok|OK|up|no|yes|end|fi|EOF|the|and|to|in|is|of|on|a|I"
)
"""What begins a line of its own: a word, a file, a number, a bullet."""
_NUMBER: Final = re.compile(rf"{LEAD}|[ \t]{{0,8}}\d{{1,6}}(?:[\t\u2192]|:[ \t]?|[ ]?\|[ ]?)")
"""What a line begins with that is shown with its number, or that a log put a time before."""
_COMMENT: Final = re.compile(r"(?:##?|//|\*)[ \t]+")
"""What a line of a comment begins with."""
_REST: Final = re.compile(
    r"[ \t]{0,3}\\?\r?\n(?:[ \t]{0,8}|[ \t]{0,40}(?:[│┃|>*]|##?|//)[ \t]{0,4})"
    r"([\w+/=.~%-]{3,400})(?=[\"'`,;)\]}│┃|]{0,8}[ \t]{0,80}(?:\r?\n|$))"
)
"""A line that holds one thing alone."""
_CHECKED: Final = re.compile(r"[ \t]{0,8}[\w-]{0,80}=[0-9A-F]{8}(?!\w)")
"""The last line of a token that ends with a checksum, which reads like a line that gives something a name."""
_CELL: Final = re.compile(
    r"[ ]{0,80}[│┃|][ \t]{0,4}\r?\n[ \t]{0,8}[│┃|](?:[ ]{1,80}[│┃|]){0,8}[ ]{1,80}([^\s│┃|]{3,400})(?=[ ]{0,80}[│┃|])"
)
"""The rest of a table's cell on the row below, in which nothing else stands."""
_CONTINUED: Final = re.compile(r"\\\r?\n([^\s\"'`\\]{1,400})")
"""The rest of a word that goes on behind the line end, as a shell reads it."""
_QUOTES: Final = ('"', "'")
_QUOTED: Final = re.compile(r"\\?\r?\n[ \t]{0,8}([^\s\"']{1,400})([\"'])")
"""The rest of a quoted value."""


def unwrapped(text: str, span: Span) -> Span | None:
    """``span`` as far as its lines are those of a terminal; None if its first line end is none, or of a key block."""
    first = text.find("\n", max(0, span.start - 3), span.end)
    if span.kind == "private-key":
        return None
    if first < 0:  # what a line end runs through is its name
        return span if _is_cut(text, span) else None
    width = first - text.rfind("\n", 0, first) - 1
    if width < WIDTH:
        return None
    at = first
    while _is_last(text, at + 1, span) or not _is_new(text, at + 1, _first_line(text, at + 1, span.end)):
        after = text.find("\n", at + 1, span.end)
        if after < 0:
            return span
        if after - at - 1 < width - _SLACK:
            return Span(span.start, _stripped(text, after), span.kind)
        at = after
    return Span(span.start, _stripped(text, at), span.kind) if at > first else None


def _is_cut(text: str, span: Span) -> bool:
    """Whether the line before that of ``span`` is wide, and what ``span`` is called may begin there."""
    first = text.rfind("\n", max(0, span.start - _NAME), span.start)
    return first - text.rfind("\n", 0, max(0, first)) - 1 >= WIDTH


def whole(text: str, span: Span) -> Span:
    """``span``, if it ends with its line, with the lines below that hold nothing but more of it."""
    end = span.end
    if span.kind == "private-key":
        return span
    if text[span.start - 1 : span.start] in _QUOTES and (more := _QUOTED.match(text, end)):
        return Span(span.start, more.end(1), span.kind) if more[2] == text[span.start - 1] else span
    if more := _CONTINUED.match(text, end - text.endswith("\\", 0, end)):
        return Span(span.start, more.end(1), span.kind)
    for _ in range(_LINES):
        more = goes_on(text, end)
        if more is None:
            break
        end = more.end(1)
    return Span(span.start, end, span.kind) if end > span.end else span


def goes_on(text: str, end: int) -> re.Match[str] | None:
    """The next line or cell, if something that ends at ``end`` may go on there; its first group is the rest."""
    more = _REST.match(text, end) or _below(text, end)
    return more if more and _is_rest(more[1]) and not _is_new(text, more.start(1), more.end(1)) else None


def _below(text: str, end: int) -> re.Match[str] | None:
    """The cell below the one that ends at ``end``, if it begins in its column."""
    more = _CELL.match(text, end)
    if more is None:
        return None
    above = text[text.rfind("\n", 0, end) + 1 : end]
    column = max(map(above.rfind, "│┃|")) + 2
    return more if more.start(1) - text.rfind("\n", 0, more.start(1)) - 1 == column else None


def _is_rest(piece: str) -> bool:
    """Whether ``piece``, alone on its line, reads like a part of something random."""
    if looks_random(piece) or turns(piece) > 2:
        return True
    return len(piece) < 8 and classes(piece) >= 3 and any(c.isdigit() for c in piece)


def _is_new(text: str, start: int, end: int) -> bool:
    """Whether the line that begins at ``start`` is something else, and ``text[start:end]`` a word of it."""
    number = _NUMBER.match(text, start)
    start = number.end() if number else start
    taken = _COMMENT.sub("", text[start:end].strip())
    return bool(_NEXT.match(text, start) or _WORD.fullmatch(taken)) or is_code(taken)


def _is_last(text: str, at: int, span: Span) -> bool:
    """Whether the line that begins at ``at`` is the checksum of ``span`` with what stands before it."""
    held = span.kind == "atlassian-token" and "=" not in text[span.start : at]
    return held and _CHECKED.match(text, at) is not None


def _first_line(text: str, at: int, end: int) -> int:
    """Where the line that begins at ``at`` ends, at most ``end``."""
    stop = text.find("\n", at, end)
    return stop if stop >= 0 else end


def _stripped(text: str, end: int) -> int:
    return len(text[:end].rstrip())
