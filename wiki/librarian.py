"""The librarian: the only writer of the wiki. It files one domain's findings as one commit of block-wise edits.

    announce (ledger) → commit (git, compare-and-swap) → record (ledger) → bring the work tree forward

Killed anywhere, the next run ends in the same tree: what was announced tells a commit of ours from a person's edit, and
the run's id in the commit's trailer tells whether it was made.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection

from distillers.findings import Finding
from distillers.findings_store import set_status
from scheduling.base.errors import RefusedError
from scheduling.ledger.store import Ledger
from scheduling.runs import Run
from scheduling.tasks import Checkout, checkout, offer
from wiki import blocks
from wiki.blocks import Row
from wiki.checkout import bring_forward, edited
from wiki.filing import Filed, Filing, file_night, is_filed
from wiki.git import Entry, MovedError, Repo, ensure_repo, refuse_unfinished
from wiki.locks import clear_stale
from wiki.names import INDEX, checked, page_path, split_path
from wiki.render import SUPERSEDED, count
from wiki.stand import ROOT, Stand
from wiki.titles import titles_of

Verify = Callable[[Finding], str | None]
"""Reads the evidence of a finding again before it is filed for the first time; the reason if it must not be."""

TRIES = 5
UNDATED = "2000-01-01"
_PER_TRAILER = 40


@dataclass(frozen=True)
class _Night:
    run: Run
    ledger: Ledger
    repo: Repo
    domain: str
    findings: Sequence[Finding]
    rejected: Mapping[str, str]


def file(
    run: Run, ledger: Ledger, repo: Path, domain: str, findings: Sequence[Finding], *, verify: Verify | None = None
) -> Filed:
    """Brings the pages of ``domain`` in the wiki at ``repo`` to what ``findings`` (all of that domain) say.

    High and medium findings are filed, others taken off. A line that a person changed stays theirs, a block that they
    took away stays away. Raises :class:`RefusedError` if a finding is of another domain or a person is in the middle of
    a merge, :class:`~scheduling.base.errors.BusyError` if git or another run is at work there.
    """
    checked(domain, "domain")
    strangers = sorted({finding.domain for finding in findings} - {domain})
    if strangers:
        raise RefusedError(
            f"findings of {', '.join(strangers)} cannot be filed in {domain}", hint="file each in its own"
        )
    wiki = ensure_repo(repo)
    notes = tuple(clear_stale(wiki))
    refuse_unfinished(wiki)
    bring_forward(wiki)
    with run.change("offer", f"file {domain}") as rows:
        task = offer(rows, "file", domain, domain=domain, depends_on=_input(wiki, domain, findings))
    taken = checkout(run, task)
    if taken is None:
        return Filed(domain, None, notes=notes)
    _reconcile(run, ledger, wiki, domain)
    rejected = _unverified(ledger, domain, findings, verify)
    return _attempts(_Night(run, ledger, wiki, domain, findings, rejected), taken, notes)


def _attempts(night: _Night, taken: Checkout, notes: tuple[str, ...]) -> Filed:
    for _ in range(TRIES - 1):
        try:
            return _attempt(night, taken, notes)
        except MovedError:
            bring_forward(night.repo)
            notes = (*notes, "somebody committed meanwhile; planned again on top of it")
    return _attempt(night, taken, notes)


def _attempt(night: _Night, taken: Checkout, notes: tuple[str, ...]) -> Filed:
    head = night.repo.head()
    stand = _stand(night, head)
    wanted = [finding for finding in night.findings if finding.id not in night.rejected]
    filing = file_night(stand, wanted)
    commit = _commit(night, head, stand, filing) if filing.files else ""
    with night.run.change("file", night.domain, commit=commit, deltas=len(filing.deltas)) as rows:
        _record(rows, night, stand, filing)
        if commit:
            night.run.once(rows, f"file {night.domain} {commit}")
        if filing.held:
            taken.block(rows, "; ".join(f"{path}: {why}" for path, why in sorted(filing.held.items())))
        else:
            taken.finish(rows)
    behind = bring_forward(night.repo)
    return _told(night, commit, filing, (*notes, *(f"{path} was edited just now and is behind" for path in behind)))


def _commit(night: _Night, head: str, stand: Stand, filing: Filing) -> str:
    coming = blocks.differing(stand.rows, filing.rows)
    with night.run.change("announce", f"file {night.domain}", blocks=len(coming)) as rows:
        blocks.announce(rows, night.domain, night.run.id, coming)
    newest = max((finding.valid_from for finding in night.findings if is_filed(finding)), default="")
    return night.repo.commit(head, filing.files, _message(night, filing), newest or UNDATED)


def _record(rows: Connection, night: _Night, stand: Stand, filing: Filing) -> None:
    blocks.store(rows, night.domain, night.run.id, blocks.differing(stand.rows, filing.rows))
    blocks.conclude(rows, night.domain, night.run.id, committed=False)
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


def _reconcile(run: Run, ledger: Ledger, repo: Repo, domain: str) -> None:
    """Ends what killed runs left open: what they announced holds if their commit was made, else it never was."""
    with ledger.read() as rows:
        open_runs = blocks.pending_runs(rows, domain)
    for name in open_runs:
        made = repo.has_trailer(f"Stillhouse-Run: {name}", f"Stillhouse-Domain: {domain}")
        with run.change("reconcile", f"file {domain}", of=name, committed=made) as rows:
            blocks.conclude(rows, domain, name, committed=made)


def _unverified(ledger: Ledger, domain: str, findings: Iterable[Finding], verify: Verify | None) -> dict[str, str]:
    if verify is None:
        return {}
    with ledger.read() as rows:
        known = blocks.load(rows, domain)
    fresh = [finding for finding in findings if is_filed(finding) and finding.id not in known]
    return {finding.id: why for finding in fresh if (why := verify(finding))}


def _stand(night: _Night, head: str) -> Stand:
    files = night.repo.files(head)
    mine = {path: entry for path, entry in files.items() if path == ROOT or _domain_of(path) == night.domain}
    plain = {path: entry for path, entry in mine.items() if entry.mode in ("100644", "100755")}
    contents = night.repo.contents(entry.blob for entry in plain.values())
    with night.ledger.read() as rows:
        known = blocks.load(rows, night.domain)
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
        titles_of((f.page for f in filed if f.page), filed),
    )


def _nameable(slug: str) -> bool:
    return split_path(f"x/{slug}.md") is not None


def _domain_of(path: str) -> str:
    name = split_path(path)
    return name[0] if name else ""


def _input(repo: Repo, domain: str, findings: Iterable[Finding]) -> str:
    """Hash of everything the filing of ``domain`` depends on."""
    files: dict[str, Entry] = repo.files(repo.head())
    seen = hashlib.blake2b(digest_size=12)
    for path, entry in sorted(files.items()):
        if path == ROOT or _domain_of(path) == domain:
            seen.update(f"{path}\0{entry.mode}\0{entry.blob}\n".encode("utf-8", "surrogateescape"))
    for finding in sorted(findings, key=lambda one: one.id):
        seen.update(f"{finding}\n".encode("utf-8", "surrogatepass"))
    return seen.hexdigest()


def _message(night: _Night, filing: Filing) -> str:
    ids = {action: sorted(d.id for d in filing.deltas if d.action == action) for action in ("add", "update", "move")}
    filed = sorted(key for some in ids.values() for key in some)
    retired = sorted(d.id for d in filing.deltas if d.action == "retire")
    told = f"Added {len(ids['add'])}, changed {len(ids['update']) + len(ids['move'])}, retired {len(retired)}."
    trailers = [
        f"Stillhouse-Run: {night.run.id}",
        f"Stillhouse-Domain: {night.domain}",
        *_listed("Stillhouse-Findings", filed),
        *_listed("Stillhouse-Retired", retired),
    ]
    return f"File {count(len(filed), 'finding')} for {night.domain}\n\n{told}\n\n" + "\n".join(trailers) + "\n"


def _listed(name: str, ids: Sequence[str]) -> list[str]:
    return [f"{name}: {', '.join(ids[at : at + _PER_TRAILER])}" for at in range(0, len(ids), _PER_TRAILER)]


def _told(night: _Night, commit: str, filing: Filing, notes: tuple[str, ...]) -> Filed:
    names = [split_path(path) for path in filing.files]
    superseded = [d for d in filing.deltas if d.action != "retire" and filing.rows[d.id].section == SUPERSEDED]
    dropped = {**night.rejected, **filing.dropped, **dict.fromkeys(filing.closed, "a person deleted its page")}
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
        notes=notes,
    )
