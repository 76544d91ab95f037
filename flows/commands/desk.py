"""Commands for editors: reading drafts, deciding about them, and enrolling people."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from flows import settings as config
from flows.commands import options
from flows.commands.options import echo_json, say
from flows.settings import Settings

if TYPE_CHECKING:
    from scheduling.approvals import Decision


@click.group()
def review() -> None:
    """Read drafts and decide about them, as in the Prefect UI."""


@review.command(name="list")
@options.workspace
@options.as_json
def list_(workspace: Path | None, as_json: bool) -> None:
    """List the drafts that wait for a decision."""
    from flows import desk

    requests = desk.waiting(config.load(config.find(workspace)))
    for request in requests:
        slug, title = request.detail["slug"], request.detail["title"]
        if as_json:
            echo_json({"request": request.id, "slug": slug, "title": title, "opened": request.opened})
        else:
            click.echo(f"{slug}  {title}  (since {request.opened[:10]}, request {request.id})")
    if not requests and not as_json:
        click.echo("Nothing waits for a decision.")


@review.command()
@click.argument("slug")
@options.workspace
def show(slug: str, workspace: Path | None) -> None:
    """Print the draft SLUG as an editor sees it."""
    from flows import desk

    chosen = config.load(config.find(workspace))
    click.echo(desk.show(chosen, desk.request_of(chosen, slug).id).markdown)


@review.command()
@click.argument("slug")
@click.option("--name", required=True, help="Your name, as enrolled.")
@click.option("--code", prompt="One-time code", help="The code that your authenticator app shows now.")
@click.option("--notes", default="", help="For the record.")
@options.workspace
def approve(slug: str, name: str, code: str, notes: str, workspace: Path | None) -> None:
    """Publish the draft SLUG exactly as `review show` prints it."""
    _decide(config.load(config.find(workspace)), slug, "approve", name, code, notes)


@review.command(name="request-changes")
@click.argument("slug")
@click.option("--name", required=True, help="Your name, as enrolled.")
@click.option("--code", prompt="One-time code", help="The code that your authenticator app shows now.")
@click.option("--notes", prompt=True, help="What should be different; the next brief repeats it.")
@options.workspace
def request_changes(slug: str, name: str, code: str, notes: str, workspace: Path | None) -> None:
    """Send the draft SLUG back with notes for the next one."""
    _decide(config.load(config.find(workspace)), slug, "request-changes", name, code, notes)


@review.command()
@click.argument("slug")
@click.option("--name", required=True, help="Your name, as enrolled.")
@click.option("--code", prompt="One-time code", help="The code that your authenticator app shows now.")
@click.option("--notes", prompt="Reason", help="The reason; the next brief repeats it.")
@options.workspace
def reject(slug: str, name: str, code: str, notes: str, workspace: Path | None) -> None:
    """Reject the draft SLUG with a reason."""
    _decide(config.load(config.find(workspace)), slug, "reject", name, code, notes)


def _decide(chosen: Settings, slug: str, decision: Decision, name: str, code: str, notes: str) -> None:
    from flows import desk
    from flows.launch import review_ruled

    request = desk.request_of(chosen, slug)
    decided = desk.decide(
        chosen, request.id, decision, editor=name, code=code, body_sha256=request.body_sha256, notes=notes
    )
    click.echo(decided.message)
    review_ruled(chosen, request.id, decided.message)


@click.group()
def editors() -> None:
    """Enrol the people who may decide about drafts."""


@editors.command()
@click.argument("name")
@options.workspace
def add(name: str, workspace: Path | None) -> None:
    """Enrol NAME; the secret for an authenticator app is shown once."""
    from flows import desk

    enrolment = desk.enrol(config.load(config.find(workspace)), name)
    say(f"{enrolment.name} is enrolled. Put this into an authenticator app now; it is not shown again:")
    click.echo(f"secret  {enrolment.secret}")
    click.echo(f"uri     {enrolment.uri}")


@editors.command(name="list")
@options.workspace
def list_editors(workspace: Path | None) -> None:
    """List who is enrolled."""
    from scheduling.editors import editors as enrolled
    from scheduling.ledger.store import Ledger

    names = enrolled(Ledger(config.load(config.find(workspace)).workspace.ledger))
    click.echo("\n".join(names) or "Nobody is enrolled; see: stillhouse editors add NAME")
