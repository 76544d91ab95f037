"""The command that lists findings."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from flows import settings as config
from flows.commands import options
from flows.commands.options import echo_json, say
from scheduling.ledger.store import Ledger

if TYPE_CHECKING:
    from distillers.findings import Confidence, Finding, Quote, Status


@click.command()
@options.one_domain
@click.option("--confidence", type=click.Choice(["high", "medium", "low"]), help="Only these.")
@click.option(
    "--status",
    type=click.Choice(["waiting", "accepted", "written", "superseded", "retired", "rejected", "dropped"]),
    help="Only these.",
)
@click.option("--as-of", metavar="DATE", help="What was believed on that day (YYYY-MM-DD).")
@options.workspace
@options.as_json
def findings(
    domain: str | None,
    confidence: Confidence | None,
    status: Status | None,
    as_of: str | None,
    workspace: Path | None,
    as_json: bool,
) -> None:
    """List what was found, the most certain first, with its evidence; all domains unless one is named."""
    from distillers.findings_store import load
    from distillers.grade import ORDER

    chosen = config.here(workspace)
    if domain is not None:
        chosen.domain(domain)
    found = load(Ledger(chosen.workspace.ledger), domain=domain, confidence=confidence, status=status, as_of=as_of)
    if as_json:
        for finding in found:
            echo_json(_row(finding))
        return
    for finding in sorted(found, key=lambda one: (-ORDER.index(one.confidence), one.status != "written")):
        _print_finding(finding)
    if not found:
        say("No finding is like that.")


def _print_finding(finding: Finding) -> None:
    click.secho(f"{finding.id}  {finding.confidence}  {finding.status}  {finding.domain}/{finding.page}", bold=True)
    click.echo(f"  {finding.claim}")
    quote = finding.evidence[0]
    more = f" and {len(finding.evidence) - 1} more" if len(finding.evidence) > 1 else ""
    click.secho(f"  {quote.file}:{quote.line} ({quote.origin}){more}", dim=True)


def _row(finding: Finding) -> dict[str, Any]:
    return {
        "id": finding.id,
        "domain": finding.domain,
        "kind": finding.kind,
        "claim": finding.claim,
        "key": finding.key,
        "confidence": finding.confidence,
        "status": finding.status,
        "page": f"{finding.domain}/{finding.page}" if finding.page else "",
        "valid_from": finding.valid_from,
        "superseded_by": finding.superseded_by or None,
        "rule": finding.rule,
        "seen": finding.seen,
        "warnings": list(finding.warnings),
        "evidence": [_cited(quote) for quote in finding.evidence],
        "run": finding.run,
    }


def _cited(quote: Quote) -> dict[str, Any]:
    return {
        "origin": quote.origin,
        "session": quote.unit,
        "file": quote.file,
        "line": quote.line,
        "quote": quote.text,
        "passage": quote.passage,
    }
