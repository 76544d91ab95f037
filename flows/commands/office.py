"""Commands that show the organisation at work: tasks and the audit trail."""

from __future__ import annotations

from pathlib import Path

import click

from flows import settings as config
from flows.commands import options
from flows.commands.options import echo_json
from scheduling import runs
from scheduling import tasks as work
from scheduling.base.errors import UsageError
from scheduling.ledger.store import Ledger


@click.command()
@click.option("--state", type=click.Choice(["todo", "in_progress", "done", "blocked"]), help="Only these.")
@options.workspace
@options.as_json
def tasks(state: str | None, workspace: Path | None, as_json: bool) -> None:
    """List units of work: what is to be done, who holds it, what is blocked and why."""
    chosen = config.load(config.find(workspace))
    for task in work.listed(Ledger(chosen.workspace.ledger), state or ""):
        if as_json:
            echo_json(task)
        else:
            held = f" by {task['owner']} until {task['lease_until']}" if task["owner"] else ""
            click.echo(
                f"{task['id']}  {task['state']:<11} {task['kind']} {task['subject']}{held} {task['note']}".rstrip()
            )


@click.command()
@click.argument("run")
@options.workspace
@options.as_json
def audit(run: str, workspace: Path | None, as_json: bool) -> None:
    """Tell what RUN did, change by change (the id stands in each report, page commit and decision)."""
    chosen = config.load(config.find(workspace))
    head, rows = runs.story(Ledger(chosen.workspace.ledger), run)
    if head is None:
        raise UsageError(f"there is no run {run}", hint="its id looks like r-0123456789ab")
    if as_json:
        echo_json({**head, "changes": rows})
        return
    click.secho(
        f"{head['id']}  {head['kind']} by {head['seat']}: {head['state']}  {head['started']} – {head['ended']}",
        bold=True,
    )
    for row in rows:
        detail = row["detail"] if row["detail"] != "{}" else ""
        click.echo(f"{row['at']}  {row['action']:<14} {row['subject']}  {detail}".rstrip())
