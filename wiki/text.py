"""Text from logs made inert: whatever a claim or quote holds, on a page it is one line of plain words and code spans.

Escapes are chosen so that GitHub, Obsidian and Python-Markdown (MkDocs) all agree on them: a backslash where all three
honour it, a character reference where only that does.
"""

from __future__ import annotations

import html
import re
import unicodedata
from functools import lru_cache

from scheduling.base.forms import ANSI

CLAIM_CHARS = 600
QUOTE_CHARS = 300
KEPT = 4_096
"""Texts whose inert form is kept: a claim is asked for by its block, by the memory of it and by the verifier."""
_READ = 20_000  # more than that is never shown, so never looked at

_ANSI = re.compile(ANSI)
_BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180e\u2800\u3164\uffa0")
# A mask stays readable as it is unless what stands beside it would make a link, image or footnote of it.
_MASK = re.compile(r"(?<![!\[\]^])\[REDACTED:[a-z0-9-]+\](?![(\[:])")
_KEYED = re.compile(r"\[REDACTED:([a-z0-9-]+):[^\]]*\]")
_TICKS = re.compile(r"`+")
_SPAN = re.compile(r"(`[^`\n]*`)")
_MARKS = re.compile(r"^\s*(?:(?:[-*+>]|#{1,6}|\d{1,2}[.)])\s+)*(?:\[[ xX]\]\s+)?")
_EMPHASIS = re.compile(r"(?<![\w\\*])\*\*(?=\S)|(?<=\S)\*\*(?![\w*])")
_SIGNS = re.compile(r"(?<![\\/])\*\*(?!/)|\s?\[\^[\w-]+\]:?|\s\^[a-z]-[0-9a-f]{8}\s*$")
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
# What GitHub turns into a link by itself: addresses with a scheme, www. and mail.
_LIVE = re.compile(
    r"(?i)(?:[a-z][a-z0-9+.-]*://|\bwww\.)[^\s<>\"'`]*[^\s<>\"'`.,;:!?)\]}]|[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.ASCII
)
_ESCAPES = (
    (re.compile(r"\\(?=[!-/:-@\[-`{-~]|$)"), r"\\\\"),
    (re.compile(r"&(?=#?\w+;)"), "&amp;"),
    (re.compile(r"<"), "&lt;"),
    (re.compile(r"`"), "&#96;"),
    (re.compile(r"([\[\]*{])"), r"\\\1"),
    (re.compile(r"(?<![^\W_])_|_(?![^\W_])"), r"\\_"),
    (re.compile(r"(?<![\w&])#(?=\d*[^\W\d])"), r"\\#"),
    (re.compile(r"~(?=~)|(?<=~)~"), "&#126;"),
    (re.compile(r"%(?=%)|(?<=%)%"), "&#37;"),
    (re.compile(r"\$(?=.*\$)|(?<=\$)\$"), "&#36;"),
    (re.compile(r"\^(?=[a-z]-[0-9a-f]{8})"), "&#94;"),
)
_START = (
    (re.compile(r"^(\d{1,9})([.)])(?=\s|$)"), r"\1\\\2"),
    (re.compile(r"^([-+#>])(?=\1|\s|$)|^(>)"), r"\\\1\2"),
    (re.compile(r"^:"), "&#58;"),
    (re.compile(r"^!(?=!)"), "&#33;"),
    (re.compile(r"^\?(?=\?)"), "&#63;"),
    (re.compile(r"^="), "&#61;"),
    (re.compile(r"^\|"), "&#124;"),
)


def public(text: str) -> str:
    """``text`` with every mask ``[REDACTED:kind:hash]`` cut to ``[REDACTED:kind]``: the keyed hash stays at home."""
    return _KEYED.sub(r"[REDACTED:\1]", text)


def visible(text: str) -> str:
    """``text`` as one line without ANSI codes, controls, and characters that show nothing or turn the reading order."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    bare = _ANSI.sub("", text)
    return " ".join("".join(_seen(letter) for letter in bare).split())


def _seen(letter: str) -> str:
    if letter.isascii():
        return letter if letter.isprintable() else " "
    kind = unicodedata.category(letter)
    if kind in {"Cf", "Co", "Cn"} or letter in _BLANK:
        return ""
    if kind == "Cs":
        return "\ufffd"
    return " " if kind in {"Cc", "Zl", "Zp", "Zs"} else letter


def tidy(text: str) -> str:
    """``text`` without the marks of lists, headings, quotations and emphasis that say nothing where it is quoted."""
    parts = _SPAN.split(_MARKS.sub("", text))
    return "".join(part if k % 2 else _EMPHASIS.sub("", part) for k, part in enumerate(parts))


def clip(text: str, chars: int) -> str:
    """``text`` cut at a word to at most ``chars`` characters, ending in ``…`` if something was left out.

    A code span is left out if it begins in the second half, and else ends where it is cut.
    """
    if len(text) <= chars:
        return text
    cut = text[: chars - 1]
    span = cut.rfind("`") if cut.count("`") % 2 else -1
    cut = cut if span < 0 else cut[:-1]
    if span > chars // 2:
        return cut[:span].rstrip() + "…"
    word = cut.rfind(" ")
    cut = cut[:word] if word > max(chars // 2, span) else cut
    mask = cut.rfind("[REDACTED:")
    if mask >= 0 and "]" not in cut[mask:]:
        cut = cut[:mask]
    return cut.rstrip() + ("…`" if cut.count("`") % 2 else "…")


@lru_cache(maxsize=KEPT)
def inert(text: str, chars: int) -> str:
    """``text`` as Markdown that renders as itself: one line, at most ``chars`` characters before escaping.

    Code spans stay code spans. No raw HTML, image, link, footnote, wikilink, heading, list, front matter, block id,
    template tag or comment survives as markup, wherever on a line the result is put after other text.
    """
    made = "".join(_pieces(clip(visible(public(text[:_READ])), chars)))
    return _start(" ".join(made.split()))  # a code span that held nothing leaves its blanks behind


def as_read(line: str) -> str:
    """A line of a page as a reader sees it: without escapes, emphasis, footnote marks and its block id."""
    return _ESCAPED.sub(r"\1", html.unescape(_SIGNS.sub("", line)))


def _pieces(text: str) -> list[str]:
    pieces: list[str] = []
    at = 0
    for opening in _TICKS.finditer(text):
        if opening.start() < at:
            continue
        closing = next((m for m in _TICKS.finditer(text, opening.end()) if len(m[0]) == len(opening[0])), None)
        if closing is None:
            continue
        pieces += [*_words(text[at : opening.start()]), _code(text[opening.end() : closing.start()])]
        at = closing.end()
    return [*pieces, *_words(text[at:])]


def _words(text: str) -> list[str]:
    """Plain text escaped; addresses become code spans, so that no viewer makes a link of them; masks stay."""
    pieces: list[str] = []
    at = 0
    for live in _LIVE.finditer(text):
        pieces += [*_plain(text[at : live.start()]), _code(live[0])]
        at = live.end()
    return [*pieces, *_plain(text[at:])]


def _plain(text: str) -> list[str]:
    pieces: list[str] = []
    at = 0
    for mask in _MASK.finditer(text):
        pieces += [_escape(text[at : mask.start()]), mask[0]]
        at = mask.end()
    return [*pieces, _escape(text[at:])]


def _escape(text: str) -> str:
    for pattern, safe in _ESCAPES:
        text = pattern.sub(safe, text)
    return text


def _code(text: str) -> str:
    inner = text.strip()
    if not inner:
        return ""
    runs = {len(run) for run in _TICKS.findall(inner)}
    ticks = "`" * next(n for n in range(1, len(runs) + 2) if n not in runs)
    pad = " " if inner[0] == "`" or inner[-1] == "`" else ""
    return f"{ticks}{pad}{inner}{pad}{ticks}"


def _start(text: str) -> str:
    for pattern, safe in _START:
        text = pattern.sub(safe, text)
    return text
