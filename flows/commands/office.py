"""Commands that show the organisation at work: tasks, budgets and the audit trail."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from distillers.agents.base import MILLION
from flows import settings as config
from flows.asked import dollars
from flows.commands import options
from flows.commands.options import echo_json
from scheduling import budget as money
from scheduling import runs
from scheduling import tasks as work
from scheduling.base.errors import UsageError
from scheduling.ledger.store import Ledger

RUNS = 5
"""Accounts of single runs that are shown."""


@click.command()
@click.option("--state", type=click.Choice(["todo", "in_progress", "done", "blocked"]), help="Only these.")
@options.workspace
@options.as_json
def tasks(state: str | None, workspace: Path | None, as_json: bool) -> None:
    """List units of work: what is to be done, who holds it, what is blocked and why."""
    chosen = config.here(workspace)
    for task in work.listed(Ledger(chosen.workspace.ledger), state or ""):
        if as_json:
            echo_json(task)
        else:
            held = f" by {task['owner']} until {task['lease_until']}" if task["owner"] else ""
            click.echo(
                f"{task['id']}  {task['state']:<11} {task['kind']} {task['subject']}{held} {task['note']}".rstrip()
            )


@click.command()
@click.option("--last", metavar="N", type=click.IntRange(0), default=0, help="The newest N calls too.")
@options.workspace
@options.as_json
def budget(last: int, workspace: Path | None, as_json: bool) -> None:
    """Show what was spent on agents, by run, by seat and month, and by month of the whole house, with the caps.

    From 80 % of a cap on only critical sessions are asked about, at 100 % none; what waits is done another night.
    """
    chosen = config.here(workspace)
    ledger = Ledger(chosen.workspace.ledger)
    accounts = [one for one in money.listed(ledger) if not one.name.startswith("run ")]
    accounts += money.listed(ledger, "run ")[-RUNS:]
    waiting = sum(task["kind"] == "ask" for task in work.listed(ledger, "todo"))
    sessions, whole = money.subjects(ledger)
    if as_json:
        told = [{**asdict(one), "used": one.used, "state": one.state} for one in accounts]
        each = {"sessions": sessions, **asdict(whole), "usd_per_session": whole.micros / MILLION / max(1, sessions)}
        echo_json({"accounts": told, "waiting": waiting, "sessions": each, "charges": money.charged(ledger, last)})
        return
    for one in accounts:
        click.echo(f"{one.name:<26} {_spent(one)}  {one.used:3} %  {one.state}")
    for charge in money.charged(ledger, last):
        spent = f"{charge['tokens']} tokens, {dollars(charge['micros'])}"
        click.echo(f"{charge['at']}  {charge['state']:<9} {charge['subject']}  {spent}")
    if sessions:
        each = f"{whole.tokens // sessions} tokens, {dollars(whole.micros // sessions)} a session"
        click.echo(f"{sessions} sessions asked about so far: {each}")
    click.echo(f"{waiting} sessions wait to be asked about" if accounts else "No agent was ever asked.")


def _spent(one: money.Account) -> str:
    caps = one.caps
    calls = f"{one.spent.calls}{'' if caps.calls is None else f' of {caps.calls}'} calls"
    tokens = f"{one.spent.tokens}{'' if caps.tokens is None else f' of {caps.tokens}'} tokens"
    spent = f"{dollars(one.spent.micros)}{'' if caps.micros is None else f' of {dollars(caps.micros)}'}"
    return f"{calls}, {tokens}, {spent}"


@click.command()
@click.argument("run")
@options.workspace
@options.as_json
def audit(run: str, workspace: Path | None, as_json: bool) -> None:
    """Tell what RUN did, change by change (the id stands in each report, page commit and decision)."""
    chosen = config.here(workspace)
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
