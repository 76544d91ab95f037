"""Secrets that begin in one text of a session and go on in the next: output that was cut, a message in two parts.

Only where two texts meet in the middle of a word are their edges looked at together. Most often nothing is found there
that the two texts do not show by themselves; then they are left to be masked one by one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from distillers.record.events import Event
from distillers.record.redaction.joints import may_run_on

_EDGE: Final = 400
_BLOCK: Final = 4000
_BEGUN: Final = "-----BEGIN"
"""A key block may begin farther away."""
_MASK: Final = "[REDACTED:"
_OPEN: Final = re.compile(r"[\w+/=.~%-]\r?\n?\Z|(?<!\s)[!@*^:&?#$]\Z")
_GOES_ON: Final = re.compile(r"[\w+/=.~%-]|[!@*^:&?#$](?=\w)")
_WITHIN: Final = frozenset(("call", "thinking", "status"))
"""What may stand between two results."""


class Joiner(Protocol):
    """Masks texts by themselves, and texts that belong together."""

    def mask_many(self, texts: Sequence[str]) -> list[str]:
        """Each of ``texts`` masked."""
        ...

    def mask_parts(self, parts: Sequence[str]) -> list[str]:
        """``parts`` masked as one text, each in its place."""
        ...


@dataclass(frozen=True, slots=True)
class Seam:
    """Two texts of a session that meet in the middle of a word: indices of their events, and what stands there."""

    left: int
    right: int
    before: str
    after: str

    @property
    def whole(self) -> str:
        """The end of the one and the beginning of the other, as one text."""
        return self.before + self.after


def seams(events: Sequence[Event]) -> list[Seam]:
    """Where texts of one kind that follow each other in a session meet in the middle of what may be a secret."""
    follow = dict(_pairs(events))
    out: list[Seam] = []
    going_on: set[int] = set()
    for left, right in follow.items():
        text = events[left].text
        within = may_run_on(text, events[right].text) or (left in going_on and _is_piece(text))
        if within or _BEGUN in text[-_BLOCK:]:
            going_on.add(right)
            out.append(_seam(events, left, follow))
    return out


def _is_piece(text: str) -> bool:
    """Whether all of ``text``, into which a secret may go on, may belong to it."""
    return len(text.split(None, 1)) == 1


def across(events: Sequence[Event], found: Sequence[Seam], masked: Mapping[str, str], masker: Joiner) -> dict[int, str]:
    """The masked texts of those ``events`` (by index) into or out of which a secret goes on.

    ``found`` are their seams; ``masked`` holds, masked, those wholes of them in which there is a secret.
    """
    chains: list[list[int]] = []
    for seam in found:
        follows = bool(chains) and chains[-1][-1] == seam.left
        before = [events[one].text for one in chains[-1]] if follows else [seam.before]
        if not follows and seam.whole not in masked:
            continue
        if not _goes_on(masker, before, seam.after):
            continue
        if follows:
            chains[-1].append(seam.right)
        else:
            chains.append([seam.left, seam.right])
    return {at: text for chain in chains for at, text in zip(chain, _masked(events, chain, masker), strict=True)}


def _goes_on(masker: Joiner, before: Sequence[str], text: str) -> bool:
    """Whether a secret of ``before`` reaches into ``text``."""
    *first, last = masker.mask_parts([*before, text])
    *alone, own = masker.mask_many([*before, text])
    return last.startswith(_MASK) and last != own and first != alone


def _masked(events: Sequence[Event], chain: Sequence[int], masker: Joiner) -> list[str]:
    return masker.mask_parts([events[at].text for at in chain])


def _pairs(events: Sequence[Event]) -> Iterator[tuple[int, int]]:
    last: dict[tuple[str, bool], int] = {}
    for at, event in enumerate(events):
        if event.medium == "ticket":  # its parts stand under headings of their own: nothing was cut there
            continue
        place = event.unit, event.sidechain
        before = last.get(place)
        if before is not None and event.kind in _WITHIN and events[before].kind == "result":
            continue
        if before is not None and _meet(events[before], event):
            yield before, at
        last[place] = at


def _meet(left: Event, right: Event) -> bool:
    if (left.kind, left.origin) != (right.kind, right.origin):
        return False
    return bool(_GOES_ON.match(right.text)) and bool(_OPEN.search(left.text[-3:]))


def _seam(events: Sequence[Event], left: int, follow: Mapping[int, int]) -> Seam:
    """The seam behind the text ``left``; where the next one is short, what follows that one belongs to it too."""
    text = events[left].text
    size = _BLOCK if _BEGUN in text[-_BLOCK:] else _EDGE
    after, at = "", left
    while at in follow and len(after) < size:
        at = follow[at]
        after += events[at].text[: size - len(after)]
    return Seam(left, follow[left], text[-size:], after)
