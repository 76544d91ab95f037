"""A closer look at windows: their views, and the rules at each anchor in each view."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from distillers.record.redaction.anchors import lower
from distillers.record.redaction.rules import ANCHORS, RULES, Hit
from distillers.record.redaction.spans import Span, back
from distillers.record.redaction.views import WIDTH, View, decoded, joined

Window = tuple[str, int, int]
"""A text, and the start and end of the stretch of it that is looked at."""

_WIDEST: Final = 65_536


@dataclass(slots=True)
class _Look:
    """A stretch of text as the rules see it: as it is, with its escapes resolved, and then without its line ends."""

    part: str
    plain: View
    flat: View
    texts: list[str]
    """The different texts of the three."""

    def spans(self, anchors: Iterator[list[int]]) -> list[Span]:
        """The secrets; ``anchors`` yields, for each of the ``texts``, where in it one may begin."""
        found = [Span(*hit) for hit in _hits(self.part, next(anchors))]
        if self.plain.text != self.part:
            found += (back(self.plain, Span(*hit)) for hit in _hits(self.plain.text, next(anchors)))
        if self.flat.text != self.plain.text:
            spans = (back(self.flat, Span(*hit)) for hit in _hits(self.flat.text, next(anchors)))
            found += (back(self.plain, span) for span in spans if _wraps(self.plain.text, span))
        return found


def search(windows: Sequence[Window]) -> list[list[Span]]:
    """For each of ``windows`` the secrets in it, as spans of its text; one that goes on beyond its end is followed."""
    out: list[list[Span]] = [[] for _ in windows]
    todo = list(enumerate(windows))
    while todo:
        looks = [_look(text[start:end]) for _, (text, start, end) in todo]
        anchors = iter(ANCHORS.scanner.anchors([text for look in looks for text in look.texts]))
        longer: list[tuple[int, Window]] = []
        for (i, (text, start, end)), look in zip(todo, looks, strict=True):
            spans = look.spans(anchors)
            out[i] = [Span(start + span.start, start + span.end, span.kind) for span in spans]
            if end < len(text) and end - start < _WIDEST and any(span.end >= end - 2 for span in out[i]):
                longer.append((i, (text, start, min(len(text), start + 2 * (end - start)))))
        todo = longer
    return out


def _look(part: str) -> _Look:
    plain = decoded(part)
    flat = joined(plain.text)
    texts = [part]
    if plain.text != part:
        texts.append(plain.text)
    if flat.text != plain.text:
        texts.append(flat.text)
    return _Look(part, plain, flat, texts)


def _wraps(text: str, span: Span) -> bool:
    """Whether the line ends inside look like a terminal's: no line shorter than the first, each long."""
    first = text.find("\n", max(0, span.start - 3), span.end)
    if first < 0 or span.kind == "private-key":
        return False
    width = first - text.rfind("\n", 0, first) - 1
    rest = text[first + 1 : span.end].split("\n")
    return width >= WIDTH and all(len(line) >= width - 9 for line in rest[:-1]) and len(rest[-1].strip()) >= 1


def _hits(text: str, places: Iterable[int]) -> Iterator[Hit]:
    """What the rules find at ``places``, as far as anchors are there."""
    low = lower(text)
    done = -1
    for anchor in ANCHORS.matches(low, places):
        at = anchor.start()
        if at < done:
            continue
        for literal, rule in RULES.get(low[at : at + 2]) or RULES.get(low[at], ()):
            if low.startswith(literal, at):
                for hit in rule(text, at):
                    done = max(done, hit[1])
                    yield hit
