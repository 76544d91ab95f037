"""What a person hears of a night: one request about what is uncertain, and the report."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace

from content import confirming
from distillers.accounts import Collected
from distillers.distil import Distilled
from distillers.findings import Kind
from distillers.findings_store import load
from flows.report import Report
from flows.stages.night import Night
from flows.stages.rest import Turn
from scheduling.base.clock import now
from wiki.filed import Filed
from wiki.git import open_repo

WORTH: tuple[Kind, ...] = ("rule", "correction", "fix", "cause", "gotcha", "decision", "choice", "fact")
"""In what order a person wants to hear what was learned."""


def ask(night: Night) -> str:
    """Gathers what is uncertain into one request to a person; its id, "" if there is nothing to ask."""
    today = now().date()
    due = confirming.due(night.ledger, night.settings.domains, today)
    if due.stands:
        return due.open.id if due.open else ""
    with night.stage("ask a person", "operator") as run:
        request = confirming.ask(run, due, today)
    return request.id if request else ""


def report(
    night: Night, turn: Turn, collected: Collected, distilled: Distilled | None, filed: Sequence[Filed]
) -> Report:
    """What the night did, with the change of the wiki as a diff."""
    notices = confirming.notices(night.ledger)
    turn.done(json.dumps(notices, ensure_ascii=False))
    commits = [one.commit for one in filed if one.commit]
    diff = "".join(map(open_repo(night.settings.workspace.wiki).diff, commits)) if commits else ""
    made = Report.of(night.run.id, collected, distilled, filed, night.seconds)
    fetched = tuple(night.fetched)
    told = {"learned": learned(night), "diff": diff, "fetched": fetched, "notices": tuple(notices)}
    return replace(made, **told, agent=night.settings.distiller)


def learned(night: Night) -> tuple[str, ...]:
    """What is certain since tonight, as ``domain/page: claim``: what people ordered first, then fixes and causes."""
    distilling = night.runs.get("distil")
    fresh = [
        finding
        for domain in night.domains
        for finding in (load(night.ledger, domain=domain, confidence="high", status="written") if distilling else ())
        if finding.run == distilling
    ]
    ranked = sorted(fresh, key=lambda finding: (WORTH.index(finding.kind), -finding.seen, finding.id))
    return tuple(f"{finding.domain}/{finding.page}: {finding.claim}" for finding in ranked)
