"""Stretches that read otherwise where they are shown: through markup, frames, forms, escapes here and there, blanks.

Each is read as it is meant, in a view of its own, and looked into like a text of its own. So a token that a page marks
up, or that runs over the lines of a box, is found like any other.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from distillers.record.redaction.spans import Span, back
from distillers.record.redaction.views import View, decoded, rewrite

_INLINE: Final = "span|mark|wbr|code|kbd|samp|font|strong|small|bdi|abbr|ins|del|var|sub|sup|em|tt|a|b|i|q|s|u"
_TAG: Final = re.compile(rf"</?(?:{_INLINE})(?:[ \t\n][^<>]{{0,300}})?/?>|<!--(?:[^-]|-(?!->)){{0,200}}-->", re.I)
"""Markup that stands within a line, and shows as nothing."""

_FRAMES: Final = "│┃║▌▐▎▏┆┊|#*"
_LEAD: Final = r"[ \t\d:>+\-.TZ\u2192]{0,40}"
"""What may stand before a frame: a number, a time, the sign of a quotation."""
_OUTER: Final = r"(?=[\"'<]|[ \t]*\r?$)"
_BOX: Final = re.compile(
    rf"([{_FRAMES}])[ \t]{{0,8}}\r?\n{_LEAD}([{_FRAMES}])(?:(?!\1|\2)[^\n])+(?:\1{_OUTER}|$)", re.M
)
"""The end of a line in a box and the next one, which has no other sign of a frame within: what has more is a table."""

_FORM: Final = re.compile(r"[^\s\"'<>]*%[2-7][0-9a-fA-F][^\s\"'<>]*")
_PLUS: Final = re.compile(r"\+|%2[bB]")

_DOUBLED: Final = re.compile(r"(\"|')(?<![\"'].)(?:(?<=[^\s\"'=(,:;].)\1|\1(?=[^\s\"'),:;\]]))(?![\"'])")
"""A quote that is written twice because it stands in a quoted text; an empty text touches nothing."""

_ODD: Final = re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000\uff01-\uff5e]")
_MEANT: Final = dict.fromkeys((0xA0, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000), " ") | {
    code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)
}
"""Blanks of other widths, and the wide forms of signs."""

_SPELLED: Final = (
    r"(?:\\{1,8}(?:x[2-7][0-9a-fA-F]|u00[2-7][0-9a-fA-F]|u\{[2-7][0-9a-fA-F]\}|(?:0[4-7]|1[0-7])[0-7])"
    r"|%(?:25){0,4}[2-7][0-9a-fA-F]|&#(?:x[2-7][0-9a-fA-F]|[0-9]{2,3});)"
)
_SIGN: Final = r"[A-Za-z0-9_+/=.~-]"
_BARE: Final = r"[A-Za-z0-9_!#$%&*+./@^~{}-]"
_END: Final = r"[ \t]{0,3}(?:\r?\n|\\{1,8}n)[ \t0-9:>+.TZ\xe2\x86\x92-]{0,40}"
_BAR: Final = r"(?:\xe2(?:\x94[\x82\x83\x86\x8a]|\x95\x91|\x96[\x8c\x8e\x8f\x90])|\\u25[0-9a-f]{2})"
BEGINS: Final = (
    rf"</(?:{_INLINE})>[A-Za-z0-9_+/=.~<&\"'@:;,-]|<wbr",
    rf"[!-;=?-~]{{8}}</(?:{_INLINE})>",
    rf"[!-~][ \t]{{0,3}}{_BAR}{_END}{_BAR}",
    rf"[!-{{}}~][ \t]{{0,3}}\|{_END}\|[^|\n]{{38,}}\|(?:[ \t]{{0,3}}(?:\r?\n|\\{{1,8}}n|$)|[\"'<])",
    rf"[ \t]#{_END}#[ \t]|[ \t]\*{_END}\*[ \t]",
    r"%[2-7][0-9a-fA-F][\w.*-]{0,40}\+|\+[\w.*-]{0,40}%[2-7]",
    rf"[ =:,(\[{{]\"\"{_BARE}[^\"\n]*{_BARE}\"\"|[ =:,(\[{{]''{_BARE}[^'\n]*{_BARE}''",
    r"[A-Za-z0-9_\"'`:=,;.][ ]?(?:\xc2\xa0|\xe2\x80[\x80-\x8a\xaf]|\xef\xbc[\x81-\xbf])",
    rf"(?:{_SPELLED}[\w.,=*~!+-]{{0,48}}){{3}}",
)
"""Where each of them shows, for the scanner."""

_RANDOM: Final = re.compile(r"\d\S{0,40}[A-Za-z]|[A-Za-z]\S{0,40}\d")
"""What nearly all secrets have: letters and digits in one word."""
_REACH: Final = 300
"""Characters around such a place that are read with it."""
_MOST: Final = 200_000


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a text, and the views of it of which the last reads as it is meant."""

    start: int
    views: Sequence[View]

    @property
    def text(self) -> str:
        """What it means."""
        return self.views[-1].text

    def shown(self, span: Span) -> Span:
        """``span`` of :attr:`text` as one of the whole text."""
        for view in reversed(self.views):
            span = back(view, span)
        return Span(self.start + span.start, self.start + span.end, span.kind)


def stretches(text: str, places: Iterable[int]) -> list[Stretch]:
    """The stretches around ``places`` (ascending) that mean something else than they show."""
    around = [(start, end) for start, end in _around(places, len(text)) if _RANDOM.search(text, start, end)]
    found = [Stretch(start, meant(text[start:end])) for start, end in around]
    return [stretch for stretch in found if stretch.views]


def meant(text: str) -> list[View]:
    """Views of ``text``, each of the one before it, of which the last reads as it is meant; none if ``text`` does."""
    views: list[View] = []
    for step in _STEPS:
        view = step(text)
        if view and view.text != text:
            views.append(view)
            text = view.text
    return views


def _around(places: Iterable[int], size: int) -> list[tuple[int, int]]:
    out: list[tuple[int, int]] = []
    for at in places:
        start, end = max(0, at - _REACH), min(size, at + _REACH)
        if out and start <= out[-1][1] and end - out[-1][0] < _MOST:
            out[-1] = out[-1][0], max(end, out[-1][1])
        else:
            out.append((start, end))
    return out


def _unformed(text: str) -> View | None:
    """Without the plus signs that stand for blanks in forms; in one that is encoded twice they are encoded once."""
    if "%" not in text or ("+" not in text and "%25" not in text):
        return None
    twice: dict[int, bool] = {}
    for run in _FORM.finditer(text):
        twice.update((sign.start(), "%25" in run[0]) for sign in _PLUS.finditer(text, *run.span()))

    def blank(sign: re.Match[str]) -> str:
        is_twice = twice.get(sign.start())
        return " " if is_twice or (is_twice is not None and sign[0] == "+") else sign[0]

    return rewrite(text, _PLUS, blank) if twice else None


def _untagged(text: str) -> View | None:
    return rewrite(text, _TAG, lambda _: "") if "<" in text else None


def _unframed(text: str) -> View | None:
    box = _BOX.search(text)
    if box is None:
        return None
    left, right = re.escape(box[2]), re.escape(box[1])
    frame = re.compile(rf"^{_LEAD}{left}[ \t]?|(?P<first>(?<=[\"'>]){left}[ \t]?)|[ \t]*{right}{_OUTER}", re.M)
    return rewrite(text, frame, lambda match: "\n" if match["first"] else "")


def _undoubled(text: str) -> View | None:
    return rewrite(text, _DOUBLED, lambda match: match[1]) if '""' in text or "''" in text else None


def _respaced(text: str) -> View | None:
    return None if text.isascii() or not _ODD.search(text) else View(text.translate(_MEANT))


_STEPS: Final = (_respaced, _unformed, decoded, _untagged, _unframed, _undoubled)
