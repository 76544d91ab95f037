"""Citations of findings, as one domain may see them.

A finding of ``global`` is shown in every domain, but of its evidence only what was collected for the domain that asks.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, column, select, table

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


Cited = dict[str, tuple[Citation, ...]]
"""Finding → its evidence."""


def citations(ledger: Ledger, ids: Iterable[str], domain: str) -> Cited:
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
    """In one question to the ledger, and a second one if findings of ``global`` are among them."""
    owned = select(evidence, findings.c.domain.label("owner")).join(findings, findings.c.id == evidence.c.finding)
    chosen = owned.where(evidence.c.finding.in_(ids), findings.c.domain.in_([domain, GLOBAL]))
    found = rows.execute(chosen.order_by(evidence.c.finding, evidence.c.rank)).mappings().all()
    shared = sorted({row["file"] for row in found if row["owner"] != domain})
    here = _collected(rows, shared, domain) if shared else frozenset[str]()
    for row in found:
        if row["owner"] == domain or row["file"] in here:
            yield Citation(row["finding"], row["origin"], row["unit"], row["file"], row["line"], public(row["text"]))


def _collected(rows: Connection, files: Sequence[str], domain: str) -> frozenset[str]:
    """Those of ``files`` that were collected for ``domain``."""
    asked = select(_FILES.c.path).where(_FILES.c.via == domain, _FILES.c.path.in_(files))
    return frozenset(rows.execute(asked).scalars())
