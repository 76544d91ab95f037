"""What is new comes into the record: tickets that must be fetched, then everything that is a file."""

from __future__ import annotations

from dataclasses import dataclass

from distillers import collect as collecting
from distillers import cursors, tombstones
from distillers.blank import blank_barred
from distillers.fetch import fetching
from distillers.fetch.fetching import Fetched
from distillers.fetch.making import fetcher
from distillers.record.redact import load_key
from distillers.survey import survey
from distillers.walk import SourceSpec, nested
from flows import ended
from flows.reaching import access
from flows.redaction import redactor
from flows.settings import Settings
from flows.stages.night import Night, day, sources
from flows.telling import Teller
from scheduling.ledger.store import Ledger
from scheduling.tasks import task_id


def fetch(night: Night) -> list[Fetched]:
    """Brings merged tickets from where they live into files of the workspace. No failure of theirs ends the night."""
    named = night.settings.targets
    targets = [target for target in named if night.only in (None, target.domain)]
    dropped = fetching.stale(night.ledger, named)
    if targets or dropped:
        teller = Teller(night.say)
        with night.stage("fetch", "operator") as run:
            fetching.retire(run, dropped)
            night.fetched[:] = fetching.fetch(
                run,
                night.settings.workspace.fetched,
                night.redactor,
                targets,
                lambda target: fetcher(target, access(target.api)),
                on_progress=teller.tickets,
            )
    space = night.settings.workspace
    with night.ledger.read() as rows:
        blank_barred(space.fetched, tombstones.load(rows, load_key(space.secret)))
    return night.fetched


def collect(night: Night) -> collecting.Collected:
    """Reads what is new in the sources into the archive, redacted."""
    teller = Teller(night.say)
    with night.stage("collect", "operator") as run:
        collected = collecting.collect(
            run,
            night.archive,
            night.redactor,
            night.sources,
            night.settings.folders,
            since=night.since,
            on_progress=teller.files,
            consent=night.settings.withheld,
            key=load_key(night.settings.workspace.secret),
            edition=night.redactor.edition,
        )
        ended.settle(run)
        return collected


def is_left(night: Night) -> bool:
    """Whether files of the sources are to be read again the next night whatever their stat says then."""
    with night.ledger.read() as rows:
        waking = cursors.waking(rows)
    return any(task_id("collect", spec.subject) in waking for spec in night.sources)


@dataclass(frozen=True, slots=True)
class Preview:
    """What a night would read: files that are new or changed, and their bytes, by source."""

    sources: tuple[tuple[SourceSpec, int, int], ...]

    @property
    def files(self) -> int:
        """Over all sources."""
        return sum(files for _, files, _ in self.sources)

    @property
    def bytes(self) -> int:
        """Over all sources."""
        return sum(size for _, _, size in self.sources)


def preview(settings: Settings, *, only: str | None = None, since: str | None = None) -> Preview:
    """Looks at the sources without opening a file or changing anything."""
    if only is not None:
        settings.domain(only)
    ledger, edition = Ledger(settings.workspace.ledger), redactor(settings).edition
    seen = [
        (spec, survey(ledger, spec, inner, settings.folders, day(since), edition).changed)
        for spec, inner in nested(sources(settings))
        if only in (None, spec.domain)
    ]
    return Preview(tuple((spec, len(changed), sum(one.size for one in changed)) for spec, changed in seen))
