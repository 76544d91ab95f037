"""Commands around a workspace: making one, its health, and the redaction filter."""

from __future__ import annotations

import json
import secrets
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from distillers.record.redact import Redactor
from flows import founding, surroundings
from flows import settings as config
from flows.commands import options
from flows.commands.options import echo_json, program, say
from scheduling.base.errors import UsageError
from scheduling.base.workspace import SETTINGS


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option(
    "--source",
    "sources",
    metavar="DOMAIN=PATH",
    multiple=True,
    help="A folder or file of logs or tickets, or github:OWNER/NAME, git:PATH, notes:PATH (repeatable).",
)
@click.option("--sample", is_flag=True, help="Use the bundled sample.")
@click.option("--yes", is_flag=True, help="Use the stores that are found without asking.")
@click.option("--exist-ok", is_flag=True, help="Do nothing if DIR is a workspace already.")
def init(folder: Path, sources: tuple[str, ...], sample: bool, yes: bool, exist_ok: bool) -> None:
    """Make a workspace in DIR.

    With --source, nothing in the home folder is looked at. Without it, the stores of the agents used here are found,
    listed with their sizes, and used once you agree.
    """
    root = folder.expanduser().absolute()
    if exist_ok and (root / SETTINGS).is_file():
        return
    founding.check_place(root)
    plan = founding.from_words(sources) if sources else founding.sample() if sample else _proposed(yes)
    space = founding.found(root, plan)
    say(f"Made the workspace {space.root} with {', '.join(sorted(plan.sources))}.")
    say(f"Next: {program()} nightly --workspace {folder}")


def _proposed(yes: bool) -> founding.Plan:
    from distillers.sources.stores import find_stores

    stores = find_stores(surroundings.home(), **surroundings.agent_homes())
    if not stores:
        say("No agent sessions were found in the home folder; the bundled sample is used.")
        return founding.sample()
    say("Agent sessions found here:")
    for store in stores:
        say(
            f"  {store.kind:<12} {store.bytes / 1e6:8.1f} MB {store.files:6} files"
            f"  {store.domain or 'several projects'}  {store.path}"
        )
    if yes or (
        sys.stdin.isatty()
        and click.confirm("Collect these? They are read on this machine only and never changed", default=True)
    ):
        return founding.from_stores(stores)
    say("They are left alone (--yes would use them); the bundled sample is used.")
    return founding.sample()


@click.command()
@click.option("--fix", is_flag=True, help="Mend what can be mended without losing anything, then check again.")
@options.workspace
@options.as_json
def doctor(fix: bool, workspace: Path | None, as_json: bool) -> None:
    """Check the health of a workspace (or of the installation, outside of one): a count and a grade, with mends."""
    from flows.doctor import examine, mend

    root = _nearest(workspace)
    result = examine(root)
    if fix and root:
        for line in mend(root, result):
            say(line)
        result = examine(root)
    if as_json:
        echo_json(result.to_json())
    else:
        for check in result.checks:
            click.echo(
                f"{'ok ' if check.ok else 'BAD'}  {check.name}: {check.said}"
                + (f"\n     mend: {check.mend}" if not check.ok else "")
            )
        click.secho(f"{result.grade} {result.passed}/{len(result.checks)}", bold=True)
    if result.passed < len(result.checks):
        sys.exit(1)


def _nearest(workspace: Path | None) -> Path | None:
    if workspace is not None:
        return surroundings.find(workspace)
    try:
        return surroundings.find(None)
    except UsageError:
        return None


@click.command()
@options.workspace
@options.as_json
def redact(workspace: Path | None, as_json: bool) -> None:
    """Mask secrets from standard input to standard output.

    With --json, lines {"id", "text"} come in and the same lines masked go out. In a workspace its own key marks equal
    secrets with equal hashes; outside of one a passing key is used.
    """
    redactor = _redactor(_nearest(workspace))
    if as_json:
        for number, line in enumerate(sys.stdin, start=1):
            if line.strip():
                echo_json(_masked_row(redactor.mask, line, number))
        return
    sys.stdin.reconfigure(errors="surrogateescape", newline="")  # type: ignore[union-attr]
    sys.stdout.reconfigure(errors="surrogateescape", newline="")  # type: ignore[union-attr]
    for line in redactor.mask_stream(sys.stdin):
        sys.stdout.write(line)


def _redactor(root: Path | None) -> Redactor:
    from flows.redaction import redactor

    if root is None:
        return Redactor(secrets.token_bytes(32))
    return redactor(config.load(root))


def _masked_row(mask: Callable[[str], str], line: str, number: int) -> dict[str, Any]:
    try:
        row = json.loads(line)
        return {**row, "text": mask(row["text"])}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise UsageError(f'line {number} of standard input is no {{"id", "text"}} object') from error
