"""The stages of a night and of a day as plain functions: no Prefect here, so they run anywhere.

Each stage reads what the stage before it stored and stores its own result before the next one starts.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime

from content import confirming, drafting
from content.brief import PageRef
from content.drafting import Drafted, Material
from content.pillars import default_pillars
from distillers import collect as collecting
from distillers import distil as distilling
from distillers import evidence, tombstones
from distillers.blank import blank_barred
from distillers.fetch import fetching
from distillers.fetch.fetching import Fetched
from distillers.fetch.making import fetcher
from distillers.findings import Kind
from distillers.findings_store import load
from distillers.record.archive import Archive
from distillers.record.redact import Redactor, load_key
from distillers.survey import survey
from distillers.walk import SourceSpec, nested
from flows import ended
from flows.redaction import redactor
from flows.report import Report
from flows.searching import embedder
from flows.seating import asking
from flows.senses import reread, secrets
from flows.settings import Settings, access
from flows.telling import Teller
from scheduling import runs, seats
from scheduling.base.clock import now, parse
from scheduling.base.errors import RefusedError, UsageError
from scheduling.base.locks import hold
from scheduling.ledger.store import Ledger
from scheduling.runs import Run
from wiki import disputes, guard, history, librarian, purging, remote, reverts, sheets
from wiki import index as indexing
from wiki.erase import Erasure
from wiki.git import Repo, open_repo
from wiki.tree import Tree
from wiki.verifier import Senses

Say = Callable[[str], None]

WORTH: tuple[Kind, ...] = ("rule", "correction", "fix", "cause", "gotcha", "decision", "choice", "fact")
"""In what order a person wants to hear what was learned."""


def _silent(_text: str) -> None:
    pass


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
    say: Say = _silent
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
    say: Say = _silent,
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


def nightly(night: Night) -> Report:
    """The whole night, one stage after another; what Prefect does as tasks, in one call."""
    fetch(night)
    collected = collect(night)
    distilled = distil(night)
    filed = file(night)
    index(night)
    brief(night)
    ask(night)
    return report(night, collected, distilled, filed)


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


def distil(night: Night, *, ask: bool = True) -> distilling.Distilled:
    """Turns changed sessions and tickets into graded findings, as people ruled; without ``ask`` no agent is asked."""
    teller = Teller(night.say)
    with night.stage("distil", "distiller") as run:
        agent = asking(night.settings, night.redactor.mask, teller.asked) if ask else None
        given = reverts.rulings(night.ledger, confirming.rulings(run))
        return distilling.distil(
            run, night.archive, night.domains, rulings=given, asking=agent, on_progress=teller.units
        )


def file(night: Night) -> list[librarian.Filed]:
    """Lets the librarian file what was accepted, one commit per domain at most, on top of what people pushed."""
    root = night.settings.workspace.wiki
    guard.ensure(root)
    repo = open_repo(root)
    with night.stage("file", "librarian") as run:
        _pull(night, repo)
        filed = _filed(night, run)
        _push(night, repo, lambda: filed.extend(_filed(night, run)))
    return filed


def _filed(night: Night, run: Run) -> list[librarian.Filed]:
    repo = night.settings.workspace.wiki
    senses = Senses(lambda found: reread(night.archive, found), lambda text: secrets(night.redactor, text))
    return [
        librarian.file(run, night.ledger, repo, domain, load(night.ledger, domain=domain), senses=senses)
        for domain in night.domains
    ]


def _pull(night: Night, repo: Repo) -> None:
    far = night.settings.remote
    if far and (note := remote.pull(repo, far).note):
        night.say(note)


def _push(night: Night, repo: Repo, refile: Callable[[], object]) -> None:
    """What was filed stays filed if the remote does not take it; the next night tries again."""
    far = night.settings.remote
    if far:
        try:
            notes = remote.share(repo, far, refile)
        except RefusedError as error:
            notes = (str(error),)
        for note in notes:
            night.say(note)


def pages_to_purge(night: Night, what: Erasure) -> purging.Purged:
    """What :func:`purge_pages` would take off; changes nothing."""
    return purging.look(night.ledger, night.settings.workspace.wiki, what)


def purge_pages(night: Night, what: Erasure) -> purging.Purged:
    """Lets the librarian take what a person purged off all pages, and then file what is left."""
    space = night.settings.workspace
    file(night)
    with night.stage("purge pages", "librarian") as run:
        done = purging.purge(run, space.wiki, what)
    if done.commit:
        file(night)
    return done


def revert(night: Night, commit: str, reason: str, by: str, *, at_once: bool) -> reverts.Taken:
    """Takes back what a commit of the librarian added; ``at_once``, or else the next night carries it out."""
    taken = reverts.look(open_repo(night.settings.workspace.wiki), commit)
    reverts.revert(night.run, taken, reason, by)
    if at_once and taken.count:
        distil(night, ask=False)
        file(night)
        index(night)
    return taken


def rewrite_history(night: Night, what: Erasure) -> history.Rewritten:
    """Lets the librarian write the wiki's past anew without what was purged."""
    root = night.settings.workspace.wiki
    with night.stage("rewrite history", "librarian") as run:
        done = history.rewrite(run, root, what)
    if done.commits and night.settings.remote:
        remote.rewritten(open_repo(root))
    return done


def index(night: Night, *, rebuild: bool = False) -> indexing.Indexed:
    """Brings the search index to the wiki's newest commit and the newest record; with ``rebuild`` makes it anew."""
    space = night.settings.workspace
    with night.stage("index", "operator"):
        return indexing.build(
            night.ledger,
            Tree(space.wiki),
            night.archive,
            space.index,
            sorted(night.settings.domains),
            rebuild=rebuild,
            embedder=embedder(night.settings),
        )


def brief(night: Night) -> tuple[str, ...]:
    """Has disputed findings read again and all briefs prepared; returns the domains whose brief is new."""
    if disputes.waiting(night.ledger):
        with night.stage("verify disputes", "verifier") as run:
            found = {finding.id: finding for finding in load(night.ledger)}
            disputes.verify(run, found, lambda finding: evidence.check(finding, night.archive))
    with night.stage("brief", "operator") as run:
        return sheets.prepare(run, night.settings.workspace.wiki, sorted(night.settings.domains))


def ask(night: Night) -> str:
    """Gathers what is uncertain into one request to a person; its id, "" if there is nothing to ask."""
    today = now().date()
    due = confirming.due(night.ledger, night.settings.domains, today)
    if due.stands:
        return due.open.id if due.open else ""
    with night.stage("ask a person", "operator") as run:
        request = confirming.ask(run, due, today)
    return request.id if request else ""


def report(
    night: Night, collected: collecting.Collected, distilled: distilling.Distilled, filed: Sequence[librarian.Filed]
) -> Report:
    """What the night did, with the change of the wiki as a diff."""
    repo = open_repo(night.settings.workspace.wiki)
    diff = "".join(repo.diff(one.commit) for one in filed if one.commit)
    made = Report.of(night.run.id, collected, distilled, filed, night.seconds, learned(night), diff)
    return replace(made, fetched=tuple(night.fetched), notices=tuple(confirming.notices(night.ledger)))


def learned(night: Night) -> list[str]:
    """What is certain since tonight, as ``domain/page: claim``: what people ordered first, then fixes and causes."""
    fresh = [
        finding
        for domain in night.domains
        for finding in load(night.ledger, domain=domain, confidence="high", status="written")
        if finding.run == night.runs.get("distil")
    ]
    ranked = sorted(fresh, key=lambda finding: (WORTH.index(finding.kind), -finding.seen, finding.id))
    return [f"{finding.domain}/{finding.page}: {finding.claim}" for finding in ranked]


def draft(settings: Settings, pillar: str | None, *, say: Say = _silent) -> Drafted:
    """Drafts the article that is due, or the one for ``pillar``, and opens its review; or says why there is none."""
    with opened(settings, "daily", say=say) as day, day.stage("draft", "writer") as run:
        material = Material(load(day.ledger), _pages(Tree(settings.workspace.wiki)), day.redactor.mask)
        pillars = settings.pillars or default_pillars(settings.domains)
        return drafting.draft(run, settings.workspace, pillars, material, pillar)


def _pages(tree: Tree) -> dict[str, PageRef]:
    named = [(domain, slug) for domain in tree.domains() for slug in tree.pages(domain)]
    return {
        f"{domain}/{slug}": PageRef(tree.read(domain, slug).page.title, f"{domain}/{slug}", tree.commit)
        for domain, slug in named
    }


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
