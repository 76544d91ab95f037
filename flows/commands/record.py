"""Commands that look at the record: what was collected, as it is."""

from __future__ import annotations

from contextlib import closing
from dataclasses import asdict
from pathlib import Path

import click

from flows import settings as config
from flows.commands import options
from flows.commands.options import echo_json


@click.command()
@options.domain
@click.option("--of", "unit", metavar="ID", help="Only links of this session, commit or ticket.")
@options.workspace
@options.as_json
def links(domain: str | None, unit: str | None, workspace: Path | None, as_json: bool) -> None:
    """List which sessions, commits and tickets belong together, and what says so."""
    from distillers.links import links as find
    from distillers.record.archive import Archive
    from scheduling.ledger.store import Ledger

    chosen = config.load(config.find(workspace))
    name = chosen.domain(domain)
    with closing(Archive(chosen.workspace.archive, Ledger(chosen.workspace.ledger))) as archive:
        found = [link for link in find(archive, name) if unit in (None, link.unit, link.other)]
    for link in found:
        if as_json:
            echo_json({"domain": name, **asdict(link)})
        else:
            click.echo(f"{link.unit} → {link.other}  ({link.how}: {link.ref})")
