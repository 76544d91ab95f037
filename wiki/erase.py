"""Erasing from pages: what of a file's bytes is left when a text, or what cites a session, is taken out. Pure.

Unlike a night's edits this minds no one's ownership: whoever asks for a purge asks for the text to be gone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType

from scheduling.base.errors import CorruptError
from scheduling.base.forms import bytes_of
from wiki.blocks import digest
from wiki.cited import cited_as
from wiki.edit import Change, notes_of, revise, standing
from wiki.headings import SECTIONS
from wiki.names import INDEX, is_name, page_id, page_path, split_path
from wiki.page import Block, Page, parse
from wiki.passages import unbroken
from wiki.text import CLAIM_CHARS, QUOTE_CHARS, inert, tidy

_FENCE = re.compile(r"\s*(?:```|~~~)")
GONE = "(purged)"
UNNAMED = "purged"
"""What :data:`GONE` is in the name of a file."""
NAMED = 4
"""Characters that a text has at least to be found in the name of a page."""


@dataclass(frozen=True)
class Erasure:
    """What must not stand on a page: texts in all their forms, and blocks that cite one of the sessions."""

    forms: tuple[str, ...] = ()
    sessions: tuple[str, ...] = ()

    @property
    def needles(self) -> tuple[bytes, ...]:
        """The forms as bytes."""
        return tuple(map(bytes_of, self.forms))

    def is_in(self, text: str) -> bool:
        """Whether one of the forms stands in ``text``."""
        return any(form in text for form in self.forms)

    def names(self, slug: str) -> bool:
        """Whether a page of this name is called by one of the forms, as names of pages are spelled."""
        return self.is_in(slug) or any(name in slug for name in self._names)

    @cached_property
    def _names(self) -> tuple[str, ...]:
        names = (re.sub(r"[^a-z0-9]+", "-", form.lower()).strip("-") for form in self.forms)
        return tuple(dict.fromkeys(name for name in names if len(name) >= NAMED))


def erasure(forms: Iterable[str] = (), sessions: Iterable[str] = ()) -> Erasure:
    """What pages must not hold of texts given in all their forms, as a page would have them too."""
    texts = list(forms)
    told = [form for text in texts for form in (text, tidy(text))]
    shown = [inert(text, chars) for text in told for chars in (CLAIM_CHARS, QUOTE_CHARS)]
    return Erasure(tuple(dict.fromkeys(text for text in (*texts, *shown) if text)), tuple(sessions))


def renamed(path: str, data: bytes, what: Erasure) -> str:
    """``path``, or if the page there is called by what must go, its path under its own id; other files lose the text.

    The folder of a domain keeps its name: it is the domain's.
    """
    name = split_path(path)
    if name is None:
        domain, slash, inner = path.partition("/") if "/" in path else ("", "", path)
        return f"{domain}{slash}{_without(inner, what).replace(GONE, UNNAMED)}"
    if name[1] == INDEX or not what.names(name[1]):
        return path
    try:
        key = parse(path, data).field("id")
    except CorruptError:
        key = ""
    return page_path(name[0], key if is_name(key) and not what.names(key) else page_id(*name))


def is_hit(data: bytes, what: Erasure) -> bool:
    """Whether a file might hold something to erase."""
    cites = (bytes_of(f" {cited_as(unit)} line ") for unit in what.sessions)
    if any(needle in data for needle in (*what.needles, *cites)):
        return True
    text = data.decode("utf-8", "surrogateescape")
    return unbroken(text) != text and what.is_in(unbroken(text))


def cleaned(
    path: str,
    data: bytes,
    what: Erasure,
    spared: Mapping[str, str] = MappingProxyType({}),
    moved: frozenset[str] = frozenset(),
) -> tuple[bytes, set[str]]:
    """The bytes that are left of a file, and the ids of the blocks that went.

    A block that hashes to what ``spared`` says of its id may cite what it does: it was filed from what is known now.
    What is no page is cleaned line by line. Entries that link to a file of ``moved`` go too: a night makes them anew.
    """
    links = tuple(f"({name})" for name in sorted(moved))
    if not is_hit(data, what) and not any(link.encode() in data for link in links):
        return data, set()
    gone: set[str] = set()
    if split_path(path) or path.endswith(".md"):
        try:
            page = parse(path, data)
        except CorruptError:
            page = None
        if page is not None:
            gone = {block.id for block in page.blocks if _meant(page, block.id, what, spared)}
            gone |= {
                block.id for block in page.blocks if _is_entry(block) and any(link in block.text for link in links)
            }
            data = revise(page, Change(SECTIONS, {}, remove=frozenset(gone))).data if gone else data
    return _lines(data, what), gone


def _meant(page: Page, key: str, what: Erasure, spared: Mapping[str, str]) -> bool:
    whole = next(standing(page, block) for block in page.blocks if block.id == key)
    if what.is_in(whole) or what.is_in(unbroken(whole)):
        return True
    return spared.get(key) != digest(whole) and any(_cites(note.text, what.sessions) for note in notes_of(page, key))


def _is_entry(block: Block) -> bool:
    return not block.id.startswith("f-")


def _cites(note: str, sessions: Sequence[str]) -> bool:
    return any(f" {cited_as(unit)} line " in note for unit in sessions)


def _lines(data: bytes, what: Erasure) -> bytes:
    """``data`` without the lines that hold a form. Front matter and fences keep their lines, without the form."""
    text = data.decode("utf-8", "surrogateescape")
    if what.is_in(text):
        lines = text.split("\n")
        head = lines.index("---", 1) if lines[0] == "---" and "---" in lines[1:] else 0
        kept = [
            line if not what.is_in(line) else _without(line, what)
            for place, line in enumerate(lines)
            if not what.is_in(line) or place <= head or _FENCE.match(line)
        ]
        text = "\n".join(kept)
    return _without(text, what).encode("utf-8", "surrogateescape")


def _without(text: str, what: Erasure) -> str:
    for form in sorted(what.forms, key=len, reverse=True):
        text = text.replace(form, GONE)
    return text
