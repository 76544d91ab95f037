"""Texts in, spans out: one scan for places, a closer look at the windows around them, and what no anchor announces."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from distillers.record.redaction import blocks, codes, dressed, streams
from distillers.record.redaction.anchors import windows
from distillers.record.redaction.breaks import EDGE
from distillers.record.redaction.joints import joints
from distillers.record.redaction.look import Window, search
from distillers.record.redaction.own import NONE, Own
from distillers.record.redaction.rules import ANCHORS
from distillers.record.redaction.scanner import Places
from distillers.record.redaction.spans import Span, back, merge
from distillers.record.redaction.views import View, clean

_NOTHING: Final = Places()


def find(text: str, custom: Own = NONE) -> list[Span]:
    """All secrets of ``text`` as spans of it, apart from each other, in order."""
    return dict(find_many([text], custom)).get(0, [])


def find_many(texts: Sequence[str], custom: Own = NONE) -> Iterator[tuple[int, list[Span]]]:
    """For each of ``texts`` that holds secrets: its index, and what :func:`find` says of it."""
    hints = ANCHORS.scanner.places(texts)
    noisy = {i: clean(texts[i]) for i, places in hints.items() if places.noise}
    again = ANCHORS.scanner.places([view.text for view in noisy.values()]) if noisy else {}
    hints |= {i: again.get(n, _NOTHING) for n, i in enumerate(noisy)}
    near: list[Window] = []
    owners: list[int] = []
    for i, places in hints.items():
        around = _windows(noisy[i].text if i in noisy else texts[i], places)
        near += around
        owners += [i] * len(around)
    found: dict[int, list[Span]] = {}
    for i, spans in zip(owners, search(near), strict=True):
        if spans:
            found.setdefault(i, []).extend(spans)
    shown: dict[int, list[Span]] = {}
    for i, spans in _dressed({i: noisy[i].text if i in noisy else texts[i] for i in hints}, hints, custom):
        shown.setdefault(i, []).extend(spans)
    for i in range(len(texts)) if custom else hints:
        view = noisy.get(i) or View(texts[i])
        spans = [*found.get(i, ()), *_others(view.text, hints.get(i, _NOTHING), custom), *shown.get(i, ())]
        if spans:
            yield i, merge(back(view, span) for span in spans)


def _dressed(texts: Mapping[int, str], hints: Mapping[int, Places], own: Own) -> Iterator[tuple[int, list[Span]]]:
    """What stands in ``texts`` where they read otherwise than they are written."""
    worn = [
        (i, one) for i, text in texts.items() if hints[i].dressed for one in dressed.stretches(text, hints[i].dressed)
    ]
    if worn:
        for n, spans in find_many([one.text for _, one in worn], own):
            i, one = worn[n]
            yield i, [one.shown(span) for span in spans]


def _windows(text: str, hints: Places) -> list[Window]:
    anchors = ANCHORS.matches(text, hints.anchors)
    out = [Window(text, start, end, anchors) for start, end in windows(text, anchors)]
    if hints.breaks:
        out += [Window(text, start, end, anchors, is_broken=True) for start, end in broken(text, hints.breaks)]
    return out


def _others(text: str, hints: Places, own: Own) -> list[Span]:
    """What no anchor announces."""
    out: list[Span] = []
    if hints.runs:
        found = blocks.find(text, hints.runs, lambda inner: bool(find(inner, own)))
        out += [Span(start, end, "base64-block") for start, end in found]
    if hints.codes:
        found = codes.find(text, hints.codes, lambda inner: find(inner, own))
        out += [Span(start, end, "coded-block") for start, end in found]
    if hints.streams:
        out += streams.find(text, lambda inner: find(inner, own))
    if own:
        out += own.find(text)
    return out


def broken(text: str, breaks: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Windows where a line end before one of ``breaks`` runs through an anchor itself, so that no line holds it."""
    found = (joint for at in breaks for joint in joints(text, max(0, text.rfind("\n", 0, at)), at + 1))
    for start, end in dict.fromkeys(found):
        edge = (text[start - EDGE : start] + text[end : end + EDGE].ljust(EDGE)).replace("\n", " ")
        if ANCHORS.run_across(edge, EDGE):
            first = max(0, start - 4 * EDGE)
            if text[start:end].strip():  # a sign or number, which the line before has to begin with
                first = max(min(first, text.rfind("\n", 0, start) + 1), start - 30 * EDGE, 0)
            yield first, min(len(text), end + 30 * EDGE)
