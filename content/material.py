"""What the next article may draw from: whose turn it is, what editors said, and what is to be left out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from content import articles, trace
from content.articles import Record
from content.brief import Asked, Note, PageRef
from content.pillars import Pillar, choose
from distillers.findings import Finding
from scheduling.approvals import Ruling
from scheduling.base.clock import now
from scheduling.ledger.store import Ledger

_NAMED = re.compile(r"\b[fs]-[0-9a-f]{8}\b")


@dataclass(frozen=True, slots=True)
class Material:
    """What there is to write from: all findings of the workspace, the wiki's pages by ``domain/slug``, ``mask``, which
    returns its text with secrets masked, and by domain the questions that agents asked."""

    findings: Sequence[Finding]
    pages: Mapping[str, PageRef]
    mask: Callable[[str], str]
    asked: Mapping[str, Sequence[Asked]] = field(default_factory=dict[str, Sequence[Asked]])


def in_turn(ledger: Ledger, pillars: Sequence[Pillar], material: Material, name: str | None) -> Iterator[Pillar]:
    """The pillars to try: the one that was named; else those with a draft begun or sent back, then those with news."""
    if name is not None:
        yield from (pillar for pillar in pillars if pillar.name == name)
        return
    begun = {each.pillar for each in articles.listed(ledger, ("brief", "draft", "changes_requested"))}
    yield from (pillar for pillar in pillars if pillar.name in begun)
    left = [pillar for pillar in pillars if pillar.name not in begun]
    while (due := choose(left, material.findings, articles.history(ledger), now())) is not None:
        yield due
        left.remove(due)


def open_article(ledger: Ledger, pillar: Pillar) -> Record | None:
    """The pillar's article that is under way, or None."""
    return next((each for each in articles.listed(ledger, articles.OPEN) if each.pillar == pillar.name), None)


def note_of(ruling: Ruling) -> Note:
    """A ruling as the next brief repeats it."""
    return Note(ruling.decision, ruling.editor, ruling.at, ruling.notes, ruling.body_sha256)


def left_out(ledger: Ledger, pillar: Pillar, notes: Sequence[Note], material: Material) -> set[str]:
    """Findings that an editor's notes name, or the sentence of which they name, and those that hold a secret."""
    named = {name for note in notes for name in _NAMED.findall(note.text)}
    mine = [each.slug for each in articles.listed(ledger) if each.pillar == pillar.name]
    rows = [row for slug in mine for body in trace.known_bodies(ledger, slug) for row in trace.load(ledger, slug, body)]
    named |= {finding for row in rows if row.id in named for finding in row.findings}
    return named | {f.id for f in material.findings if pillar.covers(f) and material.mask(f.claim) != f.claim}
