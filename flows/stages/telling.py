"""What a person hears of a night: one request about what is uncertain, and the report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from content import confirming
from distillers.collect import Collected
from distillers.distil import Distilled
from distillers.findings import Kind
from distillers.findings_store import load
from flows.report import Report
from flows.stages.night import Night
from scheduling.base.clock import now
from wiki.filing import Filed
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


def report(night: Night, collected: Collected, distilled: Distilled, filed: Sequence[Filed]) -> Report:
    """What the night did, with the change of the wiki as a diff."""
    repo = open_repo(night.settings.workspace.wiki)
    diff = "".join(repo.diff(one.commit) for one in filed if one.commit)
    made = Report.of(night.run.id, collected, distilled, filed, night.seconds, learned(night), diff)
    return replace(made, fetched=tuple(night.fetched), notices=tuple(confirming.notices(night.ledger)))


def learned(night: Night) -> list[str]:
    """What is certain since tonight, as ``domain/page: claim``: what people ordered first, then fixes and causes."""
    fresh = [
        finding
        for domain in night.domains
        for finding in load(night.ledger, domain=domain, confidence="high", status="written")
        if finding.run == night.runs.get("distil")
    ]
    ranked = sorted(fresh, key=lambda finding: (WORTH.index(finding.kind), -finding.seen, finding.id))
    return [f"{finding.domain}/{finding.page}: {finding.claim}" for finding in ranked]
