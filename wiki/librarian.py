"""The librarian: the only writer of the wiki. It files one domain's findings as one change set of block-wise edits.

    draft → announce (ledger) → commit (a worktree of its own) → verify → merge (compare-and-swap) → record (ledger)

Killed anywhere, the next run ends in the same tree: what was announced tells a commit of ours from a person's edit, and
the change set's state, with the branch, tells whether it was merged.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy import Connection

from distillers.findings import Finding
from distillers.findings_store import set_status
from scheduling.base.errors import RefusedError, StillhouseError
from scheduling.ledger.store import Ledger
from scheduling.runs import Run
from scheduling.seats import require
from scheduling.tasks import Checkout, checkout, offer
from wiki import blocks, changes, guard, held, reverts
from wiki.blocks import Row
from wiki.carry import Carried, Load, carry, reconcile
from wiki.checkout import bring_forward, edited
from wiki.filing import Filed, Filing, file_night, is_filed
from wiki.git import Entry, MovedError, Repo, refuse_unfinished
from wiki.held import decided
from wiki.locks import clear_stale
from wiki.message import Told, message
from wiki.names import INDEX, checked, page_path, split_path
from wiki.recall import recall
from wiki.render import SUPERSEDED
from wiki.stand import ROOT, Stand
from wiki.titles import titles_of
from wiki.verifier import Senses
from wiki.worktree import prune

TRIES = 20
"""How often a night is planned again because somebody (a person, or another domain's night) committed meanwhile."""
REFUSALS = 3
"""How often a night is planned again without blocks that the verifier refused."""
ASKED = "a person's line, and newer evidence says otherwise: stillhouse review list"
UNDATED = "2000-01-01"


@dataclass(frozen=True)
class _Night:
    run: Run
    ledger: Ledger
    repo: Repo
    domain: str
    findings: Sequence[Finding]
    senses: Senses
    unfit: Mapping[str, str]
    """Findings that must not be written tonight, with the reason."""


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

    High and medium findings are filed, others taken off. A line that a person changed stays theirs, a block that they
    took away stays away. ``senses`` are what the verifier reads evidence and secrets with. Raises :class:`RefusedError`
    if the run's seat may not write there, if a finding is of another domain or a person is in the middle of a merge,
    :class:`~scheduling.base.errors.BusyError` if git or another run is at work there.
    """
    checked(domain, "domain")
    require(run, changes.right(domain))
    strangers = sorted({finding.domain for finding in findings} - {domain})
    if strangers:
        raise RefusedError(
            f"findings of {', '.join(strangers)} cannot be filed in {domain}", hint="file each in its own"
        )
    wiki = guard.ensure(repo)
    notes = (*clear_stale(wiki), *prune(wiki, {one.id for one in changes.active(ledger)}))
    refuse_unfinished(wiki)
    bring_forward(wiki)
    with run.change("offer", f"file {domain}") as rows:
        task = offer(rows, "file", domain, domain=domain, depends_on=_input(wiki, ledger, domain, findings))
    taken = checkout(run, task)
    if taken is None:
        reverts.conclude(run, domain, findings)
        return Filed(domain, None, notes=notes)
    reconcile(run, wiki, domain)
    senses = senses or Senses()
    night = _Night(run, ledger, wiki, domain, findings, senses, _unverified(ledger, domain, findings, senses))
    filed = _attempts(night, taken, notes)
    reverts.conclude(run, domain, findings)
    return filed


def _attempts(night: _Night, taken: Checkout, notes: tuple[str, ...]) -> Filed:
    moved, refused = 0, 0
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


def _attempt(night: _Night, taken: Checkout, notes: tuple[str, ...]) -> Filed:
    head = night.repo.head()
    known = _known(night)
    stand = _stand(night, head, known)
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
    return _told(night, commit, filing, (*notes, *(f"{path} was edited just now and is behind" for path in behind)))


def _load(night: _Night, head: str, stand: Stand, filing: Filing) -> Load:
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


def _refused(night: _Night, taken: Checkout, done: Carried, notes: tuple[str, ...]) -> Filed:
    """What is left to say of a refused change set. Raises :class:`_UnfitError` if leaving out blocks mends it."""
    if done.verdict.blocks:
        raise _UnfitError(done.verdict.blocks)
    why = f"change set {done.change.id} was refused: {'; '.join(done.verdict.reasons)}"
    with night.run.change("block", f"file {night.domain}", change=done.change.id) as rows:
        taken.block(rows, why)
    return Filed(night.domain, None, held=(why,), notes=notes)


def _record(rows: Connection, night: _Night, known: Mapping[str, Row], stand: Stand, filing: Filing) -> None:
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


def _known(night: _Night) -> dict[str, Row]:
    """What the ledger knows of the domain's blocks. If it was lost, what the wiki's past tells is put back first."""
    with night.ledger.read() as rows:
        known = blocks.load(rows, night.domain)
    lost = {} if known else recall(night.repo, night.domain)
    if lost:
        with night.run.change("recall", night.domain, blocks=len(lost)) as rows:
            blocks.store(rows, night.domain, night.run.id, lost.values())
    return known or lost


def _unverified(ledger: Ledger, domain: str, findings: Iterable[Finding], senses: Senses) -> Mapping[str, str]:
    """New findings whose evidence does not stand: the verifier would refuse them, so they are not proposed to it."""
    with ledger.read() as rows:
        known = blocks.load(rows, domain)
    return senses.evidence([finding for finding in findings if is_filed(finding) and finding.id not in known])


def _stand(night: _Night, head: str, known: Mapping[str, Row]) -> Stand:
    files = night.repo.files(head)
    mine = {path: entry for path, entry in files.items() if path == ROOT or _domain_of(path) == night.domain}
    plain = {path: entry for path, entry in mine.items() if entry.mode in ("100644", "100755")}
    contents = night.repo.contents(entry.blob for entry in plain.values())
    filed = [finding for finding in night.findings if is_filed(finding)]
    coming = {page_path(night.domain, f.page) for f in filed if f.page and _nameable(f.page)}
    paths = {*mine, *coming, ROOT, page_path(night.domain, INDEX)}
    domains = {name for path in files if (name := _domain_of(path))} | {night.domain}
    return Stand(
        night.domain,
        {path: contents[entry.blob] for path, entry in plain.items()},
        tuple(sorted(domains)),
        known,
        edited(night.repo, files, sorted(paths)),
        decided(night.ledger, night.domain),
        titles_of((f.page for f in filed if f.page), filed),
    )


def _nameable(slug: str) -> bool:
    return split_path(f"x/{slug}.md") is not None


def _domain_of(path: str) -> str:
    name = split_path(path)
    return name[0] if name else ""


def _input(repo: Repo, ledger: Ledger, domain: str, findings: Iterable[Finding]) -> str:
    """Hash of everything the filing of ``domain`` depends on."""
    files: dict[str, Entry] = repo.files(repo.head())
    seen = hashlib.blake2b(digest_size=12)
    for path, entry in sorted(files.items()):
        if path == ROOT or _domain_of(path) == domain:
            seen.update(f"{path}\0{entry.mode}\0{entry.blob}\n".encode("utf-8", "surrogateescape"))
    seen.update(f"{sorted(one.ruling for one in decided(ledger, domain).values())}\n".encode())
    for finding in sorted(findings, key=lambda one: one.id):
        seen.update(f"{finding}\n".encode("utf-8", "surrogatepass"))
    return seen.hexdigest()


def _told(night: _Night, commit: str, filing: Filing, notes: tuple[str, ...]) -> Filed:
    names = [split_path(path) for path in filing.files]
    superseded = [d for d in filing.deltas if d.action != "retire" and filing.rows[d.id].section == SUPERSEDED]
    dropped = {**filing.dropped, **dict.fromkeys(filing.closed, "a person deleted its page")}
    changed = [d for d in filing.deltas if d.action in {"update", "move"}]
    return Filed(
        night.domain,
        commit or None,
        pages=tuple(sorted(f"{name[0]}/{name[1]}" for name in names if name and name[1] != INDEX)),
        added=sum(d.action == "add" for d in filing.deltas),
        superseded=len(superseded),
        retired=sum(d.action == "retire" for d in filing.deltas),
        held=tuple(f"{path}: {why}" for path, why in sorted(filing.held.items())),
        updated=len(changed),
        dropped=tuple(f"{key}: {why}" for key, why in sorted(dropped.items())),
        notes=(*notes, *(f"{one.path}: {ASKED} (^{one.block})" for one in filing.conflicts)),
    )
