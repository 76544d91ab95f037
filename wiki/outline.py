"""Where on a page things stand: headings, blocks and footnotes, found line by line, whatever the page holds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

ANCHOR = re.compile(r"(?:^|\s)\^([fpds]-[0-9a-f]{8})\s*$")
_HEADING = re.compile(r" {0,3}(#{1,6})(?:[ \t]|$)")
_UNDERLINE = re.compile(r" {0,3}(=+|-+)[ \t]*$")
_ITEM = re.compile(r"\s*(?:[-*+]|\d{1,9}[.)])\s")
_NOTE = re.compile(r"\[\^([^\]\s]+)\]:")
_FENCE = re.compile(r"\s*(?:(?:[-*+]|\d{1,9}[.)]|>)\s+)*(`{3,}(?=[^`]*$)|~{3,})")


@dataclass(frozen=True, slots=True)
class Span:
    """Lines ``start`` to ``stop`` (excluded) of a page, counted from 0."""

    start: int
    stop: int


@dataclass(frozen=True, slots=True)
class Section(Span):
    """A heading and what stands under it, up to the next heading of the same or a higher level."""

    title: str
    level: int


@dataclass(frozen=True, slots=True)
class Block(Span):
    """One finding (or index entry) as it stands on a page: a list item or paragraph that ends in its anchor."""

    id: str
    section: str
    text: str
    """All its lines, what a person wrote under it included, joined by ``\\n``."""


@dataclass(frozen=True, slots=True)
class Note(Span):
    """The definition of a footnote."""

    label: str
    text: str


def bare(line: str) -> str:
    """``line`` without its ending."""
    return line.removesuffix("\n").removesuffix("\r")


def outline(lines: tuple[str, ...], head: int) -> tuple[tuple[Section, ...], tuple[Block, ...], tuple[Note, ...]]:
    """Sections, blocks and footnotes of a page whose front matter is its first ``head`` lines."""
    texts = [bare(line) for line in lines]
    hidden = opaque(texts, head)
    sections = _sections(texts, head, hidden)
    return sections, tuple(_blocks(texts, head, hidden, sections)), tuple(_notes(texts, head, hidden))


def opaque(texts: list[str], head: int) -> list[bool]:
    """For each line whether it is code or comment, where nothing means what it seems."""
    hidden = [False] * len(texts)
    fence = ""
    for i in range(head, len(texts)):
        text = texts[i]
        if fence == "-->":
            hidden[i] = True
            fence = "" if "-->" in text else fence
        elif fence:
            hidden[i] = True
            closing = text.strip().removeprefix("> ")
            fence = "" if closing.startswith(fence) and not closing.strip(fence[0]) else fence
        elif opening := _FENCE.match(text):
            hidden[i], fence = True, opening[1]
        elif re.match(r" {0,3}<!--", text) and "-->" not in text:
            hidden[i], fence = True, "-->"
    return hidden


def _sections(texts: list[str], head: int, hidden: list[bool]) -> tuple[Section, ...]:
    found: list[Section] = []
    next_at = [len(texts)] * 7  # for each level, where the next heading of that level or a higher one stands
    for start, level, title in reversed(list(_headings(texts, head, hidden))):
        found.append(Section(start, next_at[level], title, level))
        next_at[level:] = [start] * (7 - level)
    return tuple(reversed(found))


def _headings(texts: list[str], head: int, hidden: list[bool]) -> Iterator[tuple[int, int, str]]:
    for i in range(head, len(texts)):
        if hidden[i]:
            continue
        if mark := _HEADING.match(texts[i]):
            yield i, len(mark[1]), _heading_text(texts[i][mark.end() :])
        elif i + 1 < len(texts) and not hidden[i + 1] and (line := _UNDERLINE.match(texts[i + 1])) and _prose(texts[i]):
            yield i, 1 if line[1][0] == "=" else 2, texts[i].strip()


def _heading_text(text: str) -> str:
    words = text.strip()
    open_end = words.rstrip("#")
    return open_end.strip() if open_end[-1:] in {"", " ", "\t"} else words


def _prose(text: str) -> bool:
    return (
        bool(text.strip())
        and not text.startswith(("    ", "\t"))
        and not re.match(r"\s*([-*+>|=]|\d+[.)]\s|\[\^)", text)
    )


def _blocks(texts: list[str], head: int, hidden: list[bool], sections: tuple[Section, ...]) -> Iterator[Block]:
    floor = head
    at = 0
    for i in range(head, len(texts)):
        while at < len(sections) and sections[at].start <= i:
            at += 1
            floor = max(floor, sections[at - 1].start + 1)
        anchor = None if hidden[i] else ANCHOR.search(texts[i])
        if anchor:
            start = _item_start(texts, i, floor)
            floor = _item_stop(texts, i)
            title = sections[at - 1].title if at else ""
            yield Block(start, floor, anchor[1], title, "\n".join(texts[start:floor]))


def _item_start(texts: list[str], i: int, floor: int) -> int:
    while not _ITEM.match(texts[i]) and i > floor and texts[i - 1].strip():
        i -= 1
    return i


def _item_stop(texts: list[str], i: int) -> int:
    """Where the item that line ``i`` belongs to ends: indented lines below it are part of it, over blank lines too."""
    stop = j = i + 1
    while j < len(texts):
        text = texts[j]
        if text.strip():
            if text[0] not in " \t" or ANCHOR.search(text):
                break
            stop = j + 1
        j += 1
    return stop


def _notes(texts: list[str], head: int, hidden: list[bool]) -> Iterator[Note]:
    for i in range(head, len(texts)):
        mark = None if hidden[i] else _NOTE.match(texts[i])
        if mark:
            stop = _item_stop(texts, i)
            yield Note(i, stop, mark[1], "\n".join(texts[i:stop]))
