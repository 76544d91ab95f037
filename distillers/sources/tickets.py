"""What all tickets share: sections of Markdown, states, links, and the events made of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import NamedTuple, cast

from distillers.record.events import Event
from distillers.sources.build import Builder

_DEEPEST = 6
"""The level of the smallest heading."""
_MARKER = re.compile(r"(?:<!--.*-->|-{3,}|={3,})$")
_FENCE = re.compile(r"\s*(```|~~~)")
_REF = re.compile(r"#\d+\b")
_INSIDE = re.compile(r"[\w/&#]")
"""What a reference never follows: it would be part of a word or of an address."""
_DONE = frozenset(
    {"done", "closed", "merged", "completed", "complete", "resolved", "fixed", "shipped", "accepted", "x"}
)
_NO_LETTER = re.compile(r"\W|_")
_DROPPED = frozenset({"notplanned", "duplicate", "wontfix", "wontdo", "declined", "rejected", "invalid", "abandoned"})

_NAMES = ("name", "login", "path", "oid", "depends_on_id", "id", "number")


class Section(NamedTuple):
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
    lines = text.split("\n")
    start, fence = 0, ""
    for number in _marked(text, lines):
        line = lines[number]
        if line[0] != "#":
            opened = _FENCE.match(line)
            if opened and (not fence or fence == opened[1]):
                fence = "" if fence else opened[1]
            continue
        heading = _heading(line) if not fence else None
        if heading is None:
            continue
        yield from _cut(path, lines, start, number)
        path = [*[part for part in path if part[0] < heading[0]], heading]
        start = number + 1
    yield from _cut(path, lines, start, len(lines))


def _heading(line: str) -> tuple[int, str] | None:
    """The level and the title of a line that begins with a ``#``, if it is a heading."""
    rest = line.lstrip("#")
    level = len(line) - len(rest)
    if level > _DEEPEST or not rest[:1].isspace():
        return None
    return level, rest.rstrip().rstrip("#").strip()


def _marked(text: str, lines: list[str]) -> list[int]:
    """The numbers of the lines that may be headings or fences: few of many, so only they are looked at."""
    if "```" in text or "~~~" in text:
        return [n for n, line in enumerate(lines) if line[:1] == "#" or "```" in line or "~~~" in line]
    return [n for n, line in enumerate(lines) if line[:1] == "#"]


def _cut(path: list[tuple[int, str]], lines: list[str], first: int, last: int) -> Iterator[Section]:
    while first < last and _is_bare(lines[first]):
        first += 1
    while last > first and _is_bare(lines[last - 1]):
        last -= 1
    if first < last:
        yield Section(tuple([title for _, title in path]), first, "\n".join(lines[first:last]))


def _is_bare(line: str) -> bool:
    """Whether a line is blank, a rule or the marker of a section."""
    said = line.strip()
    return not said or (said[0] in "<-=" and _MARKER.match(said) is not None)


def state(value: object, why: object = "") -> str:
    """A ticket's state as a label: ``state:Done`` for all that is finished or merged, else its own word.

    ``why`` it ended counts too: what was closed as a duplicate, or because nobody will do it, was declined.
    """
    word = str(value or "").strip().strip("'\"").lower()
    if word not in _DONE:
        return f"state:{word or 'open'}"
    return "state:declined" if why and _NO_LETTER.sub("", str(why)).lower() in _DROPPED else "state:Done"


def mentions(text: str) -> tuple[str, ...]:
    """The ``#123`` references in a text, each once."""
    if "#" not in text:
        return ()
    return tuple(dict.fromkeys(found[0] for found in _REF.finditer(text) if _is_free(text, found.start())))


def _is_free(text: str, at: int) -> bool:
    """Whether a reference begins at ``at``, not the number of a check box. A look behind would slow the search."""
    return not _INSIDE.match(text, max(0, at - 1), at) and not text.startswith("] ", max(0, at - 2), at)


def unique(*groups: Iterable[object]) -> tuple[str, ...]:
    """All non-empty strings of the groups in order, each once."""
    return tuple(dict.fromkeys(map(str, filter(None, chain.from_iterable(groups)))))


def listed(value: object) -> tuple[str, ...]:
    """The strings of a list; of an object in it, its name, login, path, hash, id or number."""
    if isinstance(value, str):
        return (value,) if value else ()
    if not isinstance(value, list | tuple):
        return ()
    return unique([item if isinstance(item, str) else _name(item) for item in cast("Iterable[object]", value)])


def _name(item: object) -> str:
    if not isinstance(item, dict):
        return str(item) if item is not None else ""
    fields = cast("dict[str, object]", item)
    return next((str(fields[name]) for name in _NAMES if fields.get(name)), "")


def named(written: str, line: int, build: Builder) -> Event:
    """The event that says that a ticket exists: its title as ``written`` at ``line``, with state, labels and links."""
    return build.event(build.counted(_key("", _states(build), written)), line, "ticket", "status", written)


def parts(build: Builder, body: str, line: int, heading: tuple[str, ...] = ()) -> Iterator[Event]:
    """One ``section`` event for each section of ``body``.

    With ``build.prose`` the body starts at ``line`` of the file; otherwise all of it stands in the record at ``line``.
    A first heading that repeats the ticket's title is not named twice.
    """
    states = _states(build)
    for section in sections(body):
        path = (*heading, *section.path)
        path = path[1:] if path and path[0] == build.title else path
        title = " > ".join((build.title, *path))
        at = line + section.line if build.prose else line
        found = mentions(section.text)
        refs = unique(build.refs, found) if found else build.refs
        key = build.counted(_key(title, states, section.text))
        yield build.event(key, at, "ticket", "section", section.text, title=title, refs=refs)


def _states(build: Builder) -> str:
    return ",".join(label for label in build.labels if label.startswith("state:"))


def _key(title: str, states: str, text: str) -> str:
    """A ticket that changed its state is told again: rules must see that it is done now."""
    return "\0".join((title, states, text))
