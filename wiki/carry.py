"""Carrying a change set from draft to ``main``, whoever of the seats writes it: the one way by which ``main`` moves."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from scheduling.base.errors import StillhouseError
from scheduling.runs import Run
from wiki import blocks, changes
from wiki.blocks import Row
from wiki.changes import ChangeSet, Verdict
from wiki.checkout import bring_forward
from wiki.git import BRANCH, Repo
from wiki.verifier import Senses, verify
from wiki.worktree import worktree


@dataclass(frozen=True, slots=True)
class Load:
    """What a change set is to do to the wiki as it stands at ``base``."""

    domain: str
    kind: str
    base: str
    files: Mapping[str, bytes | None]
    """New bytes by path; None removes the file."""
    coming: Mapping[str, Sequence[Row]]
    """What blocks will be then, by domain."""
    message: Callable[[str], str]
    """The commit's message, given the id of the change set."""
    date: str


@dataclass(frozen=True, slots=True)
class Carried:
    """A change set that ``main`` holds, or that the verifier refused."""

    change: ChangeSet
    verdict: Verdict
    behind: tuple[str, ...] = ()
    """Files that a person's edits keep as they were in the work tree."""

    @property
    def refused(self) -> bool:
        """Whether the verifier refused it; it is blocked then."""
        return self.verdict.word != "pass"


def carry(run: Run, repo: Repo, load: Load, senses: Senses) -> Carried:
    """Brings ``load`` to ``main``, or as far as the verifier lets it.

    The caller records it as merged, with what follows from that, in one transaction. Raises
    :class:`~wiki.git.MovedError` if ``main`` moved meanwhile; after any error the change set is blocked.
    """
    change = changes.begin(run, load.domain, load.base, load.kind)
    try:
        done = _carried(run, repo, load, change, senses)
    except StillhouseError as error:
        change = changes.get(run.ledger, change.id)
        if not repo.reaches(BRANCH, change.commit):
            _abandon(run, load, change, [error.message])
        raise
    if done.refused:
        _abandon(run, load, done.change, done.verdict.reasons)
    return done


def _carried(run: Run, repo: Repo, load: Load, change: ChangeSet, senses: Senses) -> Carried:
    with run.change("change set ready", change.id, blocks=sum(map(len, load.coming.values()))) as rows:
        for domain, some in load.coming.items():
            blocks.announce(rows, domain, run.id, some)
        changes.move(rows, run, change, "ready")
    with worktree(repo, change.id, load.base) as tree:
        with run.change("change set in_progress", change.id) as rows:
            changes.move(rows, run, change, "in_progress")
        commit = tree.commit(load.files, load.message(change.id), load.date)
        with run.change("change set verifying", change.id, commit=commit) as rows:
            changes.move(rows, run, change, "verifying", commit=commit)
        change = changes.get(run.ledger, change.id)
        verdict = verify(run, run.ledger, repo, change, senses)
        if verdict.word != "pass":
            return Carried(change, verdict)
        leave = changes.cover(run.ledger, change.id)
        return Carried(change, verdict, bring_forward(repo, lambda: repo.advance(leave)))


def _abandon(run: Run, load: Load, change: ChangeSet, why: Sequence[str]) -> None:
    with run.change("change set blocked", change.id, why=list(why)) as rows:
        for domain in load.coming:
            blocks.conclude(rows, domain, run.id, committed=False)
        changes.move(rows, run, change, "blocked", why=why)


def reconcile(run: Run, repo: Repo, domain: str) -> None:
    """Ends what dead runs left open in ``domain``: what they announced holds if their commit was merged."""
    for change in changes.orphans(run.ledger):
        if change.domain not in ("", domain):
            continue
        merged = change.state == "verifying" and repo.reaches(BRANCH, change.commit)
        if merged:
            repo.covered(change.commit)
        with run.change("reconcile", change.id, of=change.run, merged=merged) as rows:
            if change.domain:
                blocks.conclude(rows, domain, change.run, committed=merged)
            changes.move(rows, run, change, "merged" if merged else "blocked", why=[] if merged else ["its run died"])
    with run.ledger.read() as rows:
        open_runs = blocks.pending_runs(rows, domain)
    for name in open_runs:
        made = repo.has_trailer(f"Stillhouse-Run: {name}", f"Stillhouse-Domain: {domain}")
        with run.change("reconcile", f"file {domain}", of=name, committed=made) as rows:
            blocks.conclude(rows, domain, name, committed=made)
