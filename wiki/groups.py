"""One ticket's lines together: the first has the name of the matter, those right below it are items under it.

Each line stays a block of its own with its own id, and which of two forms it has follows from what stands above it on
the page as it is: a line that a person changed or moved is never written, and one of ours that lost its first line to
them, or to a newer finding, says the name itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from wiki.blocks import digest
from wiki.edit import Change, Text, revise, standing
from wiki.headings import SECTIONS
from wiki.page import Block, Page

INDENT = "    "
"""As far as Python-Markdown wants an item under an item; CommonMark takes it as well."""


@dataclass(frozen=True, slots=True)
class Member:
    """A line as it stands below another one of its ticket."""

    head: str
    """What the first line of the ticket begins with."""
    text: Text


class Line(Protocol):
    """A block that may stand in two forms: ``text`` by itself, ``member`` below another."""

    @property
    def text(self) -> Text:
        """How it stands by itself."""
        ...

    @property
    def member(self) -> Member | None:
        """How it stands below another; None if it always stands by itself."""
        ...


def first_lines(page: Page) -> dict[str, str]:
    """For each block that is an item under another one the first line of that; "" for those that are not."""
    found: dict[str, str] = {}
    for run in _runs(page):
        first = ""
        for block in run:
            found[block.id] = first if _is_under(block.text) else ""
            first = first if _is_under(block.text) else block.text.partition("\n")[0]
    return found


def grouped(page: Page, lines: Mapping[str, Line]) -> Page:
    """``page`` with each of ``lines`` (by id) that stands on it as written in the form that its place asks for."""
    fresh = dict(_reformed(page, lines))
    return revise(page, Change(SECTIONS, {}, replace=fresh)) if fresh else page


def _reformed(page: Page, lines: Mapping[str, Line]) -> Iterator[tuple[str, Text]]:
    for run in _runs(page):
        first = ""
        for block in run:
            said = block.text.partition("\n")[0]
            line = lines.get(block.id)
            if line and line.member and digest(standing(page, block)) in shas(line):
                text = line.member.text if first.startswith(line.member.head) else line.text
                if text.line != said:
                    yield block.id, text
                said = text.line
            first = first if _is_under(said) else said


def shas(line: Line) -> frozenset[str]:
    """What the lines of a block hash to in either form."""
    forms = (line.text, line.member.text) if line.member else (line.text,)
    return frozenset(digest(text.whole) for text in forms)


def _runs(page: Page) -> Iterator[list[Block]]:
    """Blocks with nothing between them, run by run."""
    run: list[Block] = []
    for block in page.blocks:
        if run and run[-1].stop != block.start:
            yield run
            run = []
        run.append(block)
    if run:
        yield run


def _is_under(text: str) -> bool:
    return text.startswith((" ", "\t"))
