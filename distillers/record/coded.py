"""Bytes that stand in a text in another code: base64, hex in one piece, in pairs or as a dump, lists of numbers, and
escapes of single bytes (quoted-printable, addresses, programs' strings). As UTF-8, UTF-16 or Latin-1.

What is decoded takes less room than its code, each place is read once in each code, and what says no text is dropped:
so the cost of reading a text grows with its length alone.
"""

from __future__ import annotations

import base64
import binascii
import quopri
import re
from collections.abc import Iterator
from typing import Final

from distillers.record.redaction import dumps

_LINE: Final = r"(?:\r?\n[ \t]{0,12}|\\+(?:r\\+)?n)"
_PAIR: Final = "(?:0x)?[0-9A-Fa-f]{2}"
_BETWEEN: Final = rf"(?:[ ,:;-]{{1,2}}(?:\r?\n[ \t]{{0,12}})?|{_LINE})?"
_NUMBER: Final = r"[0-9]{1,3}"

SIGNS: Final = (
    r"=[0-9A-F]{2}|=\?|\\[0-3][0-7]{2}|[A-Za-z0-9+/_-]{12}"
    rf"|(?:{_PAIR}[ ,:;-]{{1,2}}){{4}}|(?:{_NUMBER},[ ]?){{8}}"
)
"""What a text has, on one line, that holds something in one of these codes. For Arrow too."""

_BASE64: Final = re.compile(rf"[A-Za-z0-9+/_-]{{12,}}(?:{_LINE}[A-Za-z0-9+/_-]{{4,}})*")
_HEX: Final = re.compile(  # what a set of signs leads passes quickly over all others
    rf"[0-9A-Fa-f](?<![0-9A-Za-z].)(?:[0-9A-Fa-f]|(?<=0)x[0-9A-Fa-f]{{2}})(?:{_BETWEEN}{_PAIR}){{7,}}[0-9A-Fa-f]?"
)
_LISTED: Final = re.compile(rf"[0-9](?<!\d\d)[0-9]{{0,2}}(?:,\s{{0,12}}{_NUMBER}){{7,}}(?!\d)")
_ROW: Final = re.compile(r"^[ \t]{0,12}(?:\d{1,5}[\u2192\t:|][ \t]?)?(?:0x)?[0-9A-Fa-f]{4,16}:?[ ]{1,3}", re.MULTILINE)
_END: Final = re.compile(_LINE)
_DIGITS: Final = re.compile(_PAIR)
_STANDARD: Final = str.maketrans("-_", "+/")
_TEXT: Final = bytes((9, 10, 13, *range(32, 127)))
_CODINGS: Final = ("utf-8", "latin-1")
_SHORTEST: Final = 8
"""Bytes below which a code could not be told from chance."""

_SOFT: Final = re.compile(r"=[ \t]*\r?\n")
_HEADED: Final = re.compile(r"=\?[\w-]{2,20}\?[Qq]\?([!->@-~]+)\?=")
"""Quoted-printable in the header of a letter: a line is a blank there."""
_BYTE: Final = r"(?:=[0-9A-F]{2}|%[0-9A-Fa-f]{2}|\\\\{0,3}(?:x[0-9A-Fa-f]{2}|[0-3][0-7]{2}))"
_ESCAPED: Final = re.compile(f"{_BYTE}{_BYTE}*")
_ESCAPE: Final = re.compile(r"[=%x]([0-9A-Fa-f]{2})|\\([0-3][0-7]{2})")


def inside(text: str) -> Iterator[str]:
    """What the codes in ``text`` say."""
    for run in _BASE64.finditer(text):
        lines = _END.split(run[0])
        whole = list(_unbased("".join(lines)))
        yield from whole or (said for line in lines[: len(lines) if len(lines) > 1 else 0] for said in _unbased(line))
    for run in _HEX.finditer(text):
        yield from _unhexed(run[0])
    for run in _LISTED.finditer(text):
        numbers = [int(one) for one in run[0].split(",")]
        yield from _said(bytes(one for one in numbers if one < 256))
    yield from _dumped(text)


def unescaped(text: str) -> str:
    """``text`` with the escapes of single bytes resolved, and without the soft line breaks of quoted-printable."""
    if "=" not in text and "%" not in text and "\\" not in text:
        return text
    if "=?" in text:
        text = _HEADED.sub(lambda word: word[1].replace("_", " "), text)
    return _ESCAPED.sub(_resolved, _SOFT.sub("", text))


def forms(text: str) -> Iterator[str]:
    """How ``text`` stands in hex, in quoted-printable, and in base64 that is not of UTF-8."""
    for coding in _CODINGS:
        try:
            data = text.encode(coding)
        except UnicodeEncodeError:
            continue
        yield quopri.encodestring(data).replace(b"=\n", b"").decode("ascii")
        if len(data) < _SHORTEST:
            continue
        yield from (data.hex(), data.hex().upper())
        for before in range(3) if coding == "latin-1" and not text.isascii() else ():
            start, stop = -(-before * 8 // 6), (before + len(data)) * 8 // 6
            yield base64.b64encode(b"\0" * before + data).decode()[start:stop]


def _unbased(run: str) -> Iterator[str]:
    """What base64 says; its last sign may be missing."""
    run = run.translate(_STANDARD)[: len(run) - (len(run) % 4 == 1)]
    try:
        data = base64.b64decode(run + "=" * (-len(run) % 4), validate=True)
    except binascii.Error:
        return
    yield from _said(data)


def _unhexed(run: str) -> Iterator[str]:
    """What hex says: an odd run may begin at its first digit or at its second."""
    pairs = bytes.fromhex("".join(one[0][-2:] for one in _DIGITS.finditer(run)))
    found = list(_said(pairs))
    if not found and len(run) % 2:
        found = list(_said(bytes.fromhex("".join(one[0][-2:] for one in _DIGITS.finditer(run, 1)))))
    yield from found


def _dumped(text: str) -> Iterator[str]:
    """What the dumps in ``text`` say, whatever stands beside their bytes."""
    done = -1
    for row in _ROW.finditer(text):
        if row.start() > done and (rows := dumps.rows(text, row.start())):
            done = rows[-1][1]
            yield from _said(b"".join(data for _, _, data in rows))


def _said(data: bytes) -> Iterator[str]:
    """``data`` as text: in UTF-8, in UTF-16, or in Latin-1 if most of it is plain letters; nothing if it is none."""
    if 3 * data.count(0) > len(data):
        yield data[: len(data) // 2 * 2].decode("utf-16-le" if data[:1] != b"\0" else "utf-16-be", "replace")
        return
    try:
        yield data.decode()
    except ValueError:
        if 3 * len(data.translate(None, _TEXT)) < len(data):
            yield from (data.decode("cp1252", "replace"), data.decode("utf-8", "replace"))


def _resolved(run: re.Match[str]) -> str:
    data = bytes(int(one[1], 16) if one[1] else int(one[2], 8) & 0xFF for one in _ESCAPE.finditer(run[0]))
    try:
        return data.decode()
    except ValueError:
        return data.decode("cp1252", "replace")
