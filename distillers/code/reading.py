"""A repository's names: those that stand today, and those of all that its history added."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from distillers.code.cache import Known
from distillers.code.naming import Marker, Marks, is_name, of_path, of_word, words
from distillers.code.places import Place, stamp
from distillers.code.repository import Code, open_code
from distillers.code.tree import Scope
from distillers.fetch.base import FetchError

LONGEST = 1 << 30
"""Bytes of a diff that are read of one history: some 40 s."""
LARGEST = 64 << 20
"""Bytes of a file of today that is still read."""
SEEN = 500_000
"""Words that are kept in memory because they were looked at already."""
NONE: Marks = np.empty(0, dtype=np.uint64)


@dataclass(frozen=True, slots=True)
class Read:
    """What is known now; ``note`` is what could not be read."""

    known: Known
    note: str = ""


def read(place: Place, marker: Marker, old: Known | None) -> Read:
    """What is known of the repository at ``place``, of which only what is new is read if it merely grew.

    Raises :class:`FetchError` if today's code cannot be read.
    """
    moment = stamp(place.root)
    if old and moment and old.stamp == moment:
        return Read(old)
    code = open_code(place.root)
    heads = code.today()
    if old and old.heads == heads:
        return Read(Known(moment, heads, old.once, old.today))
    scope = Scope(place.apart)
    before = old if old and code.grew(old.heads, heads) else Known("", (), NONE, NONE)
    today, lacking = _today(code, heads, marker, scope)
    once = [before.once, marker.marks({of_path(path) for path in code.paths(heads, before.heads)})]
    if lacking:
        note = f"{lacking} of its files are not there: what stands in it no more is told of files alone"
        return Read(Known(moment, heads, _union(once), today), f"{place.root}: {note}")
    added, note = _added(code.added(heads, before.heads, scope), marker)
    return Read(Known(moment, heads, _union([*once, *added]), today), note and f"{place.root}: {note}")


def _today(code: Code, heads: Sequence[str], marker: Marker, scope: Scope) -> tuple[Marks, int]:
    """The marks of all words and files of today, and how many files of code have no content here."""
    every = code.files(heads)
    files = [blob for blob in every if scope.is_code(blob.path)]
    known = words("\n".join(blob.path for blob in files).encode())
    for held in code.contents({blob.id: blob for blob in files if 0 <= blob.size <= LARGEST}.values()):
        known |= words(held)
    told = {of_word(word.decode("ascii")) for word in known} | {of_path(blob.path) for blob in every}
    return marker.marks(told), sum(blob.size < 0 for blob in files)


def _added(pieces: Iterator[bytes], marker: Marker) -> tuple[list[Marks], str]:
    """The marks of the names that lines of a diff add, and why not all of it was read."""
    found: list[Marks] = []
    seen = set[bytes]()
    read = 0
    try:
        for piece in pieces:
            if (read := read + len(piece)) > LONGEST:
                return found, "its history is too long to be read whole: what went long ago is not known"
            fresh = words(b"\n".join(line for line in piece.split(b"\n") if line[:1] == b"+"))
            fresh -= seen
            if len(seen) > SEEN:
                seen.clear()
            seen |= fresh
            found.append(marker.marks({of_word(name) for word in fresh if is_name(name := word.decode("ascii"))}))
    except FetchError as error:
        return found, f"its history cannot be read whole: {error.message}"
    return found, ""


def _union(some: Sequence[Marks]) -> Marks:
    return np.unique(np.concatenate(some))
