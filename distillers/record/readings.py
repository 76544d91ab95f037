"""What a text says behind its codes: colours, escapes upon escapes, HTML, and base64 of whatever depth, as UTF-8 or
UTF-16; and what it says in one line, whatever stands between its words.

A purge looks for a text in all of these, as redaction looks for secrets: no list of spellings would be complete.
"""

from __future__ import annotations

import base64
import binascii
import html
import re
from collections.abc import Iterator
from typing import Final

from distillers.record.redaction.views import decoded
from scheduling.base.forms import HIDDEN, flat, plain

CODED: Final = HIDDEN + r"|\\|%[0-9A-Fa-f]{2}|&#?\w{2,6};|=3D|[A-Za-z0-9+/_-]{12}|" + "[\n\t\u00a0\u202f]|  "
"""What a text has that says anything else than it shows. For Arrow too."""
_DEPTH: Final = 3
"""Base64 of base64 of base64."""
_LINE: Final = r"(?:\r?\n[ \t]{0,12}|\\+(?:r\\+)?n)"
_RUN: Final = re.compile(rf"[A-Za-z0-9+/_-]{{12,}}(?:{_LINE}[A-Za-z0-9+/_-]{{4,}})*")
_END: Final = re.compile(_LINE)
_STANDARD: Final = str.maketrans("-_", "+/")


def readings(text: str) -> tuple[str, ...]:
    """``text`` first, then what it says otherwise, each once."""
    found: dict[str, None] = {}
    _read(text, found, _DEPTH)
    return tuple(found)


def _read(text: str, found: dict[str, None], depth: int) -> None:
    seen = plain(text)
    opened = decoded(seen).text
    for one in dict.fromkeys((text, seen, opened)):
        if one in found:
            continue
        found[one] = None
        for inner in _encoded(one) if depth else ():
            _read(inner, found, depth - 1)
    found[flat(html.unescape(opened))] = None


def _encoded(text: str) -> Iterator[str]:
    """What the base64 of ``text`` says, a block that is wrapped as a whole."""
    for run in _RUN.finditer(text):
        lines = _END.split(run[0])
        whole = _decode("".join(lines))
        yield from [whole] if whole else filter(None, map(_decode, lines if len(lines) > 1 else ()))


def _decode(run: str) -> str:
    """The text that ``run`` encodes, or ""; its last sign may be missing."""
    run = run.translate(_STANDARD)[: len(run) - (len(run) % 4 == 1)]
    try:
        data = base64.b64decode(run + "=" * (-len(run) % 4), validate=True)
        if 3 * data.count(0) > len(data):
            return data[: len(data) // 2 * 2].decode("utf-16-le" if data[:1] != b"\0" else "utf-16-be")
        return data.decode()
    except (binascii.Error, ValueError):
        return ""
