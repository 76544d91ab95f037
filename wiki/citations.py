"""Citations of findings, as one domain may see them.

A finding of ``global`` is shown in every domain, but of its evidence only what was collected for the domain that asks.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, column, exists, select, table

from distillers.findings import GLOBAL, evidence, findings
from scheduling.ledger.store import Ledger
from wiki.text import public

_SOME = 500
_FILES = table("files", column("via"), column("path"))
"""Collect's own table: ``via`` is the domain of the source that a file was reached through."""


@dataclass(frozen=True, slots=True)
class Citation:
    """Where a statement comes from; ``finding`` and ``quote`` are "" for a passage of the record."""

    finding: str
    origin: str
    session: str
    file: str
    line: int
    quote: str


def citations(ledger: Ledger, ids: Iterable[str], domain: str) -> dict[str, tuple[Citation, ...]]:
    """Finding → its evidence, the lead first, as far as ``domain`` may see it; findings of other silos are left out."""
    wanted = sorted(set(ids))
    if not wanted:
        return {}
    found: dict[str, list[Citation]] = {}
    with ledger.read() as rows:
        for start in range(0, len(wanted), _SOME):
            for one in _read(rows, wanted[start : start + _SOME], domain):
                found.setdefault(one.finding, []).append(one)
    return {key: tuple(some) for key, some in found.items()}


def _read(rows: Connection, ids: Sequence[str], domain: str) -> Iterator[Citation]:
    owners = dict(rows.execute(select(findings.c.id, findings.c.domain).where(findings.c.id.in_(ids))).tuples().all())
    own = [key for key, owner in owners.items() if owner == domain]
    shared = [key for key, owner in owners.items() if owner == GLOBAL != domain]
    yield from _cited(rows, select(evidence).where(evidence.c.finding.in_(own)))
    if shared:
        collected_here = exists().where(_FILES.c.path == evidence.c.file, _FILES.c.via == domain)
        yield from _cited(rows, select(evidence).where(evidence.c.finding.in_(shared), collected_here))


def _cited(rows: Connection, chosen: Select[Any]) -> Iterator[Citation]:
    for row in rows.execute(chosen.order_by(evidence.c.finding, evidence.c.rank)).mappings():
        yield Citation(row["finding"], row["origin"], row["unit"], row["file"], row["line"], public(row["text"]))
