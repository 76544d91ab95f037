"""Evidence: whether a quote really stands where it says it stands, read again from the archive."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
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
    if quote.passage and not _holds(quote.passage, quote, event):
        return "the passage does not stand around the quote"
    return None


def _holds(passage: str, quote: Quote, event: Event) -> bool:
    """Whether a passage is a stretch of the event, word for word, in which the quote stands."""
    parts = _parts(quote.text)
    return passage in public(event.text) and any(_in_order(parts, line) for line in passage.split("\n"))


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
    found = [event.line + number for number, _start, _stop in _places(text, event)]
    return found if event.prose else [event.line] * bool(found)


def around(quote: Quote, event: Event) -> tuple[int, int] | None:
    """From where to where in the text of the event, masks without their hash, a quote stands; None if nowhere."""
    found = _places(quote.text, event)
    return next(((at, stop) for n, at, stop in found if not event.prose or event.line + n == quote.line), None)


def _places(text: str, event: Event) -> Iterator[tuple[int, int, int]]:
    """On which line of an event's text, counted from 0, a quote stands, and from where to where in that text."""
    parts = _parts(text)
    if not re.search(r"\w", text):
        return
    start = 0
    for number, line in enumerate(public(event.text).split("\n")):
        if there := _in_order(parts, line):
            yield number, start + there[0], start + there[1]
        start += len(line) + 1


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(GAP)]


def _in_order(parts: list[str], line: str) -> tuple[int, int] | None:
    """From where to where ``parts`` stand on a line, each after the one before; None if they do not."""
    first, at = -1, 0
    for part in parts:
        at = line.find(part, at)
        if at < 0:
            return None
        first = at if first < 0 and part else first
        at += len(part)
    return max(first, 0), at
