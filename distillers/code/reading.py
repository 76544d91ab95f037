"""A repository's names and lines: those that stand today, and those of all that its history added."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from io import BytesIO

import numpy as np

from distillers.code.cache import Known
from distillers.code.changes import NOTHING, Sampler, changes, telling
from distillers.code.marks import NO_LINES, NO_MARKS, Lines, Marks, joined
from distillers.code.naming import Marker, is_name, of_path, of_word, words
from distillers.code.places import Place, stamp
from distillers.code.repository import Code, open_code
from distillers.code.ties import Pairs, merged, number, pairs, touched
from distillers.code.tree import Scope
from distillers.fetch.base import FetchError

LONGEST = 1 << 30
"""Bytes of a diff that are read of one history: some 40 s."""
LARGEST = 64 << 20
"""Bytes of a file of today that is still read."""
SEEN = 500_000
"""Words that are kept in memory because they were looked at already."""
UNKNOWN = Known("", (), NO_MARKS, NO_MARKS, NO_LINES, NOTHING)
"""What is known of a repository that nobody looked at."""


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
        return Read(replace(old, stamp=moment))
    scope = Scope(place.apart)
    before = old if old and code.grew(old.heads, heads) else UNKNOWN
    today, lines, lacking = _today(code, heads, marker, scope)
    names, files = _paths(code.paths(heads, before.heads), marker, scope)
    if lacking:
        note = f"{lacking} of its files are not there: what stands in it no more is told of files alone"
        return Read(Known(moment, (), joined([before.once, names]), today, lines, NOTHING), f"{place.root}: {note}")
    added, samples, note = _added(code.added(heads, before.heads, scope), marker)
    samples |= before.changes.samples()
    brought = _brought(merged(code.parents(heads), heads), samples)
    made = changes(samples, np.unique(np.concatenate([before.changes.files, files]), axis=0), brought)
    once = joined([before.once, names, *added])
    return Read(Known(moment, heads, once, today, lines, made), note and f"{place.root}: {note}")


def _today(code: Code, heads: Sequence[str], marker: Marker, scope: Scope) -> tuple[Marks, Lines, int]:
    """The marks of all words of today, those of all lines, and how many files of code have no content here."""
    every = code.files(heads)
    files = [blob for blob in every if scope.is_code(blob.path)]
    known = words("\n".join(blob.path for blob in files).encode())
    lines = [NO_LINES]
    for held in code.contents({blob.id: blob for blob in files if 0 <= blob.size <= LARGEST}.values()):
        known |= words(held)
        lines.append(marker.lines(telling(BytesIO(held))))
    told = {of_word(word.decode("ascii")) for word in known} | {of_path(blob.path) for blob in every}
    return marker.marks(told), joined(lines), sum(blob.size < 0 for blob in files)


def _paths(changed: Iterable[tuple[str, str]], marker: Marker, scope: Scope) -> tuple[Marks, Pairs]:
    """The marks of all files that a history changed, and which commits changed which ticket's file."""
    names = set[str]()
    tickets = list[tuple[int, int]]()
    for commit, path in changed:
        names.add(of_path(path))
        if scope.is_ticket(path) and (told := number(commit)) is not None:
            tickets.append((marker.mark(of_path(path)), told))
    return marker.marks(names), touched(tickets)


def _brought(merges: Mapping[str, Sequence[str]], samples: Mapping[int, Lines]) -> Pairs:
    """Which commits of those that added code which merge brought in."""
    told = {number(merge): [number(one) for one in some] for merge, some in merges.items()}
    return pairs((merge, one) for merge, some in told.items() if merge for one in some if one and one in samples)


def _added(pieces: Iterator[bytes], marker: Marker) -> tuple[list[Marks], dict[int, Lines], str]:
    """The marks of the names that lines of a diff add, the commits' samples, and why not all of it was read."""
    found: list[Marks] = []
    sampler = Sampler(marker)
    seen = set[bytes]()
    read = 0
    try:
        for piece in pieces:
            if (read := read + len(piece)) > LONGEST:
                why = "its history is too long to be read whole: what went long ago is not known"
                return found, sampler.samples(whole=False), why
            fresh = words(b"\n".join(sampler.feed(piece)))
            fresh -= seen
            if len(seen) > SEEN:
                seen.clear()
            seen |= fresh
            found.append(marker.marks({of_word(name) for word in fresh if is_name(name := word.decode("ascii"))}))
    except FetchError as error:
        return found, sampler.samples(whole=False), f"its history cannot be read whole: {error.message}"
    why = f"{sampler.broken} of its commits cannot be read: what they added is not known" if sampler.broken else ""
    return found, sampler.samples(whole=True), why
