"""Commands that do the work: nightly, daily and serve."""

from __future__ import annotations

import contextlib
import re
from pathlib import Path
from typing import TYPE_CHECKING

import click

from flows import settings as config
from flows.commands import options
from flows.commands.options import echo_json, program, say
from flows.settings import Settings

if TYPE_CHECKING:
    from content.drafting import Drafted
    from flows.report import Report

OPENING = re.compile(r"[:;,(—…]")
WORD = re.compile(r"[\w'’.-]+")
ASKED = 10
"""Words of a claim that are asked for as an example."""


@click.command()
@click.option("--plain", is_flag=True, help="In this process alone, without a Prefect server.")
@click.option("--dry-run", is_flag=True, help="Say what would be read, and change nothing.")
@click.option("--only", metavar="DOMAIN", help="Only this domain.")
@click.option("--since", metavar="DATE", help="Only files that changed since that day (YYYY-MM-DD).")
@options.workspace
@options.as_json
def nightly(
    plain: bool, dry_run: bool, only: str | None, since: str | None, workspace: Path | None, as_json: bool
) -> None:
    """Collect what is new, distil it, file it into the wiki and bring the index up to date."""
    chosen = config.here(workspace)
    if dry_run:
        _preview(chosen, only, since, as_json)
        return
    if plain:
        from flows import stages

        with stages.opened(chosen, "nightly", only=only, since=since, say=say) as night:
            report = stages.nightly(night)
    else:
        from flows.launch import launch_nightly

        _check(chosen, only, since)
        report = launch_nightly(chosen, only=only, since=since, say=say)
    _tell(chosen, report, as_json)


def _check(chosen: Settings, only: str | None, since: str | None) -> None:
    """Raises UsageError for words that the night would refuse, before a server is started for it."""
    if only is not None:
        chosen.domain(only)
    if since is not None:
        from flows.stages.night import day

        day(since)


def _tell(chosen: Settings, report: Report, as_json: bool) -> None:
    if as_json:
        echo_json(report.to_json())
        return
    click.echo("\n".join(report.lines()))
    click.echo(f"run       {report.run}, {sum(report.seconds.values()):.1f} s")
    click.echo(f"wiki      {chosen.workspace.wiki}")
    root = _shown(chosen.root)
    domain, question = _worth_asking(report) or (min(chosen.domains), "how do we run the tests?")
    name = program()
    click.echo("Next:")
    click.echo(f'  {name} search "{question}" --domain {domain} --workspace {root}')
    click.echo(f"  {name} show {domain}/index --workspace {root}")
    click.echo(f"  {name} daily --workspace {root}      drafts an article for review")
    click.echo(f"  {name} serve --workspace {root}      Prefect UI, schedules and reviews")


def _worth_asking(report: Report) -> tuple[str, str] | None:
    """A domain, and words that it can answer since this night; None if nothing is certain since then."""
    for told in report.learned:
        place, _, claim = told.partition(": ")
        said = OPENING.split(claim.removeprefix("Standing order: "))[0]
        words = WORD.findall(said)[:ASKED]
        if len(words) > 2:
            return place.partition("/")[0], " ".join(words)
    return None


def _shown(root: Path) -> Path:
    with contextlib.suppress(ValueError):
        return root.relative_to(Path.cwd())
    return root


def _preview(chosen: Settings, only: str | None, since: str | None, as_json: bool) -> None:
    from flows.stages.gathering import preview

    seen = preview(chosen, only=only, since=since)
    if as_json:
        rows = [
            {"domain": spec.domain, "path": str(spec.path), "files": files, "bytes": size}
            for spec, files, size in seen.sources
        ]
        echo_json({"files": seen.files, "bytes": seen.bytes, "sources": rows})
        return
    for spec, files, size in seen.sources:
        click.echo(
            f"{spec.domain or 'several domains'}: {files} new or changed files, {size / 1e6:.1f} MB  {spec.path}"
        )
    click.echo(f"{seen.files} files, {seen.bytes / 1e6:.1f} MB would be read; nothing was changed")


@click.command()
@click.option("--pillar", metavar="NAME", help="Draft for this pillar, due or not.")
@click.option("--plain", is_flag=True, help="In this process alone, without a Prefect server.")
@options.workspace
@options.as_json
def daily(pillar: str | None, plain: bool, workspace: Path | None, as_json: bool) -> None:
    """Draft an article for the pillar that is due, and open its review."""
    chosen = config.here(workspace)
    if plain:
        from flows.stages.writing import draft

        drafted = draft(chosen, pillar, say=say)
    else:
        from flows.launch import launch_daily

        drafted = launch_daily(chosen, pillar=pillar, say=say)
    _tell_draft(chosen, drafted, as_json)


def _tell_draft(chosen: Settings, drafted: Drafted, as_json: bool) -> None:
    if as_json:
        told = {"slug": drafted.slug, "request": drafted.request_id, "created": drafted.created}
        echo_json({**told, "reason": drafted.reason, "path": str(drafted.path or "")})
        return
    if drafted.reason:
        click.echo(drafted.reason)
    if not drafted.request_id:
        return
    click.echo(f"draft     {drafted.path}")
    root = _shown(chosen.root)
    name = program()
    click.echo("Next:")
    click.echo(f"  {name} review show {drafted.slug} --workspace {root}")
    click.echo(f"  {name} review approve {drafted.slug} --name YOU --workspace {root}")
    click.echo(f"  {name} serve --workspace {root}      to review it in the Prefect UI")


@click.command()
@options.workspace
def serve(workspace: Path | None) -> None:
    """Serve the Prefect UI, run the schedules, and take reviews, until Ctrl-C."""
    from flows.serve import serve as run

    run(config.here(workspace), say)
