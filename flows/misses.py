"""Where the answer to a question was lost on its way from the logs to the reader.

logs ─→ record ─→ findings ─→ filed claims ─→ results
     │         │           │              └ not retrieved
     │         │           └ badly worded, or held back
     │         └ not found
     └ not collected
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, Protocol

from distillers.findings import Finding
from distillers.findings_store import load
from distillers.quality import STANDS
from distillers.record.archive import Archive
from scheduling.ledger.store import Ledger

Kind = Literal["not collected", "not found", "held back", "badly worded", "not retrieved"]

EXPLAINED: Mapping[Kind, str] = {
    "not collected": "nothing in the record holds the answer",
    "not found": "the record holds it, no finding took it up",
    "held back": "only findings that are not filed hold it: graded low, superseded, rejected or retired",
    "badly worded": "filed findings hold it in their quotes, or most of it, and their claims do not say it",
    "not retrieved": "filed claims say it, the search did not bring them",
}
"""The kinds in the order of the way, each with what it means."""

MOST_OF_IT = 0.5


class Asked(Protocol):
    """A question with what answers it."""

    def share(self, pieces: Iterable[str]) -> float:
        """How much of the answer texts hold, 0 to 1; 1 is all of it."""
        ...


@dataclass(frozen=True)
class Known:
    """What a house knows of one domain, as texts."""

    findings: Sequence[Finding]
    archive: Archive
    domain: str

    @cached_property
    def record(self) -> list[str]:
        """Every text that was collected."""
        found = self.archive.query("SELECT text FROM events", domain=self.domain).to_pydict()["text"]
        return [str(text) for text in found]

    @cached_property
    def claims(self) -> list[str]:
        """What is filed says."""
        return [one.claim for one in self._filed]

    @cached_property
    def quoted(self) -> list[str]:
        """The same with its quotes."""
        return [_whole(one) for one in self._filed]

    @cached_property
    def every(self) -> list[str]:
        """The same of all findings, filed or not."""
        return [_whole(one) for one in self.findings]

    @property
    def _filed(self) -> list[Finding]:
        return [one for one in self.findings if one.status in STANDS and one.confidence != "low"]


class Explainer:
    """Says of questions that were not answered where the answer was lost; reads each domain once."""

    def __init__(self, ledger: Ledger, archive: Archive) -> None:
        self._ledger = ledger
        self._archive = archive
        self._known: dict[str, Known] = {}

    def why(self, question: Asked, domain: str) -> Kind:
        """The kind of a miss: the last place on the way that still holds the answer decides."""
        if domain not in self._known:
            self._known[domain] = Known(load(self._ledger, domain=domain), self._archive, domain)
        return lost(question, self._known[domain])


def lost(question: Asked, known: Known) -> Kind:
    """The same, of what is ``known`` of one domain."""
    said = question.share(known.claims)
    if said == 1:
        return "not retrieved"
    if question.share(known.quoted) == 1:
        return "badly worded"
    if question.share(known.every) == 1:
        return "held back"
    if said > MOST_OF_IT:
        return "badly worded"
    return "not found" if question.share(known.record) == 1 else "not collected"


def _whole(one: Finding) -> str:
    return "\n".join([one.claim, *(quote.text for quote in one.evidence)])
