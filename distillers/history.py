"""What was held of each finding and since when, so that what was believed on a day stays answerable.

    finding changes ──→ version (finding, at, what it was from then on) ──fold up to a day──→ as it was held that day

The second clock is that of the evidence: of days before a domain's first night the house can only say what it would
have held with what was said until then.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

from sqlalchemy import Column, Connection, Integer, String, Table, Text, insert, select

from distillers.findings import Candidate, Finding, Quote, Status
from distillers.grade import RECURS
from distillers.settle import settle
from scheduling.base.clock import stamp
from scheduling.ledger.store import metadata

versions = Table(
    "finding_versions",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("finding", String, nullable=False, index=True),
    Column("domain", String, nullable=False, index=True),
    Column("at", String, nullable=False),
    Column("body", Text, nullable=False),  # the finding as JSON, or only what changed of it; "" once it is forgotten
)

DAY = len("2026-11-20")


def note(rows: Connection, fresh: Iterable[Finding]) -> None:
    """Keeps that these findings are held as they are from now on, in the transaction that stores them."""
    _note(rows, ((one.id, one.domain, json.dumps(asdict(one), ensure_ascii=False)) for one in fresh))


def note_status(rows: Connection, changed: Mapping[str, str], status: Status | None) -> None:
    """Keeps that findings, given with their domains, have this status from now on; None: they are held no more."""
    body = json.dumps({"status": status}) if status else ""
    _note(rows, ((finding, domain, body) for finding, domain in changed.items()))


def held(rows: Connection, domain: str, day: str) -> list[Finding] | None:
    """The findings of a domain as they were held at the end of ``day`` (``YYYY-MM-DD``, UTC).

    None if the house had never looked at the domain by then.
    """
    chosen = select(versions.c.finding, versions.c.body).order_by(versions.c.seq)
    chosen = chosen.where(versions.c.domain == domain, versions.c.at < f"{day}~")
    found: dict[str, dict[str, Any]] = {}
    noted = rows.execute(chosen).all()
    for finding, body in noted:
        known = found.get(finding, {})
        change: dict[str, Any] = json.loads(body) if body else {}
        found[finding] = {**known, **change} if body and (known or "claim" in change) else {}
    return [_finding(body) for body in found.values() if body] if noted else None


def at(rows: Connection, moments: Mapping[str, str]) -> dict[str, Finding]:
    """Each finding that ``moments`` names as it was held at its moment; if it was not yet, as it was held first."""
    found: dict[str, Finding] = {}
    wanted = sorted(moments)
    for start in range(0, len(wanted), 500):
        chosen = select(versions.c.finding, versions.c.at, versions.c.body).order_by(versions.c.seq)
        for finding, when, body in rows.execute(chosen.where(versions.c.finding.in_(wanted[start : start + 500]))):
            held: dict[str, Any] = json.loads(body) if body else {}
            if "claim" in held and (finding not in found or when <= moments[finding]):
                found[finding] = _finding(held)
    return found


def begin(rows: Connection, domain: str, old: Iterable[Finding]) -> None:
    """Keeps, once, that the house has looked at a domain, and the ``old`` findings that it held without a history."""
    if rows.execute(select(versions.c.seq).where(versions.c.domain == domain).limit(1)).first() is None:
        _note(rows, [("", domain, "")])
        note(rows, old)


def until(candidates: Iterable[Candidate], day: str, now: Mapping[str, Finding]) -> list[Finding]:
    """What follows from what was said up to ``day`` alone, as it would have been filed then.

    ``now`` are the findings of today by id: what is still held keeps its page.
    """
    cut = (_until(one, day) for one in candidates)
    return [_filed(one, now.get(one.id)) for one in settle(one for one in cut if one)]


def _filed(one: Finding, today: Finding | None) -> Finding:
    status: Status = "written" if one.status == "accepted" else one.status
    return replace(one, status=status, page=today.page if today else one.page)


def _until(one: Candidate, day: str) -> Candidate | None:
    """A candidate with its evidence up to a day; None before all of a session's, or enough sessions', was there."""
    kept = tuple(quote for quote in one.evidence if quote.at and quote.at[:DAY] <= day)
    if kept == one.evidence:
        return one
    recurring = _units(one.evidence) >= RECURS and _units(kept) >= RECURS and kept[0] == one.evidence[0]
    return replace(one, evidence=kept) if recurring else None


def _units(quotes: Sequence[Quote]) -> int:
    return len({quote.unit for quote in quotes})


def _note(rows: Connection, some: Iterable[tuple[str, str, str]]) -> None:
    moment = stamp()
    fresh = [{"finding": one, "domain": domain, "at": moment, "body": body} for one, domain, body in some]
    if fresh:
        rows.execute(insert(versions), fresh)


def _finding(body: Mapping[str, Any]) -> Finding:
    values: dict[str, Any] = dict(body)
    values |= {"warnings": tuple(body["warnings"]), "evidence": tuple(Quote(**quote) for quote in body["evidence"])}
    return Finding(**values)
