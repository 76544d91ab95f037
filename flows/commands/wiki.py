"""Commands that look at the wiki's pages and their past, and take a change set back."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from flows import settings as config
from flows.commands import options
from flows.commands.options import echo_json, say


@click.group()
def wiki() -> None:
    """Look at pages and their past; take a change set back."""


@wiki.command()
@options.workspace
@options.as_json
def lint(workspace: Path | None, as_json: bool) -> None:
    """List what is wrong with pages, each with its mend; exits 1 if anything is."""
    from dataclasses import asdict

    from wiki.lint import lint as look
    from wiki.tree import Tree

    found = look(Tree(config.here(workspace).workspace.wiki))
    for problem in found:
        if as_json:
            echo_json(asdict(problem))
        else:
            click.echo(f"{problem.page}:{problem.line}: {problem.what}; {problem.mend}")
    if not found and not as_json:
        click.echo("Every page is well formed.")
    sys.exit(1 if found else 0)


@wiki.command()
@click.option("--state", type=click.Choice(["draft", "ready", "in_progress", "verifying", "merged", "blocked"]))
@options.one_domain
@click.option("--limit", metavar="N", type=click.IntRange(min=1), default=20, show_default=True, help="The newest N.")
@options.workspace
@options.as_json
def changes(state: str | None, domain: str | None, limit: int, workspace: Path | None, as_json: bool) -> None:
    """List change sets, the newest last: state, verdict, and why one was blocked."""
    from dataclasses import asdict

    from scheduling.ledger.store import Ledger
    from wiki.changesets import listed

    chosen = config.here(workspace)
    found = listed(Ledger(chosen.workspace.ledger), domain=chosen.domain(domain) if domain else "")
    for one in [one for one in found if state in (None, one.state)][-limit:]:
        if as_json:
            echo_json(asdict(one))
            continue
        where = one.domain or "all domains"
        click.echo(
            f"{one.id}  {one.at[:16]}  {one.state:11}  {one.verdict or '-':4}  {one.commit[:12] or '-':12}  {where}"
        )
        for reason in one.reasons:
            click.echo(f"    {reason}")


@wiki.command()
@click.argument("claim", metavar="ID")
@options.workspace
@options.as_json
def history(claim: str, workspace: Path | None, as_json: bool) -> None:
    """Tell what happened to the claim ID (f-…) on pages: when, by whom, in which change set."""
    from wiki import past
    from wiki.git import open_repo

    for event in past.history(open_repo(config.here(workspace).workspace.wiki), claim):
        if as_json:
            echo_json(past.to_json(event))
            continue
        made = event.made
        click.echo(f"{made.at[:10]}  {event.action:8}  {event.page}  {made.commit[:12]}  {made.change or made.by}")
        if event.text:
            click.echo(f"    {event.text}")


@wiki.command()
@click.argument("page", metavar="DOMAIN/PAGE")
@options.workspace
@options.as_json
def blame(page: str, workspace: Path | None, as_json: bool) -> None:
    """Tell of each block of a page who wrote it, what it rests on, and what was decided about it."""
    from scheduling.ledger.store import Ledger
    from wiki import past
    from wiki.git import open_repo

    chosen = config.here(workspace)
    domain, _, slug = page.removesuffix(".md").partition("/")
    if domain != "global":
        chosen.domain(domain)
    space = chosen.workspace
    for one in past.blame(open_repo(space.wiki), Ledger(space.ledger), domain, slug):
        if as_json:
            echo_json(past.to_json(one))
            continue
        made, link = one.made, one.finding
        by = f"{made.by}, {made.change} of run {made.run}" if made.change else made.by
        click.secho(f"{one.id}  line {one.line}  {made.commit[:12]} {made.at[:10]}  {by}", bold=True)
        if link:
            click.echo(f"  {link.confidence}, {link.status}: {link.claim}")
            for cited in link.citations[:3]:
                click.secho(f"  {cited.file}:{cited.line} ({cited.origin})", dim=True)
        if one.decision:
            click.echo(f"  decided: {one.decision}")


@wiki.command()
@click.argument("what", metavar="[RUN|CHANGESET|COMMIT|DAY]", default="")
@options.workspace
def diff(what: str, workspace: Path | None) -> None:
    """Print what a night changed; without an argument the last one that changed anything."""
    from scheduling.ledger.store import Ledger
    from wiki import past
    from wiki.git import open_repo

    space = config.here(workspace).workspace
    repo = open_repo(space.wiki)
    click.echo(past.diff(repo, past.night(repo, Ledger(space.ledger), what)), nl=False)


@wiki.command()
@click.argument("what", metavar="CHANGESET|COMMIT")
@click.option("--reason", required=True, help="What was wrong with it; its findings are rejected with these words.")
@click.option("--name", default="operator", show_default=True, help="Who says so.")
@click.option("--later", is_flag=True, help="Leave it to the next nightly.")
@options.workspace
def revert(what: str, reason: str, name: str, later: bool, workspace: Path | None) -> None:
    """Take back what a change set added: its findings are rejected, its blocks go, people's lines stay."""
    from flows import stages
    from flows.stages import removing
    from scheduling.ledger.store import Ledger
    from wiki import past
    from wiki.git import open_repo

    chosen = config.here(workspace)
    space = chosen.workspace
    commit = past.commit(open_repo(space.wiki), Ledger(space.ledger), what)
    with stages.opened(chosen, "revert", say=say) as night:
        taken = removing.revert(night, commit, reason, name, at_once=not later)
    click.echo(f"{taken.count} findings of {commit[:12]} are rejected: {' '.join(reason.split())}")
    if taken.changed:
        click.echo(f"{taken.changed} lines that it only brought up to date stay as what is known now says them.")
    if later:
        click.echo("The next nightly takes their blocks off.")
