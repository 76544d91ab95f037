"""Commands for editors: reading drafts, deciding about them, and enrolling people."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from flows import settings as config
from flows.commands import options
from flows.commands.lines import line
from flows.commands.options import echo_json, say
from flows.settings import Settings

if TYPE_CHECKING:
    from flows.desk import Decided
    from scheduling.approvals import Decision


HOW = (
    "Here: stillhouse review findings --request {request} --accept 1-4,7 --reject 2='why' --reword 3='the sentence'"
    " --name NAME"
)


@click.group()
def review() -> None:
    """Read drafts and decide about them, as in the Prefect UI."""


@review.command(name="list")
@options.workspace
@options.as_json
def list_(workspace: Path | None, as_json: bool) -> None:
    """List what waits: drafts, uncertain findings, lines in two versions."""
    from flows import desk

    waiting = desk.listed(config.here(workspace))
    for one in waiting:
        if as_json:
            echo_json({"request": one.request, "slug": one.slug, "title": one.title, "opened": one.opened})
        else:
            click.echo(f"{one.slug or 'findings'}  {one.title}  (since {one.opened[:10]}, request {one.request})")
    if not waiting and not as_json:
        click.echo("Nothing waits for a decision.")


@review.command(name="findings")
@click.option("--accept", metavar="N", multiple=True, help="It is so: a number, or several as in 1-4,7.")
@click.option("--reject", metavar="N=REASON", multiple=True, help="It is not so, or not worth keeping.")
@click.option("--reword", metavar="N=TEXT", multiple=True, help="It is so, and this sentence says it.")
@click.option(
    "--request", "request_id", metavar="ID", help="The request whose list you read: its numbers are answered."
)
@click.option("--name", help="Your name, as enrolled.")
@click.option("--code", help="The code that your authenticator app shows now; asked for if it is left out.")
@options.workspace
def findings_(
    accept: tuple[str, ...],
    reject: tuple[str, ...],
    reword: tuple[str, ...],
    request_id: str | None,
    name: str | None,
    code: str | None,
    workspace: Path | None,
) -> None:
    """Print the uncertain findings, or answer them.

    The next nightly files the answers. A night may change the list: answers name the request that they are for.
    """
    from flows import desk

    chosen = config.here(workspace)
    answers = [f"{number} accept" for number in accept]
    answers += [_split("--reject", text, "reject") for text in reject]
    answers += [_split("--reword", text, "reword") for text in reword]
    if not answers:
        now = desk.asked_now(chosen).id
        click.echo(desk.show(chosen, now).markdown, nl=False)
        say(HOW.format(request=now))
        return
    if not (name and request_id):
        raise click.UsageError(
            "answering needs --name, as you are enrolled, and --request, as the list that you read ends"
        )
    request = desk.asked_as(chosen, request_id)
    given = code or click.prompt("One-time code")
    decided = desk.answer(
        chosen, request.id, "\n".join(answers), editor=name, code=given, body_sha256=request.body_sha256
    )
    _tell(chosen, request.id, decided)


def _split(option: str, text: str, label: str) -> str:
    number, equals, said = text.partition("=")
    if not equals:
        raise click.UsageError(f"{option} is written N=TEXT, such as {option} 2='it was a test fixture'")
    return f"{number} {label}: {' '.join(said.split())}"


@review.command()
@click.argument("slug")
@options.workspace
def show(slug: str, workspace: Path | None) -> None:
    """Print the draft SLUG as an editor sees it."""
    from flows import desk

    chosen = config.here(workspace)
    click.echo(desk.show(chosen, desk.request_of(chosen, slug).id).markdown)


def _decision(decision: Decision, told: str, **notes: Any) -> None:
    """Adds the command ``review DECISION SLUG``, which says ``told`` of itself and asks for ``notes``."""

    @review.command(name=decision, help=told)
    @click.argument("slug")
    @click.option("--name", required=True, help="Your name, as enrolled.")
    @click.option("--code", prompt="One-time code", help="The code that your authenticator app shows now.")
    @click.option("--notes", **notes)
    @options.workspace
    def rule(slug: str, name: str, code: str, notes: str, workspace: Path | None) -> None:  # pyright: ignore[reportUnusedFunction] (click has it)
        from flows import desk

        chosen = config.here(workspace)
        request = desk.request_of(chosen, slug)
        decided = desk.decide(
            chosen, request.id, decision, editor=name, code=code, body_sha256=request.body_sha256, notes=notes
        )
        _tell(chosen, request.id, decided)


_decision("approve", "Publish the draft SLUG as `review show` prints it.", default="", help="For the record.")
_decision(
    "request-changes",
    "Send the draft SLUG back with notes for the next one.",
    prompt=True,
    help="What should be different; the next brief repeats it.",
)
_decision(
    "reject",
    "Reject the draft SLUG with a reason.",
    prompt="Reason",
    help="The reason; the next brief repeats it.",
)


def _tell(chosen: Settings, request_id: str, decided: Decided) -> None:
    """Says what came of an answer, here and to the review in the UI."""
    from flows.launch import review_ruled

    click.echo(decided.message)
    review_ruled(chosen, request_id, decided.message)


review.add_command(line)


@click.group()
def editors() -> None:
    """Enrol the people who may decide about drafts."""


@editors.command()
@click.argument("name")
@options.workspace
def add(name: str, workspace: Path | None) -> None:
    """Enrol NAME; the secret for an authenticator app is shown once."""
    from flows import desk

    enrolment = desk.enrol(config.here(workspace), name)
    say(f"{enrolment.name} is enrolled. Put this into an authenticator app now; it is not shown again:")
    click.echo(f"secret  {enrolment.secret}")
    click.echo(f"uri     {enrolment.uri}")


@editors.command(name="list")
@options.workspace
def list_editors(workspace: Path | None) -> None:
    """List who is enrolled."""
    from scheduling.editors import editors as enrolled
    from scheduling.ledger.store import Ledger

    names = enrolled(Ledger(config.here(workspace).workspace.ledger))
    click.echo("\n".join(names) or "Nobody is enrolled; see: stillhouse editors add NAME")
