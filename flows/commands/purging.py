"""The command that takes something out of every store, on a person's word."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from flows import settings as config
from flows.commands import options
from flows.commands.options import echo_json, say

if TYPE_CHECKING:
    from flows.purge import Done
    from flows.purge_look import Found, Wanted
    from flows.purge_proof import Proof
    from flows.stages import Night

SHOWN = 20


@click.command()
@click.option("--session", metavar="ID", default="", help="A session or ticket: its id, or eight characters of it.")
@click.option(
    "--match", metavar="TEXT", default="", help="All that holds TEXT, letter for letter; - reads it from stdin."
)
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--rewrite-history", is_flag=True, help="Also write the wiki's git history anew without it.")
@options.workspace
@options.as_json
def purge(session: str, match: str, yes: bool, rewrite_history: bool, workspace: Path | None, as_json: bool) -> None:
    """Remove a session, or all that holds a text, from every store that derives from it.

    Shows what would go and asks; then removes it, searches every file of the workspace for what is left, and names what
    it cannot reach. Your own logs and tickets are not touched; what they still hold is not collected again.
    """
    from flows import stages
    from flows.launch import review_ruled
    from flows.purge import carry_out
    from flows.purge_look import look, wanted
    from flows.purge_proof import prove

    chosen = config.here(workspace)
    text = sys.stdin.read().rstrip("\n") if match == "-" else match
    with stages.opened(chosen, "purge", say=_quiet if as_json else say) as night:
        what = wanted(night, session, text)
        found = look(night, what)
        if not as_json:
            _show(found)
        if not _agreed(found, rewrite_history, yes, as_json):
            return
        before = _open_requests(night)
        done = carry_out(night, what, found, rewrite=rewrite_history)
        proof = prove(night, what, done)
        closed = before - _open_requests(night)
    for request in sorted(closed):
        review_ruled(chosen, request, "something was purged from its text")
    _tell(what, done, proof, as_json)
    if not proof.clean:
        sys.exit(1)


def _agreed(found: Found, rewrite: bool, yes: bool, as_json: bool) -> bool:
    if not found.counts and not found.barred and not rewrite:
        if as_json:
            echo_json({"found": {}, "done": False})
        else:
            click.echo("Nothing here holds it.")
        return False
    if yes:
        return True
    if sys.stdin.isatty() and not as_json:
        return click.confirm("Remove all this? It cannot be brought back", default=False)
    say("Nothing was removed: say --yes to go on.")
    sys.exit(2)


def _show(found: Found) -> None:
    for name, count in found.counts.items():
        click.echo(f"{count:8}  {name}")
    for slug, state in found.articles.items():
        click.echo(f"          article {slug} ({state}): its sentences go, and an editor is asked about it anew")
    for path in found.sources[:SHOWN]:
        click.echo(f"          stays, being yours: {path}")
    if len(found.sources) > SHOWN:
        click.echo(f"          and {len(found.sources) - SHOWN} more files of yours")


def _open_requests(night: Night) -> set[str]:
    from scheduling.approvals import open_requests

    return {request.id for request in open_requests(night.ledger)}


def _tell(what: Wanted, done: Done, proof: Proof, as_json: bool) -> None:
    if as_json:
        echo_json(
            {
                "found": dict(done.found.counts),
                "done": True,
                "articles": dict(done.reviews),
                "looked_for": proof.looked_for,
                "left": list(proof.left),
                "history": proof.history,
                "unreachable": list(proof.unreachable),
            }
        )
        return
    for slug, became in done.reviews.items():
        click.echo(f"article   {slug}: {became}")
    if done.rewritten is not None:
        click.echo(f"history   {len(done.rewritten.commits)} commits of the wiki written anew")
    of = f"{proof.looked_for} forms of the text" if what.text else f"{proof.looked_for} passages of the session"
    if not proof.looked_for:
        click.echo("proof     it was purged before, and nothing tells any more what to look for")
    elif proof.clean:
        click.echo(f"proof     every file of the workspace was searched for {of}: found in none")
    for place in proof.left:
        click.echo(f"LEFT      {place}")
    click.echo("Not reached:")
    for one in proof.unreachable:
        click.echo(f"  - {one}")


def _quiet(_text: str) -> None:
    pass
