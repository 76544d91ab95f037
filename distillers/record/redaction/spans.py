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
class Allowance:
    """What a pattern of one's own finds and is to be kept."""

    regexes: tuple[re.Pattern[str], ...] = ()
    words: tuple[str, ...] = ()
    """Lower case; a secret that holds one is kept."""
    target: str = "secret"
    """Where a regex is looked for: in the ``secret``, in the whole ``match``, or in its ``line``."""

    def allows(self, match: re.Match[str], secret: str) -> bool:
        """Whether ``secret``, found by ``match``, is to be kept."""
        low = secret.lower()
        if any(word in low for word in self.words):
            return True
        text = {"match": match.group, "line": lambda: _line(match)}.get(self.target, lambda: secret)()
        return any(regex.search(text) for regex in self.regexes)


def _line(match: re.Match[str]) -> str:
    start, end = match.string.rfind("\n", 0, match.start()) + 1, match.string.find("\n", match.end())
    return match.string[start : end if end >= 0 else None]


@dataclass(frozen=True, slots=True)
class CustomPattern:
    """A pattern of one's own: the group ``secret`` is masked if the pattern has one, else the whole match."""

    kind: str
    regex: re.Pattern[str]
    keywords: tuple[str, ...] = ()
    """Lower case; the pattern is tried on texts that hold one of them, on all if there are none."""
    entropy: float = 0.0
    """Bits per sign that the secret has at least."""
    group: int = 0
    """The group that holds the secret."""
    first_group: bool = False
    """Without a ``group``: the first group that holds anything is the secret."""
    allow: tuple[Allowance, ...] = ()


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
