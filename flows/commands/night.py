"""Commands that do the work: nightly, daily and serve."""

from __future__ import annotations

import contextlib
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

        report = launch_nightly(chosen, only=only, since=since, say=say)
    _tell(chosen, report, as_json)


def _tell(chosen: Settings, report: Report, as_json: bool) -> None:
    if as_json:
        echo_json(report.to_json())
        return
    click.echo("\n".join(report.lines()))
    click.echo(f"run       {report.run}, {sum(report.seconds.values()):.1f} s")
    click.echo(f"wiki      {chosen.workspace.wiki}")
    root = _shown(chosen.root)
    domain = sorted(chosen.domains)[0]
    name = program()
    click.echo("Next:")
    click.echo(f'  {name} search "what did we decide?" --domain {domain} --workspace {root}')
    click.echo(f"  {name} show {domain}/index --workspace {root}")
    click.echo(f"  {name} daily --workspace {root}      drafts an article for review")
    click.echo(f"  {name} serve --workspace {root}      Prefect UI, schedules and reviews")


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
