"""Answers that came in pieces (server-sent events): what stands in their ``data:`` lines, read as one text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from distillers.record.redaction.spans import Span

BEGINS: Final = r"\ndata: \{"
"""What a text of such pieces holds, for the scanner."""
_PIECE: Final = re.compile(
    r"^data: \{[^\n]*\"(?:text|content|partial_json|thinking|arguments|delta|completion|response|token|output)\":[ ]?"
    r"\"((?:[^\"\\\n]|\\.)*)\"",
    re.MULTILINE,
)
_MOST: Final = 100_000


def find(text: str, secrets: Callable[[str], Sequence[Span]]) -> Iterator[Span]:
    """The stretches of ``text`` that hold parts of what ``secrets`` finds in its pieces as one text."""
    pieces = [match.span(1) for _, match in zip(range(_MOST), _PIECE.finditer(text), strict=False)]
    found = iter(secrets("".join(text[start:end] for start, end in pieces)))
    span = next(found, None)
    at = 0
    for start, end in pieces:
        size = end - start
        while span and span.start < at + size:
            first, last = max(span.start - at, 0), min(span.end - at, size)
            if first < last:
                yield Span(start + first, start + last, span.kind)
            if span.end > at + size:
                break
            span = next(found, None)
        at += size
