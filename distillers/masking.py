"""The events of a file as they may be stored: every field that can hold a secret is masked, all of them in one go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import chain
from typing import Protocol

from distillers.record.events import Event
from distillers.seams import across


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


def masked(events: Sequence[Event], masker: Masker, file: str) -> list[Event]:
    """``events`` masked, ``file`` set. Equal texts are looked at once; an event without a secret stays as it is.

    A secret that begins in one event and goes on in the next is masked in both.
    """
    joined = across(events, masker)
    texts = list(dict.fromkeys(chain.from_iterable(map(_texts, events))))
    new = {old: text for old, text in zip(texts, masker.mask_many(texts), strict=True) if old != text}
    done = [_masked(event, new, file) for event in events]
    for at, text in joined.items():
        done[at] = replace(done[at], text=text)
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
