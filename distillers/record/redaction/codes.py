"""Text in other codes: hex (in one piece or as a dump), base64 of UTF-16, lists of numbers; looked into like base64.

What a code holds is read together with what stands before it, because the name may be outside: ``key = bytes([…])``.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from distillers.record.redaction import dumps, embedded
from distillers.record.redaction.embedded import BASE64, LIMIT, STANDARD, around
from distillers.record.redaction.spans import Span
from distillers.record.redaction.views import View, decoded

_PAIR: Final = "(?:[2-7][0-9a-fA-F]|0[9aAdD])"
_NUMBER: Final = "(?:9|1[03]|3[2-9]|[4-9][0-9]|1[01][0-9]|12[0-6])"
BEGINS: Final = (
    rf"(?:{_PAIR}[ ]{{0,2}}){{12}}",
    rf"(?:{_NUMBER},\s{{0,12}}){{12}}",
    r"(?:[I-Za-f][AQgw][AB][A-Za-z0-9+/_-]A[AC-H][AEIMQUYcgkosw048]A){3}",
    r"[0-7]{7}(?:[ ]{3}[!-~ ]|[ ]{2}\\[0abfnrtv]|[ ][0-7]{3}){6}",
    r"\[\s{0,4}(?:[0-9]{1,3},\s{0,4}){12}",
    r"(?:\\{1,4}(?:[0-7]{3}|x[0-9a-fA-F]{2}|u00[0-9a-fA-F]{2})){12}",
    r"(?:&#[0-9]{2,3};){12}",
    r"(?:%[2-7][0-9a-fA-F]){12}",
)
"""A stretch of printable characters in each of the codes, for the scanner; what else looks so is sorted out here."""

_LEAD: Final = 80
_FAR: Final = 8_192
_KEYPAIR: Final = 64
"""Bytes of a key of elliptic curves with its public half, as programs keep them in a list."""
_HEX: Final = "0123456789abcdefABCDEF"


@dataclass(frozen=True, slots=True)
class _Code:
    """A coded stretch of a text, and what it says."""

    start: int
    end: int
    plain: str
    is_key: bool = False
    view: View | None = None
    rows: Sequence[tuple[int, int, int]] = ()
    """Of a dump: how many bytes stand before the row, and where in the text the row's bytes begin and its line ends."""

    @property
    def is_shorter(self) -> bool:
        """Whether it says less than it takes."""
        return len(self.plain) + 2 < self.end - self.start

    def cover(self, first: int, last: int) -> tuple[int, int]:
        """The stretch of the text that says ``plain[first:last]``: all of it, in dumps whole rows, or escapes."""
        if self.view:
            first, last = self.view.original(first, last)
            return self.start + first, self.start + last
        if not self.rows:
            return self.start, self.end
        start = max(at for before, at, _ in self.rows if before <= first)
        end = next((end for before, _, end in self.rows if before >= last), self.end)
        within = [row_end for before, _, row_end in self.rows if before < last]
        return start, within[-1] if within else end


def find(text: str, places: Iterable[int], secrets: Callable[[str], Sequence[Span]]) -> Iterator[tuple[int, int]]:
    """Start and end of each coded stretch of ``text`` in which there are ``secrets``.

    ``places`` are those, ascending, where a stretch of :data:`BEGINS`, or of those of :mod:`embedded`, may end.
    """
    done = 0
    for at in places:
        if at < done or (code := _read(text, at)) is None:
            continue
        done = code.end
        if code.is_key:
            yield code.start, code.end
            continue
        lead = text[max(0, code.start - _LEAD) : code.start]
        for span in secrets(f'{lead}"{code.plain}"'):
            if span.end > len(lead) + 1:
                yield code.cover(max(0, span.start - len(lead) - 1), span.end - len(lead) - 1)


def _read(text: str, at: int) -> _Code | None:
    """What stands at ``at`` in one of the codes: less than its code takes, so that looking into it comes to an end."""
    return next((code for code in (reader(text, at) for reader in _READERS) if code and code.is_shorter), None)


def _dump(text: str, at: int) -> _Code | None:
    """The dump of which the line at ``at`` is a row."""
    data, rows = b"", list[tuple[int, int, int]]()
    for start, end, some in dumps.rows(text, at):
        rows.append((len(data), start, end))
        data += some
    return _Code(rows[0][1], rows[-1][2], data.decode("latin-1"), rows=rows) if rows else None


def _utf16(text: str, at: int) -> _Code | None:
    """Base64 of UTF-16, as Windows programs write it."""
    start, end = around(text, at, BASE64)
    run = text[start:end].translate(STANDARD)
    if end - start < 24 or end - start > LIMIT:
        return None
    try:
        data = base64.b64decode(run + "=" * (-len(run) % 4))
        data += b"\0" * (len(data) % 2)
    except binascii.Error:
        return None
    zeros = data[0::2].count(0), data[1::2].count(0)
    if 3 * max(zeros) < len(data):
        return None
    plain = data.decode("utf-16-be" if zeros[0] > zeros[1] else "utf-16-le", "replace").lstrip("\ufeff")
    return _Code(start, end + (len(text[end : end + 2]) - len(text[end : end + 2].lstrip("="))), plain)


_SPACED: Final = re.compile(r"(?:[0-9a-fA-F]{2}[ ]){8,}[0-9a-fA-F]{2}")
_MORE_HEX: Final = re.compile(r"(?:\r?\n[ \t]{0,8}[0-9a-fA-F]{2,128})*")


def _hexed(text: str, at: int) -> _Code | None:
    """Hex in one piece, on lines of equal width, or in pairs."""
    start, end = around(text, at, _HEX)
    if end - start >= 24:
        more = _MORE_HEX.match(text, end)
        end = more.end() if more else end
        start += (at + 1 - start) % 2
        digits = "".join(text[start:end].split())
    else:
        run = next((run for run in _SPACED.finditer(text, *around(text, at, _HEX + " ")) if run.end() > at), None)
        if run is None or run.start() > at:
            return None
        (start, end), digits = run.span(), run[0].replace(" ", "")
    if end - start > LIMIT:
        return None
    return _Code(start, end, bytes.fromhex(digits[: len(digits) // 2 * 2]).decode("latin-1"))


def _listed(text: str, at: int) -> _Code | None:
    """Bytes as decimal numbers with commas between them."""
    start, end = around(text, at, "0123456789, \n\t")
    numbers = [int(one) for one in text[start:end].replace(",", " ").split() if len(one) <= 3]
    if end - start > 4 * LIMIT or len(numbers) < 8 or any(one > 255 for one in numbers):
        return None
    inner = text[start:end]
    start, end = start + len(inner) - len(inner.lstrip(", \n\t")), end - (len(inner) - len(inner.rstrip(", \n\t")))
    is_key = len(numbers) == _KEYPAIR and len(set(numbers)) > _KEYPAIR // 2 and max(numbers) > 127
    return _Code(start, end, bytes(numbers).decode("latin-1"), is_key)


_SPELLED: Final = re.compile(
    r"(?:\\{1,4}(?:[0-7]{3}|x[0-9a-fA-F]{2}|u00[0-9a-fA-F]{2})|&#\d{2,3};|%[2-7][0-9a-fA-F]|[\w.=-]){12,}"
)


_APART: Final = re.compile(r"[\s\"']")


def _spelled(text: str, at: int) -> _Code | None:
    """Signs that are written as escapes, each of them."""
    start = max(text.rfind(sign, max(0, at - _FAR), at + 1) for sign in "\n\"' \t") + 1
    stop = _APART.search(text, at, at + _FAR)
    runs = _SPELLED.finditer(text, max(start, at - _FAR), stop.start() if stop else at + _FAR)
    run = next((run for run in runs if run.end() > at), None)
    if run is None or run.start() > at:
        return None
    view = decoded(run[0])
    return _Code(*run.span(), view.text, view=view)


def _embedded(text: str, at: int) -> _Code | None:
    """Base64 of bytes among which there is text."""
    found = embedded.read(text, at)
    return _Code(*found) if found else None


_READERS: Final = (_dump, _utf16, _listed, _hexed, _spelled, _embedded)
