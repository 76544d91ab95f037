"""Which commits a ticket is made of: those that a merge brought in, and those that changed the ticket's own file."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

SHORT = 12
"""Digits of a commit's id that tell it from others."""
TOUCHED = 10
"""A commit that changes more tickets' files than that tells nothing of any of them."""
Pairs = NDArray[np.uint64]
"""Two numbers a row, sorted: what is made of a commit (the mark of a ticket's file, a merge), and that commit."""
NO_PAIRS: Pairs = np.empty((0, 2), dtype=np.uint64)


def number(commit: str) -> int | None:
    """A commit as a number, by the first digits of its id; None if that is none."""
    try:
        return int(commit[:SHORT], 16) if len(commit) >= SHORT else None
    except ValueError:
        return None


def touched(files: Iterable[tuple[int, int]]) -> Pairs:
    """Pairs of a ticket's file and a commit, without those of commits that changed many."""
    some = set(files)
    count = Counter(commit for _, commit in some)
    return pairs((file, commit) for file, commit in some if count[commit] <= TOUCHED)


def pairs(some: Iterable[tuple[int, int]]) -> Pairs:
    """``some`` as sorted rows, each once."""
    rows = sorted(set(some))
    return np.array(rows, dtype=np.uint64).reshape(-1, 2)


def merged(history: Sequence[Sequence[str]], heads: Iterable[str]) -> dict[str, list[str]]:
    """Of each merge on the main line of ``heads``, the commits that it brought in.

    ``history`` holds each commit followed by those that it came from.
    """
    parents = {commit: tuple(others) for commit, *others in history}
    found: dict[str, list[str]] = {}
    for head in heads:
        line = list(_line(head, parents))
        seen = {*line, *(one for some in found.values() for one in some)}
        for commit in reversed(line):
            if len(parents[commit]) > 1 and commit not in found:
                found[commit] = list(_brought(parents[commit][1:], parents, seen))
    return found


def _line(head: str, parents: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    while head in parents:
        yield head
        head = parents[head][0] if parents[head] else ""


def _brought(tips: Iterable[str], parents: Mapping[str, tuple[str, ...]], seen: set[str]) -> Iterator[str]:
    waiting = list(tips)
    while waiting:
        commit = waiting.pop()
        if commit in parents and commit not in seen:
            seen.add(commit)
            yield commit
            waiting += parents[commit]


def grouped(some: Iterable[Pairs]) -> dict[int, frozenset[int]]:
    """The commits by what is made of them."""
    found: dict[int, set[int]] = defaultdict(set)
    for rows in some:
        for what, commit in rows.tolist():
            found[what].add(commit)
    return {what: frozenset(commits) for what, commits in found.items()}
