"""Tables whose header names a secret: the values stand below it, in its column."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

_SIGNS: Final = "|│┃\t,;"
"""What may stand between two cells; the first of them that the line has next to the name counts."""
_MARK: Final = re.compile(rf'"[^"]*"?|[{_SIGNS}]')
_RULE: Final = re.compile(r"[\s|│┃:+\-─━┼╋├┤┝┥=]+")
"""A line between the header and the rows."""
_NAME: Final = re.compile(r"[\w.$ -]{2,60}")
"""What a header is."""
_LINE: Final = 2_000
_ROWS: Final = 400
_COLUMN: Final = re.compile(r"[(,][\s\"'`\[]{0,4}\Z")
"""What stands before the name of a column in a statement."""
_INTO: Final = re.compile(r"(?i:insert|replace)\s+(?i:into)\s+[^\s(]{1,80}\s*\((?:[^()]{0,400},)?[\s\"'`\[]{0,4}\Z")
_VALUES: Final = re.compile(r"[^()]{0,400}\)\s*(?i:values)\s*\(")
_CELL: Final = re.compile(r"\s*(?P<cell>[NE]?'(?:[^'\n]|'')*'|\"[^\"\n]*\"|(?:[^,()'\"]|\([^()]*\))*)\s*(?P<end>[,)])")
_NEXT: Final = re.compile(r"\s*,\s*\(")
_DRESS: Final = " \"'`\r"


def values(text: str, start: int, end: int) -> Sequence[tuple[int, int]]:
    """Start and end of each value in the column whose name is ``text[start:end]``: below it, or in an SQL statement."""
    sign = _sign(text, start, end)
    below = [*_below(text, start, end, sign)] if sign else []
    return [*below, *_inserted(text, start, end)] if _COLUMN.search(text, max(0, start - 5), start) else below


def _below(text: str, start: int, end: int, sign: str) -> Iterator[tuple[int, int]]:
    """The values of a table with ``sign`` between its cells."""
    first, last = text.rfind("\n", 0, start) + 1, text.find("\n", end)
    if last < 0 or last - first > _LINE:
        return
    head = _cells(text, first, last, sign)
    at = len(_cells(text, first, start, sign)) - 1
    if not _NAME.fullmatch(text, *_bare(text, *head[at])):
        return
    for low, high in _lines(text, last + 1):
        if _RULE.fullmatch(text, low, high):
            continue
        cells = _cells(text, low, high, sign)
        if len(cells) != len(head):
            return
        yield _bare(text, *cells[at])


def _inserted(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The values that an SQL statement gives to the column."""
    rows = _VALUES.match(text, end)
    head = _INTO.search(text, max(0, start - _LINE), start) if rows else None
    if head is None or rows is None:
        return
    at, place = head[0].count(","), rows.end()
    for _ in range(_ROWS):
        cells = list(_CELL.finditer(text, place, min(len(text), place + _LINE)))
        last = next((n for n, cell in enumerate(cells) if cell["end"] == ")"), None)
        if last is None or at > last:
            return
        yield _bare(text, *cells[at].span("cell"))
        place = cells[last].end()
        more = _NEXT.match(text, place)
        if more is None:
            return
        place = more.end()


def reaches(text: str, start: int, end: int) -> bool:
    """Whether the table in which a value ends at ``start`` may go on behind ``end``."""
    sign = text[start : start + 40].lstrip(_DRESS)[:1]
    if not sign or sign not in _SIGNS:
        return False
    rows = text[text.rfind("\n", 0, start) + 1 : end].split("\n")
    return len({row.count(sign) for row in rows[:-1] if not _RULE.fullmatch(row)} | {rows[0].count(sign)}) == 1


def _sign(text: str, start: int, end: int) -> str:
    """What stands between the cell ``text[start:end]`` and the one beside it, or ""."""
    after = text[end : end + 40].lstrip(" \"'`")[:1]
    if after and after in _SIGNS:
        return after
    before = text[max(0, start - 40) : start].rstrip(" \"'`")[-1:]
    return before if before and before in _SIGNS else ""


def _lines(text: str, at: int) -> Iterator[tuple[int, int]]:
    for _ in range(_ROWS):
        end = text.find("\n", at)
        if end < 0:
            end = len(text)
        if at >= end or end - at > _LINE:
            return
        yield at, end
        at = end + 1


def _cells(text: str, low: int, high: int, sign: str) -> list[tuple[int, int]]:
    """The cells of one line; what stands in quotes is one, whatever it holds."""
    out: list[tuple[int, int]] = []
    begin = low
    for mark in _MARK.finditer(text, low, high):
        if mark[0] == sign:
            out.append((begin, mark.start()))
            begin = mark.end()
    return [*out, (begin, high)]


def _bare(text: str, low: int, high: int) -> tuple[int, int]:
    """``text[low:high]`` without the blanks and quotes around it."""
    cell = text[low:high]
    low += len(cell) - len(cell.lstrip(_DRESS))
    return low, max(low, low + len(cell.strip(_DRESS)))
