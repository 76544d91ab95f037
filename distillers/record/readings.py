"""What a text says behind its codes: colours, escapes upon escapes, HTML, quoted-printable, hex and base64, of whatever
depth, as UTF-8, UTF-16 or Latin-1; and what it says in one line, whatever stands between its words.

A purge looks for a text in all of these, as redaction looks for secrets: no list of spellings would be complete.
"""

from __future__ import annotations

import html
from collections.abc import Iterator
from typing import Final

from distillers.record import coded
from distillers.record.redaction.views import decoded
from scheduling.base.forms import HIDDEN, flat, forms, plain

CODED: Final = HIDDEN + rf"|\\|%[0-9A-Fa-f]{{2}}|&#?\w{{2,6}};|{coded.SIGNS}|" + "[\n\t\u00a0\u202f]|  "
"""What a text has that says anything else than it shows. For Arrow too."""
_DEPTH: Final = 3
"""Base64 of base64 of base64."""


def readings(text: str) -> tuple[str, ...]:
    """``text`` first, then what it says otherwise, each once."""
    found: dict[str, None] = {}
    _read(text, found, _DEPTH)
    return tuple(found)


def spellings(text: str) -> tuple[str, ...]:
    """All forms of ``text``, and how it stands in hex, quoted-printable and base64 of Latin-1, each once."""
    return tuple(dict.fromkeys((*forms(text), *coded.forms(text))))


def _read(text: str, found: dict[str, None], depth: int) -> None:
    seen = plain(text)
    opened = dict.fromkeys(_opened(seen))
    for one in dict.fromkeys((text, seen, *opened)):
        if one in found:
            continue
        found[one] = None
        for inner in coded.inside(one) if depth else ():
            if inner not in found:
                _read(inner, found, depth - 1)
    found |= dict.fromkeys(flat(html.unescape(one)) for one in opened)


def _opened(text: str) -> Iterator[str]:
    """``text`` without its escapes: those of characters, those of bytes, whichever stand behind the others."""
    opened = decoded(text).text
    yield opened
    yield coded.unescaped(opened)
    if (bare := coded.unescaped(text)) != text:
        yield decoded(bare).text
