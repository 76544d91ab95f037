"""Taking back what people marked "do not use" after it was collected, and letting in again what is marked no more.

What a mark is about is found from three sides: sessions named in the settings, working folders that were recorded, and
folders of logs that hold (or lie below) a marker. The ledger remembers which marks were carried out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from sqlalchemy import Column, Connection, String, Table, Text, delete, select
from sqlalchemy.dialects.sqlite import insert

from distillers import forget
from distillers.consent import MARKED, MARKER, Consent, is_hidden, marks_in
from distillers.cursors import files
from distillers.places import places
from distillers.record.archive import Archive
from distillers.record.erase import Erased, below, erase, marked
from distillers.survey import Survey
from scheduling.ledger.store import metadata
from scheduling.runs import Run

marks = Table(
    "marks",
    metadata,
    Column("kind", String, primary_key=True),  # session, folder (recorded), logs
    Column("what", Text, primary_key=True),
    Column("run", String, nullable=False),
)
"""What was marked when the record was last brought in line with it."""

_MARKER = f"/{MARKER}"
Mark = tuple[str, str]
"""(kind, what)."""


@dataclass(frozen=True, slots=True)
class Retracted:
    """What was taken back; ``stirred`` says that files are to be looked at again."""

    stirred: bool = False
    rows: int = 0
    domains: frozenset[str] = field(default_factory=frozenset[str])


def retract(run: Run, archive: Archive, consent: Consent, surveys: Sequence[Survey]) -> Retracted:
    """Brings the record in line with what is marked now. For whoever holds the archive's lock."""
    with run.ledger.read() as rows:
        known = frozenset((str(kind), str(what)) for kind, what in rows.execute(select(marks.c.kind, marks.c.what)))
        now = frozenset(_marks(rows, consent, surveys))
        lifted = [reason for reason in _reasons(rows) if not all(map(consent.holds, marks_in(reason)))]
    if now == known and not lifted:
        return Retracted()
    fresh = now - known

    def also(rows: Connection, gone: Erased) -> None:
        forget.forget(rows, gone)
        forget.again_for(rows, lifted)
        logs = [what for kind, what in fresh if kind == "logs"]
        forget.again(rows, [key for key in _collected(rows) if below(key[1], logs)])
        rows.execute(delete(marks))
        if now:
            rows.execute(insert(marks), [{"kind": kind, "what": what, "run": run.id} for kind, what in sorted(now)])

    of = {kind: [what for each, what in fresh if each == kind] for kind in ("session", "folder", "logs")}
    gone = erase(archive.root, run, marked(of["session"], of["folder"], of["logs"]), also)
    return Retracted(stirred=True, rows=gone.rows, domains=frozenset(gone.domains))


def unseen(rows: Connection, consent: Consent) -> Consent:
    """``consent`` with the folders that were marked before and cannot be looked into now: they stay marked."""
    known = {str(what) for what in rows.execute(select(marks.c.what).where(marks.c.kind != "session")).scalars()}
    told = (mark for reason in _reasons(rows) for mark in marks_in(reason))
    known |= {mark.removesuffix(_MARKER) for mark in told if mark.endswith(_MARKER)}
    hidden = sorted(folder for folder in known if is_hidden(Path(folder) / MARKER))
    return replace(consent, folders=tuple(dict.fromkeys((*consent.folders, *hidden)))) if hidden else consent


def _marks(rows: Connection, consent: Consent, surveys: Sequence[Survey]) -> Iterator[Mark]:
    yield from (("session", unit) for unit in consent.sessions)
    recorded = rows.execute(select(places.c.folder)).scalars()
    yield from (("folder", folder) for folder in recorded if consent.mark_of_folder(folder))
    for survey in surveys:
        root = str(survey.spec.path)
        if consent.mark_of_folder(root):
            yield "logs", root
        yield from (("logs", folder) for folder in consent.folders if below(folder, [root]))
        markers = (seen.name for seen in survey.walked.files if seen.name.endswith(_MARKER))
        yield from (("logs", name.rpartition("/")[0]) for name in markers)


def _reasons(rows: Connection) -> list[str]:
    """Why files were left out, in whole or part, as far as a mark was the reason."""
    chosen = select(files.c.reason).where(files.c.reason.startswith(MARKED)).distinct()
    return sorted(rows.execute(chosen).scalars())


def _collected(rows: Connection) -> list[tuple[str, str]]:
    return [(str(via), str(path)) for via, path in rows.execute(select(files.c.via, files.c.path))]
