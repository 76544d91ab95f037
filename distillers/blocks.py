"""The paragraphs and list items of a Markdown or plain text, each under what heads it or leads in to it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_FENCE = re.compile(r"^\s*(```|~~~|</?pre\b(?!.*</pre>))")
_COMMENT = re.compile(r"^\s*<!--.*-->\s*$")
_HEADING = re.compile(r"^\s{0,3}#{1,6}\s+(.+?)\s*#*\s*$")
_BOLD_LEAD = re.compile(r"^\s*(?:[-*+]\s+|\d+[.)]\s+)?(?:\*\*|__)([^*_]{2,80}?):?(?:\*\*|__):?\s*$")
_LEAD = re.compile(r"^\s*(?:[-*+]\s+|\d+[.)]\s+)?([^|]{2,160}):\s*$")
_ITEM = re.compile(r"^(\s*)(?:[-*+•]|\d{1,2}[.)])\s+(?:\[[ xX]\]\s+)?")
_GOES_ON = re.compile(r"^[a-z]\w*[ ,]")
"""A line that an earlier one goes on with."""
_OPEN_BOX = re.compile(r"^\s*[-*+]\s+\[ \]")
_RULER = re.compile(r"^\s*([-=_*]\s*){3,}$|^\s*\|.*\|\s*$|^\s*[\w-]+-by:\s|^\s*>\s?|\S {3,}\S.* {3,}\S|\t.*\t")
_TRAILER = re.compile(r"^[A-Z][\w]*(?:-[A-Za-z]+)+:\s\S+")
END = re.compile(r"(?<=[.!?])[)\"'`*]*\s+(?=[\"'(*\[]*(?:[A-Z0-9]|`|--\w))")
"""Between two sentences, of which the second opens as one."""
_ABBREVIATED = re.compile(r"(?:\be\.g|\bi\.e|\bvs|\betc|\bcf|\bapprox|\bv?\d+)\.$", re.IGNORECASE)


@dataclass(slots=True)
class Block:
    """One paragraph or item; ``heading``, ``item``, ``open`` and ``lead`` are those of its sentences."""

    heading: str
    item: bool
    open: bool
    segments: list[tuple[int, str]]
    """Where each of its lines begins in the text, and what it says."""
    lead: tuple[int, int] | None = None


def blocks(text: str) -> Iterator[Block]:
    """The blocks of a text, in order; without code fences, tables, block quotes, rulers, comments and trailers."""
    heading, block, lead = "", None, None
    for line, start, after in _lines(text):
        title = _title(line, block, after)
        blank = title is None and (not line.strip() or _skipped(line))
        if block and (blank or title == 0 or _ITEM.match(line)):
            yield block
            block = None
        if not blank and title != 0:
            if block is None:
                lead = lead if _under(line, lead, text) else None
                block = Block(heading, bool(_ITEM.match(line)), bool(_OPEN_BOX.match(line)), [], lead)
            block.segments.append(_trim(line[:title], start))
        if title is not None:
            if block:
                yield block
            block, heading, lead = None, _heading_of(line[title:]) or _heading_of(line) or "", _lead(line, start, title)
    if block is not None:
        yield block


def _lines(text: str) -> Iterator[tuple[str, int, str]]:
    """Each line with its place and the line after it; those of a code fence are empty."""
    lines = text.split("\n")
    fenced, start = False, 0
    for line, after in zip(lines, [*lines[1:], ""], strict=True):
        fence = _FENCE.match(line) is not None
        fenced ^= fence
        yield ("" if fenced or fence else line), start, after
        start += len(line) + 1


def _heading_of(line: str) -> str | None:
    found = _HEADING.match(line) or _BOLD_LEAD.match(line) or _LEAD.match(line)
    return found.group(1).strip(" *_:") if found else None


def _title(line: str, block: Block | None, after: str) -> int | None:
    """Where on a line a heading begins, or what leads in to a list; None if neither does.

    Of wrapped text that is the last sentence, or nothing but the line's end if that began on an earlier line. A
    sentence that the line ``after`` goes on with leads in to nothing.
    """
    if _HEADING.match(line) or _BOLD_LEAD.match(line):
        return 0
    if not _LEAD.match(line):
        return None
    whole = len(line.rstrip())
    at = max((end for end in ends(line, END) if end < whole), default=0)
    if not at and block and not _ITEM.match(line) and not block.segments[-1][1].endswith(tuple(".!?:;")):
        at = whole
    return None if at and _GOES_ON.match(after) else at


def _lead(line: str, start: int, at: int) -> tuple[int, int] | None:
    """The stretch of a line, from ``at`` on, that leads in to a list; None if it is a heading."""
    if _HEADING.match(line) or not _LEAD.match(line) or at >= len(line.rstrip()):
        return None
    first, words = _trim(line[at:], start + at)
    return first, first + len(words)


def _under(line: str, lead: tuple[int, int] | None, text: str) -> bool:
    """Whether a line is an item of the list that ``lead`` leads in to: deeper than it, if that is an item itself."""
    if lead is None or not _ITEM.match(line):
        return False
    opening = text[text.rfind("\n", 0, lead[0]) + 1 : lead[0]]
    return not _ITEM.match(opening) or len(line) - len(line.lstrip()) > len(opening) - len(opening.lstrip())


def _skipped(line: str) -> bool:
    return bool(_COMMENT.match(line) or _FENCE.match(line) or _RULER.match(line) or _TRAILER.match(line))


def _trim(line: str, start: int) -> tuple[int, str]:
    marker = _ITEM.match(line)
    skip = marker.end() if marker else len(line) - len(line.lstrip())
    return start + skip, line[skip:].rstrip()


def ends(joined: str, pattern: re.Pattern[str]) -> Iterator[int]:
    """Where sentences of a text on one line end by ``pattern``, but not after an abbreviation; last its own end."""
    for found in pattern.finditer(joined):
        if not _ABBREVIATED.search(joined[: found.start()].rstrip("\"')*`")[-12:]):
            yield found.end()
    yield len(joined)
