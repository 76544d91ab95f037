"""Commands that read: search, show, trace, and the MCP server. None of them loads Prefect."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from flows import settings as config
from flows.commands import options
from flows.commands.options import echo_json, say
from scheduling.base.errors import CorruptError
from scheduling.ledger.store import Ledger

if TYPE_CHECKING:
    from flows.settings import Settings
    from wiki.tree import PageText


@click.command()
@click.argument("query")
@options.domain
@click.option(
    "--limit",
    metavar="K",
    type=click.IntRange(1, 200),
    help="At most this many results (default 8; none with --max-tokens).",
)
@click.option(
    "--max-tokens",
    metavar="N",
    type=click.IntRange(50, 100_000),
    help="Text of all results together (4 characters a token).",
)
@click.option("--layer", type=click.Choice(["wiki", "record"]), help="Only filed knowledge, or only the raw record.")
@options.workspace
@options.as_json
def search(
    query: str,
    domain: str | None,
    limit: int | None,
    max_tokens: int | None,
    layer: Any,
    workspace: Path | None,
    as_json: bool,
) -> None:
    """Ask what is known. QUERY may be - to read one query a line and answer each with one line of JSON."""
    chosen = config.here(workspace)
    name = chosen.domain(domain)
    ask = _answerer(chosen)
    how = {"domain": name, "limit": limit, "max_tokens": max_tokens, "layer": layer}
    if query == "-":
        for line in sys.stdin:
            echo_json(ask(query=line.strip(), **how))
            sys.stdout.flush()
        return
    answer = ask(query=query, **how)
    if as_json:
        echo_json(answer)
    else:
        _print_answer(answer)


def _answerer(chosen: Settings) -> Callable[..., dict[str, Any]]:
    """What answers a query: the retrieval server if one runs here and is warm, else an index opened for this call."""
    from wiki.server.local import reach

    line = reach(chosen.workspace.socket)
    if line is not None:
        return line.ask
    from flows.searching import searcher
    from wiki.disputes import disputed, marked

    ledger = Ledger(chosen.workspace.ledger)
    asking = searcher(chosen, ledger)

    def ask(**asked: Any) -> dict[str, Any]:
        return marked(asking.search(**asked), disputed(ledger)).to_json()

    return ask


def _print_answer(answer: dict[str, Any]) -> None:
    if not answer["results"]:
        click.echo("Nothing is known about that.")
    elif not answer["confident"]:
        click.echo("Nothing here answers that with confidence; the nearest:\n")
    for result in answer["results"]:
        where = " › ".join(part for part in (result["page"] or result["title"], result["heading"]) if part)
        click.secho(f"{where}  [{result['confidence']}, {result['score']:.2f}]", bold=True)
        click.echo(result["text"].strip())
        for citation in result["citations"][:2]:
            click.secho(f"  {citation['file']}:{citation['line']} ({citation['origin']})", dim=True)
        click.echo()


@click.command()
@click.argument("page", metavar="DOMAIN/PAGE")
@options.workspace
def show(page: str, workspace: Path | None) -> None:
    """Print a page of the wiki as Markdown; on standard error, what on it is in doubt today."""
    from wiki.tree import Tree

    chosen = config.here(workspace)
    domain, _, slug = page.removesuffix(".md").partition("/")
    if domain != "global":
        chosen.domain(domain)
    text = Tree(chosen.workspace.wiki).read(domain, slug or "index")
    click.echo(text.text, nl=False)
    for line in _doubted(chosen, text):
        say(line)


def _doubted(chosen: Settings, text: PageText) -> list[str]:
    """What on a page is in doubt, as far as git and the ledger tell; a page that cannot be parsed is only shown."""
    from scheduling.base.clock import now
    from wiki import manifest
    from wiki.stale import newest, staleness, touched_in_git

    index = manifest.load(chosen.workspace.index)
    edited: Mapping[str, str] = index.edited.get(text.domain, {}) if index else {}
    touched = newest(touched_in_git(chosen.folders.get(text.domain, ())), lambda _names: edited)
    try:
        ledger = Ledger(chosen.workspace.ledger)
        return staleness(ledger, text.domain, text.page, touched, now().date(), chosen.wiki.stale_days).lines()
    except CorruptError:
        return []


@click.command()
@click.argument("what", metavar="ID")
@options.one_domain
@options.workspace
@options.as_json
def trace(what: str, domain: str | None, workspace: Path | None, as_json: bool) -> None:
    """From a sentence, block or finding ID to the quote, file and line it rests on."""
    from content.trace import trace as chain

    chosen = config.here(workspace)
    if domain is not None:
        chosen.domain(domain)
    found = chain(Ledger(chosen.workspace.ledger), what, domain=domain)
    if as_json:
        echo_json(found.to_json())
    else:
        click.echo(found.as_text())


@click.command()
@click.option("--missed", is_flag=True, help="Only what nothing answered, the commonest first.")
@options.one_domain
@options.workspace
@options.as_json
def questions(missed: bool, domain: str | None, workspace: Path | None, as_json: bool) -> None:
    """List what agents ask over MCP and HTTP, masked, the commonest first; all domains unless one is named.

    Articles answer those that come back; those that nothing answers say what the wiki lacks.
    """
    from dataclasses import asdict

    from wiki.questions import asked

    chosen = config.here(workspace)
    named = [chosen.domain(domain)] if domain is not None else sorted(chosen.domains)
    ledger = Ledger(chosen.workspace.ledger)
    found = [each for name in named for each in asked(ledger, name, missed=missed)]
    if not found and not as_json:
        say("No question went without an answer." if missed else "No agent asked anything yet.")
    for one in found:
        if as_json:
            echo_json(asdict(one))
        else:
            unanswered = f", {one.missed}× without an answer" if one.missed else ""
            click.echo(f"{one.domain}  {one.text}  ({one.times}×{unanswered}, last {one.last[:10]})")


@click.command()
@click.option(
    "--domain", "domains", metavar="D", multiple=True, help="A domain this server may answer for (repeatable)."
)
@click.option("--seat", metavar="NAME", default="agent", help="In whose name the agent asks.")
@options.workspace
def mcp(domains: tuple[str, ...], seat: str, workspace: Path | None) -> None:
    """Serve retrieval to one agent over standard input and output, bound to its domains at start."""
    from flows.retrieval import house_of
    from wiki.server.mcp import serve_stdio

    chosen = config.here(workspace)
    named = tuple(chosen.domain(name) for name in domains) or (chosen.domain(None),)
    house = house_of(chosen)
    serve_stdio(house, named, seat)
