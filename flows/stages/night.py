"""A night: the opened workspace that all stages work on, in the hands of one run."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from distillers.fetch.fetching import Fetched
from distillers.record.archive import Archive
from distillers.record.redact import Redactor
from distillers.walk import SourceSpec
from flows.redaction import redactor
from flows.settings import Settings
from scheduling import runs, seats
from scheduling.base.clock import parse
from scheduling.base.errors import UsageError
from scheduling.base.locks import hold
from scheduling.ledger.store import Ledger
from scheduling.runs import Run

Say = Callable[[str], None]


def silent(_text: str) -> None:
    """Says nothing."""


@dataclass(frozen=True, slots=True)
class Night:
    """An opened workspace in the hands of one run, which holds the workspace's run lock while this lives."""

    settings: Settings
    ledger: Ledger
    archive: Archive
    redactor: Redactor
    run: Run
    only: str | None = None
    since: datetime | None = None
    say: Say = silent
    seconds: dict[str, float] = field(default_factory=dict[str, float])
    runs: dict[str, str] = field(default_factory=dict[str, str])
    """The run that carried out each stage."""
    fetched: list[Fetched] = field(default_factory=list[Fetched])
    """What came of each source that is no file."""

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
        with runs.running(ledger, "operator", kind) as run:
            seats.appoint(run, settings.organisation)
            for dead in runs.bury_dead(run):
                say(f"run {dead} had died; its work is taken up")
            archive = Archive(space.archive, ledger)
            with closing(archive):
                yield Night(settings, ledger, archive, redactor(settings), run, only, moment, say)


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
