"""The command that measures what the house knows: eval."""

from __future__ import annotations

from pathlib import Path

import click

from flows import settings as config
from flows.commands import options
from flows.commands.options import echo_json


@click.command(name="eval")
@click.option(
    "--questions",
    metavar="FILE",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help='JSON lines: {"question", "must": [[pattern, …], …]} or {"question", "answer"}; "domain" where it differs.',
)
@click.option(
    "--max-tokens",
    metavar="N",
    type=click.IntRange(50, 100_000),
    default=2000,
    show_default=True,
    help="What a question may get back, in all.",
)
@options.domain
@options.workspace
@options.as_json
def measure(questions: Path | None, max_tokens: int, domain: str | None, workspace: Path | None, as_json: bool) -> None:
    """How often each rule is right by people's labels, whether quotes are true, and what questions get."""
    from flows import measure as room

    chosen = config.here(workspace)
    asked = room.read_questions(questions, domain or "") if questions else []
    found = room.evaluate(chosen, asked, max_tokens)
    if as_json:
        echo_json(found.to_json())
    else:
        click.echo("\n".join(found.lines()))


eval = measure  # noqa: A001 (the command's own name, by which it is looked up)
