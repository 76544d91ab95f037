"""Findings become pages, through the librarian alone, on top of what people pushed."""

from __future__ import annotations

from collections.abc import Callable

from distillers.findings_store import load
from flows.senses import reread, secrets
from flows.stages.night import Night
from scheduling.base.errors import RefusedError
from scheduling.runs import Run
from wiki import guard, librarian, remote
from wiki.git import Repo, open_repo
from wiki.verifier import Senses


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
