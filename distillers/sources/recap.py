"""Accounts of a session in Markdown: a log or diary of the day, the summary of a conversation, without its turns.

Nothing in such a file says who wrote which line, so all of it is a recap: found by search, evidence for nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from distillers.record.events import Event
from distillers.sources.base import Head, SourceFile, when
from distillers.sources.build import Builder
from distillers.sources.lines import BadLine
from distillers.sources.prose import opening_id
from distillers.sources.tickets import sections, unique

_SUFFIXES = frozenset({".md", ".markdown"})
_HEADING = re.compile(r"#{1,2} (?P<title>\S.*?)\s*$")
_OF = r"(?:dev(?:elopment|log)?|coding|pairing|pair programming|session|conversation|chat|transcript)"
_NAME = rf"{_OF} (?:log|diary|journal|summary|recap|notes)"
_COUNT = r"(?:day|week|part|session)?\s*#?\d[\d./:-]*"
_ACCOUNT = re.compile(rf"(?:.*\b{_NAME}\W+{_COUNT}|(?:the )?{_NAME}(?:\W+{_COUNT})?)", re.IGNORECASE)
"""A heading that names an account, or tells the number or date of one: no task that is about accounts."""
_FIRST = 2
"""Headings that may say what the file is: its title and the first one below."""
_DATED = re.compile(r"\d{4}-\d\d-\d\d")


class Recap:
    """Reader of accounts of sessions."""

    name = "recap"

    def claims(self, head: Head) -> bool:
        """Markdown that begins with a heading, and whose title or next heading calls it the account of a session."""
        if head.path.suffix.lower() not in _SUFFIXES:
            return False
        first = next((line for line in head.lines if line.strip()), "")
        return bool(_HEADING.match(first)) and any(map(_ACCOUNT.fullmatch, islice(_headings(head.lines), _FIRST)))

    def read(self, file: SourceFile) -> Iterator[Event | BadLine]:
        """A ``summary`` for each section, with its headings as title."""
        title = next(_headings(file.lines), file.path.stem)
        dated = _DATED.search(file.path.name)
        parts = list(sections("\n".join(file.lines)))
        unit = opening_id(self.name, (title, *(section.text for section in parts)))
        build = Builder(str(file.path), "session", unit, when(dated[0]) if dated else "", prose=True, title=title)
        for section in parts:
            named = " > ".join(unique((title,), section.path))
            key = build.counted(f"{named}\0{section.text}")
            yield build.event(key, section.line + 1, "agent", "summary", section.text, title=named)


def _headings(lines: list[str]) -> Iterator[str]:
    return (match["title"] for line in lines if line[:1] == "#" and (match := _HEADING.match(line)))
