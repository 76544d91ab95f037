"""What an agent reads out: a sentence that a tool returned is the tool's word, whoever says it after it."""

from __future__ import annotations

from collections.abc import Iterable

from distillers.findings import squash
from distillers.record.events import Event

MOST_READ = 200_000
"""Characters of a result in which a sentence that was read out is looked for."""


def read_out(texts: Iterable[str], seen: Iterable[Event]) -> bool:
    """Whether one of ``texts`` stands word for word in what a tool returned among the events ``seen``."""
    words = [squash(text) for text in texts]
    shown = (squash(event.text[:MOST_READ]) for event in seen if event.kind == "result")
    return any(said in result for result in shown for said in words)
