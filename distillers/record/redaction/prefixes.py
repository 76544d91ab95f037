"""What tools put before each line they show: numbers, signs of a diff or a quotation, names of files, times.

A name on one line and its value on the next are told by what stands between them, and that must not be in between.
"""

from __future__ import annotations

import re
from typing import Final

from distillers.record.redaction.views import View, rewrite

_PREFIX: Final = (
    r"[ \t]{0,8}(?:(?:\d{4}-\d\d-\d\d[T ])?\d\d:\d\d:\d\d[.,\d]{0,9}Z?[ ](?:[A-Z]{4,5}[ ])?"
    r"|\d{1,6}(?:\u2192|\t|[:|]|[ ]\||[ ]{2})"
    r"|[\w./-]{1,80}[-:]\d{1,6}[-:]|[\w.-]{1,30}[ ]{1,3}\|[ ]|[0-9a-f^]{7,12}[ ]\([^()\n]{10,80}\)[ ]"
    r"|[>\u2502\u2503][ ]|(?:##?|//|\*)[ ])|[+-](?![+-])"
)
_ONE: Final = re.compile(_PREFIX)
_EACH: Final = re.compile(rf"^(?:{_PREFIX})", re.MULTILINE)
_RANDOM: Final = re.compile(r"\d(?:(?<=\S{5})|\S{4})")
_OPEN: Final = re.compile(
    r"[\w.-]{0,40}[\"'`)\]}*]{0,3}(?:[ \t:=|>,;-]{0,5}(?:</[\w:]{1,40}>)?\r?$|[ \t]{0,20}[|\u2502\u2503,;])", re.M
)
"""What stands behind a name that gets no value on its own line, or heads a column."""
_SIGN: Final = re.compile(r"[|\u2502\u2503\t,;]")
"""What a line has in which a name heads a column."""
_LINES: Final = 12
"""Lines of a table that are looked at."""
_NEXT: Final = 3
"""Lines that are looked at where there is none."""
_WIDEST: Final = 400


def without(text: str, at: int) -> tuple[int, int, View] | None:
    """The lines from the one of ``at`` on without their prefixes: where they begin, where ``at`` is in them, the view.

    None if they have none, or if the lines below show no value.
    """
    if not _OPEN.match(text, at):
        return None
    end = text.find("\n", at, at + _WIDEST)
    behind = _ONE.match(text, end + 1) if end >= 0 else None
    if behind is None:
        return None
    first = text.rfind("\n", max(0, at - _WIDEST), at) + 1
    own = _ONE.match(text, first, at)
    if own is None:
        return None
    for _ in range(_LINES if _SIGN.search(text, own.end(), end) else _NEXT):
        if not _ONE.match(text, end + 1):
            break
        end = text.find("\n", end + 1, end + _WIDEST)
        if end < 0:
            end = min(len(text), behind.end() + _WIDEST)
            break
    if not _RANDOM.search(text, behind.end(), end):
        return None
    view = rewrite(text[first:end], _EACH, lambda _: "")
    return first, len(_EACH.sub("", text[first:at])), view
