"""The forms in which one text may stand in a file: as it is, escaped, or encoded once more."""

from __future__ import annotations

import base64
import html
import json
import re
import unicodedata
from collections.abc import Iterable, Iterator
from urllib.parse import quote, quote_plus

HIDDEN = "\x1b\\[[0-?]*[ -/]*[@-~]|\x1b\\][^\x07\x1b]*(?:\x07|\x1b\\\\)|[\u00ad\u200b-\u200d\u2060\ufeff]"
"""What stands in a text and is not seen: a terminal's colours and links, and signs without width. For Arrow too."""
_HIDDEN = re.compile(HIDDEN)
_DIGITS = re.compile(r"\\u[0-9a-f]{4}")
SHORT = 8
"""Bytes below which a text has no encoded form that could be told from chance."""


def forms(text: str) -> tuple[str, ...]:
    """``text`` and what becomes of it in JSON (once and twice), in an address, in HTML and in base64, each form once.

    All of this for each of its Unicode spellings: letters with their marks in one sign, and apart from them. Base64 has
    three forms: which one depends on how many bytes stand before the text.
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


def bytes_of(form: str) -> bytes:
    """A form as it stands in a file."""
    return form.encode("utf-8", "surrogatepass")


def _normal(text: str) -> list[str]:
    return list(dict.fromkeys((text, *(unicodedata.normalize(form, text) for form in ("NFC", "NFD")))))


def _escaped(text: str) -> Iterator[str]:
    yield from (_json(text), _raw_json(text), _json(_json(text)), _raw_json(_raw_json(text)))
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
    data = bytes_of(text)
    if len(data) < SHORT:
        return
    for before in range(3):
        start, stop = -(-before * 8 // 6), (before + len(data)) * 8 // 6
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            yield encode(b"\0" * before + data).decode()[start:stop]
