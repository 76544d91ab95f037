"""The forms in which one text may stand in a file: as it is, escaped, or encoded once more."""

from __future__ import annotations

import base64
import html
import json
import re
import unicodedata
from collections.abc import Iterable, Iterator
from urllib.parse import quote, quote_plus

ANSI = "\x1b(?:\\[[0-?]*[ -/]*[@-~]|\\][^\x07\x1b]*(?:\x07|\x1b\\\\)?|[@-Z\\\\-_])|\x9b[0-?]*[ -/]*[@-~]"
"""A terminal's colours, links and other sequences. For Arrow too."""
HIDDEN = ANSI + "|[\u00ad\u200b-\u200d\u2060\ufeff]"
"""What stands in a text and is not seen: those, and signs without width. For Arrow too."""
_HIDDEN = re.compile(HIDDEN)
_BLANKS = re.compile(r"\s+")
_DIGITS = re.compile(r"\\u[0-9a-f]{4}")
SHORT = 8
"""Bytes below which a text has no encoded form that could be told from chance."""


def forms(text: str) -> tuple[str, ...]:
    """``text`` and what becomes of it in JSON (up to three times), an address, HTML and base64, each form once.

    All of this for each of its Unicode spellings (letters with their marks in one sign, or apart from them), and in one
    line. Base64, of UTF-8 or UTF-16, has three forms each: which one depends on how many bytes stand before the text.
    """
    found: list[str] = []
    for one in _normal(text):
        found += [one, *_escaped(one)]
        found += [coded for plain in dict.fromkeys((one, _json(one))) for coded in _base64(plain)]
    return tuple(dict.fromkeys(form for form in found if form))


def spelled(texts: Iterable[str]) -> tuple[str, ...]:
    """``texts`` as they are and as JSON has them, each once: enough for what only derived stores repeat."""
    normal = (one for text in texts for one in _normal(text))
    return tuple(dict.fromkeys(form for text in normal for form in (text, _json(text), _raw_json(text)) if form))


def plain(text: str) -> str:
    """``text`` as it is seen."""
    return _HIDDEN.sub("", text)


def flat(text: str) -> str:
    """``text`` in one line: one blank for whatever blanks and line breaks stand between its words."""
    return _BLANKS.sub(" ", text)


def bytes_of(form: str) -> bytes:
    """A form as it stands in a file."""
    return form.encode("utf-8", "surrogatepass")


def _normal(text: str) -> list[str]:
    normal = [unicodedata.normalize(form, one) for one in (text, flat(text)) for form in ("NFC", "NFD")]
    return list(dict.fromkeys((text, *normal)))


def _escaped(text: str) -> Iterator[str]:
    for escape in (_json, _raw_json):
        yield from (escape(text), escape(escape(text)), escape(escape(escape(text))))
    for coded in (
        quote(text, safe="", errors="replace"),
        quote(text, errors="replace"),
        quote_plus(text, errors="replace"),
    ):
        yield from (coded, _lower(coded))
    yield from (text.replace(" ", "%20"), quote(_json(text), safe=""), quote(quote(text, safe="", errors="replace")))
    yield _DIGITS.sub(lambda found: found[0].upper().replace("U", "u", 1), _json(text))
    yield from (html.escape(text), html.escape(text, quote=False))


def _json(text: str) -> str:
    return json.dumps(text)[1:-1]


def _raw_json(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)[1:-1]


def _lower(coded: str) -> str:
    """Percent escapes with small digits."""
    first, *rest = coded.split("%")
    return "%".join([first, *(part[:2].lower() + part[2:] for part in rest)])


def _base64(text: str) -> Iterator[str]:
    for coding in ("utf-8", "utf-16-le", "utf-16-be"):
        data = text.encode(coding, "surrogatepass")
        if len(data) >= SHORT:
            yield from _places(data)


def _places(data: bytes) -> Iterator[str]:
    """The signs of base64 that stand for nothing but ``data``, one for each place of its first byte."""
    for before in range(3):
        start, stop = -(-before * 8 // 6), (before + len(data)) * 8 // 6
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            yield encode(b"\0" * before + data).decode()[start:stop]
