"""Of each commit a sample of the lines of code that it added, by which it is told how much of them still stands.

A sample is the lines with the least hashes, so it is the same however the history was read, and two make one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from distillers.code.marks import NO_LINES, Lines, among, joined
from distillers.code.naming import Marker
from distillers.code.repository import COMMIT
from distillers.code.ties import NO_PAIRS, Pairs, number

SAMPLE = 64
"""Lines that are kept of a commit: 256 bytes, for a share that is right to some hundredths."""
LEAST = 6
"""Letters and digits of a line that says enough to be told from others; a bracket does not."""
_SIGNS = bytes(byte for byte in range(128) if not chr(byte).isalnum())


@dataclass(frozen=True, slots=True)
class Changes:
    """What the commits of a history added. A commit that added no line of code is none of them."""

    commits: NDArray[np.uint64]
    """Their numbers, in order."""
    sizes: NDArray[np.uint16]
    """How many lines the sample of each holds, at least one."""
    marks: Lines
    """The samples, one after the other."""
    files: Pairs
    """Commits that changed a ticket's own file."""
    merged: Pairs
    """Commits that a merge brought in."""

    def lost(self, today: Lines) -> Iterator[tuple[int, int, int]]:
        """Of each commit: its number, how many lines of its sample are none of ``today``'s, and how many it has."""
        if not len(self.commits):
            return
        ends = np.cumsum(self.sizes, dtype=np.int64)
        lost = np.add.reduceat(~among(self.marks, today), ends - self.sizes, dtype=np.int64)
        yield from zip(self.commits.tolist(), lost.tolist(), self.sizes.tolist(), strict=True)

    def samples(self) -> dict[int, Lines]:
        """The sample of each commit."""
        parts = np.split(self.marks, np.cumsum(self.sizes, dtype=np.int64)[:-1])
        return dict(zip(self.commits.tolist(), parts, strict=True)) if len(self.commits) else {}


NOTHING = Changes(np.empty(0, dtype=np.uint64), np.empty(0, dtype=np.uint16), NO_LINES, NO_PAIRS, NO_PAIRS)


def changes(samples: dict[int, Lines], files: Pairs, merged: Pairs) -> Changes:
    """The changes with these samples, whatever their order."""
    some = sorted(commit for commit, lines in samples.items() if len(lines))
    sizes = np.array([len(samples[commit]) for commit in some], dtype=np.uint16)
    marks = np.concatenate([NO_LINES, *(samples[commit] for commit in some)])
    return Changes(np.array(some, dtype=np.uint64), sizes, marks, files, merged)


class Sampler:
    """Takes the samples of commits from what git says of them."""

    def __init__(self, marker: Marker) -> None:
        self._marker = marker
        self._done: dict[int, Lines] = {}
        self._commit: int | None = None
        self._held = NO_LINES
        self.broken = 0
        """Commits that could not be told whole; they have no sample."""

    def feed(self, piece: bytes) -> list[bytes]:
        """Takes in whole lines of a diff; gives those that were added, and those that name a changed file."""
        every: list[bytes] = []
        first, *others = (b"\n" + piece).split(b"\n" + COMMIT)
        for at, part in enumerate((first, *others)):
            lines = part.split(b"\n")
            if at and lines[0]:
                self._end()
                self._commit = number(lines[0].decode("ascii", "replace"))
            elif at:
                self._commit, self._held, self.broken = None, NO_LINES, self.broken + 1
            added = [line for line in lines if line[:1] == b"+"]
            marks = self._marker.lines(telling(line[1:] for line in added if line[:4] != b"+++ "))
            self._held = joined([self._held, marks])[:SAMPLE]
            every += added
        return every

    def samples(self, *, whole: bool) -> dict[int, Lines]:
        """What was taken; unless the history was read as a ``whole``, not of the commit that it broke off at."""
        if whole:
            self._end()
        return self._done

    def _end(self) -> None:
        if self._commit is not None:
            self._done[self._commit] = self._held
        self._commit, self._held = None, NO_LINES


def telling(lines: Iterable[bytes]) -> set[bytes]:
    """What is compared of lines: their letters and digits, so that a formatter changes little; each once."""
    return {bare for line in lines if len(bare := line.translate(None, _SIGNS)) >= LEAST}
