"""Line ends that a token could run over: those of lines as wide as a terminal's, and what the next line begins with."""

from __future__ import annotations

import re
import sys
from typing import Final

from distillers.record.redaction.views import View

WIDTH: Final = 40
"""Shorter lines are not taken for wrapped ones."""
TRAILING: Final = 3
INDENT: Final = 8
FRAMED: Final = 40
INNER: Final = 4
"""Blanks that may stand before a line end, and on the next line: before a token, before a frame, and behind it."""

_SIGN: Final = r"[\w+/=.~%-]"
_ODD: Final = r"[!@*^&#$]"
"""Signs of a password, beside which others stand."""
_TIME: Final = r"\d\d:\d\d:\d\d(?:[.,]\d{1,9})?"
LEAD: Final = (
    rf"(?:\[?(?:\d{{4}}-\d\d-\d\d[T ])?{_TIME}(?:Z|[ ]?[+-]\d\d:?\d\d)?\]?(?:[ ]\||:)?"
    rf"|[A-Z][a-z]{{2}}[ ]{{1,2}}\d{{1,2}}[ ]{_TIME}[ ][\w.-]{{1,40}}[ ][\w./-]{{1,40}}(?:\[\d{{1,8}}\])?:"
    r"|[A-Za-z][\w.-]{0,39}[ ]{1,12}\|)[ \t]{1,2}"
)
"""What logs put before each line: a time, with host and program, or the name of a service."""
_WRAP: Final = re.compile(
    rf"\n(?<=[\w+/=.~%\- \t\r!@*^&#$]\n)(?<=[^\n]{{{WIDTH}}}\n)"
    rf"(?:[ \t]{{0,{FRAMED}}}(##?|//|\*)[ \t]{{1,{INNER}}}|([+-])[ \t]{{0,{INDENT}}}"
    rf"|({LEAD})|[ \t]{{0,{INDENT}}}(\d{{1,6}})(?:[\t\u2192]|:[ \t]?|[ ]?\|[ ]?)|[ \t]{{0,{INDENT}}}"
    rf"|[ \t]{{0,{FRAMED}}}[│┃|>][ \t]{{0,{INNER}}})(?={_SIGN}|{_ODD}[\w!@*^&#$])"
)
"""A line end that a wide line has, and what the next line begins with; signs of comments and changes, and what logs put
before each, only if both have them, numbers only if they follow each other."""
_WRAPPED: Final = re.compile(rf"({_SIGN}|(?<=\S){_ODD})[ \t]{{0,{TRAILING}}}\r?\Z")
_LED: Final = re.compile(LEAD)
_COUNT: Final = re.compile(r"[ \t]{0,8}(\d{1,6})[\t\u2192:| ]")


def joined(text: str, *, words: bool = True) -> View:
    """``text`` with the line ends removed that a token could run over: those of lines as wide as a terminal's.

    Without ``words``: ``text`` itself if they all stand between two words without a digit.
    """
    cuts = joints(text)
    if not cuts or not (words or any(_is_within(text, *cut) for cut in cuts)):
        return View(text)
    pieces: list[str] = []
    starts, origins, ends = [0], [0], [-1]
    at = last = 0
    for start, end in cuts:
        pieces.append(text[last:start])
        at += start - last
        last = end
        starts.append(at)
        origins.append(end)
        ends.append(-1)
    pieces.append(text[last:])
    return View("".join(pieces), starts, origins, ends)


def joints(text: str, first: int = 0, last: int = sys.maxsize) -> list[tuple[int, int]]:
    """Start and end of each line end in ``text[first:last]`` that :func:`joined` removes."""
    found: list[tuple[int, int]] = []
    for match in _WRAP.finditer(text, first, last):
        at = match.start()
        edge = _WRAPPED.search(text, max(0, at - 5), at)
        if edge is None or text.find("\n", edge.end(1) - WIDTH, at) >= 0:
            continue
        if (end := _goes_on(text, text.rfind("\n", 0, at) + 1, match)) is not None:
            found.append((edge.end(1), end))
    return found


def _goes_on(text: str, line: int, behind: re.Match[str]) -> int | None:
    """Where the line that begins at ``line`` goes on ``behind`` its end.

    A sign or number that both lines begin with is none of it; one that only the next line has is, unless it begins a
    comment. A line goes on in one that a log put a time before only if it has one, too.
    """
    comment, change, lead, number = behind.groups()
    if lead:
        own = _LED.match(text, line)
        return behind.end() if own and _DIGIT.sub("0", own[0]) == _DIGIT.sub("0", lead) else None
    if number:
        count = _COUNT.match(text, line)
        return behind.end() if count and int(count[1]) + 1 == int(number) else behind.start(4)
    sign = comment or change
    if sign is None or text[line : line + FRAMED + 2].lstrip(" \t").startswith(sign):
        return behind.end()
    return behind.start(2) if change else None


_WORD: Final = 48
"""Characters of a word in which a secret shows a digit."""
_DIGIT: Final = re.compile(r"\d")
_NUMBERED: Final = re.compile(r"\d{1,6}(?:\u2192|[.)]\Z)")
"""The number of the next line, as programs show files, or of an item."""
_NAMING: Final = re.compile("pass|pwd|sec|tok|key|cred|auth|api|wort")
"""The name of a secret, or a part of one, on the line before; lower case."""
_SENTENCE: Final = re.compile(r"[A-Z]?[a-z]{1,11}[,.;:]? [a-z]")
"""How a sentence goes on."""


def _is_within(text: str, start: int, end: int) -> bool:
    """Whether the line end ``text[start:end]`` may stand within a secret or its name, and not between two words."""
    left = text[max(0, start - _WORD) : start].rsplit(None, 1)[-1]
    right = text[end : end + _WORD].split(None, 1)[0]
    return _is_random(left, right) or bool(_NAMING.search(left.lower()))


def may_run_on(left: str, right: str) -> bool:
    """Whether a secret at the end of ``left`` may go on in ``right``: they do not merely hold words there."""
    before, after = left[-_WORD:].rstrip("\r\n"), right[:_WORD]
    if not _DIGIT.search(before + after):
        return bool(_NAMING.search(before.lower())) and not _SENTENCE.match(after)
    if _SENTENCE.match(after):
        return False
    return _is_random(before.rsplit(None, 1)[-1], after.split(None, 1)[0]) or bool(_NAMING.search(before.lower()))


def _is_random(left: str, right: str) -> bool:
    """Whether two pieces of a word hold a digit that is no number of a line."""
    return bool(_DIGIT.search(left) or (_DIGIT.search(right) and not _NUMBERED.match(right)))
