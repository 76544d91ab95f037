"""The events of files as they may be stored: every field that can hold a secret is masked, all of them in one go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import chain
from typing import Protocol

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
    edges = [seam.whole for of_part in found for seam in of_part]
    everything = chain.from_iterable(_texts(event) for events, _ in parts for event in events)
    texts = list(dict.fromkeys(chain(edges, everything)))
    new = {old: text for old, text in zip(texts, masker.mask_many(texts), strict=True) if old != text}
    done: list[list[Event]] = []
    for (events, file), own in zip(parts, found, strict=True):
        done.append([_masked(event, new, file) for event in events])
        for at, text in across(events, own, new, masker).items():
            done[-1][at] = replace(done[-1][at], text=text)
    return done


def _texts(event: Event) -> tuple[str, ...]:
    return (event.text, event.title, event.folder, event.tool, *event.labels, *event.refs)


def _masked(event: Event, new: Mapping[str, str], file: str) -> Event:
    if event.file == file and (not new or new.keys().isdisjoint(_texts(event))):
        return event
    return replace(
        event,
        text=new.get(event.text, event.text),
        title=new.get(event.title, event.title),
        folder=new.get(event.folder, event.folder),
        tool=new.get(event.tool, event.tool),
        labels=tuple(new.get(label, label) for label in event.labels),
        refs=tuple(new.get(ref, ref) for ref in event.refs),
        file=file,
    )
