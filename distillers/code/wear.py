"""Wear: how much of what a ticket changed in the code stands there no more.

    commit ──sample of the lines it added──→ those that stand nowhere today ──→ wear of its ticket ──→ what it is worth

A ticket is a commit, or made of some: those that a merge brought in, that changed its own file, or that name it.
Later work overturns most of what a ticket said where it removed what the ticket made, and hardly any of it elsewhere.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import reduce
from hashlib import blake2b

from distillers.code.naming import Marker, of_path
from distillers.code.ties import number
from distillers.code.tree import PROSE
from distillers.findings import Candidate
from distillers.links import Link

COMMIT = "commit-"
"""Begins the id of a ticket that is a commit."""
COST = 3.0
"""How much less a claim is worth whose change is gone altogether."""
WORN = 0.7
"""The wear from which a claim is of low confidence whatever it is worth: readers kept 6 of 49 such claims."""
Commits = frozenset[int]


@dataclass(frozen=True, slots=True)
class Lost:
    """Of so many lines, how many stand nowhere any more."""

    gone: int
    of: int

    @property
    def wear(self) -> float:
        """The share that is gone, 0 to 1."""
        return self.gone / self.of

    def told(self) -> str:
        """The same as a sentence."""
        if self.gone == self.of:
            return "no line that this change added stands in the code any more"
        tenths = min(9, round(10 * self.wear))
        return f"about {tenths} of 10 lines that this change added stand nowhere in the code any more"

    def __add__(self, other: Lost) -> Lost:
        return Lost(self.gone + other.gone, self.of + other.of)


@dataclass(frozen=True, slots=True)
class Wear:
    """What is lost of each commit of a domain's code."""

    lost: Mapping[int, Lost]
    made: Mapping[int, Commits]
    """The commits that a merge brought in, and those that changed a ticket's own file."""
    marker: Marker

    def parts(self) -> tuple[str, ...]:
        """Text that is the same for the same wear, none if there is none."""
        if not self.lost:
            return ()
        lost = sorted((one, lost.gone, lost.of) for one, lost in self.lost.items())
        made = sorted((what, sorted(commits)) for what, commits in self.made.items())
        return (blake2b(repr((lost, made)).encode(), digest_size=12).hexdigest(),)

    def of(self, commits: Iterable[int]) -> Lost | None:
        """What is lost of some commits together, and of those that they are made of; None if they added no code."""
        every = {one for commit in commits for one in (commit, *self.made.get(commit, ()))}
        some = [self.lost[one] for one in sorted(every) if one in self.lost]
        return reduce(Lost.__add__, some) if some else None

    def by_unit(self, candidates: Iterable[Candidate], links: Iterable[Link]) -> dict[str, Lost]:
        """What is lost of each ticket that ``candidates`` quote."""
        found = {unit: self.of(commits) for unit, commits in self._commits(candidates, links).items()}
        return {unit: lost for unit, lost in found.items() if lost}

    def _commits(self, candidates: Iterable[Candidate], links: Iterable[Link]) -> dict[str, set[int]]:
        commits: dict[str, set[int]] = defaultdict(set)
        for unit, file in _own_files(candidates):
            commits[unit] |= self.made.get(self.marker.mark(of_path(file)), Commits())
        for link in links:
            if link.how == "pull request" and (told := _commit(link.unit)) and _commit(link.other) is None:
                commits[link.other].add(told)
        for unit in {one.evidence[0].unit for one in candidates}:
            if told := _commit(unit):
                commits[unit] = {told}
        return commits


def _own_files(candidates: Iterable[Candidate]) -> list[tuple[str, str]]:
    """Tickets with the file that is theirs alone."""
    units: dict[str, set[str]] = defaultdict(set)
    for one in candidates:
        units[one.evidence[0].file].add(one.evidence[0].unit)
    return [
        (min(some), file) for file, some in units.items() if len(some) == 1 and file.rpartition(".")[2].lower() in PROSE
    ]


def _commit(unit: str) -> int | None:
    return number(unit.removeprefix(COMMIT)) if unit.startswith(COMMIT) else None
