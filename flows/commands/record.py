"""Commands that look at the record: what was collected, as it is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from flows import settings as config
from flows.commands import options
from flows.commands.options import echo_json
from scheduling.base.errors import UsageError

if TYPE_CHECKING:
    from distillers.record.archive import Archive
    from distillers.record.events import Event


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

    chosen = config.here(workspace)
    name = chosen.domain(domain)
    with closing(Archive(chosen.workspace.archive, Ledger(chosen.workspace.ledger))) as archive:
        found = [link for link in find(archive, name) if unit in (None, link.unit, link.other)]
    for link in found:
        if as_json:
            echo_json({"domain": name, **asdict(link)})
        else:
            click.echo(f"{link.unit} → {link.other}  ({link.how}: {link.ref})")


@click.command()
@click.argument("which", metavar="ID")
@click.option("--domain", metavar="D", help="Look in this domain alone (default: in all).")
@options.workspace
@options.as_json
def event(which: str, domain: str | None, workspace: Path | None, as_json: bool) -> None:
    """Print one event of the record: who said it, its file and line, and its words, masked as they are stored.

    ID is the id of an event, or FILE:LINE as findings and traces name the place of a quote.
    """
    from distillers.record.archive import Archive
    from scheduling.ledger.store import Ledger

    chosen = config.here(workspace)
    with closing(Archive(chosen.workspace.archive, Ledger(chosen.workspace.ledger))) as archive:
        known = archive.domains()
        names = known if domain is None else [domain if domain in known else chosen.domain(domain)]
        found = list(_events(archive, names, which))
    if not found:
        raise UsageError(f"there is no event {which}", hint="name its id (16 signs), or FILE:LINE")
    for name, one in found:
        if as_json:
            echo_json({"domain": name, **asdict(one)})
        else:
            _print_event(name, one)


PLACE = """
    SELECT domain, id FROM events WHERE file = $1
    AND line = (SELECT max(line) FROM events WHERE file = $1 AND line <= $2) ORDER BY part
"""


def _events(archive: Archive, names: Sequence[str], which: str) -> Iterator[tuple[str, Event]]:
    file, _, line = which.rpartition(":")
    ids = [(name, which) for name in names]
    if file and line.isdigit():
        rows = archive.query(PLACE, (file, int(line)), domain=None).to_pylist()
        ids = [(str(row["domain"]), str(row["id"])) for row in rows if row["domain"] in names]
    for name, own in ids:
        if one := archive.event(name, own):
            yield name, one


def _print_event(domain: str, one: Event) -> None:
    title = f"“{one.title}”" if one.title else ""
    click.secho(" ".join(filter(None, (domain, one.medium, one.unit, title))), bold=True)
    how = " · ".join(filter(None, (one.at, one.origin, one.kind, one.tool)))
    click.echo(f"{how} (failed)" if one.failed else how)
    click.echo(f"{one.id}  {one.file}:{one.line}\n\n{one.text}")
