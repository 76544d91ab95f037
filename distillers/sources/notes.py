"""Notes: Markdown that people keep beside their work, such as research, meeting minutes and designs.

Nothing in a file tells a note from any other Markdown, so this reader claims none: it reads the files of a source that
the settings declare as ``kind = "notes"``. A note is a ticket that nobody merged: people wrote it, so its origin is
``ticket``, and by its id, which begins with :data:`NOTE`, what it states counts as medium at most.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from distillers.record.events import NOTE, Event
from distillers.sources.base import Head, Reader, Skip, SourceFile, when
from distillers.sources.build import Builder
from distillers.sources.frontmatter import FrontMatter, front_matter
from distillers.sources.lines import BadLine
from distillers.sources.tickets import mentions, named, parts, unique

SUFFIXES = frozenset({".md", ".markdown", ".mdx"})
DEPTH = 3
"""How much of its path names a note."""

_TITLE = re.compile(r"#\s+(?P<title>\S.*?)\s*#*\s*$")
_FENCE = re.compile(r"\s*(?:```|~~~)")
_DATED = re.compile(r"\d{4}-\d\d-\d\d")
_WHEN = ("updated", "lastmod", "date", "created")
_LABELS = ("tags", "labels", "topics", "categories")


class Notes:
    """Reader of one note a file."""

    name = "notes"

    def claims(self, head: Head) -> bool:
        """Nothing: a source's settings choose it."""
        del head
        return False

    def read(self, file: SourceFile) -> Iterator[Event | BadLine]:
        """The note's title as ``status``, then one ``section`` for each section with text."""
        lines = file.lines
        matter = front_matter(lines)
        heading = _heading(lines, matter.end)
        build = _build(file, matter, heading[1] if heading else "")
        if matter.text("title"):
            yield named("\n".join(matter.raw["title"]), matter.lines["title"], build)
        elif heading:
            yield named(heading[1], heading[0], build)
        yield from parts(build, "\n".join(lines[matter.end :]), matter.end + 1)


def recognise_note(file: SourceFile) -> Reader | Skip:
    """The reader for a file of a source of notes, or why it is skipped."""
    if not file.data.strip():
        return Skip("empty")
    if file.path.suffix.lower() not in SUFFIXES:
        return Skip("no note: not Markdown")
    return Skip("binary") if b"\x00" in file.data[:1024] else Notes()


def _heading(lines: list[str], start: int) -> tuple[int, str] | None:
    """The first heading of the first level outside fenced blocks, and its line."""
    fenced = False
    for number, line in enumerate(lines[start:], start + 1):
        if _FENCE.match(line):
            fenced = not fenced
        elif not fenced and (match := _TITLE.match(line)):
            return number, match["title"]
    return None


def _build(file: SourceFile, matter: FrontMatter, heading: str) -> Builder:
    title = matter.text("title") or heading or file.path.stem
    dated = _DATED.search(file.path.name)
    return Builder(
        file=str(file.path),
        medium="ticket",
        unit=NOTE + "/".join(file.path.with_suffix("").parts[-DEPTH:]),
        at=when(matter.text(*_WHEN)) or when(dated[0] if dated else ""),
        prose=True,
        title=title,
        labels=unique(*(matter.list(name) for name in _LABELS)),
        refs=mentions(title),
    )
