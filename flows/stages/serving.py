"""What readers meet is brought up to date: the search index, and the briefs."""

from __future__ import annotations

from distillers import evidence
from distillers.findings_store import load
from flows.searching import embedder
from flows.stages.night import Night
from wiki import disputes, sheets
from wiki import index as indexing
from wiki.tree import Tree


def index(night: Night, *, rebuild: bool = False) -> indexing.Indexed:
    """Brings the search index to the wiki's newest commit and the newest record; with ``rebuild`` makes it anew."""
    space = night.settings.workspace
    with night.stage("index", "operator"):
        return indexing.build(
            night.ledger,
            Tree(space.wiki),
            night.archive,
            space.index,
            sorted(night.settings.domains),
            rebuild=rebuild,
            embedder=embedder(night.settings),
        )


def brief(night: Night) -> tuple[str, ...]:
    """Has disputed findings read again and all briefs prepared; returns the domains whose brief is new."""
    if disputes.waiting(night.ledger):
        with night.stage("verify disputes", "verifier") as run:
            found = {finding.id: finding for finding in load(night.ledger)}
            disputes.verify(run, found, lambda finding: evidence.check(finding, night.archive))
    with night.stage("brief", "scout") as run:
        return sheets.prepare(run, night.settings.workspace.wiki, sorted(night.settings.domains))
