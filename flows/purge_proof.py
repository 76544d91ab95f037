"""What a purge can show for itself: where it looked, what it found, and what it cannot reach.

A text is looked for in all its forms, and in the record behind whatever codes it stands. A session is looked for by its
own words: passages of it, and the claims and quotes that rested on it, as far as no other session says the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from shlex import quote
from typing import Any

from distillers.record import erase
from flows.purge import Done
from flows.purge_look import SAID, Wanted
from flows.purge_search import columns, search
from flows.stages import Night
from scheduling.base.forms import bytes_of, spelled
from wiki.erase import Erasure
from wiki.objects import held, remotes

WORDS = 60
"""Passages of a session that are looked for."""
LONG = 24
CUT = 200


@dataclass(frozen=True, slots=True)
class Proof:
    """The outcome of the search. ``left`` is empty when nothing was found where a purge reaches."""

    looked_for: int
    """Forms of the text, or passages of the session."""
    left: tuple[str, ...]
    history: int
    """Objects of the wiki's git that still hold it."""
    unreachable: tuple[str, ...]

    @property
    def clean(self) -> bool:
        """Whether nothing was found but what is named as out of reach."""
        return not self.left


def prove(night: Night, what: Wanted, done: Done) -> Proof:
    """Searches every file of the workspace, and names what lies outside."""
    space = night.settings.workspace
    needles = (*(what.forms or _own(night, _passages(done))), *done.found.short)
    past = held(space.wiki, Erasure(needles, what.units)) if (space.wiki / ".git").exists() else 0
    left = [place for place in search(space, needles) if not _named(place, what, done)]
    if what.text and (behind := erase.look(space.archive, night.ledger, what.pick).rows):
        left.append(f"the record, behind codes ({behind} events)")
    return Proof(len(needles), tuple(left), past, tuple(_unreachable(night, what, done, past)))


def _named(place: str, what: Wanted, done: Done) -> bool:
    """Whether it is only the name of a source that still is there, which the ledger has to know."""
    in_name = place.startswith(".stillhouse/ledger.db") and any(
        form in path for path in done.found.sources for form in what.forms
    )
    return in_name or (place.startswith("stillhouse.toml") and in_name)


def _passages(done: Done) -> list[str]:
    """Lines of what was erased, spread over all of it, and what rested on it."""
    lines = list(
        dict.fromkeys(
            line.strip()[:CUT] for text in done.passages for line in text.split("\n") if len(line.strip()) >= LONG
        )
    )
    step = max(1, len(lines) // WORDS)
    return [*lines[::step], *(text for text in done.found.said if len(text) >= SAID)]


def _own(night: Night, passages: Sequence[str]) -> Iterator[str]:
    """The spelled forms of those ``passages`` that nothing else in the record says."""
    root = night.archive.root
    left = dict.fromkeys(passages)
    for table in erase.tables(root, night.ledger):
        said = list(_texts(table))
        for text in list(left):
            if any(bytes_of(text) in data for data in said):
                del left[text]
    yield from spelled(left)


def _texts(table: Any) -> Iterator[bytes]:
    return columns(table.select(["text", "title"]))


def _unreachable(night: Night, what: Wanted, done: Done, past: int) -> Iterator[str]:
    space = night.settings.workspace
    for path in done.found.sources:
        state = "still holds it; that is not collected again" if Path(path).exists() else "is no longer there"
        yield f"your own file {path} {state}"
    if past:
        how = f"--session={quote(what.session)}" if what.session else "--match …"
        yield (
            f"the wiki's git history: {past} objects hold it; to write the history anew:"
            f" stillhouse purge {how} --rewrite-history --workspace {quote(str(space.root))}"
        )
    if (space.wiki / ".git").exists():
        for name in remotes(space.wiki):
            yield f"the wiki's remote {name}, and every clone: push the rewritten branch there by force"
    if done.rewritten and done.rewritten.left:
        yield f"annotated tags of the wiki: {', '.join(done.rewritten.left)}; delete and set them anew"
    for path in done.behind:
        yield f"your uncommitted edits of {path} in the wiki"
    if night.settings.prefect.api_url:
        yield f"your own Prefect server at {night.settings.prefect.api_url}: artifacts, states and logs there"
    yield "copies and backups of the workspace, and what was published, sent or read by a model before"
    yield "your shell's history, if the text was typed there (--match - reads it from standard input)"
