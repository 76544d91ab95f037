"""A night's look at the code of its domains: which names are gone from each, and what could not be read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce

import numpy as np

from distillers.code.cache import Cache, Known
from distillers.code.naming import Marker
from distillers.code.places import Place, is_repository
from distillers.code.reading import NONE, read
from distillers.code.standing import Gone
from distillers.fetch.base import FetchError


@dataclass(frozen=True, slots=True)
class Looked:
    """What is gone, by domain; ``notes`` say what could not be read, for the night's report."""

    gone: Mapping[str, Gone]
    notes: tuple[str, ...] = ()


def look(places: Mapping[str, Sequence[Place]], cache: Cache, marker: Marker) -> Looked:
    """What is gone from the code of each domain that has some; each repository is read once, and only what is new.

    A repository that cannot be read, or is not there, stands as it was last seen.
    """
    notes: list[str] = []
    known = {one: _known(one, cache, marker, notes) for one in dict.fromkeys(sum(map(tuple, places.values()), ()))}
    return Looked({name: _gone([known[one] for one in some], marker) for name, some in places.items()}, tuple(notes))


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


def _gone(some: Sequence[Known | None], marker: Marker) -> Gone:
    """What stood in any of a domain's repositories and stands in none."""
    once = reduce(np.union1d, (one.once for one in some if one), NONE)
    today = reduce(np.union1d, (one.today for one in some if one), NONE)
    return Gone(np.setdiff1d(once, today, assume_unique=True), marker)
