"""Commands that put Stillhouse into the hands of coding agents, and the two that their hooks call."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, cast

import click

from flows import settings as config
from flows.commands import options
from flows.commands.options import say
from scheduling.base.errors import StillhouseError, UsageError
from scheduling.ledger.store import Ledger

AGENTS = ("claude-code", "codex", "gemini", "cursor")
STYLES = ("text", "gemini", "cursor")

project = click.option(
    "--project",
    metavar="DIR",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    default=Path(),
    help="The project (default: here).",
)
dry_run = click.option("--dry-run", is_flag=True, help="Print what would be written, and write nothing.")


@click.group()
def hooks() -> None:
    """Retrieval for coding agents: a brief at the start of a session, the queue at its end, and the MCP server."""


@hooks.command()
@click.option("--agent", type=click.Choice(AGENTS), default="claude-code", help="Others than Claude Code: printed.")
@project
@dry_run
@options.domain
@options.workspace
def install(agent: str, project: Path, dry_run: bool, domain: str | None, workspace: Path | None) -> None:
    """Write the MCP entry and the hooks into a project's files for Claude Code, or print them for another agent.

    What else stands in those files stays. The project's sessions are then briefed about one domain and see no other.
    """
    from flows import harness

    chosen = config.here(workspace)
    wiring = harness.Wiring(_program(), chosen.domain(domain), chosen.root)
    if agent != "claude-code":
        click.echo(harness.printed(agent, wiring), nl=False)
        return
    _write(harness.claude_code(project.absolute(), wiring), dry_run)


@hooks.command()
@project
@dry_run
@options.workspace
def uninstall(project: Path, dry_run: bool, workspace: Path | None) -> None:  # noqa: ARG001 (every command takes one)
    """Take what install wrote out of a project's files again."""
    from flows import harness

    _write(harness.claude_code(project.absolute(), None), dry_run)


def _write(edits: list[Any], dry_run: bool) -> None:
    from flows import harness

    for edit in edits:
        if dry_run:
            click.echo(f"{edit.path}:")
            click.echo(edit.text or "(removed)\n", nl=False)
    if not dry_run:
        harness.apply(edits)
        for edit in edits:
            say(f"{'removed' if edit.text is None else 'wrote'} {edit.path}")
    if not edits:
        say("Nothing to change.")


@hooks.command()
@click.option("--seat", metavar="NAME", default="agent", help="Who looks.")
@click.option("--style", type=click.Choice(STYLES), default="text", help="What the agent takes from a hook.")
@options.domain
@options.workspace
def start(seat: str, style: str, domain: str | None, workspace: Path | None) -> None:
    """Print the brief, as a hook at the start of a session; a session that goes on is told only what changed.

    Nothing that goes wrong here stops a session.
    """
    from flows import harness
    from wiki.briefs import brief

    goes_on = _from_agent().get("source") == "resume"
    try:
        chosen = config.here(workspace)
        space = chosen.workspace
        made = brief(Ledger(space.ledger), space.wiki, chosen.domain(domain), seat, full=not goes_on)
    except StillhouseError as error:
        say(f"stillhouse: {error}")
        return
    click.echo(harness.told(style, made.text), nl=False)


@hooks.command()
@click.option("--seat", metavar="NAME", default="agent", help="Whose session it was.")
@click.option("--style", type=click.Choice(STYLES), default="text", help="What the agent takes from a hook.")
@options.domain
@options.workspace
def end(seat: str, style: str, domain: str | None, workspace: Path | None) -> None:
    """Queue the session that ended for the next night, as a hook at its end."""
    from flows import ended, harness

    log = _from_agent().get("transcript_path")
    try:
        if not isinstance(log, str) or not Path(log).is_absolute():
            raise UsageError(f"{seat} named no log of its session", hint="the next nightly finds it in its source")
        chosen = config.here(workspace)
        ended.queue(Ledger(chosen.workspace.ledger), chosen.domain(domain), Path(log))
    except StillhouseError as error:
        say(f"stillhouse: {error}")
    click.echo(harness.told(style, ""), nl=False)


def _from_agent() -> dict[str, Any]:
    """What the agent says of its session, on standard input; nothing if it says nothing that can be read."""
    if sys.stdin.isatty():
        return {}
    try:
        said: Any = json.loads(sys.stdin.read(1_000_000))
    except ValueError:
        return {}
    return cast("dict[str, Any]", said) if isinstance(said, dict) else {}


def _program() -> str:
    """How hooks call this program, wherever they run."""
    called = Path(sys.argv[0]).absolute()
    return str(called) if called.exists() else "stillhouse"
