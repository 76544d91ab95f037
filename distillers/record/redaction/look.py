"""A closer look at windows: their views, and the rules at each anchor in each view."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from distillers.record.redaction.anchors import lower
from distillers.record.redaction.rules import ANCHORS, RULES, Hit
from distillers.record.redaction.spans import Span, back
from distillers.record.redaction.views import View, decoded, joined
from distillers.record.redaction.wraps import unwrapped, whole

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
        found = [whole(self.part, Span(*hit)) for hit in _hits(self.part, next(anchors))]
        text = self.plain.text
        if text != self.part:
            found += (back(self.plain, whole(text, Span(*hit))) for hit in _hits(text, next(anchors)))
        if self.flat.text != text:
            spans = (unwrapped(text, back(self.flat, Span(*hit))) for hit in _hits(self.flat.text, next(anchors)))
            found += (back(self.plain, whole(text, span)) for span in spans if span)
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
