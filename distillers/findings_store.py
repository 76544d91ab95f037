"""The ledger's findings: reading them in a stable order, and writing only what differs."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, get_args

from sqlalchemy import ColumnElement, Connection, delete, func, insert, select, true, update

from distillers import history
from distillers.findings import Candidate, Confidence, Finding, Quote, Status, candidates, evidence, findings
from scheduling.base.clock import parse
from scheduling.base.errors import UsageError
from scheduling.ledger.store import Ledger
from scheduling.tasks import tasks

_COLUMNS = tuple(field.name for field in dataclasses.fields(Finding) if field.name != "evidence")
_QUOTE = tuple(field.name for field in dataclasses.fields(Quote))
FILED: frozenset[str] = frozenset({"written", "retired"})
"""States that the librarian set and that stay as long as the finding itself does not change."""
_LIVING = candidates.c.until == ""
"""What is proposed now, not what a ticket said before it was edited."""
_SHOWN = frozenset({"written", "superseded"})
"""Such findings may stand on a page: they are retired, not forgotten."""


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

    With ``as_of`` (``YYYY-MM-DD``) they are told as they were held at the end of that day. Of days before the first
    night of a domain: as they would have been held with the evidence dated until then. Raises
    :class:`UsageError` if it is no date.
    """
    with ledger.read() as rows:
        found = _believed(rows, domain, _day(as_of)) if as_of else read(rows, domain)
    return [f for f in found if confidence in (None, f.confidence) and status in (None, f.status)]


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
    for some in _parts(ids):
        changing = findings.c.id.in_(some) & (findings.c.status != status)
        pairs = rows.execute(select(findings.c.id, findings.c.domain).where(changing)).all()
        history.note_status(rows, {str(one): str(domain) for one, domain in pairs}, status)
        rows.execute(update(findings).where(changing).values(status=status))


def replace(rows: Connection, domain: str, wanted: Sequence[Finding], run: str) -> Written:
    """Makes the findings of ``domain`` the ``wanted`` ones, writing only differences.

    A finding that did not change keeps its run and what the librarian made of it; one whose text, page, confidence or
    evidence changed is to be filed again; one that nothing supports any more is retired, and forgotten if it was never
    filed. What lost its support returns with it; what was taken off a page stays off until its evidence changes.
    """
    old = {finding.id: finding for finding in read(rows, domain)}
    history.begin(rows, domain, old.values())
    lost = set(rows.execute(select(findings.c.id).where(findings.c.domain == domain, findings.c.lost)).scalars())
    new = {one.id: _kept(one, None if one.id in lost else old.get(one.id), run) for one in wanted}
    added = [f for f in new.values() if f.id not in old]
    changed = [f for f in new.values() if f.id in old and f != old[f.id]]
    missing = [f for f in old.values() if f.id not in new and f.status != "retired"]
    _store(rows, [*added, *changed], [f.id for f in changed])
    _retire(rows, [f.id for f in missing if f.status in _SHOWN])
    unseen = {f.id: domain for f in missing if f.status not in _SHOWN}
    _forget(rows, unseen)
    history.note_status(rows, unseen, None)
    return Written(_ids(added), _ids(changed), _ids(missing))


def propose(rows: Connection, proposals: Mapping[str, Sequence[Candidate]], domain: str, run: str) -> None:
    """Replaces the candidates of each task by ``proposals``."""
    _drop(rows, list(proposals), _LIVING)
    fresh = [
        {"task": task, "domain": domain, "body": json.dumps(dataclasses.asdict(one), ensure_ascii=False), "run": run}
        for task, some in proposals.items()
        for one in some
    ]
    if fresh:
        rows.execute(insert(candidates), fresh)


def put_by(rows: Connection, edits: Mapping[str, str]) -> None:
    """Keeps what tasks proposed until now for the days before their tickets were edited, given by task.

    Of several edits of one day what was said before the first one is kept.
    """
    for task, day in edits.items():
        known = rows.execute(select(func.max(candidates.c.until)).where(candidates.c.task == task)).scalar()
        if not known or known < day:
            rows.execute(update(candidates).where(candidates.c.task == task, _LIVING).values(until=day))


def proposed(rows: Connection, domain: str, living: Collection[str]) -> list[Candidate]:
    """All candidates of a domain that one of the ``living`` tasks proposed."""
    return _all(rows, domain, living)


def of_task(rows: Connection, task: str) -> list[Candidate]:
    """What one task proposed."""
    return of_tasks(rows, [task])[task]


def of_tasks(rows: Connection, wanted: Sequence[str]) -> dict[str, list[Candidate]]:
    """What each of these tasks proposed."""
    chosen = select(candidates.c.task, candidates.c.body).order_by(candidates.c.seq)
    found: dict[str, list[Candidate]] = {task: [] for task in wanted}
    for some in _parts(wanted):
        for task, body in rows.execute(chosen.where(candidates.c.task.in_(some), _LIVING)):
            found[task].append(_candidate(json.loads(body)))
    return found


def _all(rows: Connection, domain: str, living: Collection[str] | None = None) -> list[Candidate]:
    chosen = select(candidates.c.task, candidates.c.body).where(candidates.c.domain == domain, _LIVING)
    return [_candidate(json.loads(body)) for task, body in rows.execute(chosen) if living is None or task in living]


def _of_day(rows: Connection, domain: str, day: str) -> list[Candidate]:
    """The candidates of a domain, those of a ticket that was edited after ``day`` as they were before."""
    columns = (candidates.c.task, candidates.c.until, candidates.c.body)
    listed = rows.execute(select(*columns).where(candidates.c.domain == domain)).all()
    until: dict[str, str] = {}
    for task, edit, _ in sorted(listed, key=lambda one: one[1], reverse=True):
        if edit > day:
            until[task] = edit
    return [_candidate(json.loads(body)) for task, edit, body in listed if edit == until.get(task, "")]


def fingerprint(rows: Connection, domain: str, kind: str, living: Collection[str]) -> str:
    """Changes if and only if what the ``living`` tasks of a kind propose changes; "" if they propose nothing."""
    of_kind = select(tasks.c.id).where(tasks.c.kind == kind, tasks.c.domain == domain)
    chosen = select(candidates.c.task, candidates.c.body).where(candidates.c.task.in_(of_kind), _LIVING)
    found = sorted(f"{task} {body}" for task, body in rows.execute(chosen) if task in living)
    said = "\0".join(found).encode("utf-8", "surrogatepass")
    return hashlib.blake2b(said, digest_size=8).hexdigest() if found else ""


def withdraw(rows: Connection, domain: str, kept: Iterable[str]) -> int:
    """Removes candidates of tasks that the domain no longer has; returns how many tasks had some."""
    had = set(rows.execute(select(candidates.c.task).where(candidates.c.domain == domain).distinct()).scalars())
    lost = sorted(had - set(kept))
    _drop(rows, lost, true())
    return len(lost)


def _drop(rows: Connection, tasks: Iterable[str], which: ColumnElement[bool]) -> None:
    for some in _parts(tasks):
        rows.execute(delete(candidates).where(candidates.c.task.in_(some), which))


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
    history.note(rows, fresh)
    rows.execute(insert(findings), [_row(f) for f in fresh])
    cited = [dataclasses.asdict(q) | {"finding": f.id, "rank": n} for f in fresh for n, q in enumerate(f.evidence)]
    rows.execute(insert(evidence), cited)


def _retire(rows: Connection, ids: Iterable[str]) -> None:
    """Retires findings that nothing supports any more, and remembers that it was not a person who took them away."""
    chosen = list(ids)
    set_status(rows, chosen, "retired")
    for some in _parts(chosen):
        rows.execute(update(findings).where(findings.c.id.in_(some)).values(lost=True))


def _forget(rows: Connection, ids: Iterable[str]) -> None:
    for some in _parts(ids):
        rows.execute(delete(findings).where(findings.c.id.in_(some)))
        rows.execute(delete(evidence).where(evidence.c.finding.in_(some)))


def _parts(ids: Iterable[str]) -> Iterator[list[str]]:
    """As many as fit into one statement."""
    chosen = list(ids)
    return (chosen[start : start + 500] for start in range(0, len(chosen), 500))


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
    values |= {name: tuple(body.get(name, ())) for name in ("warnings", "topics", "ends")}
    return Candidate(**values)


def _day(text: str) -> str:
    moment = parse(text)
    if moment is None:
        raise UsageError(f"{text!r} is no date", hint="write it as YYYY-MM-DD")
    return moment.date().isoformat()


def _believed(rows: Connection, domain: str | None, day: str) -> list[Finding]:
    now: dict[str, dict[str, Finding]] = defaultdict(dict)
    for one in read(rows, domain):
        now[one.domain][one.id] = one
    known = {*now, *rows.execute(select(history.versions.c.domain).distinct()).scalars()}
    found: list[Finding] = []
    for name in known if domain is None else [domain]:
        then = history.held(rows, name, day)
        found += history.until(_of_day(rows, name, day), day, now[name]) if then is None else then
    return sorted(found, key=lambda one: (one.domain, one.page, one.kind, one.id))


def _ids(some: Iterable[Finding]) -> tuple[str, ...]:
    return tuple(sorted(finding.id for finding in some))
