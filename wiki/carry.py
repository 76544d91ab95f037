"""Carrying a change set from draft to ``main``, whoever of the seats writes it: the one way by which ``main`` moves."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from scheduling.base.errors import StillhouseError
from scheduling.base.locks import hold
from scheduling.runs import Run
from wiki import blocks, changes, changesets
from wiki.blocks import Row
from wiki.changes import Verdict
from wiki.changesets import ChangeSet
from wiki.checkout import bring_forward
from wiki.git import BRANCH, FILE_MODES, MovedError, Repo
from wiki.indexes import entry_over
from wiki.names import split_path
from wiki.stand import ROOT
from wiki.verifier import Senses, verify
from wiki.worktree import Worktree, worktree

MERGE_WAIT = 60.0
"""Seconds for which a change set that passed waits for others to merge; each takes a few hundredths."""


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
        change = changesets.get(run.ledger, change.id)
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
        change = changesets.get(run.ledger, change.id)
        verdict = verify(run, repo, change, senses)
        if verdict.word != "pass":
            return Carried(change, verdict)
        with hold(repo.folder / "stillhouse" / "merge.lock", f"merging {change.id}", wait=MERGE_WAIT):
            if repo.head() != change.base and load.kind == "file":
                change, verdict = _rebased(run, repo, load, change, tree, senses)
            if verdict.word != "pass":
                return Carried(change, verdict)
            leave = changes.cover(run.ledger, change.id)
            return Carried(change, verdict, bring_forward(repo, lambda: repo.advance(leave)))


def _rebased(
    run: Run, repo: Repo, load: Load, change: ChangeSet, tree: Worktree, senses: Senses
) -> tuple[ChangeSet, Verdict]:
    """``change``, which passed, on top of what others merged meanwhile, and what the verifier says of that.

    Raises :class:`~wiki.git.MovedError` if they touched the domain, or its entry in the index over all.
    """
    head = repo.head()
    changed = _apart(repo, load, head)
    if changed is None:
        raise MovedError(f"{repo.root} got a commit on {load.domain} meanwhile", hint="it is planned again on top")
    commit = tree.again(change.commit, head, changed, load.message(change.id), load.date)
    fresh = changes.rebase(run, change, head, commit)
    return fresh, verify(run, repo, fresh, senses, passed=change)


def _apart(repo: Repo, load: Load, head: str) -> dict[str, bytes] | None:
    """What of ``load`` reads otherwise on top of ``head``: the index over all, if it changes it.

    None if what was committed since its base is not apart from it.
    """
    old, now = repo.files(load.base), repo.files(head)
    moved = {path for path in {*old, *now} if old.get(path) != now.get(path)}
    if any(path.startswith(f"{load.domain}/") or (path in load.files and path != ROOT) for path in moved):
        return None
    if ROOT not in load.files or ROOT not in moved:
        return {}
    roots = [files[ROOT] for files in (old, now) if ROOT in files]
    if any(entry.mode not in FILE_MODES for entry in roots):
        return None
    data = repo.contents(entry.blob for entry in roots)
    base, there = (data[files[ROOT].blob] if ROOT in files else None for files in (old, now))
    domains = {name[0] for path in now if (name := split_path(path))} | {load.domain}
    made = entry_over(base, load.files[ROOT], there, load.domain, domains)
    return None if made is None else {ROOT: made}


def _abandon(run: Run, load: Load, change: ChangeSet, why: Sequence[str]) -> None:
    with run.change("change set blocked", change.id, why=list(why)) as rows:
        for domain in load.coming:
            blocks.conclude(rows, domain, run.id, committed=False)
        changes.move(rows, run, change, "blocked", why=why)


def reconcile(run: Run, repo: Repo, domain: str) -> None:
    """Ends what dead runs left open in ``domain``: what they announced holds if their commit was merged."""
    for change in changesets.orphans(run.ledger):
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
