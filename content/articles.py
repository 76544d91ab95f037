"""Articles in the ledger: the state each is in, the ways from state to state, and what may be shown to the world.

    brief → draft → in_review → changes_requested | approved → published → retired

There is no way past a person: ``approved`` is reached by a ruling only, and ``published`` from ``approved`` only.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Column, Connection, String, Table, Text, insert, select, update
from sqlalchemy.engine import RowMapping

from content.draft import Draft, State, parse
from content.files import article_file, read
from content.pillars import Past
from distillers.findings import Finding
from scheduling.approvals import Ruling, approval_of, rulings
from scheduling.base.clock import stamp
from scheduling.base.errors import CorruptError, RefusedError, UsageError
from scheduling.base.workspace import Workspace
from scheduling.ledger.store import Ledger, metadata
from scheduling.runs import Run

KIND = "draft"
"""The kind of a request for a ruling about an article."""

BY_HAND = "by hand"
"""In place of the digest of a brief: a person edited the text, so no program writes it anew."""

article_rows = Table(
    "articles",
    metadata,
    Column("slug", String, primary_key=True),
    Column("pillar", String, nullable=False, index=True),
    Column("state", String, nullable=False),
    Column("title", String, nullable=False, default=""),
    Column("digest", String, nullable=False, default=""),  # of the brief it was written from
    Column("body_sha256", String, nullable=False, default=""),
    Column("previous", String, nullable=False, default=""),  # body of the version that a person saw before this one
    Column("request", String, nullable=False, default=""),
    Column("decision", String, nullable=False, default=""),  # ruling id
    Column("findings", Text, nullable=False, default="[]"),  # JSON list
    Column("at", String, nullable=False, default=""),  # when it was published
    Column("updated", String, nullable=False),
    Column("run", String, nullable=False),
)

NEXT: Mapping[State, frozenset[State]] = {
    "brief": frozenset({"brief", "draft", "retired"}),
    "draft": frozenset({"draft", "in_review", "retired"}),
    "in_review": frozenset({"draft", "in_review", "changes_requested", "approved", "retired"}),
    "changes_requested": frozenset({"changes_requested", "draft", "retired"}),
    "approved": frozenset({"approved", "published", "draft"}),
    "published": frozenset({"published", "retired", "draft"}),
    "retired": frozenset({"retired"}),
}
"""From each state where to. ``approved → draft`` is a text that changed after it was approved; ``published → draft``
one that something was purged from."""
OPEN: frozenset[State] = frozenset({"brief", "draft", "in_review", "changes_requested", "approved"})
RULED: Mapping[str, State] = {"approve": "approved", "request-changes": "changes_requested", "reject": "retired"}


@dataclass(frozen=True, slots=True)
class Record:
    """One article as the ledger knows it."""

    slug: str
    pillar: str
    state: State
    title: str
    digest: str
    body_sha256: str
    previous: str
    request: str
    decision: str
    findings: tuple[str, ...]
    at: str
    updated: str
    run: str

    @property
    def subject(self) -> str:
        """What requests and rulings about it name."""
        return subject(self.slug)


@dataclass(frozen=True, slots=True)
class Published:
    """An article that a person's ruling covers, byte for byte."""

    record: Record
    path: Path
    draft: Draft
    ruling: Ruling


def subject(slug: str) -> str:
    """The subject of requests and rulings about an article."""
    return f"article:{slug}"


def find(ledger: Ledger, slug: str) -> Record | None:
    """The article ``slug``, or None."""
    with ledger.read() as rows:
        return find_in(rows, slug)


def find_in(rows: Connection, slug: str) -> Record | None:
    """As :func:`find`, inside a transaction."""
    row = rows.execute(select(article_rows).where(article_rows.c.slug == slug)).mappings().first()
    return _record(row) if row else None


def get(ledger: Ledger, slug: str) -> Record:
    """The article ``slug``; raises :class:`UsageError` if there is none."""
    found = find(ledger, slug)
    if found is None:
        raise UsageError(f"there is no article {slug}", hint="see `stillhouse review list`")
    return found


def listed(ledger: Ledger, states: Iterable[State] = ()) -> list[Record]:
    """All articles, or those in ``states``, by slug."""
    wanted = frozenset(states)
    with ledger.read() as rows:
        found = rows.execute(select(article_rows).order_by(article_rows.c.slug)).mappings().all()
    records = [_record(row) for row in found]
    return [each for each in records if not wanted or each.state in wanted]


def move(rows: Connection, run: Run, slug: str, state: State, **values: Any) -> None:
    """Takes the article from the state it is in to ``state`` and sets ``values``.

    Raises :class:`RefusedError` if no way leads there; that undoes the caller's transaction.
    """
    now = find_in(rows, slug)
    if now is None and state != "brief":
        raise RefusedError(f"{slug} was never briefed, so it cannot be {state}", hint="run `stillhouse daily`")
    if now is not None and state not in NEXT[now.state]:
        raise RefusedError(
            f"{slug} is {now.state}, and no way leads from there to {state}",
            hint=f"from {now.state} it can become: {', '.join(sorted(NEXT[now.state] - {now.state})) or 'nothing'}",
        )
    fields = {"state": state, "updated": stamp(), "run": run.id, **values}
    if now is None:
        rows.execute(insert(article_rows).values(slug=slug, **fields))
    else:
        rows.execute(update(article_rows).where(article_rows.c.slug == slug).values(**fields))


def apply_ruling(run: Run, ruling: Ruling) -> Record:
    """Takes an article to the state that a ruling gives it; doing it again changes nothing."""
    slug = ruling.subject.partition(":")[2]
    record = get(run.ledger, slug)
    if record.request != ruling.request or record.state != "in_review":
        return record
    with run.change("apply ruling", slug, decision=ruling.decision, ruling=ruling.id) as rows:
        move(rows, run, slug, RULED[ruling.decision], decision=ruling.id)
    return get(run.ledger, slug)


def settle_rulings(run: Run) -> None:
    """Applies every ruling that was given on an article in review, whoever died before applying it."""
    for record in listed(run.ledger, ("in_review",)):
        given = [each for each in rulings(run.ledger, record.subject) if each.request == record.request]
        for ruling in given[-1:]:
            if not ruling.voided:
                apply_ruling(run, ruling)


def history(ledger: Ledger) -> list[Past]:
    """What :func:`content.pillars.choose` needs to know: articles published, and those that wait for an editor."""
    return [
        Past(each.slug, each.pillar, each.at if each.state == "published" else "", frozenset(each.findings))
        for each in listed(ledger, ("published", "approved", "in_review"))
    ]


def spent(ledger: Ledger) -> frozenset[str]:
    """The findings that stand in a published or approved article."""
    done = listed(ledger, ("published", "approved"))
    return frozenset(name for each in done for name in each.findings)


def sent_back(ledger: Ledger, pillar: str) -> list[Ruling]:
    """Rulings other than approvals about articles of a pillar since its last publication, the oldest first."""
    own = [each for each in listed(ledger) if each.pillar == pillar]
    since = max((each.at for each in own if each.state == "published"), default="")
    found = [ruling for each in own for ruling in rulings(ledger, each.subject)]
    return sorted((r for r in found if r.decision != "approve" and r.at > since), key=lambda r: (r.at, r.id))


def published(ledger: Ledger, workspace: Workspace) -> list[Published]:
    """The articles that may be shown to the world, by slug.

    Front matter has no say in it: an article is listed if the ledger has it as published, and an approval in force
    covers exactly the bytes of its body.
    """
    found = (_published(ledger, workspace, record) for record in listed(ledger, ("published",)))
    return [each for each in found if each is not None]


def doubtful(articles: Iterable[Published], findings: Iterable[Finding]) -> dict[str, list[str]]:
    """Published articles whose evidence fell: slug → sentences that say what became of which finding."""
    known = {finding.id: finding for finding in findings}
    fallen = {
        each.record.slug: [why for name in each.record.findings if (why := _fallen(name, known))] for each in articles
    }
    return {slug: reasons for slug, reasons in fallen.items() if reasons}


def _published(ledger: Ledger, workspace: Workspace, record: Record) -> Published | None:
    path = article_file(workspace.published, record.slug)
    try:
        draft = parse(path.name, read(path))
    except (RefusedError, CorruptError):
        return None
    ruling = approval_of(ledger, record.subject, draft.body_sha256)
    return Published(record, path, draft, ruling) if ruling and draft.front.slug == record.slug else None


def _fallen(name: str, known: Mapping[str, Finding]) -> str:
    finding = known.get(name)
    if finding is None:
        return f"{name} is gone"
    if finding.superseded_by:
        return f"{name} is superseded by {finding.superseded_by}"
    if finding.status != "written":
        return f"{name} is {finding.status}"
    return "" if finding.confidence == "high" else f"{name} fell to {finding.confidence} confidence"


def _record(row: RowMapping) -> Record:
    values: dict[str, Any] = {**row, "findings": tuple(json.loads(row["findings"]))}
    return Record(**values)
