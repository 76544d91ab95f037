"""A closer look at windows: their views, and the rules at each anchor in each view."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from distillers.record.redaction.columns import reaches
from distillers.record.redaction.joints import joined
from distillers.record.redaction.names import needs_digit
from distillers.record.redaction.rules import ANCHORS, NAMES_ONLY, TOKEN_RULES, Hit, rules_at
from distillers.record.redaction.spans import Span, back
from distillers.record.redaction.views import View, decoded
from distillers.record.redaction.wraps import unwrapped, whole


class Window(NamedTuple):
    """A stretch of a text that is looked at."""

    text: str
    start: int
    end: int
    anchors: Sequence[int]
    """Where in the whole text anchors begin, ascending."""
    is_broken: bool = False
    """Whether it is looked at because a line end runs through an anchor."""

    def inner(self) -> list[int]:
        """The anchors in it, counted from its start."""
        return [at - self.start for at in self._anchored()]

    def _anchored(self) -> Sequence[int]:
        return self.anchors[bisect_left(self.anchors, self.start) : bisect_left(self.anchors, self.end)]

    def is_idle(self) -> bool:
        """Whether nothing can be found in it: it has no digit, and names that promise only what has one."""
        return not (self.is_broken or _DIGIT.search(self.text, self.start, self.end)) and all(
            rules_at(self.text, at) == NAMES_ONLY and needs_digit(self.text, at) for at in self._anchored()
        )

    def longer(self) -> Window:
        """As much again behind it."""
        return self._replace(end=min(len(self.text), self.end + self.end - self.start))


_DIGIT: Final = re.compile(r"\d")
_WIDEST: Final = 65_536
_ESCAPE: Final = 12
"""Signs of an escape that the end of a window may cut."""


class _Look(NamedTuple):
    """A stretch of text as the rules see it: as it is, with its escapes resolved, and then without its line ends."""

    part: str
    plain: View
    flat: View

    def others(self) -> list[str]:
        """What differs from the stretch as it is, and has to be scanned by itself."""
        texts = [self.plain.text] if self.plain.text != self.part else []
        return [*texts, self.flat.text] if self.flat.text != self.plain.text else texts

    def spans(self, own: Sequence[int], places: Iterator[list[int]]) -> list[Span]:
        """The secrets; anchors begin at ``own`` in the stretch, and may in each of the others where ``places`` says."""
        found = [whole(self.part, Span(*hit)) for hit in _hits(self.part, own)]
        text = self.plain.text
        if text != self.part:
            found += (
                back(self.plain, whole(text, Span(*hit))) for hit in _hits(text, ANCHORS.matches(text, next(places)))
            )
        if self.flat.text != text:
            spans = (
                unwrapped(text, back(self.flat, Span(*hit)))
                for hit in _hits(self.flat.text, ANCHORS.matches(self.flat.text, next(places)))
            )
            found += (back(self.plain, whole(text, span)) for span in spans if span)
        return found


def search(windows: Sequence[Window]) -> list[list[Span]]:
    """For each of ``windows`` the secrets in it, as spans of its text; one that goes on beyond its end is followed."""
    out: list[list[Span]] = [[] for _ in windows]
    todo = [(i, window) for i, window in enumerate(windows) if not window.is_idle()]
    while todo:
        looks = [_look(window) for _, window in todo]
        others = [text for look in looks for text in look.others()]
        places = iter(ANCHORS.scanner.anchors(others) if others else ())
        longer: list[tuple[int, Window]] = []
        for (i, window), look in zip(todo, looks, strict=True):
            spans = look.spans(window.inner(), places)
            out[i] = [Span(window.start + span.start, window.start + span.end, span.kind) for span in spans]
            size = window.end - window.start
            at_end = any(
                span.end >= window.end - _ESCAPE or reaches(window.text, span.end, window.end) for span in out[i]
            )
            if at_end and window.end < len(window.text) and size < _WIDEST:
                longer.append((i, window.longer()))
        todo = longer
    return out


def _look(window: Window) -> _Look:
    part = window.text[window.start : window.end]
    plain = decoded(part)
    return _Look(part, plain, joined(plain.text, words=window.is_broken))


def _hits(text: str, anchors: Sequence[int]) -> Iterator[Hit]:
    """What the rules find at ``anchors``."""
    done = -1
    for at in anchors:
        for rule in rules_at(text, at) if at >= done else ():
            for hit in rule(text, at):
                done = max(done, hit[1])
                yield hit if rule in TOKEN_RULES else _told(text, hit, anchors)


def _told(text: str, hit: Hit, anchors: Sequence[int]) -> Hit:
    """``hit``, which a name or a place gave away: of the kind of the token that makes up most of it, if one does."""
    start, end, _ = hit
    for at in anchors[bisect_left(anchors, start) : bisect_left(anchors, end)]:
        for rule in filter(TOKEN_RULES.__contains__, rules_at(text, at)):
            for first, last, kind in rule(text, at):
                if 2 * (min(last, end) - max(first, start)) > end - start:
                    return start, end, kind
    return hit
