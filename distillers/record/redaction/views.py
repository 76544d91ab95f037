"""Views of a text: the same text with noise removed, each able to say where in the original a stretch stands.

Secrets hide behind colours, escapes upon escapes, URL encoding, zero-width characters and line wraps. A rule sees a
view where these are gone; what it finds is mapped back, so that every other byte of the original stays as it was.
"""

from __future__ import annotations

import re
import sys
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

MASKED: Final = "\ufffc"
"""Stands in a view for a mask that is in the text already; no rule accepts it in a value."""

_OPENED: Final = r"REDACTED(?::[a-z0-9-]{1,40}){0,2}\]"
"""A mask behind its bracket."""
MASK: Final = re.compile(rf"\[{_OPENED}")

_END: Final = "\n"
"""Stands in a view for the end of a text that programs write with NUL behind it: an environment, a list of files."""
_ZEROS: Final = "\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff"
_ESC: Final = r"(?:(?<=\x1b)|(?<=\\)\\*(?:u001[bB]|x1[bB]|033|e)(?=[\[\]]))"
_NOISE: Final = re.compile(
    rf"[\x1b\\\x00^\[{_ZEROS}](?:"  # a search that a set of signs leads passes quickly over all others
    r"(?P<end>(?<=\x00)(?<!\x00[\s\S]\x00)(?![\s\S]\x00)"
    r"|(?<=\\)(?<!0[\s\S]\\)\\*(?:u0000|x00)(?![\s\S]\\+(?:u0000|x00)))"
    rf"|{_ESC}\[[0-9;:?]{{0,24}}[ -/]?[@-~]"  # colours and cursor movements
    rf"|{_ESC}\][^\x07\x1b\\\n]{{0,300}}(?:\x07|\x1b\\|\\+u0007)"  # hyperlinks and titles
    rf"|(?<=[{_ZEROS}\x00])"  # zero width, direction, soft hyphen
    r"|(?<=\\)\\*(?:u0000|x00)"  # UTF-16 taken for something else, as JSON and Python write it
    r"|(?<=\^)\[\[[0-9;]{0,24}[A-Za-z]"  # colours as cat -v shows them
    rf"|(?<=\[){_OPENED})"
)
_ZERO: Final = re.compile(f"[{_ZEROS}]")
_ESCAPED_ESC: Final = ("u001b", "u001B", "x1b[", "x1B[", "033[", "\\e[", "u0000", "x00")
_JOINT: Final = (
    r"[\"'](?:[ \t]{0,4}[+.&][ \t]{0,4}(?:\r?\n[ \t]{0,24})?|[ \t]{0,4}\\?\r?\n[ \t]{0,24}(?:[+.&][ \t]{0,4})?)[\"']"
)
"""Where a quoted text goes on in the next one: behind a sign, on the line below, or both."""
_PLAIN: Final = {
    "\\": r"\\*(?:u([0-9a-fA-F]{4})|u\{([0-9a-fA-F]{1,6})\}|x([0-9a-fA-F]{2})"
    r"|([\"'/nrtbf`=&$!:@#%*+,.;?^~_-])|((?:0[4-7]|1[0-7])[0-7])|(?<!\\\\)\r?\n[ \t]{0,24}(?=\S))",
    "%": "(?:25)*([2-7][0-9a-fA-F]|0[aAdD])",
    "&": r"(?:amp;)*([a-z]{2,6}|#\d{2,3}|#x[0-9a-fA-F]{2});",
    "=": r"(?:(3D)|(?<=[^\n]{60}=)\r?\n)",
}
"""Escapes by their first sign; the last are those of quoted-printable and its soft line breaks."""
_ESCAPE: Final = "|".join(re.escape(sign) + rest for sign, rest in _PLAIN.items()) + f"|{MASK.pattern}"
_ESCAPES: Final = re.compile(_ESCAPE)
_ALL: Final = re.compile(f"{_ESCAPE}|{_JOINT}")
_JOINED: Final = re.compile(_JOINT)
_EACH: Final = tuple((sign, re.compile(re.escape(sign) + rest)) for sign, rest in _PLAIN.items())
"""To search for one first sign is much faster than to search for any of them."""
_MEETING: Final = tuple(re.compile(rf"{quote}(?:[\n\r+]| [+.])") for quote in ('"', "'"))
"""Without one of these in a text, none of the above is looked for."""
_LETTERS: Final = {"n": "\n", "r": "\r", "t": "\t", "b": " ", "f": " "}
_ENTITIES: Final = {
    "quot": '"', "apos": "'", "amp": "&", "lt": "<", "gt": ">", "equals": "=", "colon": ":", "sol": "/", "plus": "+",
    "lowbar": "_", "commat": "@", "period": ".", "comma": ",", "num": "#", "dollar": "$", "percnt": "%", "excl": "!",
    "ast": "*", "semi": ";", "quest": "?", "nbsp": " ",
}  # fmt: skip


@dataclass(slots=True)
class View:
    """A text and, for each rewritten stretch, where it came from (parallel lists, ascending)."""

    text: str
    starts: Sequence[int] = (0,)
    origins: Sequence[int] = (0,)
    ends: Sequence[int] = (-1,)
    """Original end of a rewritten stretch, or -1 where characters stand one to one."""

    def original(self, start: int, end: int) -> tuple[int, int]:
        """The original offsets of ``text[start:end]``; a rewritten stretch counts whole."""
        return self._edge(start, opening=True), self._edge(end - 1, opening=False)

    def _edge(self, at: int, *, opening: bool) -> int:
        i = bisect_right(self.starts, at) - 1
        if self.ends[i] < 0:
            return self.origins[i] + at - self.starts[i] + (0 if opening else 1)
        return self.origins[i] if opening else self.ends[i]


def clean(text: str) -> View:
    """``text`` without colours, zero-width characters and masks."""
    return rewrite(text, _NOISE, _drop) if _is_noisy(text) else View(text)


def _is_noisy(text: str) -> bool:
    if (
        "\x1b" in text
        or "[REDACTED" in text
        or "\x00" in text
        or "^[[" in text
        or not (text.isascii() or _ZERO.search(text) is None)
    ):
        return True
    return "\\" in text and any(escape in text for escape in _ESCAPED_ESC)


def _drop(match: re.Match[str]) -> str:
    if match["end"] is not None:
        return _END
    return MASKED if match.group().startswith("[R") else ""


def decoded(text: str) -> View:
    """``text`` with all escapes resolved, however many times they were escaped; ``text`` itself if there are none."""
    double, single = _MEETING
    if (double.search(text) or single.search(text)) and _JOINED.search(text):
        return rewrite(text, _ALL, _resolve)
    for sign, escape in _EACH:
        if sign in text and escape.search(text):
            return rewrite(text, _ESCAPES, _resolve)
    return View(text)


def canonical(secret: str) -> str:
    """The value of a secret however it was written: the same for each spelling, so that its hash is the same."""
    plain = _ALL.sub(_resolve, _NOISE.sub("", secret))
    return "".join(plain.split())


def _resolve(match: re.Match[str]) -> str:
    wide, brace, narrow, letter, octal, percent, entity, printable = match.groups()
    if code := wide or narrow or percent or printable:
        return chr(int(code, 16))
    if letter:
        return _LETTERS.get(letter, letter)
    if entity:
        return _entity(entity, match[0])
    if brace or octal:
        return chr(min(int(brace, 16) if brace else int(octal, 8), sys.maxunicode))
    return MASKED if match[0].startswith("[") else ""


def _entity(name: str, whole: str) -> str:
    if name[0] == "#":
        return chr(int(name[2:], 16) if name[1] == "x" else int(name[1:]))
    return _ENTITIES.get(name, whole)


def rewrite(text: str, pattern: re.Pattern[str], by: Callable[[re.Match[str]], str]) -> View:
    """The view of ``text`` in which every match of ``pattern`` reads as ``by`` says."""
    pieces: list[str] = []
    starts, origins, ends = [0], [0], [-1]
    at = last = 0
    for match in pattern.finditer(text):
        new = by(match)
        pieces += (text[last : match.start()], new)
        at += match.start() - last
        last = match.end()
        if new:
            starts.append(at)
            origins.append(match.start())
            ends.append(last)
        at += len(new)
        starts.append(at)
        origins.append(last)
        ends.append(-1)
    pieces.append(text[last:])
    return View("".join(pieces), starts, origins, ends)
