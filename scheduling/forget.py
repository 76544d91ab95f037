"""What the organisation keeps in words, and taking a text out of it: audit trail, tasks, requests, rulings, runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection

from scheduling.approvals import ruling_rows
from scheduling.ledger import scrub
from scheduling.requests import request_rows
from scheduling.runs import audit, runs
from scheduling.tasks import tasks

COLUMNS = (
    audit.c.subject,
    audit.c.detail,
    tasks.c.subject,
    tasks.c.note,
    request_rows.c.detail,
    request_rows.c.note,
    ruling_rows.c.notes,
    ruling_rows.c.voided,
    runs.c.note,
)


def held(rows: Connection, forms: Sequence[str]) -> int:
    """How many fields hold one of ``forms``."""
    return scrub.holding(rows, COLUMNS, forms)


def scrubbed(rows: Connection, forms: Sequence[str]) -> int:
    """Takes ``forms`` out, inside the caller's transaction; returns how many fields held one."""
    return scrub.scrub(rows, COLUMNS, forms)


def renamed(rows: Connection, commits: Mapping[str, str]) -> int:
    """Lets the audit trail name rewritten commits of the wiki by their new ids; returns how many rows did."""
    return scrub.swap(rows, (audit.c.subject, audit.c.detail), commits)
