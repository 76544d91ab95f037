"""What belongs together: sessions, commits and tickets of a domain that name each other, or share a branch in time.

Only what the data says is a link: an id in a reference, a checkpoint's folder, a branch that one worked on and another
merged. Nothing is guessed from words.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from distillers.record.archive import Archive
from scheduling.base.clock import parse

How = Literal["pull request", "commit", "session", "checkpoint", "branch"]
"""By what: its number or address, its hash, its id, the checkpoint that a commit names, or the branch it merged."""

AFTER = timedelta(days=30)
"""A branch that is merged this long after a session worked on it may be another branch of the same name."""
SHARED = frozenset({"main", "master", "trunk", "develop", "dev", "HEAD"})
"""Branches on which everybody works say nothing."""

_UNITS = """
    SELECT unit, min(medium) AS medium, coalesce(min(nullif("at", '')), '') AS first, max("at") AS last,
           list(DISTINCT file) AS files
    FROM events GROUP BY unit ORDER BY unit
"""
_REFS = r"""
    SELECT unit, ref, min("at") AS first FROM (SELECT unit, "at", unnest(refs) AS ref FROM events)
    WHERE regexp_matches(ref, '#\d+$|^https?://|^[0-9a-f]{7,64}$|^(branch|session|checkpoint):')
    GROUP BY ALL ORDER BY unit, ref
"""
_ADDRESS = re.compile(
    r"https?://[^/]+/(?P<repo>[^/\s]+/[^/\s]+)/(?:-/)?(?:pull|issues|merge_requests)/(?P<number>\d+)\b"
)
_COMMIT = re.compile(r"https?://\S+/commit/(?P<commit>[0-9a-f]{7,64})\b")
_CHECKPOINT = re.compile(r"/(?P<shard>[0-9a-f]{2})/(?P<rest>[0-9a-f]{10})/")
SHORT = 12


Names = Mapping[str, set[str]]


@dataclass(frozen=True, slots=True, order=True)
class Link:
    """``unit`` points to ``other``; both are ids of sessions or tickets of one domain."""

    unit: str
    other: str
    how: How
    ref: str
    """What says so."""


@dataclass(frozen=True, slots=True)
class _Known:
    unit: str
    medium: str
    first: str
    last: str
    files: tuple[str, ...]


def links(archive: Archive, domain: str) -> list[Link]:
    """The links of ``domain``, each pair once for each kind, in a stable order."""
    units = [
        _Known(row["unit"], row["medium"], row["first"], row["last"], tuple(row["files"]))
        for row in archive.query(_UNITS, domain=domain).to_pylist()
    ]
    refs = [(row["unit"], row["ref"], row["first"]) for row in archive.query(_REFS, domain=domain).to_pylist()]
    named = _names(units)
    found = set(_branches(units, refs))
    for unit, ref, _ in refs:
        how, others = _pointed(unit, ref, named)
        found |= {Link(unit, other, how, ref) for other in others if other != unit}
    first: dict[tuple[str, str, How], Link] = {}
    for link in sorted(found):
        first.setdefault((link.unit, link.other, link.how), link)
    return sorted(first.values())


def _names(units: Iterable[_Known]) -> Names:
    """Units by what a reference may call them."""
    named: dict[str, set[str]] = defaultdict(set)
    for known in units:
        named[known.unit].add(known.unit)
        if known.medium == "session":
            for file in known.files:
                for match in _CHECKPOINT.finditer(file):
                    named[f"checkpoint:{match['shard']}{match['rest']}"].add(known.unit)
        elif "#" in known.unit:
            named["#" + known.unit.rpartition("#")[2]].add(known.unit)
    return named


def _pointed(unit: str, ref: str, named: Names) -> tuple[How, Iterable[str]]:
    """The units that ``ref`` of ``unit`` calls by a name of theirs, and by what kind of name."""
    if ref.startswith("session:"):
        return "session", named.get(ref.removeprefix("session:"), ())
    if ref.startswith("checkpoint:"):
        return "checkpoint", named.get(ref, ())
    if match := _ADDRESS.match(ref):
        return "pull request", _numbered(match["repo"], f"#{match['number']}", named)
    if "#" in ref and not ref.startswith("http"):
        home, _, number = ref.rpartition("#")
        home = home or unit.rpartition("#")[0]
        return "pull request", _numbered(home, f"#{number}", named) if home else named.get(f"#{number}", ())
    commit = match["commit"] if (match := _COMMIT.match(ref)) else ref
    checkpoint = named.get(f"checkpoint:{commit}")
    return ("checkpoint", checkpoint) if checkpoint else ("commit", named.get(f"commit-{commit[:SHORT]}", ()))


def _numbered(repo: str, number: str, named: Names) -> set[str]:
    """The ticket of that number: of the repository, or where none is named (an export does not say it)."""
    chosen = named.get(number, set[str]()) & {f"{repo}{number}", number}
    return chosen & {f"{repo}{number}"} or chosen


def _branches(units: Iterable[_Known], refs: Iterable[tuple[str, str, str]]) -> Iterator[Link]:
    """Sessions and the work that was merged from their branch: the first merge after the session began there."""
    known = {one.unit: one for one in units}
    worked: list[tuple[str, str, str]] = []
    merged: dict[str, list[_Known]] = defaultdict(list)
    for unit, ref, first in refs:
        branch = ref.removeprefix("branch:")
        if branch == ref or branch in SHARED or unit not in known:
            continue
        if known[unit].medium == "session":
            worked.append((unit, branch, first))
        else:
            merged[branch].append(known[unit])
            merged[f"*{branch.partition('/')[2]}"].append(known[unit])  # ``owner/branch``, as a merge's title says it
    for unit, branch, first in worked:
        after = sorted(
            (one.first, one.unit) for one in merged[branch] or merged[f"*{branch}"] if _follows(one.first, first)
        )
        if after:
            tied = [other for at, other in after if at == after[0][0]]
            yield from (Link(unit, other, "branch", f"branch:{branch}") for other in tied)


def _follows(merged: str, worked: str) -> bool:
    then, start = parse(merged), parse(worked)
    return then is not None and start is not None and start <= then <= start + AFTER
