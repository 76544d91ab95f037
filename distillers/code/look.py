"""A night's look at the code of its domains: what stands of each, and what could not be read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from distillers.code.cache import Cache, Known
from distillers.code.marks import Lines, among, joined
from distillers.code.naming import Marker
from distillers.code.places import Place, is_repository
from distillers.code.reading import UNKNOWN, read
from distillers.code.standing import Gone, Standing
from distillers.code.ties import grouped
from distillers.code.wear import Lost, Wear
from distillers.fetch.base import FetchError


@dataclass(frozen=True, slots=True)
class Looked:
    """What stands, by domain; ``notes`` say what could not be read, for the night's report."""

    code: Mapping[str, Standing]
    notes: tuple[str, ...] = ()


def look(places: Mapping[str, Sequence[Place]], cache: Cache, marker: Marker) -> Looked:
    """What stands in the code of each domain; each repository is read once, and only what is new.

    A repository that cannot be read, or is not there, stands as it was last seen.
    """
    notes: list[str] = []
    known = {one: _known(one, cache, marker, notes) for one in dict.fromkeys(sum(map(tuple, places.values()), ()))}
    code = {
        name: _standing([UNKNOWN, *(known[one] or UNKNOWN for one in some)], marker) for name, some in places.items()
    }
    return Looked(code, tuple(notes))


def _known(place: Place, cache: Cache, marker: Marker, notes: list[str]) -> Known | None:
    old = cache.read(place)
    if old is None and not is_repository(place.root):
        return None
    try:
        found = read(place, marker, old)
    except FetchError as error:
        notes.append(f"{error.message}: its code is taken as it was last seen")
        return old
    if found.known is not old:
        cache.write(place, found.known)
    if found.note:
        notes.append(found.note)
    return found.known


def _standing(some: Sequence[Known], marker: Marker) -> Standing:
    """What once stood in any of a domain's repositories, told from what stands in any."""
    once, today = joined([one.once for one in some]), joined([one.today for one in some])
    gone = Gone(once[~among(once, today)], marker)
    return Standing(gone, _wear(some, joined([one.lines for one in some]), marker))


def _wear(some: Sequence[Known], today: Lines, marker: Marker) -> Wear:
    lost = {commit: Lost(gone, of) for one in some for commit, gone, of in one.changes.lost(today)}
    return Wear(lost, grouped(rows for one in some for rows in (one.changes.files, one.changes.merged)), marker)
