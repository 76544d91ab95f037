"""Footnotes: where a claim was said, when, and what was said there beyond it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from distillers.findings import Finding, Quote, squash
from wiki import passages
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
ENDS = (".", "!", "?", ":", ";")
"""A line that ends so does not run on."""

_HASHLIKE = re.compile(r"[0-9a-f]{8}[0-9a-f-]{8,}", re.ASCII)


def note(finding: Finding) -> tuple[str, str] | None:
    """The one footnote of a block, by its label: where it was said, each session or ticket and day once, and below that
    in full what stands around it.
    """
    groups = _groups(finding)
    if not groups:
        return None
    claim = squash(finding.claim)
    told = "; ".join(_source(claim, quotes, is_first=not k) for k, quotes in enumerate(groups))
    name = label(finding.id, 0)
    head = f"[^{name}]: {finding.confidence} · {told}"
    return name, "\n".join([head, *passages.told(finding.evidence[:CITED])])


def _groups(finding: Finding) -> list[list[Quote]]:
    """The quotes that are shown, those of one session or ticket and day together."""
    groups: dict[tuple[str, str, str], list[Quote]] = {}
    for quote in finding.evidence[:CITED]:
        groups.setdefault((quote.unit, quote.origin, quote.at[:10]), []).append(quote)
    return [*groups.values()]


def _source(claim: str, quotes: Sequence[Quote], *, is_first: bool) -> str:
    """A session or ticket with what it says beyond the claim; the first of a footnote is quoted in any case, if not
    shown with what stands around it.
    """
    lead = quotes[0]
    day = f", {lead.at[:10]}" if lead.at else ""
    origin = "" if lead.origin == "ticket" else f"{lead.origin} · "
    medium = "ticket" if lead.origin == "ticket" else "session"
    where = f"{origin}{medium} {cited_as(lead.unit)} line {lead.line}{day}"
    around = squash("\n".join(quote.passage for quote in quotes))
    repeats = squash(lead.text) in claim
    if is_first and not (around and squash(lead.text) in around):
        where += f': "{_shown(run_on(claim, quotes), OPENING_CHARS if repeats else FIRST_CHARS)}"'
    elif not repeats and squash(lead.text) not in around:
        where += f': "{shown(lead, MORE_CHARS)}"'
    more = [quote for quote in quotes[1:] if squash(quote.text) not in claim and squash(quote.text) not in around]
    return where + "".join(f'; line {quote.line}: "{shown(quote, MORE_CHARS)}"' for quote in more)


def cited_as(unit: str) -> str:
    """The id of a session or ticket as footnotes have it: a long hash by its first digits, a ticket's name as it is."""
    return unit[:8] + "…" if _HASHLIKE.fullmatch(unit) else inert(unit, 60)


def shown(quote: Quote, chars: int) -> str:
    """A quote as footnotes have it: without emphasis and marks of lists, at most ``chars`` characters."""
    return _shown(quote.text, chars)


def _shown(text: str, chars: int) -> str:
    return inert(tidy(text), chars)


def run_on(claim: str, quotes: Sequence[Quote]) -> str:
    """The first of ``quotes``, with those after it that are lines of the same sentence of the ``claim`` (squashed)."""
    text = quotes[0].text
    for other in quotes[1:]:
        if text.rstrip().endswith(ENDS) or squash(text + other.text) not in claim:
            break
        text = f"{text} {other.text}"
    return text


def backs(note: str, finding: Finding) -> bool:
    """Whether a footnote holds a quote of the finding, as long as footnotes show it, or what stands around one, and
    nothing below its first line but that.
    """
    head, *lines = note.split("\n")
    known = {passages.BEGIN, *(line for quote in finding.evidence for line in passages.quotation(quote.passage))}
    told = bool(lines) or any(form in head for form in _forms(finding))
    return told and known.issuperset(lines)


def _forms(finding: Finding) -> Iterator[str]:
    """The quotes of a finding in all the ways in which footnotes show them."""
    claim = squash(finding.claim)
    for quotes in _groups(finding):
        yield from (_shown(run_on(claim, quotes), chars) for chars in (OPENING_CHARS, FIRST_CHARS))
        yield from (shown(quote, MORE_CHARS) for quote in quotes)
