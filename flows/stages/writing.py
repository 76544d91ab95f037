"""What was learned becomes an article for a person to review."""

from __future__ import annotations

from content import drafting
from content.brief import PageRef
from content.drafting import Drafted, Material
from content.faq import frequent
from content.pillars import default_pillars
from distillers.findings_store import load
from flows.settings import Settings
from flows.stages.night import Say, opened, silent
from wiki.tree import Tree


def draft(settings: Settings, pillar: str | None, *, say: Say = silent) -> Drafted:
    """Drafts the article that is due, or the one for ``pillar``, and opens its review; or says why there is none."""
    with opened(settings, "daily", say=say) as day, day.stage("draft", "writer") as run:
        mask, domains = day.redactor.mask, sorted(settings.domains)
        asked = frequent(day.ledger, domains, mask)
        material = Material(load(day.ledger), _pages(Tree(settings.workspace.wiki)), mask, asked)
        pillars = settings.pillars or default_pillars(settings.domains)
        return drafting.draft(run, settings.workspace, pillars, material, pillar)


def _pages(tree: Tree) -> dict[str, PageRef]:
    named = [(domain, slug) for domain in tree.domains() for slug in tree.pages(domain)]
    return {
        f"{domain}/{slug}": PageRef(tree.read(domain, slug).page.title, f"{domain}/{slug}", tree.commit)
        for domain, slug in named
    }
