"""Footnotes: where a claim was said, when, and what was said there beyond it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from distillers.findings import Finding, Quote, squash
from wiki.edit import label
from wiki.text import inert, tidy

CITED = 3
"""Quotes shown under one block; the ledger holds the rest."""
FIRST_CHARS = 160
"""Shown of the first quote."""
MORE_CHARS = 120
"""Shown of a quote that is not the first."""
OPENING_CHARS = 60
"""Shown of a quote that its claim repeats."""

_HASHLIKE = re.compile(r"[0-9a-f]{8}[0-9a-f-]{8,}", re.ASCII)


def note(finding: Finding) -> tuple[str, str] | None:
    """The one footnote of a block, by its label: where it was said, each session or ticket and day once."""
    groups: dict[tuple[str, str, str], list[Quote]] = {}
    for quote in finding.evidence[:CITED]:
        groups.setdefault((quote.unit, quote.origin, quote.at[:10]), []).append(quote)
    if not groups:
        return None
    claim = squash(finding.claim)
    told = "; ".join(_source(claim, quotes, is_first=not k) for k, quotes in enumerate(groups.values()))
    name = label(finding.id, 0)
    return name, f"[^{name}]: {finding.confidence} · {told}"


def _source(claim: str, quotes: Sequence[Quote], *, is_first: bool) -> str:
    """A session or ticket with what it says beyond the claim; the first of a footnote is quoted in any case."""
    lead = quotes[0]
    day = f", {lead.at[:10]}" if lead.at else ""
    origin = "" if lead.origin == "ticket" else f"{lead.origin} · "
    medium = "ticket" if lead.origin == "ticket" else "session"
    where = f"{origin}{medium} {cited_as(lead.unit)} line {lead.line}{day}"
    repeats = squash(lead.text) in claim
    if is_first:
        where += f': "{shown(lead, OPENING_CHARS if repeats else FIRST_CHARS)}"'
    elif not repeats:
        where += f': "{shown(lead, MORE_CHARS)}"'
    more = [quote for quote in quotes[1:] if squash(quote.text) not in claim]
    return where + "".join(f'; line {quote.line}: "{shown(quote, MORE_CHARS)}"' for quote in more)


def cited_as(unit: str) -> str:
    """The id of a session or ticket as footnotes have it: a long hash by its first digits, a ticket's name as it is."""
    return unit[:8] + "…" if _HASHLIKE.fullmatch(unit) else inert(unit, 60)


def shown(quote: Quote, chars: int) -> str:
    """A quote as footnotes have it: without emphasis and marks of lists, at most ``chars`` characters."""
    return inert(tidy(quote.text), chars)


def forms(quote: Quote) -> tuple[str, ...]:
    """A quote in all the lengths in which footnotes show it."""
    return tuple(shown(quote, chars) for chars in (OPENING_CHARS, MORE_CHARS, FIRST_CHARS))
