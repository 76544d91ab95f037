"""Evidence: whether a quote really stands where it says it stands, read again from the archive."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from distillers import labels
from distillers.claims import public
from distillers.findings import Candidate, Finding, Quote
from distillers.record.events import Event

if TYPE_CHECKING:
    from distillers.record.archive import Archive

GAP = "…"


def check(proposal: Candidate | Finding, archive: Archive) -> str | None:
    """None if every quote of a candidate or finding is verbatim in the archive, else what is wrong with the first.

    What a person said of a finding is kept in the ledger and read there.
    """
    wanted = [quote.event for quote in proposal.evidence]
    found = archive.many(proposal.domain, wanted)
    ruled = labels.events(archive.ledger, proposal.domain, [event for event in wanted if event not in found])
    return fault(proposal.evidence, {**found, **ruled})


def fault(evidence: Iterable[Quote], events: Mapping[str, Event]) -> str | None:
    """What is wrong with the first bad quote, None if all are good; ``events`` by id are what the archive holds.

    Evidence has to be there, to hold words, to stand within one line of its event's text at the line it names, to carry
    the event's own origin, and to be no summary that an agent wrote about itself and nothing recalled from the wiki.
    """
    listed = tuple(evidence)
    if not listed:
        return "no evidence"
    return next(filter(None, (_fault(quote, events.get(quote.event)) for quote in listed)), None)


def _fault(quote: Quote, event: Event | None) -> str | None:
    if event is None:
        return "its event is not in the archive"
    if event.kind == "summary" or event.origin == "recalled":
        return "a summary or our own retrieval is no evidence"
    if (quote.origin, quote.unit, quote.file) != (event.origin, event.unit, event.file):
        return "origin, session or file is not the archived one"
    if quote.line not in locate(quote.text, event):
        return "the quote is not at its line"
    return None


def relocated(proposal: Candidate, events: Mapping[str, Event]) -> Candidate | None:
    """A candidate whose quotes name the lines at which ``events``, by id, have them now; None if one is gone."""
    found = tuple(_moved(quote, events.get(quote.event)) for quote in proposal.evidence)
    kept = tuple(quote for quote in found if quote)
    return replace(proposal, evidence=kept) if len(kept) == len(found) else None


def _moved(quote: Quote, event: Event | None) -> Quote | None:
    lines = locate(quote.text, event) if event else []
    if event is None or not lines:
        return None
    return replace(quote, file=event.file, line=quote.line if quote.line in lines else lines[0])


def locate(text: str, event: Event) -> list[int]:
    """The 1-based lines of the event's file at which a quote stands, exact but for what ``…`` leaves out."""
    parts = [part.strip() for part in text.split(GAP)]
    if not re.search(r"\w", text):
        return []
    lines = public(event.text).split("\n")
    hits = [number for number, line in enumerate(lines) if _in_order(parts, line)]
    return [event.line + number for number in hits] if event.prose else [event.line] * bool(hits)


def _in_order(parts: list[str], line: str) -> bool:
    at = 0
    for part in parts:
        at = line.find(part, at)
        if at < 0:
            return False
        at += len(part)
    return True
