"""What a claim about code that is gone may still be: of low confidence, with a warning that says what is gone.

A person's order stands whatever it names, and so does a claim that tells of the end itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import blake2b

import numpy as np

from distillers.code.marks import Marks, among
from distillers.code.naming import Marker, named
from distillers.code.parting import parted
from distillers.code.wear import COST, WORN, Lost, Wear
from distillers.findings import Candidate, Finding, Quote
from distillers.links import Link

SHOWN = 3
"""Gone names that a warning shows."""


@dataclass(frozen=True, slots=True)
class Gone:
    """The names that once stood in a domain's code and stand nowhere in it today, as ``marks`` of ``marker``."""

    marks: Marks
    marker: Marker

    def parts(self) -> tuple[str, ...]:
        """Text that is the same for the same names, none if there are none."""
        return (blake2b(self.marks.tobytes(), digest_size=12).hexdigest(),) if len(self.marks) else ()

    def names(self, claim: str) -> list[str]:
        """The names that a claim rests on and that are gone, as it writes them, each once."""
        asked = dict(named(claim)) if len(self.marks) else {}
        marks = np.fromiter((self.marker.mark(one) for one in asked.values()), dtype=np.uint64, count=len(asked))
        gone = [name for name, is_gone in zip(asked, among(marks, self.marks), strict=True) if is_gone]
        told = parted(claim, gone)
        return [name for name in gone if name not in told]


@dataclass(frozen=True, slots=True)
class Standing:
    """What a domain's code says of what was claimed: which names are gone from it, and how worn its changes are."""

    gone: Gone
    wear: Wear

    def parts(self) -> tuple[str, ...]:
        """Text that is the same for the same code, none if it says nothing."""
        return (*self.gone.parts(), *self.wear.parts())


@dataclass(frozen=True, slots=True)
class Judge:
    """Judges the candidates and findings of a domain by its code: by ``gone`` names, and by what tickets ``lost``."""

    gone: Gone | None = None
    lost: Mapping[str, Lost] = field(default_factory=dict[str, Lost])

    def lowered(self, candidates: Iterable[Candidate]) -> list[Candidate]:
        """The candidates, each worth less by what is lost of its ticket's change.

        Those that rest on a name that is gone, or on a change that is, may be of low confidence at most.
        """
        return [self._lowered(one) for one in candidates]

    def warned(self, findings: Iterable[Finding]) -> list[Finding]:
        """The findings; those of low confidence say which names, or how much of a change, are gone."""
        return [self._warned(one) if one.confidence == "low" else one for one in findings]

    def _lowered(self, one: Candidate) -> Candidate:
        lost = self._lost(one.evidence)
        if (lost and lost.wear >= WORN) or self._names(one.claim, one.evidence):
            return replace(one, tier="low")
        return replace(one, worth=one.worth - COST * lost.wear) if lost and one.worth is not None else one

    def _warned(self, finding: Finding) -> Finding:
        lost, names = self._lost(finding.evidence), self._names(finding.claim, finding.evidence)
        whys = [*([_told(names)] if names else ()), *([lost.told()] if lost and lost.wear >= WORN else ())]
        return replace(finding, warnings=(*finding.warnings, *whys)) if whys else finding

    def _names(self, claim: str, evidence: Sequence[Quote]) -> list[str]:
        """The gone names that a claim rests on; what a person typed is not asked for them."""
        return [] if self.gone is None or _typed(evidence) else self.gone.names(claim)

    def _lost(self, evidence: Sequence[Quote]) -> Lost | None:
        return None if _typed(evidence) else self.lost.get(evidence[0].unit)


def judge(code: Standing | None, candidates: Iterable[Candidate], links: Callable[[], Iterable[Link]]) -> Judge:
    """Who judges the ``candidates`` of a domain with this ``code``; ``links`` are asked only if its wear is known."""
    if code is None:
        return Judge()
    known = bool(code.wear.lost)
    return Judge(code.gone, code.wear.by_unit(candidates, links()) if known else {})


def _typed(evidence: Sequence[Quote]) -> bool:
    return any(quote.origin == "human" for quote in evidence)


def _told(names: Sequence[str]) -> str:
    shown = ", ".join(f"`{name}`" for name in names[:SHOWN]) + (" …" if len(names) > SHOWN else "")
    return f"{shown} {'stands' if len(names) == 1 else 'stand'} nowhere in the code any more"
