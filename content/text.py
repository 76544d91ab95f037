"""Words on their way into an article, and back: inline Markdown that shows exactly a claim, sentences, plain text."""

from __future__ import annotations

import html
import itertools
import re
import unicodedata
from collections.abc import Iterable, Iterator

from distillers.cues import COMMON
from wiki.text import inert, visible

_CODE = re.compile(r"(?<![`\\])(`+)(?!`)([^\n]+?)(?<!`)\1(?!`)")
_NOTE = re.compile(r"\[\^[\w-]+\]")
_LIVE = re.compile(r"\{(?=[{%:<#])")
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
_STRONG = re.compile(r"(?<!\\)\*{1,3}")
_END = re.compile(r"(?<=[.!?])[)\"'”’*]*\s+(?=[\"'“‘(*`\\\[]*[A-Z0-9`])")
_ABBREVIATED = re.compile(r"(?:\be\.g|\bi\.e|\bvs|\betc|\bcf|\bapprox|\bno|\bNo|\bincl|\bresp)\.$")
_SUFFIXES = "py ts tsx js jsx go rs rb java md json jsonl toml yaml yml sh lock css html sql service txt cfg ini env"
_NAME = re.compile(
    r"(?<![\w-])--[a-z][\w-]*(?:=[\w./-]*\w)?"  # a flag
    r"|(?<![\w/.~<])(?:~|\.{1,2})?/(?:[\w.@-]+/)*[\w.@-]*\w/?"  # a path from a root
    r"|(?<![\w/.])(?:[\w.@-]+/){2,}[\w.@-]*\w"  # a path of three steps or more
    rf"|(?<![\w/.])(?:[\w.@-]+/)*[\w-][\w.-]*\.(?:{_SUFFIXES.replace(' ', '|')})\b"  # a file
    r"|(?<![\w/.`])(?:[\w.@-]+/){2,}"  # a folder
    r"|(?<![\w*./])[\w./-]+\*[\w./*-]*\w"  # names with a star
    r"|(?<![\w.])(?:\w+\.)*\w+\(\)"  # a call
    r"|(?<!\w)[A-Za-z]\w*=\w+"  # a setting
    r"|(?<![\w.])(?:\w+\.)*\w*(?<=\w)_\w+(?:\.\w+)*"  # a name with an underscore
)
LONG = 4000


def hidden(char: str) -> bool:
    """Whether a character shows nothing of itself: a control, a direction or zero-width mark, private use."""
    if char in "\n\t":
        return False
    return unicodedata.category(char) in {"Cc", "Cs", "Zl", "Zp"} or visible(f"|{char}|") == "||"


def reveal(text: str) -> str:
    """``text`` with every hidden character spelled out, such as ``⟦U+200B⟧``."""
    if text.isascii() and not re.search(r"[\x00-\x08\x0b-\x1f\x7f]", text):
        return text
    return "".join(f"⟦U+{ord(char):04X}⟧" if hidden(char) else char for char in text)


def inline(text: str) -> str:
    """``text`` as inline Markdown that shows these words and does nothing else; names that read as code become code.

    What a site generator would execute (``{{``, ``{%``) is taken apart.
    """
    return inert("".join(_named(_LIVE.sub("{ ", visible(text)))), LONG)


def _named(text: str) -> Iterator[str]:
    at = 0
    for span in _CODE.finditer(text):
        yield _NAME.sub(r"`\g<0>`", text[at : span.start()])
        yield span.group()
        at = span.end()
    yield _NAME.sub(r"`\g<0>`", text[at:])


def plain(markdown: str) -> str:
    """The words that inline Markdown shows: no code marks, emphasis, escapes or footnote references."""
    return " ".join("".join(_shown(_NOTE.sub("", markdown))).split())


def _shown(text: str) -> Iterator[str]:
    at = 0
    for span in _CODE.finditer(text):
        yield _unmarked(text[at : span.start()])
        yield span[2].strip() if "`" in span[2] else span[2]
        at = span.end()
    yield _unmarked(text[at:])


def _unmarked(text: str) -> str:
    return html.unescape(_ESCAPED.sub(r"\1", _STRONG.sub("", text)))


def sentences(text: str) -> list[str]:
    """The sentences of one paragraph of plain text or inline Markdown, footnote references removed."""
    whole = " ".join(_NOTE.sub("", text).split())
    spans = [found.span() for found in _CODE.finditer(whole)]
    cuts = [found.end() for found in _END.finditer(whole) if _cuts(whole, found, spans)]
    bounds = [0, *cuts, len(whole)]
    return [part for low, high in itertools.pairwise(bounds) if (part := whole[low:high].strip())]


def _cuts(whole: str, end: re.Match[str], spans: Iterable[tuple[int, int]]) -> bool:
    inside = any(low < end.start() < high for low, high in spans)
    return not inside and not _ABBREVIATED.search(whole[: end.start()][-12:])


def stems(text: str) -> frozenset[str]:
    """The words of a text, and its numbers, in small letters and without a plural's ending."""
    words = re.findall(r"[a-z][a-z0-9_]{2,}|\d[\d.,:]*", text.lower())
    return frozenset(word.removesuffix("s") for word in words) - {word.removesuffix("s") for word in COMMON}


def slugged(text: str, limit: int = 60) -> str:
    """``text`` as a slug, ``[a-z0-9-]+``, at most ``limit`` long; "" if no letter or digit is left."""
    ascii_only = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", ascii_only).strip("-")[:limit].strip("-")
