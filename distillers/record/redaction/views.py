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

WIDTH: Final = 40
"""Shorter lines are not taken for wrapped ones."""
TRAILING: Final = 3
INDENT: Final = 8
FRAMED: Final = 40
INNER: Final = 4
"""Blanks that may stand before a line end, and on the next line: before a token, before a frame, and behind it."""

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
_SIGN: Final = r"[\w+/=.~%-]"
_ODD: Final = r"[!@*^&#$]"
"""Signs of a password, beside which others stand."""
_WRAP: Final = re.compile(
    rf"\n(?<=[\w+/=.~%\- \t\r!@*^&#$]\n)(?<=[^\n]{{{WIDTH}}}\n)"
    rf"(?:[ \t]{{0,{FRAMED}}}(##?|//|\*)[ \t]{{1,{INNER}}}|([+-])[ \t]{{0,{INDENT}}}"
    rf"|[ \t]{{0,{INDENT}}}(\d{{1,6}})(?:[\t\u2192]|:[ \t]?|[ ]?\|[ ]?)|[ \t]{{0,{INDENT}}}"
    rf"|[ \t]{{0,{FRAMED}}}[│┃|>][ \t]{{0,{INNER}}})(?={_SIGN}|{_ODD}[\w!@*^&#$])"
)
"""A line end that a wide line has, and what the next line begins with; signs of comments and changes only if both have
them, numbers only if they follow each other."""
_WRAPPED: Final = re.compile(rf"({_SIGN}|(?<=\S){_ODD})[ \t]{{0,{TRAILING}}}\r?\Z")
_COUNT: Final = re.compile(r"[ \t]{0,8}(\d{1,6})[\t\u2192:| ]")


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


def joined(text: str, *, words: bool = True) -> View:
    """``text`` with the line ends removed that a token could run over: those of lines as wide as a terminal's.

    Without ``words``: ``text`` itself if they all stand between two words without a digit.
    """
    cuts = joints(text)
    if not cuts or not (words or any(_is_within(text, *cut) for cut in cuts)):
        return View(text)
    pieces: list[str] = []
    starts, origins, ends = [0], [0], [-1]
    at = last = 0
    for start, end in cuts:
        pieces.append(text[last:start])
        at += start - last
        last = end
        starts.append(at)
        origins.append(end)
        ends.append(-1)
    pieces.append(text[last:])
    return View("".join(pieces), starts, origins, ends)


def joints(text: str, first: int = 0, last: int = sys.maxsize) -> list[tuple[int, int]]:
    """Start and end of each line end in ``text[first:last]`` that :func:`joined` removes."""
    found: list[tuple[int, int]] = []
    for match in _WRAP.finditer(text, first, last):
        at = match.start()
        edge = _WRAPPED.search(text, max(0, at - 5), at)
        if edge is None or text.find("\n", edge.end(1) - WIDTH, at) >= 0:
            continue
        if (end := _goes_on(text, text.rfind("\n", 0, at) + 1, match)) is not None:
            found.append((edge.end(1), end))
    return found


def _goes_on(text: str, line: int, behind: re.Match[str]) -> int | None:
    """Where the line that begins at ``line`` goes on ``behind`` its end.

    A sign or number that both lines begin with is none of it; one that only the next line has is, unless it begins a
    comment.
    """
    comment, change, number = behind.groups()
    if number:
        count = _COUNT.match(text, line)
        return behind.end() if count and int(count[1]) + 1 == int(number) else behind.start(3)
    sign = comment or change
    if sign is None or text[line : line + FRAMED + 2].lstrip(" \t").startswith(sign):
        return behind.end()
    return behind.start(2) if change else None


_WORD: Final = 48
"""Characters of a word in which a secret shows a digit."""
_DIGIT: Final = re.compile(r"\d")
_NUMBERED: Final = re.compile(r"\d{1,6}(?:\u2192|[.)]\Z)")
"""The number of the next line, as programs show files, or of an item."""
_NAMING: Final = re.compile("pass|pwd|sec|tok|key|cred|auth|api|wort")
"""The name of a secret, or a part of one, on the line before; lower case."""
_SENTENCE: Final = re.compile(r"[A-Z]?[a-z]{1,11}[,.;:]? [a-z]")
"""How a sentence goes on."""


def _is_within(text: str, start: int, end: int) -> bool:
    """Whether the line end ``text[start:end]`` may stand within a secret or its name, and not between two words."""
    left = text[max(0, start - _WORD) : start].rsplit(None, 1)[-1]
    right = text[end : end + _WORD].split(None, 1)[0]
    return _is_random(left, right) or bool(_NAMING.search(left.lower()))


def may_run_on(left: str, right: str) -> bool:
    """Whether a secret at the end of ``left`` may go on in ``right``: they do not merely hold words there."""
    before, after = left[-_WORD:].rstrip("\r\n"), right[:_WORD]
    if not _DIGIT.search(before + after):
        return bool(_NAMING.search(before.lower())) and not _SENTENCE.match(after)
    if _SENTENCE.match(after):
        return False
    return _is_random(before.rsplit(None, 1)[-1], after.split(None, 1)[0]) or bool(_NAMING.search(before.lower()))


def _is_random(left: str, right: str) -> bool:
    """Whether two pieces of a word hold a digit that is no number of a line."""
    return bool(_DIGIT.search(left) or (_DIGIT.search(right) and not _NUMBERED.match(right)))


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
