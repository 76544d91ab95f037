"""The command for lines of the wiki that a person wrote and newer evidence says otherwise."""

from __future__ import annotations

from pathlib import Path

import click

from flows import settings as config
from flows.commands import options
from flows.commands.options import say


@click.command()
@click.argument("block", default="")
@click.option("--theirs", "word", flag_value="theirs", help="The person's line stays.")
@click.option("--ours", "word", flag_value="ours", help="What the evidence says takes its place.")
@click.option("--merged", metavar="TEXT", default="", help="This sentence takes the place of both.")
@click.option("--name", help="Your name, as enrolled.")
@click.option("--code", help="The code that your authenticator app shows now; asked for if it is left out.")
@options.workspace
def line(block: str, word: str | None, merged: str, name: str | None, code: str | None, workspace: Path | None) -> None:
    """Print both versions of the line BLOCK, or decide between them."""
    from flows import desk
    from flows.launch import review_ruled

    chosen = config.here(workspace)
    request = desk.line_of(chosen, block)
    if not word and not merged:
        click.echo(desk.show(chosen, request.id).markdown, nl=False)
        say("Here: stillhouse review line --theirs, --ours or --merged 'the sentence', and --name NAME")
        return
    if not name:
        raise click.UsageError("deciding needs --name, as you are enrolled")
    given = code or click.prompt("One-time code")
    done = desk.choose(
        chosen, request.id, word or "merged", merged, editor=name, code=given, body_sha256=request.body_sha256
    )
    click.echo(done.message)
    review_ruled(chosen, request.id, done.message)
