"""The librarian: the only writer of the wiki. It files one domain's findings as one change set of block-wise edits.

    draft → announce (ledger) → commit (a worktree of its own) → verify → merge (compare-and-swap) → record (ledger)

Killed anywhere, the next run ends in the same tree: what was announced tells a commit of ours from a person's edit, and
the change set's state, with the branch, tells whether it was merged.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from sqlalchemy import Connection

from distillers.findings import Finding
from distillers.findings_store import set_status
from scheduling.base.errors import RefusedError, StillhouseError
from scheduling.ledger.store import Ledger
from scheduling.runs import Run
from scheduling.seats import require
from scheduling.tasks import Checkout, checkout, offer
from wiki import blocks, changes, changesets, guard, held, reverts
from wiki.blocks import Row
from wiki.carry import Carried, Load, carry, reconcile
from wiki.checkout import bring_forward
from wiki.filed import Filed, told
from wiki.filing import Filing, file_night, is_filed
from wiki.git import MovedError
from wiki.locks import clear_stale
from wiki.message import Told, message
from wiki.names import checked
from wiki.nights import Night, known_blocks, rests_on, stand_of, unverified
from wiki.staging import refuse_unfinished
from wiki.stand import Stand
from wiki.verifier import Senses
from wiki.worktree import prune

TRIES = 20
"""How often a night is planned again because somebody (a person, or another domain's night) committed meanwhile."""
REFUSALS = 3
"""How often a night is planned again without blocks that the verifier refused."""
UNDATED = "2000-01-01"


class _UnfitError(StillhouseError):
    """The verifier refused a change set for the sake of some blocks, which are left out of the next."""

    def __init__(self, unfit: Mapping[str, str]) -> None:
        super().__init__("some blocks were refused")
        self.unfit = unfit


def file(
    run: Run,
    ledger: Ledger,
    repo: Path,
    domain: str,
    findings: Sequence[Finding],
    *,
    senses: Senses | None = None,
) -> Filed:
    """Brings the pages of ``domain`` in the wiki at ``repo`` to what ``findings`` (all of that domain) say.

    As :func:`file_all` does for one domain alone.
    """
    return file_all(run, ledger, repo, {domain: findings}, senses=senses)[0]


def file_all(
    run: Run,
    ledger: Ledger,
    repo: Path,
    found: Mapping[str, Sequence[Finding]],
    *,
    senses: Senses | None = None,
    workers: int = 1,
) -> list[Filed]:
    """Brings the pages of each domain to what the findings of that domain say; up to ``workers`` domains at a time.

    High and medium findings are filed, others taken off. A line that a person changed stays theirs, a block that they
    took away stays away. ``senses`` are what the verifier reads evidence and secrets with. Each domain's change set is
    made and verified on a worktree of its own; only the merge is one after another. The pages are the same for any
    number of workers. Raises :class:`RefusedError` if the run's seat may not write there, if a finding is of another
    domain or a person is in the middle of a merge, :class:`~scheduling.base.errors.BusyError` if git or another run is
    at work there; the domains that were begun are brought to their end first.
    """
    for domain, findings in found.items():
        _refuse_strangers(run, domain, findings)
    wiki = guard.ensure(repo)
    notes = (*clear_stale(wiki), *prune(wiki, {one.id for one in changesets.active(ledger)}))
    refuse_unfinished(wiki)
    bring_forward(wiki)
    nights = [Night(run, ledger, wiki, domain, some, senses or Senses(), {}) for domain, some in found.items()]
    largest = sorted(nights, key=lambda night: -len(night.findings))
    with ThreadPoolExecutor(max_workers=max(1, min(workers, len(nights)))) as pool:
        doing = {night.domain: pool.submit(_file, night) for night in largest}
        filed = [doing[domain].result() for domain in found]
    return [replace(one, notes=(*notes, *one.notes)) if n == 0 else one for n, one in enumerate(filed)]


def _refuse_strangers(run: Run, domain: str, findings: Sequence[Finding]) -> None:
    checked(domain, "domain")
    require(run, changes.right(domain))
    strangers = sorted({finding.domain for finding in findings} - {domain})
    if strangers:
        raise RefusedError(
            f"findings of {', '.join(strangers)} cannot be filed in {domain}", hint="file each in its own"
        )


def _file(night: Night) -> Filed:
    run, domain = night.run, night.domain
    with run.change("offer", f"file {domain}") as rows:
        task = offer(rows, "file", domain, domain=domain, depends_on=rests_on(night))
    taken = checkout(run, task)
    if taken is None:
        reverts.conclude(run, domain, night.findings)
        return Filed(domain, None)
    reconcile(run, night.repo, domain)
    filed = _attempts(replace(night, unfit=unverified(night)), taken)
    reverts.conclude(run, domain, night.findings)
    return filed


def _attempts(night: Night, taken: Checkout) -> Filed:
    moved, refused = 0, 0
    notes: tuple[str, ...] = ()
    while True:
        try:
            return _attempt(night, taken, notes)
        except MovedError:
            moved += 1
            if moved == TRIES:
                raise
            bring_forward(night.repo)
            note = "somebody committed meanwhile; planned again on top of it"
            notes = notes if note in notes else (*notes, note)
        except _UnfitError as error:
            refused += 1
            if refused == REFUSALS:
                raise
            night = replace(night, unfit={**night.unfit, **error.unfit})


def _attempt(night: Night, taken: Checkout, notes: tuple[str, ...]) -> Filed:
    known = known_blocks(night)
    head, stand = stand_of(night, known)
    filing = file_night(stand, night.findings, night.unfit)
    done = carry(night.run, night.repo, _load(night, head, stand, filing), night.senses) if filing.files else None
    if done and done.refused:
        return _refused(night, taken, done, notes)
    commit = done.change.commit if done else ""
    with night.run.change("file", night.domain, commit=commit, deltas=len(filing.deltas)) as rows:
        _record(rows, night, known, stand, filing)
        if done:
            changes.move(rows, night.run, done.change, "merged")
            night.run.once(rows, f"file {night.domain} {commit}")
        if filing.held:
            taken.block(rows, "; ".join(f"{path}: {why}" for path, why in sorted(filing.held.items())))
        else:
            taken.finish(rows)
    behind = done.behind if done else ()
    return told(
        night.domain, commit, filing, (*notes, *(f"{path} was edited just now and is behind" for path in behind))
    )


def _load(night: Night, head: str, stand: Stand, filing: Filing) -> Load:
    newest = max((finding.valid_from for finding in night.findings if is_filed(finding)), default="")
    back = reverts.of(night.ledger, night.domain).keys()
    return Load(
        night.domain,
        "file",
        head,
        filing.files,
        {night.domain: blocks.differing(stand.rows, filing.rows)},
        lambda change: message(Told(night.run.id, change, night.domain), filing.deltas, back),
        newest or UNDATED,
    )


def _refused(night: Night, taken: Checkout, done: Carried, notes: tuple[str, ...]) -> Filed:
    """What is left to say of a refused change set. Raises :class:`_UnfitError` if leaving out blocks mends it."""
    if done.verdict.blocks:
        raise _UnfitError(done.verdict.blocks)
    why = f"change set {done.change.id} was refused: {'; '.join(done.verdict.reasons)}"
    with night.run.change("block", f"file {night.domain}", change=done.change.id) as rows:
        taken.block(rows, why)
    return Filed(night.domain, None, held=(why,), notes=notes)


def _record(rows: Connection, night: Night, known: Mapping[str, Row], stand: Stand, filing: Filing) -> None:
    blocks.store(rows, night.domain, night.run.id, blocks.differing(known, filing.rows))
    blocks.conclude(rows, night.domain, night.run.id, committed=False)
    held.carry(rows, night.run.id, stand.decided)
    held.settle(rows, night.run, night.domain, filing.conflicts)
    for status, ids in _statuses(night.findings, stand.rows, filing.rows).items():
        set_status(rows, ids, "written" if status == "written" else "retired")


def _statuses(findings: Iterable[Finding], before: Mapping[str, Row], after: Mapping[str, Row]) -> dict[str, list[str]]:
    """The findings whose status changes with tonight's filing, by new status."""
    found: dict[str, list[str]] = {"written": [], "retired": []}
    for finding in findings:
        row, old = after.get(finding.id), before.get(finding.id)
        back = finding.status == "retired" and old is not None and old.state == "tombstone"
        if row and row.state in {"live", "human"} and (finding.status == "accepted" or (back and row.state == "human")):
            found["written"].append(finding.id)
        if row and row.state == "tombstone" and finding.status in {"accepted", "written"}:
            found["retired"].append(finding.id)
    return found
