"""Commands around what agents are given: the retrieval server on HTTP, its tokens, briefs, disputes and notes."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from flows import settings as config
from flows.commands import options
from flows.commands.options import echo_json, say
from scheduling.ledger.store import Ledger

if TYPE_CHECKING:
    from flows.settings import Settings
    from wiki.server.access import Access


@click.command()
@click.option("--port", metavar="N", type=click.IntRange(0, 65535), default=0, help="Default: the workspace's own.")
@click.option("--host", metavar="ADDRESS", default="127.0.0.1", help="Default: this machine alone can reach it.")
@click.option("--allow-host", "names", metavar="NAME", multiple=True, help="A further name it may be called by.")
@click.option("--rate", metavar="N", type=click.IntRange(1), default=1200, help="Requests a minute for each token.")
@options.workspace
def api(port: int, host: str, names: tuple[str, ...], rate: int, workspace: Path | None) -> None:
    """Serve retrieval over HTTP and MCP (at /mcp), until Ctrl-C.

    Callers show a token (stillhouse tokens add). Beyond this machine it answers only to the names in --allow-host, and
    wants a proxy in front of it that speaks TLS.
    """
    from flows.retrieval import run

    run(config.here(workspace), say, port=port, host=host, names=frozenset(names), rate=rate)


@click.group()
def tokens() -> None:
    """The tokens by which agents are known over HTTP: each is a seat with its domains and rights."""


@tokens.command()
@click.argument("name")
@click.option("--domain", "domains", metavar="D", multiple=True, required=True, help="What it may see (repeatable).")
@click.option("--read-only", is_flag=True, help="It may neither note nor dispute.")
@options.workspace
def add(name: str, domains: tuple[str, ...], read_only: bool, workspace: Path | None) -> None:
    """Make a token for the seat NAME and print it, this once."""
    from scheduling.runs import running
    from wiki import tokens as made

    chosen = config.here(workspace)
    with running(Ledger(chosen.workspace.ledger), "operator", "tokens") as run:
        named = [chosen.domain(domain) for domain in domains]
        text = made.add(run, name, named, ("read",) if read_only else made.RIGHTS)
    click.echo(text)
    say(f"{name} may see {', '.join(named)}. This is shown once; the ledger keeps its hash.")


@tokens.command(name="list")
@options.workspace
@options.as_json
def list_(workspace: Path | None, as_json: bool) -> None:
    """List the seats that have or had a token; nobody can ask for its text again."""
    from wiki.tokens import listed

    chosen = config.here(workspace)
    found = listed(Ledger(chosen.workspace.ledger))
    if not found and not as_json:
        say("Nobody has a token; see: stillhouse tokens add NAME --domain D")
    for one in found:
        if as_json:
            echo_json({**asdict(one), "rights": sorted(one.rights)})
        else:
            state = f"revoked {one.revoked}" if one.revoked else f"since {one.made}"
            click.echo(f"{one.name:<20} {', '.join(one.domains)}  {', '.join(sorted(one.rights))}  {state}")


@tokens.command()
@click.argument("name")
@options.workspace
def revoke(name: str, workspace: Path | None) -> None:
    """End the token of NAME at once, also in a server that runs."""
    from scheduling.runs import running
    from wiki.tokens import revoke as end

    chosen = config.here(workspace)
    with running(Ledger(chosen.workspace.ledger), "operator", "tokens") as run:
        end(run, name)
    click.echo(f"{name} is refused from now on.")


@click.command()
@click.argument("domain", required=False)
@click.option("--seat", metavar="NAME", default="operator", help="Who looks: what changed is told since they last did.")
@click.option("--max-tokens", metavar="N", type=click.IntRange(100, 20_000), default=1200, help="Default: 1200.")
@click.option("--full", is_flag=True, help="Print it though nothing changed.")
@click.option(
    "--write",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Keep the standing rules in a marked block of FILE, such as AGENTS.md, instead.",
)
@options.workspace
@options.as_json
def brief(
    domain: str | None,
    seat: str,
    max_tokens: int,
    full: bool,
    write: Path | None,
    workspace: Path | None,
    as_json: bool,
) -> None:
    """Print what a session should know of DOMAIN before it starts; nothing if nothing changed since SEAT looked.

    Standing rules, recent decisions, what is contested, and what changed. Only what is certain is in it.
    """
    from wiki.briefs import brief as told

    chosen = config.here(workspace)
    name, space = chosen.domain(domain), chosen.workspace
    if write is not None:
        _write_rules(chosen, name, write)
        return
    made = told(Ledger(space.ledger), space.wiki, name, seat, max_tokens=max_tokens, full=full)
    if as_json:
        echo_json(made.to_json())
    elif made.text:
        click.echo(made.text, nl=False)
    else:
        say(f"Nothing changed in {name} since {seat} looked at {made.since}; --full prints it again.")


def _write_rules(chosen: Settings, name: str, path: Path) -> None:
    from wiki import marked
    from wiki.sheets import rules

    found = rules(Ledger(chosen.workspace.ledger), chosen.workspace.wiki, name)
    changed = marked.write(path, name, marked.block(name, found))
    say(f"{path}: {len(found)} standing rules of {name}{'' if changed else ', as they stood'}")


@click.command()
@click.argument("what", metavar="ID", required=False)
@click.option("--why", metavar="TEXT", help="Why it is wrong.")
@click.option("--seat", metavar="NAME", default="operator", help="Who says so.")
@options.domain
@options.workspace
@options.as_json
def dispute(
    what: str | None, why: str | None, seat: str, domain: str | None, workspace: Path | None, as_json: bool
) -> None:
    """Say why a finding, block or sentence is wrong; without ID, list what is disputed.

    It counts as unconfirmed until a person rules (stillhouse review findings); the verifier reads its quotes again.
    """
    from wiki.disputes import opened

    chosen = config.here(workspace)
    if what is None:
        named = None if domain is None else chosen.domain(domain)
        found = opened(Ledger(chosen.workspace.ledger), named)
        if not found and not as_json:
            say("Nothing is disputed.")
    elif why is None:
        raise click.UsageError("a dispute needs --why")
    else:
        found = _access(chosen, seat, domain).dispute(what, why, "")
    for one in found:
        if as_json:
            echo_json(asdict(one))
        else:
            said = f"\n    verifier: {one.verdict}" if one.verdict else ""
            click.echo(f"{one.id}  {one.domain}  {one.finding}  {one.seat}, {one.at[:10]}: {one.why}{said}")


@click.command()
@click.argument("text")
@click.option("--seat", metavar="NAME", default="operator", help="Who says so.")
@options.domain
@options.workspace
def note(text: str, seat: str, domain: str | None, workspace: Path | None) -> None:
    """Hand TEXT to the distiller as something an agent said; nothing is written until evidence bears it out."""
    key = _access(config.here(workspace), seat, domain).note(text, "")
    click.echo(f"{key}: the next nightly reads it")


def _access(chosen: Settings, seat: str, domain: str | None) -> Access:
    from flows.retrieval import house_of
    from wiki.server.access import Access
    from wiki.tokens import Holder

    return Access(house_of(chosen), Holder(seat, (chosen.domain(domain),)))
