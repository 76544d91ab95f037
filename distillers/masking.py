"""The events of files as they may be stored: every field that can hold a secret is masked, all of them in one go.

The id of a session or ticket, and what refers to one, takes its masks in a form that ids may have: what a person knows
it by finds it by the same way (:func:`masked_id`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain, filterfalse
from operator import attrgetter
from typing import Final, Protocol

from distillers.record.events import Event
from distillers.seams import across, seams


class Masker(Protocol):
    """Masks secrets in texts; keeps their line breaks."""

    def mask(self, text: str) -> str:
        """``text`` with each secret replaced by a mark."""
        ...

    def mask_many(self, texts: Sequence[str]) -> list[str]:
        """The same for each of ``texts``."""
        ...

    def mask_parts(self, parts: Sequence[str]) -> list[str]:
        """The same for ``parts`` of one text, each in its place."""
        ...


def masked(parts: Sequence[tuple[Sequence[Event], str]], masker: Masker) -> list[list[Event]]:
    """The events of each of ``parts`` masked, the ``file`` that is given with them set.

    Equal texts are looked at once; an event without a secret stays as it is. A secret that begins in one event and
    goes on in the next of its part is masked in both.
    """
    found = [seams(events) for events, _ in parts]
    texts = dict.fromkeys(seam.whole for of_part in found for seam in of_part)
    texts |= dict.fromkeys(_texts([event for events, _ in parts for event in events]))
    texts |= dict.fromkeys(event.unit for events, _ in parts for event in events)
    before = list(texts)
    new = {old: text for old, text in zip(before, masker.mask_many(before), strict=True) if old != text}
    done: list[list[Event]] = []
    for (events, file), own in zip(parts, found, strict=True):
        done.append([_masked(event, new, file) if new or event.file != file else event for event in events])
        for at, text in across(events, own, new, masker).items():
            done[-1][at] = replace(done[-1][at], text=text)
    return done


def masked_id(masker: Masker, unit: str) -> str:
    """The id under which the record has the session or ticket that is known as ``unit``."""
    return _as_id(masker.mask(unit))


_MARK: Final = re.compile(r"\[REDACTED:([a-z0-9-]{1,40}):([0-9a-f]{8})\]")


def _as_id(masked: str) -> str:
    return _MARK.sub(r"\1-\2", masked)


def _as_ref(masked: str) -> str:
    return masked if "://" in masked else _as_id(masked)


_SINGLE: Final = tuple(map(attrgetter, ("text", "title", "folder", "tool")))
_SEVERAL: Final = tuple(map(attrgetter, ("labels", "refs")))
_CALL: Final = attrgetter("call")
_USUAL: Final = re.compile(r"(?:toolu_01[A-Za-z0-9]{22}|call_[A-Za-z0-9]{22,24}|line-\d+)?")
"""The ids that agents give calls: each is new, so that to look at them all would cost more than it could find."""


def _texts(events: Sequence[Event]) -> Iterator[str]:
    """What of ``events`` can hold a secret."""
    for field in _SINGLE:
        yield from map(field, events)
    yield from filterfalse(_USUAL.fullmatch, map(_CALL, events))
    for field in _SEVERAL:
        yield from chain.from_iterable(map(field, events))


def _touched(event: Event, new: Mapping[str, str]) -> bool:
    """Whether a text of ``event`` is among the old ones of ``new``."""
    if event.text in new or event.title in new or event.folder in new or event.tool in new:
        return True
    if event.call in new or event.unit in new:
        return True
    return not (new.keys().isdisjoint(event.labels) and new.keys().isdisjoint(event.refs))


def _masked(event: Event, new: Mapping[str, str], file: str) -> Event:
    if event.file == file and not _touched(event, new):
        return event
    return replace(
        event,
        text=new.get(event.text, event.text),
        title=new.get(event.title, event.title),
        folder=new.get(event.folder, event.folder),
        tool=new.get(event.tool, event.tool),
        call=new.get(event.call, event.call),
        labels=tuple(new.get(label, label) for label in event.labels),
        refs=tuple(_as_ref(new[ref]) if ref in new else ref for ref in event.refs),
        unit=_as_id(new[event.unit]) if event.unit in new else event.unit,
        file=file,
    )
