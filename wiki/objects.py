"""Every object that the wiki's git still has, reachable or not: what a search of its past looks through. Read only."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from wiki.erase import Erasure, is_hit
from wiki.git import open_repo

_SOME = 200


@dataclass(frozen=True, slots=True)
class Rewritten:
    """What became of the past: old commit → new one, and references that still name the old one."""

    commits: Mapping[str, str] = field(default_factory=dict[str, str])
    left: tuple[str, ...] = ()


def objects(root: Path) -> Iterator[tuple[str, bytes]]:
    """Kind and bytes of every object in the repository, also of those that no branch reaches."""
    repo = open_repo(root)
    listed = repo.git("cat-file", "--batch-all-objects", "--batch-check=%(objectname) %(objecttype)").text.split("\n")
    kinds = dict(line.split(" ") for line in listed if line)
    names = list(kinds)
    for start in range(0, len(names), _SOME):
        for name, data in repo.contents(names[start : start + _SOME]).items():
            yield kinds[name], data


def held(root: Path, what: Erasure) -> int:
    """How many objects of the repository at ``root`` hold what is to be erased."""
    return sum(is_hit(data, what) for _, data in objects(root))


def remotes(root: Path) -> tuple[str, ...]:
    """The names of the repositories that this one is pushed to or fetched from."""
    return tuple(open_repo(root).git("remote").text.split())
