"""Where on a page something new goes: which sections it has, where the text of each ends, where its foot begins."""

from __future__ import annotations

from collections.abc import Sequence

from wiki.fold import CLOSING
from wiki.headings import parent_of
from wiki.page import Page, Section, bare


def sections(page: Page, titles: Sequence[str]) -> list[Section]:
    """The sections of ``titles`` that the page has, each once (a person may have given a heading twice), in its order.

    One that belongs under another heading counts only if it stands there.
    """
    found: dict[str, Section] = {}
    for section in page.sections:
        over = parent_of(section.title)
        is_home = not over or (over in found and found[over].start < section.start < found[over].stop)
        if section.title in titles and section.level > 1 and is_home:
            found.setdefault(section.title, section)
    return list(found.values())


def spot(page: Page, titles: Sequence[str], title: str) -> tuple[int, bool]:
    """Where the new section ``title`` goes, and whether it is put right before a line of text.

    Before another section it goes above the empty line there, so that it stands apart even if that section goes.
    """
    there = sections(page, titles)
    over = parent_of(title)
    parent = next((section for section in there if section.title == over), None)
    if over and parent is None:
        return spot(page, titles, over)
    peers = [section for section in there if parent_of(section.title) == over]
    higher = [section for section in peers if titles.index(section.title) < titles.index(title)]
    if higher:
        last = max(higher, key=lambda section: (titles.index(section.title), section.start))
        return body_stop(page, last), False
    if peers:
        start = min(section.start for section in peers)
        at = trim(page, start, page.head)
        return at, at == start
    if parent:
        inner = (one.start for one in page.sections if parent.start < one.start < parent.stop)
        return _text_stop(page, parent, min(inner, default=parent.stop)), False
    return trim(page, foot(page), page.head), False


def end_of(page: Page, section: Section) -> int:
    """Where in a section without blocks the first one goes: at its end, or where its fold closes."""
    stop = body_stop(page, section)
    closes = next((i for i in range(section.start + 1, stop) if bare(page.lines[i]) == CLOSING), None)
    return stop if closes is None else trim(page, closes, section.start + 1)


def body_stop(page: Page, section: Section) -> int:
    """Where the text of ``section`` ends: before the blank lines and footnotes at its end."""
    return _text_stop(page, section, section.stop)


def _text_stop(page: Page, section: Section, at: int) -> int:
    """Where the text of ``section`` above the line ``at`` ends: before the blank lines and footnotes there."""
    notes = {note.stop: note.start for note in page.notes}
    while at > section.start + 1 and (at in notes or not page.lines[at - 1].strip()):
        at = notes.get(at, at - 1)
    return max(at, section.start + 1)


def foot(page: Page) -> int:
    """Where the footnotes at the end of the page begin."""
    at = len(page.lines)
    notes = {note.stop: note.start for note in page.notes}
    while at > page.head and (at in notes or not page.lines[at - 1].strip()):
        at = notes.get(at, at - 1)
    return at


def trim(page: Page, at: int, floor: int) -> int:
    """``at``, or the first of the empty lines right above it, but not above ``floor``."""
    while at > floor and not page.lines[at - 1].strip():
        at -= 1
    return at
