"""What pages are about, in a phrase: the matters that most of their lines speak of, for indexes and links."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from distillers.findings import Finding
from wiki.edit import Order
from wiki.headings import SECTIONS
from wiki.matter import is_of_ticket, lead_of, without_scope
from wiki.page import Page
from wiki.render import order_of, section_of
from wiki.text import clip, inert, visible

TOLD = 2
"""Matters named of a page."""
CHARS = 56
"""Of each of them."""


def phrases(pages: Mapping[str, Page], findings: Sequence[Finding]) -> dict[str, str]:
    """What each of ``pages``, by path, is about; those on which no finding stands are left out."""
    known = {finding.id: finding for finding in findings if finding.status != "superseded"}
    standing = {path: [known[key] for key in sorted(page.anchors) if key in known] for path, page in pages.items()}
    return {path: _phrase(found) for path, found in standing.items() if found}


def name_of(finding: Finding) -> str:
    """What a finding speaks of, as a phrase: the name of its matter, else how its claim begins; not yet inert."""
    lead, claim = lead_of(finding)
    name = without_scope(lead) if is_of_ticket(finding) else ""
    return clip(visible(name or claim).rstrip("."), CHARS).replace(":…", "…")


def _phrase(findings: Iterable[Finding]) -> str:
    """The matters with the most lines, of equals the one that stands first; and whether there are more."""
    groups: dict[str, list[Finding]] = {}
    for finding in sorted(findings, key=_rank):
        groups.setdefault(finding.evidence[0].unit if is_of_ticket(finding) else finding.id, []).append(finding)
    most = sorted(groups.values(), key=lambda some: (-len(some), _rank(some[0])))
    names = list(dict.fromkeys(name for some in most[:TOLD] if (name := inert(name_of(some[0]), CHARS))))
    return "; ".join([*names, *(["…"] if len(most) > TOLD else [])])


def _rank(finding: Finding) -> tuple[int, Order]:
    return SECTIONS.index(section_of(finding)), order_of(finding)
