"""Commands that look at the record: what was collected, as it is."""

from __future__ import annotations

import os
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from flows.commands import options
from flows.commands.options import echo_json, say
from flows.surroundings import find
from scheduling.base.errors import UsageError
from scheduling.base.workspace import Workspace

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
    from distillers.links import links as links_of
    from distillers.masking import masked_id
    from distillers.record.archive import Archive
    from flows import settings as config
    from flows.redaction import redactor
    from scheduling.ledger.store import Ledger

    chosen = config.here(workspace)
    name = chosen.domain(domain)
    unit = masked_id(redactor(chosen), unit) if unit else None
    with closing(Archive(chosen.workspace.archive, Ledger(chosen.workspace.ledger))) as archive:
        found = [link for link in links_of(archive, name) if unit in (None, link.unit, link.other)]
    if not found and not as_json:
        say(f"No session, commit or ticket is known to belong to {unit or 'another'}.")
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

    ID is the id of an event, or FILE:LINE, the place of a quote as findings and traces name it, or of any copy of it.
    """
    from distillers.record.archive import Archive
    from scheduling.ledger.store import Ledger

    space = Workspace(find(workspace))
    with closing(Archive(space.archive, Ledger(space.ledger))) as archive:
        if domain is not None and domain not in archive.domains():
            _refuse_unknown(workspace, domain)
        found = [(name, one) for name, one in _events(archive, which) if domain in (None, name)]
    if not found:
        raise UsageError(f"there is no event {which}", hint="name its id (16 signs), or FILE:LINE")
    for name, one in found:
        if as_json:
            echo_json({"domain": name, **asdict(one)})
        else:
            _print_event(name, one)


def _refuse_unknown(workspace: Path | None, domain: str) -> None:
    """Raises UsageError if the settings do not name ``domain``: they are read only where the record lacks it."""
    from flows import settings as config

    config.here(workspace).domain(domain)


def _events(archive: Archive, which: str) -> list[tuple[str, Event]]:
    from distillers.located import held, located

    file, _, line = which.rpartition(":")
    if not (file and line.isdigit()):
        return held(archive, which)
    here = os.path.abspath(Path(file).expanduser())  # noqa: PTH100 (links stay)
    return located(archive, file, int(line)) or located(archive, here, int(line))


def _print_event(domain: str, one: Event) -> None:
    title = f"“{one.title}”" if one.title else ""
    click.secho(" ".join(filter(None, (domain, one.medium, one.unit, title))), bold=True)
    how = " · ".join(filter(None, (one.at, one.origin, one.kind, one.tool)))
    click.echo(f"{how} (failed)" if one.failed else how)
    click.echo(f"{one.id}  {one.file}:{one.line}\n\n{one.text}")
