"""Reverting a change set: a person takes back what a night put on pages, and says why.

A revert is a ruling of its own: the findings that the change set added are rejected with the reason, whatever logs say
later; the librarian's next run takes their blocks off. Lines that people changed since stay.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Column, Connection, Integer, String, Table, Text, insert, select

from distillers.findings import Finding, Quote
from distillers.rulings import Rulings, Verdict
from scheduling import tasks
from scheduling.base.clock import stamp
from scheduling.base.errors import RefusedError, UsageError
from scheduling.ledger.scrub import swap
from scheduling.ledger.store import Ledger, metadata
from scheduling.runs import Run
from scheduling.seats import require
from wiki.filing import is_filed
from wiki.git import SEATS, Repo
from wiki.names import split_path
from wiki.recall import blocks_at

KIND = "revert"

reverted = Table(
    "reverted",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("finding", String, nullable=False, index=True),
    Column("domain", String, nullable=False, index=True),
    Column("commit", String, nullable=False),
    Column("reason", Text, nullable=False),
    Column("by", String, nullable=False),
    Column("at", String, nullable=False),
    Column("run", String, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Revert:
    """One finding that a person took back with the commit that filed it."""

    finding: str
    domain: str
    commit: str
    reason: str
    by: str
    at: str


@dataclass(frozen=True, slots=True)
class Taken:
    """What reverting a commit takes back: the findings that it added, by domain; and what it changed otherwise."""

    commit: str
    findings: Mapping[str, tuple[str, ...]]
    changed: int

    @property
    def count(self) -> int:
        """How many findings."""
        return sum(map(len, self.findings.values()))


_FIELDS = tuple(Revert.__slots__)


def look(repo: Repo, commit: str) -> Taken:
    """What :func:`revert` of ``commit`` takes back. Raises :class:`RefusedError` if a person made that commit."""
    told = repo.git("log", "-1", "--format=%H %P%n%ce", "--end-of-options", commit).text.splitlines()
    ids, mail = told[0].split(" "), told[1]
    if not mail.endswith(SEATS):
        raise RefusedError(f"{ids[0][:12]} was committed by {mail}", hint=f"in the wiki: git revert {ids[0][:12]}")
    new, old = repo.files(ids[0]), repo.files(ids[1] if len(ids) > 1 and ids[1] else "")
    domains = sorted({name[0] for path in {*new, *old} if new.get(path) != old.get(path) if (name := split_path(path))})
    found: dict[str, tuple[str, ...]] = {}
    changed = 0
    for domain in domains:
        after, before = blocks_at(repo, ids[0], domain), blocks_at(repo, ids[1] if len(ids) > 1 else "", domain)
        claims = {key for key in after if key.startswith("f-")}
        found[domain] = tuple(sorted(claims - before.keys()))
        changed += sum(before[key].sha != after[key].sha for key in claims & before.keys())
    return Taken(ids[0], {domain: keys for domain, keys in found.items() if keys}, changed)


def revert(run: Run, taken: Taken, reason: str, by: str) -> None:
    """Records that ``by`` took back what ``taken`` holds, and why; the librarian's next run carries it out."""
    require(run, "operate")
    if not reason.strip():
        raise UsageError("a revert needs its reason", hint="--reason 'what was wrong with it'")
    words = " ".join(reason.split())
    with run.change("revert", taken.commit, findings=taken.count) as rows:
        values = [
            {"finding": key, "domain": domain, "commit": taken.commit, "reason": words, "by": by, "at": stamp()}
            for domain, keys in taken.findings.items()
            for key in keys
        ]
        if values and run.once(rows, f"revert {taken.commit}"):
            rows.execute(insert(reverted), [{**one, "run": run.id} for one in values])
            for domain in taken.findings:
                tasks.offer(rows, KIND, f"{domain} {taken.commit}", domain=domain, depends_on=words)


def of(ledger: Ledger, domain: str | None = None) -> dict[str, Revert]:
    """What was reverted, by finding; the newest revert of each."""
    chosen = select(reverted).order_by(reverted.c.seq)
    chosen = chosen.where(reverted.c.domain == domain) if domain is not None else chosen
    with ledger.read() as rows:
        return {row["finding"]: Revert(**{n: row[n] for n in _FIELDS}) for row in rows.execute(chosen).mappings()}


def rulings(ledger: Ledger, given: Rulings) -> Rulings:
    """``given`` with all reverts as rejections; what a person said of a finding later stands."""
    own = {key: _verdict(one) for key, one in of(ledger).items()}
    newest = {key: max(_both(own, given.verdicts, key), key=lambda one: one.cited.at) for key in own}
    return Rulings({**given.verdicts, **newest}, given.tiers)


def renamed(rows: Connection, commits: Mapping[str, str]) -> int:
    """Follows a rewritten past: what was reverted, and what is still to be taken off, names the new commits."""
    return swap(rows, (reverted.c.commit, tasks.tasks.c.subject), commits)


def conclude(run: Run, domain: str, findings: Iterable[Finding]) -> None:
    """Ends the tasks of reverts in ``domain`` that are carried out: none of what they took back is to be shown."""
    waiting = [one for one in tasks.listed(run.ledger, "todo") if one["kind"] == KIND and one["domain"] == domain]
    if not waiting:
        return
    shown = {finding.id for finding in findings if is_filed(finding)}
    back = of(run.ledger, domain)
    for task in waiting:
        commit = str(task["subject"]).rpartition(" ")[2]
        if not any(one.commit == commit and one.finding in shown for one in back.values()):
            taken = tasks.checkout(run, str(task["id"]))
            with run.change("reverted", commit, domain=domain) as rows:
                if taken:
                    taken.finish(rows)


def _both(own: Mapping[str, Verdict], given: Mapping[str, Verdict], key: str) -> Sequence[Verdict]:
    return [own[key], *([given[key]] if key in given else [])]


def _verdict(one: Revert) -> Verdict:
    cited = Quote("", "human", one.commit, one.at, "", 0, one.reason)
    return Verdict("reject", one.domain, one.reason, one.by, cited)


def reasons(ledger: Ledger, ids: Iterable[str]) -> dict[str, str]:
    """Why each of ``ids`` was reverted, as ``reason (name, day)``, of those that were."""
    known = of(ledger)
    return {key: f"{known[key].reason} ({known[key].by}, {known[key].at[:10]})" for key in ids if key in known}
