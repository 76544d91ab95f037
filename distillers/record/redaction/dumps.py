"""Dumps of bytes, row by row: ``xxd``, ``hexdump -C``, ``od -tx1``, ``od -c``, also with line numbers before them."""

from __future__ import annotations

import re
from typing import Final

Row = tuple[int, int, bytes]
"""Where the bytes of a row begin in the text, where its line ends, and the bytes."""

_ROWS: Final = 4_096
_OFFSET: Final = re.compile(r"[ \t]{0,12}(?:\d{1,5}[\u2192\t:|][ \t]?)?(?:0x)?[0-9a-fA-F]{4,16}(?::[ ]{1,2}|[ ]{1,3})")
_BYTES: Final = re.compile(r"(?:[0-9a-fA-F]{2}){1,8}(?=[ ]|\r?$)")
_CELLS: Final = re.compile(r"[ \t]{0,8}\d{7}(?P<cells>(?:[ ]{3}[!-~ ]|[ ]{2}\\[0abfnrtv]|[ ]\d{3}){1,16})\r?$")
_ESCAPED: Final = {"0": 0, "a": 7, "b": 8, "t": 9, "n": 10, "v": 11, "f": 12, "r": 13}
_WIDTH: Final = 16
_WIDEST: Final = 160


def rows(text: str, at: int) -> list[Row]:
    """The rows of the dump of which the line at ``at`` is one; none if it is no row."""
    middle = text.rfind("\n", max(0, at - _WIDEST), at) + 1
    if (middle == 0 and at > _WIDEST) or _row(text, middle) is None:
        return []
    out: list[Row] = []
    line = _first(text, middle)
    while len(out) < _ROWS and (row := _row(text, line)):
        out.append(row)
        line = row[1] + 1
    return out


def _first(text: str, line: int) -> int:
    """Where the first row begins of the dump that ``line`` belongs to."""
    for _ in range(_ROWS):
        before = text.rfind("\n", 0, max(0, line - 1)) + 1
        if line == 0 or _row(text, before) is None:
            break
        line = before
    return line


def _row(text: str, line: int) -> Row | None:
    """Where the bytes of the row at ``line`` begin, where its line ends, and the bytes; None if it is no row."""
    end = text.find("\n", line)
    end = len(text) if end < 0 else end
    if end - line > _WIDEST:
        return None
    if cells := _CELLS.match(text, line, end):
        return (
            cells.start("cells"),
            end,
            bytes(_cell(cells["cells"][i : i + 4]) for i in range(0, len(cells["cells"]), 4)),
        )
    offset = _OFFSET.match(text, line, end)
    if offset is None:
        return None
    data, at = b"", offset.end()
    while len(data) < _WIDTH and (one := _BYTES.match(text, at, end)):
        data += bytes.fromhex(one[0])
        at = one.end() + (2 if text.startswith("  ", one.end()) and not text.startswith("   ", one.end()) else 1)
    return (offset.end(), end, data[:_WIDTH]) if data else None


def _cell(cell: str) -> int:
    sign = cell.strip()
    if len(sign) == 3:
        return int(sign, 8) & 0xFF
    return _ESCAPED[sign[1]] if len(sign) == 2 else ord(sign or " ")
