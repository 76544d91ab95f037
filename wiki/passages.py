"""A passage as a footnote has it: a quotation below its source, in plain words, lists and paragraphs as they were.

Each of its lines is inert by itself, and none is anything but a line of that quotation.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from distillers.findings import Quote
from distillers.passages import LIMIT
from wiki.text import inert, tidy

BEGIN = "    >"
"""With this begins every line of a footnote below its first."""
KEPT = 2_048
_BROKEN = re.compile(r"(?:\r?\n    > ?)+")
_ITEM = re.compile(r"\s*(?:[-*+•]|\d{1,2}[.)])\s+")


def told(quotes: Iterable[Quote]) -> tuple[str, ...]:
    """The lines that show the passages of ``quotes``, apart from each other; none if they have none."""
    shown: list[str] = []
    for quote in quotes:
        lines = quotation(quote.passage)
        shown += [BEGIN] * bool(shown and lines)
        shown += lines
    return tuple(shown)


@lru_cache(maxsize=KEPT)
def quotation(passage: str) -> tuple[str, ...]:
    """The lines that show ``passage``; what was wrapped is put together."""
    lines: list[str] = []
    was_item = False
    for is_item, text in _parts(passage):
        words = inert(tidy(text), LIMIT)
        if words:
            if lines and not (is_item and was_item):
                lines.append(BEGIN)  # without it a list after a paragraph is none in Python-Markdown
            lines.append(f"{BEGIN} {'- ' * is_item}{words}")
            was_item = is_item
    return tuple(lines)


def said(line: str) -> str:
    """What a line of a quotation says, as an item of a list has it."""
    return line.removeprefix(BEGIN).strip().removeprefix("- ")


def unbroken(text: str) -> str:
    """``text`` of a page with every quotation on one line, as :func:`~wiki.text.inert` has what it quotes."""
    return _BROKEN.sub(" ", text) if BEGIN in text else text


def _parts(passage: str) -> Iterator[tuple[bool, str]]:
    """The paragraphs and items of a passage, and which it is."""
    part: list[str] = []
    is_item = False
    for line in [*passage.split("\n"), ""]:
        opens = _ITEM.match(line) is not None
        if part and (opens or not line.strip()):
            yield is_item, " ".join(part)
            part = []
        if line.strip():
            is_item = opens or (is_item and bool(part))
            part.append(line.strip())
