"""Asking people about what is uncertain, and keeping what they say: the ledger's side of :mod:`content.uncertain`.

Labels follow from a request and its ruling alone, so a process that ends between the ruling and its labels loses
nothing: whoever comes next takes them up.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Column, String, Table, delete, insert, select

from content import uncertain
from content.answers import parse
from content.uncertain import KIND, SUBJECT, Asked
from distillers import editions, findings_store, labels, precision
from distillers.findings import Finding
from distillers.labels import Labelled
from distillers.rulings import Rulings
from scheduling import approvals
from scheduling.approvals import ChangedTextError, Request, Ruling, get_request, open_request, open_requests
from scheduling.ledger.store import Ledger, metadata
from scheduling.runs import Run
from wiki import disputes

asked_rows = Table(
    "asked",
    metadata,
    Column("finding", String, primary_key=True),
    Column("evidence", String, nullable=False),
    Column("since", String, nullable=False),
    Column("run", String, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a person is shown: Markdown, the hash that their answer is bound to, how many numbers there are."""

    markdown: str
    body_sha256: str
    count: int


@dataclass(frozen=True, slots=True)
class Due:
    """What a person is to be asked about, the best first, and the request that is open now."""

    findings: tuple[Finding, ...]
    fresh: frozenset[str]
    """Those that are not asked about yet with the evidence that they have, by id."""
    items: tuple[dict[str, Any], ...]
    open: Request | None

    @property
    def body_sha256(self) -> str:
        """The hash of the text that is to be put before them."""
        return uncertain.body_sha256(uncertain.body(self.findings))

    @property
    def stands(self) -> bool:
        """Whether the open request asks just this, or nothing is open and nothing is to be asked."""
        if self.open is None:
            return not self.findings
        asks = self.open.body_sha256 == self.body_sha256 and _items(self.open) == list(self.items)
        return asks and not self.fresh


def due(ledger: Ledger, domains: Iterable[str], today: date) -> Due:
    """What a person is to be asked about in ``domains`` from ``today`` on.

    What has been asked about long enough, with the evidence that it has, is left out.
    """
    known, named = _asked(ledger), set(domains)
    ruled = {one.finding for one in labels.load(ledger)}
    found = [one for one in findings_store.load(ledger) if one.domain in named]
    against = {one.finding for one in disputes.opened(ledger)}
    chosen = uncertain.chosen(found, ruled, known, today, against)
    fresh = {one.id for one in chosen if one.id not in known or known[one.id].evidence != uncertain.digest(one)}
    now = editions.current(ledger, {one.rule for one in chosen})
    items = tuple(_item(one, now[one.rule], one.id in against) for one in chosen)
    return Due(tuple(chosen), frozenset(fresh), items, next(iter(open_requests(ledger, KIND)), None))


def ask(run: Run, what: Due, today: date) -> Request | None:
    """Makes the open request ask just ``what`` is due; None, and none is open any more, if that is nothing.

    Asking again about the same on the same day changes nothing.
    """
    if not what.findings:
        if what.open:
            approvals.void(run, what.open.id, "nobody answered in time, or nothing is uncertain any more")
        return None
    if not what.stands:
        _open(run, what, today)
    return get_request(run.ledger, approvals.request_id(SUBJECT, KIND, what.body_sha256))


def show(ledger: Ledger, request: Request) -> Sheet:
    """The sheet of a request as it stands. Raises ChangedTextError if a finding on it changed meanwhile."""
    items = _items(request)
    known = {one.id: one for one in findings_store.load(ledger)}
    there = [known[item["finding"]] for item in items if item["finding"] in known]
    text = uncertain.body(there)
    if uncertain.body_sha256(text) != request.body_sha256:
        raise ChangedTextError(
            f"a finding changed since request {request.id} was opened", hint="the next nightly asks anew"
        )
    spots = sum("drawn" in item for item in items)
    return Sheet(uncertain.page(text, request.id, len(there), spots), request.body_sha256, len(there))


def take_up(run: Run) -> int:
    """Turns every ruling on a request of ours into labels, once; returns how many labels there are more."""
    done = {one.ruling for one in labels.load(run.ledger)}
    count = 0
    for ruling in approvals.rulings(run.ledger, SUBJECT):
        if ruling.decision != "approve" or ruling.voided or ruling.id in done:
            continue
        claims = {one.id: one.claim for one in findings_store.load(run.ledger)}
        fresh = labelled(ruling, get_request(run.ledger, ruling.request), claims)
        with run.change("label", ruling.request, ruling=ruling.id, labels=len(fresh)) as rows:
            if run.once(rows, f"label {ruling.id}"):
                labels.record(rows, fresh, run.id)
        count += len(fresh)
    return count


def rulings(run: Run) -> Rulings:
    """All that people ruled so far, for settling; the files that evidence then cites are brought up to it."""
    take_up(run)
    given = labels.load(run.ledger)
    labels.write(run.ledger, given)
    return Rulings(labels.verdicts(given, run.ledger), precision.tiers(labels.counting(given, run.ledger)))


def notices(ledger: Ledger) -> list[str]:
    """Which rules are believed less, and what waits for a person: a line each."""
    failing = precision.failing(labels.counting(labels.load(ledger), ledger))
    told = [f"demoted   {precision.told(one)}; it counts as {precision.BELOW[one.tier]} now" for one in failing]
    waiting = [len(_items(request)) for request in open_requests(ledger, KIND)]
    return told + [f"waiting   {count} findings wait for a person: stillhouse review findings" for count in waiting]


def labelled(ruling: Ruling, request: Request, claims: Mapping[str, str]) -> list[Labelled]:
    """The answers of a ruling, each with what it is about; ``claims`` are those of the findings, by id."""
    items = _items(request)
    return [
        Labelled(
            ruling=ruling.id,
            line=line,
            finding=items[answer.number - 1]["finding"],
            domain=items[answer.number - 1]["domain"],
            rule=items[answer.number - 1]["rule"],
            tier=items[answer.number - 1]["tier"],
            label=answer.label,
            text=answer.text or claims.get(items[answer.number - 1]["finding"], "as it was read"),
            editor=ruling.editor,
            at=ruling.at,
            edition=items[answer.number - 1].get("edition", ""),
            drawn=items[answer.number - 1].get("drawn", False),
        )
        for line, answer in enumerate(parse(ruling.notes, len(items)), 1)
    ]


def _open(run: Run, what: Due, today: date) -> None:
    rows_of = [
        {"finding": one.id, "evidence": uncertain.digest(one), "since": today.isoformat(), "run": run.id}
        for one in what.findings
        if one.id in what.fresh
    ]
    sha = what.body_sha256
    with run.change("ask about findings", SUBJECT, findings=len(what.findings), body_sha256=sha) as rows:
        open_request(rows, run, SUBJECT, KIND, sha, {"items": list(what.items)})
        if rows_of:
            rows.execute(delete(asked_rows).where(asked_rows.c.finding.in_(sorted(what.fresh))))
            rows.execute(insert(asked_rows), rows_of)


def _item(one: Finding, edition: str, disputed: bool) -> dict[str, Any]:
    item = {"finding": one.id, "domain": one.domain, "rule": one.rule, "tier": one.confidence, "edition": edition}
    return item | ({"drawn": True} if one.confidence == "high" and not disputed else {})


def _items(request: Request) -> list[dict[str, Any]]:
    return list(request.detail["items"])


def _asked(ledger: Ledger) -> dict[str, Asked]:
    with ledger.read() as rows:
        found = rows.execute(select(asked_rows)).mappings().all()
    return {row["finding"]: Asked(row["finding"], row["evidence"], row["since"]) for row in found}
