"""What a settled ticket turned, in any of its words: what it gives up, takes up again, makes anew or calls otherwise.

No claims: older ones are held against them when the domain is settled (see :mod:`distillers.overtaken`). A ticket's own
claims are its best sentences; what it ends often stands in one that nobody would look up.
"""

from __future__ import annotations

from collections.abc import Iterator

from distillers import anew
from distillers.anew import TURN
from distillers.claims import clean, first_line, quotes, statements
from distillers.findings import Candidate, Quote
from distillers.givenup import given_up
from distillers.record.units import Unit
from distillers.rules.base import Rule, normal
from distillers.rules.sections import settled


def find(unit: Unit) -> Iterator[Candidate]:
    """Each turn of a settled ticket once, with the quote that first tells it; the key is its kind and what it turns."""
    if unit.medium != "ticket" or settled(unit) is not True:
        return
    title = _title(unit)
    things = [(anew.REMADE, one) for one in anew.remade(unit.title)]
    things += [(anew.REMOVED, one) for one in anew.removed(unit.title)]
    found = [(turn, unit.title, title) for turn in things]
    found += [(turn, text, evidence) for text, evidence in _said(unit, title) for turn in _turns(text)]
    seen: set[tuple[str, str]] = set()
    for turn, text, evidence in found:
        if evidence and turn not in seen:
            seen.add(turn)
            yield Candidate(unit.domain, "fact", clean(text), ":".join(turn), "", TURN, "low", evidence)


def _said(unit: Unit, title: tuple[Quote, ...]) -> Iterator[tuple[str, tuple[Quote, ...]]]:
    """The title and the sentences of a ticket, but for what a box leaves open, with their quotes."""
    yield unit.title, title
    for event in unit.events:
        if event.origin == "ticket" and event.kind in {"section", "message"}:
            for one in statements(event.text):
                if not one.open:
                    yield one.text, quotes(event, one)


def _title(unit: Unit) -> tuple[Quote, ...]:
    head = next((event for event in unit.events if event.kind == "status" and event.origin == "ticket"), None)
    lead = first_line(head) if head else None
    return (lead,) if lead else ()


def _turns(text: str) -> Iterator[tuple[str, str]]:
    """The kinds of turn that a text tells, each with what it turns."""
    called = dict(anew.renamed(text))
    old = {name.lower() for name in called}
    yield from ((anew.RENAMED, f"{name} {new}") for name, new in called.items())
    yield from ((anew.GONE, name) for name in given_up(text) if name not in old)
    yield from ((anew.REGAINED, name) for name in anew.regained(text))
    if anew.denies(text):
        yield anew.DENIED, normal(text)


RULE = Rule("ticket-turn", "fact", "low", find)
