"""Changing a page line by line: blocks put in, replaced and taken out under their sections, footnotes with them.

Every other byte stays. Blocks that are put in stand in canonical order among those whose order is known, so a page that
grew over many nights equals one that was filed in a single night.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import attrgetter

from wiki.fold import folded, is_fold
from wiki.headings import heading, parent_of
from wiki.page import Block, Note, Page, Section, reparse
from wiki.spots import body_stop, end_of, sections, spot, trim

Order = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Text:
    """A block as it is to stand: its line, and the text of its footnotes by label."""

    line: str
    notes: tuple[tuple[str, str], ...] = ()

    @property
    def whole(self) -> str:
        """All of it, as :func:`standing` finds it on a page."""
        return "\n".join([self.line, *(text for _, text in self.notes)])


@dataclass(frozen=True, slots=True)
class Insert:
    """A block that is to be put under the heading ``section``."""

    id: str
    section: str
    text: Text


@dataclass(frozen=True)
class Change:
    """What is to become of one page."""

    sections: Sequence[str]
    """The headings that blocks stand under, in the order of the page."""
    order: Mapping[str, Order]
    """For each block whose place is known the key it sorts by within its section."""
    remove: frozenset[str] = frozenset()
    replace: Mapping[str, Text] = field(default_factory=dict[str, Text])
    insert: Sequence[Insert] = ()


@dataclass(frozen=True, slots=True)
class _Splice:
    at: int
    stop: int
    rank: Order
    lines: tuple[str, ...]


def standing(page: Page, block: Block) -> str:
    """A block as it stands on the page: all its lines, then those of the footnotes that are its own."""
    return "\n".join([block.text, *(note.text for note in notes_of(page, block.id))])


def label(block: str, k: int) -> str:
    """The label of a block's ``k``-th footnote (from 0): the block's own id, so that no two blocks ever share one."""
    stem = block.partition("-")[2]
    return f"{stem}-{k + 1}" if k else stem


def notes_of(page: Page, block: str) -> list[Note]:
    """The footnotes that belong to a block, in the order of their labels."""
    stem = block.partition("-")[2]
    mine = [note for note in page.notes if note.label == stem or note.label.startswith(stem + "-")]
    return sorted(mine, key=lambda note: (len(note.label), note.label))


def revise(page: Page, change: Change) -> Page:
    """``page`` after ``change``. Blocks named in it must be on the page, those put in must not."""
    body = _spliced(page, [*_removals(page, change), *_replacements(page, change), *_insertions(page, change)])
    texts = dict(change.replace) | {one.id: one.text for one in change.insert}
    return _spliced(body, _footnotes(body, texts))


def _spliced(page: Page, splices: Iterable[_Splice]) -> Page:
    lines = list(page.lines)
    for splice in sorted(splices, key=attrgetter("at", "stop", "rank"), reverse=True):
        lines[splice.at : splice.stop] = splice.lines
    ended = _ended(lines, page.eol)
    return page if ended == page.lines else reparse(page, ended)


def _ended(lines: list[str], eol: str) -> tuple[str, ...]:
    """``lines`` where every line but the last has an ending."""
    return (*(line if line.endswith("\n") else line + eol for line in lines[:-1]), *lines[-1:])


def _removals(page: Page, change: Change) -> Iterable[_Splice]:
    gone = [block for block in page.blocks if block.id in change.remove]
    filled = _filled(change)
    cut = {i for block in gone for i in range(block.start, block.stop)}
    for section in reversed(sections(page, change.sections)):  # what stands under another heading first
        inside = [block for block in gone if section.start < block.start < section.stop]
        start, stop = section.start, body_stop(page, section)
        left = (page.lines[i] for i in range(start + 1, stop) if i not in cut)
        if inside and section.title not in filled and not any(map(_is_text, left)):
            above = start - 1 if start > page.head and not page.lines[start - 1].strip() else start
            cut |= {*range(above, stop)}
    cut |= {i for block in gone for note in notes_of(page, block.id) for i in range(note.start, note.stop)}
    return [_Splice(i, i + 1, (), ()) for i in cut]


def _filled(change: Change) -> set[str]:
    """The headings under which something is put, those above them too."""
    titles = {one.section for one in change.insert}
    return titles | {parent for title in titles if (parent := parent_of(title))}


def _is_text(line: str) -> bool:
    return bool(line.strip()) and not is_fold(line)


def _replacements(page: Page, change: Change) -> Iterable[_Splice]:
    for block in page.blocks:
        text = change.replace.get(block.id)
        if text:
            yield _Splice(block.start, block.stop, (), (text.line + _ending(page, block.stop - 1),))


def _insertions(page: Page, change: Change) -> Iterable[_Splice]:
    standing_sections = {section.title: section for section in sections(page, change.sections)}
    filled = _filled(change)
    for rank, title in enumerate(change.sections):
        fresh = sorted((one for one in change.insert if one.section == title), key=lambda one: change.order[one.id])
        section = standing_sections.get(title)
        if section is None and title in filled:
            yield _new_section(page, change.sections, rank, fresh)
        if section is None:
            continue
        for one in fresh:
            at = _place(page, change, section, change.order[one.id])
            yield _Splice(at, at, (rank, change.order[one.id]), (one.text.line + page.eol,))


def _new_section(page: Page, titles: Sequence[str], rank: int, fresh: Sequence[Insert]) -> _Splice:
    body = folded(titles[rank], tuple(one.text.line for one in fresh))
    lines = tuple(line + page.eol for line in (heading(titles[rank]), *body))
    blank = (page.eol,)
    at, is_first = spot(page, titles, titles[rank])
    return _Splice(at, at, (rank, ()), lines + blank if is_first else blank + lines)


def _place(page: Page, change: Change, section: Section, order: Order) -> int:
    """Where in ``section`` a block with ``order`` goes: before the first known block that sorts after it."""
    inside = [block for block in page.blocks if section.start < block.start < section.stop]
    known = [(block, change.order[block.id]) for block in inside if block.id in change.order]
    after = next((block for block, key in known if key > order), None)
    if after:
        return after.start
    return inside[-1].stop if inside else end_of(page, section)


def _footnotes(page: Page, texts: Mapping[str, Text]) -> Iterable[_Splice]:
    """Footnotes of changed blocks: each after those of the block above it, so they read in the order of the page."""
    at: int | None = None
    first = min((note.start for block in page.blocks for note in notes_of(page, block.id)), default=None)
    end = trim(page, len(page.lines), page.head)
    if first is None and any(text.notes for text in texts.values()):
        at = min(end + 1, len(page.lines))
        if at == end and end not in {note.stop for note in page.notes}:
            yield _Splice(end, end, (-1,), (page.eol,))
    for n, block in enumerate(page.blocks):
        there = {note.label: note for note in notes_of(page, block.id)}
        wanted = dict(texts[block.id].notes) if block.id in texts else {}
        if block.id in texts:
            yield from (_Splice(note.start, note.stop, (), ()) for name, note in there.items() if name not in wanted)
        for k, (name, line) in enumerate(wanted.items()):
            note = there.get(name)
            if note:
                yield _Splice(note.start, note.stop, (), _lines(page, line, _ending(page, note.stop - 1)))
                at = note.stop
            else:
                here = at if at is not None else first if first is not None else end
                yield _Splice(here, here, (n, k), _lines(page, line, page.eol))
        if there and block.id not in texts:
            at = max(note.stop for note in there.values())


def _lines(page: Page, text: str, ending: str) -> tuple[str, ...]:
    """The lines of a footnote, the last with this ``ending``."""
    *above, last = text.split("\n")
    return (*(line + page.eol for line in above), last + ending)


def _ending(page: Page, i: int) -> str:
    line = page.lines[i]
    return line[len(line.rstrip("\r\n")) :] if line.endswith("\n") else ""
