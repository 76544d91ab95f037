"""Findings become pages, through the librarian alone, on top of what people pushed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from distillers.across import across
from distillers.findings import GLOBAL
from distillers.findings_store import load
from distillers.findings_store import replace as put
from flows.senses import senses
from flows.stages.night import Night
from scheduling import runs
from scheduling.base.errors import RefusedError
from scheduling.runs import Run
from scheduling.seats import DEFAULT
from wiki import guard, librarian, remote, reverts
from wiki.filed import Filed
from wiki.git import Repo, open_repo
from wiki.verifier import Senses


def file(night: Night) -> list[Filed]:
    """Lets the librarian file what was accepted, one commit per domain at most, on top of what people pushed."""
    root = night.settings.workspace.wiki
    guard.ensure(root)
    repo = open_repo(root)
    with night.stage("file", "librarian") as run:
        _pull(night, repo)
        filed = _filed(night, run)
        _push(night, repo, lambda: filed.extend(_filed(night, run)))
    return filed


def _filed(night: Night, run: Run) -> list[Filed]:
    repo = night.settings.workspace.wiki
    looking = senses(night.archive, night.redactor)
    found = {domain: load(night.ledger, domain=domain) for domain in night.domains}
    filed = librarian.file_all(run, night.ledger, repo, found, senses=looking, workers=night.settings.filers)
    return [*filed, *_filed_across(night, looking)]


def _filed_across(night: Night, looking: Senses) -> list[Filed]:
    """Lets operator-global file what several domains found, each in sessions of its own."""
    seats = {**DEFAULT, **{seat.name: seat for seat in night.settings.organisation}}
    if "write-global" not in seats["operator-global"].may:
        return []
    chosen = night.settings.sharing
    found = across([one for name in sorted(chosen) for one in load(night.ledger, domain=name)], night.settings.names)
    if not found and not load(night.ledger, domain=GLOBAL):
        return []
    with runs.running(night.ledger, "operator-global", "file across domains", parent=night.run) as run:
        taken_back = reverts.of(night.ledger, GLOBAL)
        kept = [replace(one, status="rejected") if one.id in taken_back else one for one in found]
        with run.change("settle", GLOBAL, findings=len(kept)) as rows:
            put(rows, GLOBAL, kept, run.id)
        mine = load(night.ledger, domain=GLOBAL)
        return [librarian.file(run, night.ledger, night.settings.workspace.wiki, GLOBAL, mine, senses=looking)]


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
