"""Purging the wiki: one commit that takes a text, or what cites a session, off every file of the branch.

As the librarian's own commits: announced in the ledger, made by compare-and-swap, recorded, and then the work tree
follows. Files that a person has uncommitted edits in are cleaned in the branch and stay as they are in the work tree.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from scheduling.base.clock import stamp
from scheduling.base.errors import RefusedError
from scheduling.ledger.store import Ledger
from scheduling.runs import Run
from scheduling.seats import require
from scheduling.tasks import checkout, offer
from wiki import blocks, changes, guard
from wiki.blocks import Row
from wiki.carry import Load, carry, reconcile
from wiki.checkout import bring_forward
from wiki.erase import Erasure, cleaned, renamed
from wiki.git import FILE_MODES, MovedError, Repo, open_repo
from wiki.locks import clear_stale
from wiki.names import split_path
from wiki.staging import refuse_unfinished
from wiki.verifier import Senses

TRIES = 5


@dataclass(frozen=True, slots=True)
class Purged:
    """What a purge took off: files that changed, blocks that went, files that a person's edits keep as they were."""

    commit: str = ""
    files: tuple[str, ...] = ()
    blocks: int = 0
    behind: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Plan:
    files: Mapping[str, bytes | None] = field(default_factory=dict[str, "bytes | None"])
    """Path → what stands there after it; None: nothing, the page has another name."""
    moved: Mapping[str, str] = field(default_factory=dict[str, str])
    """Path → where the page stands after it, of pages whose name held what must go."""
    blocks: Mapping[str, frozenset[str]] = field(default_factory=dict[str, frozenset[str]])
    """Domain → ids of blocks."""


def look(ledger: Ledger, root: Path, what: Erasure) -> Purged:
    """What :func:`purge` would take off."""
    repo = open_repo(root)
    plan = _plan(repo, repo.head(), _known(ledger, repo), what)
    return Purged("", tuple(sorted(plan.files)), sum(map(len, plan.blocks.values())))


def purge(run: Run, root: Path, what: Erasure) -> Purged:
    """Takes ``what`` off all files of the wiki at ``root``, whoever wrote it.

    Raises :class:`~scheduling.base.errors.RefusedError` while a person is in the middle of a merge.
    """
    require(run, "write-wiki")
    repo = guard.ensure(root)
    clear_stale(repo)
    refuse_unfinished(repo)
    bring_forward(repo)
    with run.change("offer", "purge wiki") as rows:
        task = offer(rows, "purge", "wiki", depends_on=f"{repo.head()} {run.id}")
    taken = checkout(run, task)
    if taken is None:
        return Purged()
    reconcile(run, repo, "")
    for _ in range(TRIES - 1):
        try:
            done = _attempt(run, repo, what)
            break
        except MovedError:
            bring_forward(repo)
    else:
        done = _attempt(run, repo, what)
    with run.change("purge wiki", done.commit, files=len(done.files), blocks=done.blocks) as rows:
        blocks.unnamed(rows, what.names)
        taken.finish(rows)
    return done


def _attempt(run: Run, repo: Repo, what: Erasure) -> Purged:
    head = repo.head()
    known = _known(run.ledger, repo)
    plan = _plan(repo, head, known, what)
    if not plan.files:
        return Purged()
    coming = {
        domain: [replace(rows[key], state="retired") for key in sorted(ids) if key in rows]
        for domain, ids in sorted(plan.blocks.items())
        for rows in [known.get(domain, {})]
    }
    load = Load(
        "", "purge", head, plan.files, coming, lambda change: _message(run, change, sorted(coming)), stamp()[:10]
    )
    done = carry(run, repo, load, Senses())
    if done.refused:
        raise RefusedError(f"the verifier refused the purge: {'; '.join(done.verdict.reasons)}", hint="report this")
    with run.change("purge pages", done.change.commit, files=len(plan.files)) as rows:
        for domain in coming:
            blocks.conclude(rows, domain, run.id, committed=True)
        blocks.renamed(rows, plan.moved)
        changes.move(rows, run, done.change, "merged")
    return Purged(done.change.commit, tuple(sorted(plan.files)), sum(map(len, plan.blocks.values())), done.behind)


def _known(ledger: Ledger, repo: Repo) -> dict[str, dict[str, Row]]:
    names = {name[0] for path in repo.files(repo.head()) if (name := split_path(path))}
    with ledger.read() as rows:
        return {domain: blocks.load(rows, domain) for domain in sorted(names)}


def _plan(repo: Repo, head: str, known: Mapping[str, Mapping[str, Row]], what: Erasure) -> _Plan:
    entries = {path: entry for path, entry in repo.files(head).items() if entry.mode in FILE_MODES}
    contents = repo.contents(entry.blob for entry in entries.values())
    named = {path: renamed(path, contents[entry.blob], what) for path, entry in entries.items()}
    moved = {path: here for path, here in named.items() if here != path and here not in entries}
    files: dict[str, bytes | None] = dict.fromkeys(moved)
    gone: dict[str, set[str]] = defaultdict(set)
    for path, entry in entries.items():
        domain = (split_path(path) or ("", ""))[0]
        spared = {key: row.sha for key, row in known.get(domain, {}).items() if row.state == "live"}
        links = frozenset(old.partition("/")[2] for old in moved if old.startswith(f"{domain}/"))
        data, ids = cleaned(path, contents[entry.blob], what, spared, links)
        if data != contents[entry.blob] or path in moved:
            files[moved.get(path, path)] = data
            gone[domain] |= ids
    return _Plan(files, moved, {domain: frozenset(ids) for domain, ids in gone.items()})


def _message(run: Run, change: str, domains: list[str]) -> str:
    trailers = [f"Stillhouse-Run: {run.id}", f"Stillhouse-Change: {change}"]
    trailers = [*trailers, *(f"Stillhouse-Domain: {domain}" for domain in domains if domain)]
    return "Purge what a person asked to be gone\n\n" + "\n".join(trailers) + "\n"
