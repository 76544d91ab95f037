"""A change set as its verifier reads it: from git and the ledger, both sides of what changed.

Nothing that the writer had in mind is trusted: what changed is what the commit holds against its base.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from distillers.across import origins
from distillers.findings import GLOBAL, Finding
from distillers.findings_store import load
from scheduling.base.errors import CorruptError
from scheduling.ledger.store import Ledger
from wiki import blocks
from wiki.blocks import Row, digest
from wiki.changesets import ChangeSet
from wiki.conflicts import Decided
from wiki.edit import standing
from wiki.git import FILE_MODES, Entry, Repo
from wiki.held import decided
from wiki.names import split_path
from wiki.page import Block, Page, parse

Evidence = Callable[[Sequence[Finding]], Mapping[str, str]]
"""Reads the evidence of findings again in the archive; why, by id, of those whose evidence does not stand."""
Secrets = Callable[[str], Sequence[str]]
"""The kinds of secrets that stand in a text."""


def _no_fault(_found: Sequence[Finding]) -> Mapping[str, str]:
    return {}


def _no_secret(_text: str) -> Sequence[str]:
    return ()


@dataclass(frozen=True, slots=True)
class Senses:
    """What a verifier looks with beyond the wiki itself."""

    evidence: Evidence = _no_fault
    secrets: Secrets = _no_secret


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a change set must not be merged; ``block`` if leaving that block out would mend it."""

    what: str
    block: str = ""

    @property
    def said(self) -> str:
        """As a reason in the ledger."""
        return f"{self.block}: {self.what}" if self.block else self.what


@dataclass(frozen=True)
class Reading:
    """A change set as a verifier reads it: both sides of what changed, and what is known of the domain."""

    change: ChangeSet
    old: Mapping[str, bytes]
    new: Mapping[str, bytes]
    """Files that changed, by path, before and after; one that is missing was not there, or is gone."""
    modes: Mapping[str, tuple[str, str]]
    files: frozenset[str]
    """All files of the commit."""
    gone: frozenset[str]
    rows: Mapping[str, Row]
    findings: Mapping[str, Finding]
    senses: Senses
    origins: Mapping[str, frozenset[str]] = field(default_factory=dict[str, frozenset[str]])
    """Of a change set of ``global``: in which domains an event is evidence, by its id."""
    decided: Mapping[str, Decided] = field(default_factory=dict[str, Decided])
    """What people decided about lines of theirs, by block."""
    unchanged: Mapping[str, bytes] = field(default_factory=dict[str, bytes])
    """The domain's pages that it leaves alone."""

    @cached_property
    def before(self) -> dict[str, Page]:
        """The readable pages before."""
        return _pages(self.old)

    @cached_property
    def after(self) -> dict[str, Page]:
        """The readable pages after."""
        return _pages(self.new)

    @cached_property
    def rest(self) -> dict[str, Page]:
        """The readable pages that it leaves alone."""
        return _pages(self.unchanged)

    @cached_property
    def written(self) -> list[tuple[Page, Block]]:
        """Every block that the commit writes: new, or not as it stood before."""
        stood = {block.id: digest(standing(page, block)) for page in self.before.values() for block in page.blocks}
        pairs = [(page, block) for page in self.after.values() for block in page.blocks]
        return [(page, block) for page, block in pairs if stood.get(block.id) != digest(standing(page, block))]

    @cached_property
    def claims(self) -> list[tuple[Page, Block]]:
        """Those of the written blocks that are findings."""
        return [(page, block) for page, block in self.written if block.id.startswith("f-")]


Check = Callable[[Reading], Iterator[Fault]]


def read(ledger: Ledger, repo: Repo, change: ChangeSet, senses: Senses, passed: ChangeSet | None = None) -> Reading:
    """What ``change`` does, read from its commit.

    ``passed`` is the same change set as it passed on top of another base: a file that becomes the same from the same
    bytes as there was looked at, and is not opened again.
    """
    old, new = repo.files(change.base), repo.files(change.commit)
    touched = _touched(old, new)
    seen = _seen(repo, passed)
    fresh = [path for path in touched if seen.get(path) != (old.get(path), new.get(path))]
    if any(split_path(path) and path.startswith(f"{change.domain}/") for path in fresh):
        fresh = touched
    apart = fresh != touched
    mine = (path for path in new if path.startswith(f"{change.domain}/") and path.endswith(".md"))
    same = {} if apart else {path: new[path] for path in mine if old.get(path) == new[path]}
    sides = [{path: side[path] for path in fresh if path in side} for side in (old, new)]
    data = repo.contents(e.blob for side in (*sides, same) for e in side.values() if e.mode in FILE_MODES)
    with ledger.read() as rows:
        known = blocks.load(rows, change.domain)
        heard = origins(rows) if change.domain == GLOBAL else {}
    return Reading(
        change,
        _bytes(sides[0], data),
        _bytes(sides[1], data),
        {path: (_mode(old.get(path)), _mode(new.get(path))) for path in touched},
        frozenset(new),
        frozenset(old) - frozenset(new),
        known,
        {} if apart else {finding.id: finding for finding in load(ledger, change.domain)},
        senses,
        heard,
        decided(ledger, change.domain),
        _bytes(same, data),
    )


def _touched(old: Mapping[str, Entry], new: Mapping[str, Entry]) -> list[str]:
    return sorted(path for path in {*old, *new} if old.get(path) != new.get(path))


def _seen(repo: Repo, passed: ChangeSet | None) -> dict[str, tuple[Entry | None, Entry | None]]:
    """What a change set that passed made of which file."""
    if passed is None:
        return {}
    old, new = repo.files(passed.base), repo.files(passed.commit)
    return {path: (old.get(path), new.get(path)) for path in _touched(old, new)}


def _pages(files: Mapping[str, bytes]) -> dict[str, Page]:
    found: dict[str, Page] = {}
    for path, data in files.items():
        try:
            found[path] = parse(path, data)
        except CorruptError:
            continue
    return found


def _bytes(side: Mapping[str, Entry], data: Mapping[str, bytes]) -> dict[str, bytes]:
    return {path: data[entry.blob] for path, entry in side.items() if entry.blob in data}


def _mode(entry: Entry | None) -> str:
    return entry.mode if entry else ""
