"""Chunks: what is found and shown. Small ones, because a short passage ranks better and more of them fit a budget.

page → one chunk per block or paragraph, under the path of its headings
unit → talk (messages, answers, rejections, ticket sections), consecutive events together, a ticket's after its title
     → tool text (calls, results, reasoning), apart and at a lower weight

A turn of a session is found by what it goes back to as well: "Yes, I changed it" says nothing without what was wished.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from distillers.record.events import Event
from distillers.record.units import Unit
from wiki.text import public, visible

SIZE = 380
"""Characters of a passage of the record; a page's block is never cut."""
TITLE = 100
DUMP = 6000
"""A tool's result longer than this is a dump: only its ends are indexed."""
END = 1500
CUE = 20
"""Words of what a turn goes back to that it is indexed with."""

Tier = Literal["talk", "tool"]
_TALK = frozenset({"message", "answer", "rejection", "section", "summary"})
_SENTENCE_END = re.compile(r"[.!?…][)\"'”’\]]*(?=\s)|[。！？]")
_GAP = re.compile(r"\n[ \t\r]*\n\s*")
_SPEAKERS = {"human": "person", "pasted": "pasted", "agent": "agent", "ticket": "ticket"}


@dataclass(frozen=True, slots=True)
class Chunk:
    """A passage of a page or of the record, readable by itself."""

    source: str
    """Slug of the page, or id of the session or ticket."""
    title: str
    heading: str
    """Path of headings joined by `` > ``, "" at the top."""
    anchor: str
    """Id of the block that it is; "" outside blocks."""
    text: str
    tier: Tier
    origin: str
    file: str
    line: int
    """1-based line of ``file`` at which the text starts; of a page, the line in the page."""
    at: str
    cue: str = ""
    """What the turn goes back to: found with the passage, not shown."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of an event's text and where in it it starts."""

    start: int
    text: str


def passages(unit: Unit) -> Iterator[Chunk]:
    """The chunks of one session or ticket: first its talk, then its tool text, each in canonical order."""
    title = visible(public(unit.title or _opening(unit.events)))[:TITLE] or f"session {unit.unit[:8]}…"
    groups = list(_grouped(event for event in unit.events if _tier(event) == "talk"))
    talk = (_chunk(unit, title, "talk", *pair) for pair in zip(groups, _cues(groups), strict=True))
    yield from _titled(unit, title, talk) if unit.medium == "ticket" and unit.title else talk
    for event in unit.events:
        if _tier(event) == "tool":
            for piece in _tool_pieces(event):
                yield _chunk(unit, title, "tool", [(event, piece)])


def pieces(text: str, size: int = SIZE) -> Iterator[Piece]:
    """``text`` cut into pieces of at most ``size`` characters: at empty lines, else line ends, sentences, words."""
    start = 0
    stop = 0
    for begin, end in _paragraphs(text):
        if stop > start and end - start > size:
            yield Piece(start, text[start:stop])
            start = begin
        elif stop == start:
            start = begin
        while end - start > size:
            cut = _cut(text, start, size)
            yield Piece(start, text[start:cut].rstrip())
            start = cut + len(text[cut:end]) - len(text[cut:end].lstrip())
        stop = end
    if text[start:stop].strip():
        yield Piece(start, text[start:stop])


def _paragraphs(text: str) -> Iterator[tuple[int, int]]:
    start = len(text) - len(text.lstrip())
    for gap in _GAP.finditer(text, start):
        yield start, gap.start()
        start = gap.end()
    if start < len(text.rstrip()):
        yield start, len(text.rstrip())


def _cut(text: str, start: int, size: int) -> int:
    """Where a paragraph that is too long is cut: never before two fifths of ``size``."""
    stretch = text[start : start + size]
    sentences = [end.end() for end in _SENTENCE_END.finditer(stretch)]
    ends = (stretch.rfind("\n"), *sentences[-1:], stretch.rfind(" "))
    return start + next((end for end in ends if end >= size * 2 // 5), size)


def _tier(event: Event) -> Tier | None:
    if event.origin == "recalled" or not event.text.strip() or event.kind == "status":
        return None
    return "talk" if event.kind in _TALK and event.origin != "program" else "tool"


def _opening(events: Iterable[Event]) -> str:
    typed = (event.text for event in events if event.origin == "human" and event.kind == "message")
    return next((text.strip().partition("\n")[0] for text in typed if text.strip()), "")


def _grouped(events: Iterable[Event]) -> Iterator[list[tuple[Event, Piece]]]:
    """Pieces of consecutive events under one heading, together while they fit :data:`SIZE`."""
    group: list[tuple[Event, Piece]] = []
    held = 0
    for event in events:
        for piece in pieces(event.text):
            if group and (held + len(piece.text) > SIZE or event.title != group[-1][0].title):
                yield group
                group, held = [], 0
            group.append((event, piece))
            held += len(piece.text)
    if group:
        yield group


def _cues(groups: Iterable[Sequence[tuple[Event, Piece]]]) -> Iterator[str]:
    """What each group goes back to: an agent's to the start of what a person last said, a person's to the end of what
    the agent last said; "" for one in which both speak.
    """
    last = {"human": "", "agent": ""}
    for group in groups:
        said: dict[str, list[str]] = {}
        for event, piece in group:
            said.setdefault(event.origin, []).append(piece.text)
        alone = next(iter(said)) if len(said) == 1 else ""
        cue = last["human"].split()[:CUE] if alone == "agent" else last["agent"].split()[-CUE:]
        yield public(" ".join(cue)) if alone in last else ""
        last |= {origin: "\n".join(texts) for origin, texts in said.items()}


def _titled(unit: Unit, title: str, talk: Iterator[Chunk]) -> Iterator[Chunk]:
    """The passages of a ticket's talk, the first after its title, which often is all that says what was done; where
    nobody wrote more the title is one.
    """
    first = next(talk, None) or _chunk(unit, title, "talk", [(unit.events[0], Piece(0, ""))])
    yield replace(first, text=titled(visible(public(unit.title)), first.text))
    yield from talk


def titled(title: str, text: str) -> str:
    """``text`` after the ``title`` of its ticket, unless it says that already."""
    return text if title in text else f"{title}\n{text}".rstrip()


def _tool_pieces(event: Event) -> Iterator[Piece]:
    if len(event.text) <= DUMP:
        yield from pieces(event.text)
        return
    yield from pieces(event.text[:END])
    tail = len(event.text) - END
    yield from (Piece(tail + piece.start, piece.text) for piece in pieces(event.text[tail:]))


def _chunk(unit: Unit, title: str, tier: Tier, group: Sequence[tuple[Event, Piece]], cue: str = "") -> Chunk:
    event, piece = group[0]
    return Chunk(
        source=unit.unit,
        title=title,
        heading=visible(public(event.title.partition(" > ")[2])) if unit.medium == "ticket" else "",
        anchor="",
        text=public(_spoken(group)),
        tier=tier,
        origin=event.origin,
        file=event.file,
        line=event.line_of(piece.start),
        at=event.at,
        cue=cue,
    )


def _spoken(group: Sequence[tuple[Event, Piece]]) -> str:
    """The text of a passage; where several speak, each turn says who."""
    if len({event.origin for event, _ in group}) == 1:
        return "\n".join(piece.text for _, piece in group)
    return "\n".join(f"{_SPEAKERS.get(event.origin, event.origin)}: {piece.text}" for event, piece in group)
