"""What all tickets share: sections of Markdown, states, links, and the events made of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import cast

from distillers.record.events import Event
from distillers.sources.build import Builder

_HEADING = re.compile(r"(#{1,6})\s+(.*?)\s*#*\s*$")
_MARKER = re.compile(r"\s*(<!--.*-->|-{3,}|={3,})?\s*$")
_FENCE = re.compile(r"\s*(```|~~~)")
_REF = re.compile(r"(?<![\w/&#])(?<!\] )#\d+\b")  # but not the number of a check box
_DONE = frozenset(
    {"done", "closed", "merged", "completed", "complete", "resolved", "fixed", "shipped", "accepted", "x"}
)


_NAMES = ("name", "login", "path", "oid", "depends_on_id", "id", "number")


@dataclass(frozen=True, slots=True)
class Section:
    """A stretch of Markdown under one heading."""

    path: tuple[str, ...]
    """The headings above it, outermost first; empty before the first heading."""
    line: int
    """The line of its first line within the text it was cut from, from 0."""
    text: str
    """Its lines without blank lines, rules and comment markers at either end."""


def sections(text: str) -> Iterator[Section]:
    """The sections of a Markdown text in order; those that hold nothing but a heading are left out."""
    path: list[tuple[int, str]] = []
    held: list[str] = []
    start, fence = 0, ""
    for number, line in enumerate(text.split("\n")):
        opened = _FENCE.match(line) if "```" in line or "~~~" in line else None
        if opened and (not fence or fence == opened[1]):
            fence = "" if fence else opened[1]
        heading = _HEADING.match(line) if line[:1] == "#" and not fence and not opened else None
        if heading is None:
            held.append(line)
            continue
        yield from _cut(path, held, start)
        level = len(heading[1])
        path = [*(part for part in path if part[0] < level), (level, heading[2].strip())]
        held, start = [], number + 1
    yield from _cut(path, held, start)


def _cut(path: list[tuple[int, str]], lines: list[str], start: int) -> Iterator[Section]:
    first, last = 0, len(lines)
    while first < last and _MARKER.match(lines[first]):
        first += 1
    while last > first and _MARKER.match(lines[last - 1]):
        last -= 1
    if first < last:
        yield Section(tuple(title for _, title in path), start + first, "\n".join(lines[first:last]))


def state(value: object) -> str:
    """A ticket's state as a label: ``state:Done`` for all that is finished or merged, else its own word."""
    word = str(value or "").strip().strip("'\"").lower()
    return "state:Done" if word in _DONE else f"state:{word or 'open'}"


def mentions(text: str) -> tuple[str, ...]:
    """The ``#123`` references in a text, each once."""
    return tuple(dict.fromkeys(_REF.findall(text)))


def unique(*groups: Iterable[object]) -> tuple[str, ...]:
    """All non-empty strings of the groups in order, each once."""
    return tuple(dict.fromkeys(str(item) for group in groups for item in group if item))


def listed(value: object) -> tuple[str, ...]:
    """The strings of a list; of an object in it, its name, login, path, hash, id or number."""
    if isinstance(value, str):
        return (value,) if value else ()
    if not isinstance(value, list | tuple):
        return ()
    return unique(_name(item) for item in cast("Iterable[object]", value))


def _name(item: object) -> str:
    if not isinstance(item, dict):
        return str(item) if item is not None else ""
    fields = cast("dict[str, object]", item)
    return next((str(fields[name]) for name in _NAMES if fields.get(name)), "")


def named(written: str, line: int, build: Builder) -> Event:
    """The event that says that a ticket exists: its title as ``written`` at ``line``, with state, labels and links."""
    return build.event(_key(build, "", written), line, "ticket", "status", written)


def parts(build: Builder, body: str, line: int, heading: tuple[str, ...] = ()) -> Iterator[Event]:
    """One ``section`` event for each section of ``body``.

    With ``build.prose`` the body starts at ``line`` of the file; otherwise all of it stands in the record at ``line``.
    A first heading that repeats the ticket's title is not named twice.
    """
    for section in sections(body):
        path = (*heading, *section.path)
        path = path[1:] if path and path[0] == build.title else path
        title = " > ".join((build.title, *path))
        at = line + section.line if build.prose else line
        refs = unique(build.refs, mentions(section.text))
        yield build.event(
            _key(build, title, section.text), at, "ticket", "section", section.text, title=title, refs=refs
        )


def _key(build: Builder, title: str, text: str) -> str:
    """A ticket that changed its state is told again: rules must see that it is done now."""
    states = ",".join(label for label in build.labels if label.startswith("state:"))
    return build.counted("\0".join((title, states, text)))
