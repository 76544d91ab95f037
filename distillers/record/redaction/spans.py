"""What is found, and a pattern of one's own to find more."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from distillers.record.redaction.views import View


@dataclass(frozen=True, slots=True)
class Span:
    """A secret: ``text[start:end]``, and what it is."""

    start: int
    end: int
    kind: str


@dataclass(frozen=True, slots=True)
class CustomPattern:
    """A pattern of one's own: the group ``secret`` is masked if the pattern has one, else the whole match."""

    kind: str
    regex: re.Pattern[str]


def back(view: View, span: Span) -> Span:
    """``span`` of the text of ``view`` as one of the text it was made from."""
    return Span(*view.original(span.start, span.end), span.kind)


def merge(spans: Iterable[Span]) -> list[Span]:
    """Overlapping spans as one, of the kind that begins first (the longest of those)."""
    out: list[Span] = []
    for span in sorted(spans, key=lambda span: (span.start, -span.end)):
        if out and span.start < out[-1].end:
            out[-1] = Span(out[-1].start, max(out[-1].end, span.end), out[-1].kind)
        else:
            out.append(span)
    return out
