"""Sentences out of logs: cutting text into statements, and turning a statement into a claim with exact quotes.

A statement remembers which stretches of which text lines it came from, so a sentence that was wrapped at 72 columns is
still quoted word for word, one quote a line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from distillers.blocks import END, Block, blocks, ends
from distillers.cues import COMMON
from distillers.findings import Quote
from distillers.record.events import Event

QUOTE_LIMIT = 300
CLAIM_LIMIT = 420
QUOTES_LIMIT = 4

_KEYED = re.compile(r"\[REDACTED:([a-z0-9-]+):[0-9a-f]+\]")
_RELATIVE = re.compile(r"\]\((?![A-Za-z]+:)[^()\s]+\)")
"""The target of a link that leads nowhere from a page of the wiki: a quote leaves it out."""
_LINK = re.compile(r"\[([^\[\]]+)\]\((?![A-Za-z]+:)[^()\s]+\)")
_END_TYPED = re.compile(r"(?<=[.!?])(?<!\.\.)\s+(?=[\"'`(*\[@]*\w)")
_KEPT = re.compile(r"(`[^`\n]+`|(?<!\w)__[a-z][a-z0-9_]*__)")
"""What looks like emphasis and is none: a code span, and a name such as ``__init__``."""
_STRONG = re.compile(r"(?<!/)(?:(?<=\w)\*\*|\*\*(?!/))|__(?=\W|$)|(?<!\w)__")
"""The marks of strong emphasis; ``**`` that touches a slash belongs to a glob."""
_PLAIN_QUOTES = str.maketrans("‘’“”", "''\"\"")
IDENTIFIER = re.compile(
    r"`([^`\n]{2,80})`"
    r"|(?<![\w/])((?:[\w.@~-]+/)+[\w.@*-]+)"  # a path
    r"|(?<!\w)(--[a-z][\w-]+)"  # a flag
    r"|\b([A-Za-z_]\w+(?:\.[A-Za-z_]\w+)+(?:\(\))?)(?!\.?\w)"  # a member
    r"|\b([A-Za-z]\w*\(\))"  # a call
    r"|\b([a-z]+(?:[A-Z]\w*)+|[A-Z][a-z0-9]+(?:[A-Z]\w*)+|[a-z0-9]+_[a-z0-9_]+|[A-Z][A-Z0-9]*_[A-Z0-9_]+)\b"  # a name
    r"|\b([\w-]+\.(?:py|ts|tsx|js|jsx|go|rs|rb|java|md|mdc|json|jsonl|toml|yaml|yml|sh|lock|css|html|sql|service))\b"
    r"|\b(v?\d+\.\d+(?:\.\d+)*)\b"  # a version
    r"|(?<!&)(#\d+)\b"
)


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence of an event. ``spans`` are stretches of the event's text, one a text line."""

    text: str
    spans: tuple[tuple[int, int], ...]
    heading: str
    """The nearest heading, bold lead or line that ended in a colon; "" at the start."""
    item: bool
    """Part of a list item."""
    open: bool
    """Part of an unticked check box."""
    first: bool
    """The first sentence of its paragraph or item."""
    lead: tuple[int, int] | None = None
    """Of an item, the stretch that leads in to its list: a line that ended in a colon."""


def statements(text: str, *, typed: bool = False) -> Iterator[Statement]:
    """The sentences of a Markdown or plain text, in order.

    Leaves out code fences, tables, block quotes, rulers, HTML comments and commit trailers. In ``typed`` text a
    sentence may begin with a small letter.
    """
    for block in blocks(text):
        yield from _sentences(block, _END_TYPED if typed else END)


def _sentences(block: Block, pattern: re.Pattern[str]) -> Iterator[Statement]:
    joined = " ".join(part for _, part in block.segments).translate(_PLAIN_QUOTES)
    start = 0
    for end in ends(joined, pattern):
        spans = tuple(_back(block.segments, start, end))
        words = unmarked(joined[start:end]).strip()
        if words and spans:
            yield Statement(words, spans, block.heading, block.item, block.open, start == 0, block.lead)
        start = end


def _back(segments: Sequence[tuple[int, str]], start: int, end: int) -> Iterator[tuple[int, int]]:
    at = 0
    for offset, part in segments:
        low, high = max(start - at, 0), min(end - at, len(part))
        stretch = part[low:high] if low < high else ""
        if re.search(r"\w", stretch):
            lead = len(stretch) - len(stretch.lstrip())
            yield offset + low + lead, offset + low + len(stretch.rstrip())
        at += len(part) + 1


def public(text: str) -> str:
    """``text`` with masked secrets shown without their keyed hash, as findings, pages and drafts show them."""
    return _KEYED.sub(r"[REDACTED:\1]", text)


def quote(event: Event, start: int, end: int) -> Quote:
    """An exact quote of ``event.text[start:end]``, which lies within one text line; cut at a word if it is too long."""
    stretch = event.text[start:end]
    shown = _RELATIVE.sub("]…", public(stretch))
    if len(shown) > QUOTE_LIMIT:
        shown = shown[: QUOTE_LIMIT - 1].rsplit(" ", 1)[0].rstrip() + "…"
    return Quote(event.id, event.origin, event.unit, event.at, event.file, event.line_of(start), shown)


def quotes(event: Event, statement: Statement) -> tuple[Quote, ...]:
    """The quotes that hold a statement, one for each text line it runs over, at most :data:`QUOTES_LIMIT`."""
    return tuple(quote(event, *span) for span in statement.spans[:QUOTES_LIMIT])


def quote_of(event: Event, stretch: str) -> Quote | None:
    """A quote of the first place where ``stretch`` stands in the event's text; None if it is not there."""
    start = event.text.find(stretch)
    return quote(event, start, start + len(stretch)) if stretch.strip() and start >= 0 and "\n" not in stretch else None


def first_line(event: Event) -> Quote | None:
    """A quote of the first line of an event that holds words; None if none does."""
    line = next((line.strip() for line in event.text.split("\n") if re.search(r"\w", line)), "")
    return quote_of(event, line)


def clean(text: str, limit: int = CLAIM_LIMIT) -> str:
    """One line of plain text for a claim: no emphasis marks, single spaces, at most ``limit`` characters."""
    flat = re.sub(r"\s+", " ", unmarked(_LINK.sub(r"\1", public(text)))).strip(" –—•")
    flat = re.sub(r"^-+(?!-?\w)\s*|(?<!\w)\s*-+$", "", flat)
    return flat if len(flat) <= limit else flat[: limit - 1].rsplit(" ", 1)[0].rstrip(" ,;:") + "…"


def following(before: str, text: str) -> str:
    """``text`` after the sentence ``before`` it, which is given a full stop if it ends without any sign."""
    lead = before.rstrip()
    return f"{lead}{'' if lead.endswith(tuple('.!?:;,…')) else '.'} {text}"


def unmarked(text: str) -> str:
    """``text`` without the marks of strong emphasis; code spans, ``__names__`` and globs stay as they are."""
    return "".join(part if at % 2 else _STRONG.sub("", part) for at, part in enumerate(_KEPT.split(text)))


def identifiers(text: str) -> frozenset[str]:
    """The names in a text that a search would use: code spans, paths, flags, calls, versions, ticket numbers."""
    found = (match.group(match.lastindex or 0).strip() for match in IDENTIFIER.finditer(text))
    return frozenset(name.strip("`'\"()").lower() for name in found if len(name) > 1)


def tokens(text: str) -> frozenset[str]:
    """The words of a text for comparing: lower case, of three letters or more, without the commonest words."""
    return frozenset(w for w in re.findall(r"[a-z0-9_]{3,}", text.lower()) if w not in COMMON)


def alike(one: frozenset[str], other: frozenset[str]) -> float:
    """Cosine of two token sets, 0 to 1."""
    return len(one & other) / ((len(one) * len(other)) ** 0.5) if one and other else 0.0


_CODE = re.compile(r"\s#\s|(?<!:)//\s|[{};]\s*$|\w\(\w*\)\s*[{=]|^\W*NOT\b|\S\s=\s\S")


def code_like(text: str) -> bool:
    """Whether a sentence is code or a listing that lost its fence: comments, arrows, few letters."""
    bare = re.sub(r"`[^`]*`", "", text)
    letters = sum(one.isalpha() or one == " " for one in bare)
    return bool(_CODE.search(bare)) or letters < 0.75 * len(bare)


_MARKUP = re.compile(
    r"^\W*\w+@\w+|^\W*[❯$#>] \w|\bstatus updated: |\w: Error: |</?[a-z]+[ >]|\bat \w+ \([^)]*:\d+"
    r"|\w=\S+ \w+=\S+ \w+=|[{};]\s*$"
)


def listing(text: str) -> bool:
    """Whether a sentence is no sentence: markup, a trace, a log line, or mostly signs."""
    bare = re.sub(r"`[^`]*`", "", text)
    letters = sum(one.isalpha() or one == " " for one in bare)
    return bool(_MARKUP.search(bare)) or letters < 0.65 * len(bare)
