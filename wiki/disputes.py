"""Disputes: an agent or a person says why a finding is wrong. It counts as unconfirmed until a person rules.

A dispute is a task for the verifier, who reads the finding's quotes again. It is open until a person has said what is
so, after it was raised; what they say is a label like any other. Nobody's dispute changes a page, or shows one agent
the words of another.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Column, Connection, String, Table, Text, func, select, update
from sqlalchemy.dialects.sqlite import insert as insert_or

from distillers.findings import Finding
from distillers.labels import label_rows
from scheduling import tasks
from scheduling.base.clock import stamp
from scheduling.base.errors import ConflictError, UsageError
from scheduling.ledger.store import Ledger, metadata
from scheduling.runs import Run
from wiki.answer import Answer

KIND = "verify dispute"
LONGEST = 500
"""Characters of a reason that are kept."""
MOST = 20
"""Open disputes that one seat may have in a domain; more say nothing that these do not."""

dispute_rows = Table(
    "disputes",
    metadata,
    Column("id", String, primary_key=True),
    Column("finding", String, nullable=False, index=True),
    Column("domain", String, nullable=False),
    Column("seat", String, nullable=False),
    Column("why", Text, nullable=False),
    Column("at", String, nullable=False),
    Column("verdict", Text, nullable=False, default=""),  # what the verifier found
    Column("run", String, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Dispute:
    """One objection: who said ``why`` to which finding, and what the verifier found since ("" before)."""

    id: str
    finding: str
    domain: str
    seat: str
    why: str
    at: str
    verdict: str


@dataclass(frozen=True, slots=True)
class Found:
    """An answer, and which of the findings in it somebody disputes."""

    answer: Answer
    disputed: frozenset[str] = frozenset()

    def to_json(self) -> dict[str, Any]:
        """The answer as ``search --json`` prints it, its disputed results marked."""
        told = self.answer.to_json()
        for result in told["results"]:
            if result["anchor"] in self.disputed:
                result["disputed"] = True
        return told

    def told(self) -> dict[str, Any]:
        """The same, its results left for ``orjson`` to print, which is a good deal faster."""
        if self.disputed:
            return self.to_json()
        head = replace(self.answer, results=()).to_json()
        return {**head, "tokens": self.answer.tokens, "results": self.answer.results}


def dispute(run: Run, finding: str, domain: str, seat: str, why: str) -> Dispute:
    """Raises a dispute, ``why`` already masked, and offers it to the verifier; saying it again changes nothing.

    Raises :class:`UsageError` if no reason is given, :class:`ConflictError` if ``seat`` has too many open ones.
    """
    said = " ".join(why.split())[:LONGEST]
    if not said:
        raise UsageError("a dispute needs a reason", hint="say why the answer is wrong")
    key = "d-" + hashlib.blake2b(f"{finding}\0{domain}\0{seat}\0{said}".encode(), digest_size=6).hexdigest()
    fresh = Dispute(key, finding, domain, seat, said, stamp(), "")
    with run.change("dispute", finding, dispute=key, domain=domain, seat=seat) as rows:
        open_now = _open(rows)
        if key in {one.id for one in open_now}:
            return next(one for one in open_now if one.id == key)
        if sum(one.seat == seat and one.domain == domain for one in open_now) >= MOST:
            raise ConflictError(
                f"{seat} disputes {MOST} findings of {domain} already", hint="they wait for a person to rule"
            )
        values = {name: getattr(fresh, name) for name in fresh.__slots__} | {"run": run.id}
        statement = insert_or(dispute_rows).values(values)
        rows.execute(statement.on_conflict_do_update(index_elements=["id"], set_={"at": fresh.at, "verdict": ""}))
        tasks.offer(rows, KIND, key, domain=domain, depends_on=fresh.at)
    return fresh


def waiting(ledger: Ledger) -> list[dict[str, Any]]:
    """The tasks of disputes that the verifier has not looked into yet."""
    return [row for row in tasks.listed(ledger, "todo") if row["kind"] == KIND]


def verify(run: Run, found: Mapping[str, Finding], check: Callable[[Finding], str | None]) -> int:
    """Has the quotes behind every disputed finding read again, once a dispute; how many there were.

    ``check`` returns what is wrong with a finding's evidence, None if nothing is.
    """
    known = {one.id: one for one in opened(run.ledger)}
    for row in (todo := waiting(run.ledger)):
        held = tasks.checkout(run, row["id"])
        if held is None:
            continue
        one = known.get(row["subject"])
        said = _verdict(found.get(one.finding), check) if one else "a person has ruled meanwhile"
        with run.change("verify dispute", row["subject"], verdict=said) as rows:
            rows.execute(update(dispute_rows).where(dispute_rows.c.id == row["subject"]).values(verdict=said))
            held.finish(rows, note=said)
    return len(todo)


def _verdict(finding: Finding | None, check: Callable[[Finding], str | None]) -> str:
    if finding is None:
        return "there is no such finding any more"
    wrong = check(finding)
    return f"its evidence does not hold: {wrong}" if wrong else "its quotes stand as cited; a person must rule"


def opened(ledger: Ledger, domain: str | None = None) -> list[Dispute]:
    """The disputes that no person has ruled about since, the oldest first."""
    with ledger.read() as rows:
        return [one for one in _open(rows) if domain in (None, one.domain)]


def disputed(ledger: Ledger) -> frozenset[str]:
    """The findings that somebody disputes."""
    return frozenset(one.finding for one in opened(ledger))


def marked(answer: Answer, against: frozenset[str]) -> Found:
    """``answer`` with nothing that is disputed above medium, and which of its findings those are."""
    met = against & {result.anchor for result in answer.results}
    if not met:
        return Found(answer)
    lowered = (
        replace(result, confidence="medium") if result.anchor in met and result.confidence == "high" else result
        for result in answer.results
    )
    return Found(replace(answer, results=tuple(lowered)), met)


def _open(rows: Connection) -> list[Dispute]:
    ruled = (
        select(label_rows.c.finding, func.max(label_rows.c.at).label("at")).group_by(label_rows.c.finding).subquery()
    )
    chosen = (
        select(dispute_rows)
        .outerjoin(ruled, ruled.c.finding == dispute_rows.c.finding)
        .where((ruled.c.at.is_(None)) | (ruled.c.at < dispute_rows.c.at))
        .order_by(dispute_rows.c.at, dispute_rows.c.id)
    )
    return [Dispute(**{name: row[name] for name in Dispute.__slots__}) for row in rows.execute(chosen).mappings()]
