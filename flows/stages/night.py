"""A night: the opened workspace that all stages work on, in the hands of one run."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

from distillers.walk import SourceSpec
from flows.settings import Settings
from scheduling import runs, seats
from scheduling.base.clock import parse
from scheduling.base.errors import UsageError
from scheduling.base.locks import hold
from scheduling.ledger.store import Ledger
from scheduling.runs import Run

if TYPE_CHECKING:  # a night in which nothing changed loads none of them
    from distillers.fetch.fetching import Fetched
    from distillers.record.archive import Archive
    from distillers.record.redact import Redactor

Say = Callable[[str], None]


def silent(_text: str) -> None:
    """Says nothing."""


@dataclass(frozen=True)
class Night:
    """An opened workspace in the hands of one run, which holds the workspace's run lock while this lives."""

    settings: Settings
    ledger: Ledger
    run: Run
    only: str | None = None
    since: datetime | None = None
    say: Say = silent
    seconds: dict[str, float] = field(default_factory=dict[str, float])
    runs: dict[str, str] = field(default_factory=dict[str, str])
    """The run that carried out each stage."""
    fetched: list[Fetched] = field(default_factory=list["Fetched"])
    """What came of each source that is no file."""

    @cached_property
    def archive(self) -> Archive:
        """The record, opened when it is first needed."""
        from distillers.record.archive import Archive  # noqa: PLC0415 (DuckDB is for nights that read the record)

        return Archive(self.settings.workspace.archive, self.ledger)

    @cached_property
    def redactor(self) -> Redactor:
        """What masks, made when it is first needed."""
        from flows.redaction import redactor  # noqa: PLC0415 (the patterns are for nights that read something)

        return redactor(self.settings)

    @property
    def domains(self) -> tuple[str, ...]:
        """The domains that this night works on."""
        return (self.only,) if self.only else tuple(sorted(self.settings.domains))

    @property
    def sources(self) -> list[SourceSpec]:
        """The sources that this night reads; a store that mixes projects is read whole, whatever the domain."""
        chosen = sources(self.settings)
        return [source for source in chosen if self.only in (None, source.domain) or not source.domain]

    @contextmanager
    def stage(self, name: str, seat: str) -> Generator[Run]:
        """A run of ``seat`` for one stage, called by this night's run; its wall-clock time goes to :attr:`seconds`."""
        self.say(f"{name} …")
        started = time.monotonic()
        with runs.running(self.ledger, seat, name, parent=self.run) as run:
            self.runs[name] = run.id
            yield run
        self.seconds[name] = round(time.monotonic() - started, 3)

    def close(self) -> None:
        """Lets go of what was opened."""
        if "archive" in vars(self):
            self.archive.close()


@contextmanager
def opened(
    settings: Settings,
    kind: str,
    *,
    only: str | None = None,
    since: str | None = None,
    say: Say = silent,
) -> Generator[Night]:
    """Takes the workspace for one run. Raises BusyError (exit 75) naming the holder if another run has it."""
    if only is not None:
        settings.domain(only)
    moment = day(since)
    space = settings.workspace
    with hold(space.run_lock, f"{kind} of {space.root}"):
        ledger = Ledger(space.ledger)
        # As long as one connection is open, closing another one does not write the whole log back.
        with ledger.read(), runs.running(ledger, "operator", kind) as run:
            seats.appoint(run, settings.organisation)
            for dead in runs.bury_dead(run):
                say(f"run {dead} had died; its work is taken up")
            with closing(Night(settings, ledger, run, only, moment, say)) as night:
                yield night


def day(text: str | None) -> datetime | None:
    """The time that ``--since`` names. Raises UsageError if it names none."""
    if text is None:
        return None
    moment = parse(text)
    if moment is None:
        raise UsageError(f"--since {text!r} is no date", hint="write it as YYYY-MM-DD")
    return moment


def sources(settings: Settings) -> list[SourceSpec]:
    """What collect reads: the sources that are files, then, where there are any, what was fetched and agents' notes."""
    files = [
        SourceSpec(target.domain, target.kind, settings.workspace.fetched / target.file) for target in settings.targets
    ]
    notes = [SourceSpec(name, "auto", settings.workspace.inbox / name) for name in sorted(settings.domains)]
    return [*settings.sources, *(spec for spec in (*files, *notes) if spec.path.exists())]
