"""The ledger's findings: reading them in a stable order, and writing only what differs."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, get_args

from sqlalchemy import Connection, delete, insert, select, update

from distillers.findings import Candidate, Confidence, Finding, Quote, Status, candidates, evidence, findings
from scheduling.ledger.store import Ledger
from scheduling.tasks import tasks

_COLUMNS = tuple(column.name for column in findings.columns)
_QUOTE = tuple(field.name for field in dataclasses.fields(Quote))
FILED: frozenset[str] = frozenset({"written", "retired"})
"""States that the librarian set and that stay as long as the finding itself does not change."""


@dataclasses.dataclass(frozen=True, slots=True)
class Written:
    """What replacing a domain's findings changed, by finding id."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    gone: tuple[str, ...]


def load(
    ledger: Ledger,
    domain: str | None = None,
    confidence: Confidence | None = None,
    status: Status | None = None,
    as_of: str | None = None,
) -> list[Finding]:
    """Findings with their evidence, ordered by domain, page, kind and id.

    ``as_of`` (``YYYY-MM-DD``) keeps what rested on evidence up to that day: a finding that a newer one superseded only
    later counts as it stood then.
    """
    with ledger.read() as rows:
        found = read(rows, domain)
    kept = _believed(found, as_of) if as_of else found
    return [f for f in kept if confidence in (None, f.confidence) and status in (None, f.status)]


def read(rows: Connection, domain: str | None = None) -> list[Finding]:
    """All findings of one domain, or of all, inside a transaction of the caller."""
    chosen = select(findings).order_by(findings.c.domain, findings.c.page, findings.c.kind, findings.c.id)
    cited = select(evidence).order_by(evidence.c.finding, evidence.c.rank)
    if domain is not None:
        chosen = chosen.where(findings.c.domain == domain)
        cited = cited.where(evidence.c.finding.in_(select(findings.c.id).where(findings.c.domain == domain)))
    quotes: dict[str, list[Quote]] = defaultdict(list)
    for row in rows.execute(cited).mappings():
        quotes[row["finding"]].append(Quote(**{name: row[name] for name in _QUOTE}))
    return [_finding(row, quotes[row["id"]]) for row in rows.execute(chosen).mappings()]


def set_status(rows: Connection, ids: Iterable[str], status: Status) -> None:
    """Marks findings, in the transaction that did what the status says; raises ``ValueError`` for an unknown status."""
    if status not in get_args(Status):
        raise ValueError(f"{status} is no status of a finding")
    chosen = list(ids)
    for start in range(0, len(chosen), 500):
        some = chosen[start : start + 500]
        rows.execute(update(findings).where(findings.c.id.in_(some)).values(status=status))


def replace(rows: Connection, domain: str, wanted: Sequence[Finding], run: str) -> Written:
    """Makes the findings of ``domain`` the ``wanted`` ones, writing only differences.

    A finding that did not change keeps its run and what the librarian made of it; one whose text, page, confidence or
    evidence changed is to be filed again; one that nothing supports any more is retired, and forgotten if it was never
    filed.
    """
    old = {finding.id: finding for finding in read(rows, domain)}
    new = {finding.id: _kept(finding, old.get(finding.id), run) for finding in wanted}
    added = [f for f in new.values() if f.id not in old]
    changed = [f for f in new.values() if f.id in old and f != old[f.id]]
    missing = [f for f in old.values() if f.id not in new and f.status != "retired"]
    _store(rows, [*added, *changed], [f.id for f in changed])
    gone = [f.id for f in missing]
    set_status(rows, [f.id for f in missing if f.status in {"written", "superseded"}], "retired")
    _forget(rows, [f.id for f in missing if f.status not in {"written", "superseded"}])
    return Written(_ids(added), _ids(changed), tuple(sorted(gone)))


def propose(rows: Connection, proposals: Mapping[str, Sequence[Candidate]], domain: str, run: str) -> None:
    """Replaces the candidates of each task by ``proposals``."""
    _drop(rows, list(proposals))
    fresh = [
        {"task": task, "domain": domain, "body": json.dumps(dataclasses.asdict(one), ensure_ascii=False), "run": run}
        for task, some in proposals.items()
        for one in some
    ]
    if fresh:
        rows.execute(insert(candidates), fresh)


def proposed(rows: Connection, domain: str, living: Collection[str]) -> list[Candidate]:
    """All candidates of a domain that one of the ``living`` tasks proposed."""
    chosen = select(candidates.c.task, candidates.c.body).where(candidates.c.domain == domain)
    return [_candidate(json.loads(body)) for task, body in rows.execute(chosen) if task in living]


def fingerprint(rows: Connection, domain: str, kind: str, living: Collection[str]) -> str:
    """Changes if and only if what the ``living`` tasks of a kind propose changes; "" if they propose nothing."""
    of_kind = select(tasks.c.id).where(tasks.c.kind == kind, tasks.c.domain == domain)
    chosen = select(candidates.c.task, candidates.c.body).where(candidates.c.task.in_(of_kind))
    found = sorted(f"{task} {body}" for task, body in rows.execute(chosen) if task in living)
    said = "\0".join(found).encode("utf-8", "surrogatepass")
    return hashlib.blake2b(said, digest_size=8).hexdigest() if found else ""


def withdraw(rows: Connection, domain: str, kept: Iterable[str]) -> int:
    """Removes candidates of tasks that the domain no longer has; returns how many tasks had some."""
    had = set(rows.execute(select(candidates.c.task).where(candidates.c.domain == domain).distinct()).scalars())
    lost = sorted(had - set(kept))
    _drop(rows, lost)
    return len(lost)


def _drop(rows: Connection, tasks: Sequence[str]) -> None:
    for start in range(0, len(tasks), 500):
        rows.execute(delete(candidates).where(candidates.c.task.in_(tasks[start : start + 500])))


def _kept(finding: Finding, old: Finding | None, run: str) -> Finding:
    if old is None:
        return dataclasses.replace(finding, run=run)
    same = dataclasses.replace(finding, run=old.run, status=old.status)
    filed = old.status in FILED and finding.status == "accepted"
    if same == old and (filed or finding.status == old.status):
        return old
    return dataclasses.replace(finding, run=run)


def _store(rows: Connection, fresh: Sequence[Finding], stale: Sequence[str]) -> None:
    _forget(rows, stale)
    if not fresh:
        return
    rows.execute(insert(findings), [_row(f) for f in fresh])
    cited = [dataclasses.asdict(q) | {"finding": f.id, "rank": n} for f in fresh for n, q in enumerate(f.evidence)]
    rows.execute(insert(evidence), cited)


def _forget(rows: Connection, ids: Sequence[str]) -> None:
    for start in range(0, len(ids), 500):
        some = ids[start : start + 500]
        rows.execute(delete(findings).where(findings.c.id.in_(some)))
        rows.execute(delete(evidence).where(evidence.c.finding.in_(some)))


def _row(finding: Finding) -> dict[str, Any]:
    values = {name: getattr(finding, name) for name in _COLUMNS}
    return values | {"warnings": json.dumps(finding.warnings, ensure_ascii=False)}


def _finding(row: Mapping[Any, Any], quotes: Sequence[Quote]) -> Finding:
    values: dict[str, Any] = {name: row[name] for name in _COLUMNS}
    values |= {"warnings": tuple(json.loads(row["warnings"])), "evidence": tuple(quotes)}
    return Finding(**values)


def _candidate(body: Mapping[str, Any]) -> Candidate:
    values: dict[str, Any] = dict(body)
    values["evidence"] = tuple(Quote(**quote) for quote in body["evidence"])
    values |= {name: tuple(body[name]) for name in ("warnings", "topics")}
    return Candidate(**values)


def _believed(found: Sequence[Finding], day: str) -> list[Finding]:
    seen = [f for f in found if f.valid_from and f.valid_from <= day]
    standing = {f.id for f in seen}
    return [
        dataclasses.replace(f, status="written", superseded_by="")
        if f.status == "superseded" and f.superseded_by not in standing
        else f
        for f in seen
    ]


def _ids(some: Iterable[Finding]) -> tuple[str, ...]:
    return tuple(sorted(finding.id for finding in some))
