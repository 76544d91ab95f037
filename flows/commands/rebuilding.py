"""The command that makes everything anew from the wiki's git and the logs."""

from __future__ import annotations

from pathlib import Path

import click

from flows import settings as config
from flows.commands import options
from flows.commands.options import echo_json, say


@click.command()
@click.option("--without-lost", is_flag=True, help="Go on though logs are gone; what rests on them goes too.")
@options.workspace
@options.as_json
def rebuild(without_lost: bool, workspace: Path | None, as_json: bool) -> None:
    """Make ledger, archive and index anew from the wiki's git and the logs.

    The old ones are moved aside, never deleted. What only people said (rulings, editors, purges) is carried over from
    the old ledger if it can still be read.
    """
    from flows.rebuild import rebuild as run

    done = run(config.here(workspace), without_lost=without_lost, say=say)
    if as_json:
        aside = str(done.aside) if done.aside else ""
        echo_json({**done.report.to_json(), "aside": aside, "kept": done.kept})
        return
    click.echo("\n".join(done.report.lines()))
    click.echo(f"kept      {done.kept} rows of what people said")
