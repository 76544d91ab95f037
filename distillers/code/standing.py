"""What a claim about code that is gone may still be: of low confidence, with a warning that says which name is gone.

A person's order stands whatever it names, and so does a claim that tells of the end itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b

import numpy as np

from distillers.code.naming import Marker, Marks, named
from distillers.code.parting import parted
from distillers.findings import Candidate, Finding, Quote

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
        asked = dict(named(claim))
        marks = np.fromiter((self.marker.mark(one) for one in asked.values()), dtype=np.uint64, count=len(asked))
        gone = [name for name, is_gone in zip(asked, np.isin(marks, self.marks), strict=True) if is_gone]
        told = parted(claim, gone)
        return [name for name in gone if name not in told]


def lowered(candidates: Iterable[Candidate], gone: Gone | None) -> Iterable[Candidate]:
    """The candidates of a domain; those that rest on a name that is gone may be of low confidence at most."""
    if gone is None or not len(gone.marks):
        return candidates
    return [replace(one, tier="low") if _rests(one.claim, one.evidence, gone) else one for one in candidates]


def warned(findings: Sequence[Finding], gone: Gone | None) -> list[Finding]:
    """The findings of a domain; those of low confidence that rest on names that are gone say which."""
    if gone is None or not len(gone.marks):
        return list(findings)
    return [_warned(one, _rests(one.claim, one.evidence, gone)) if one.confidence == "low" else one for one in findings]


def _rests(claim: str, evidence: Sequence[Quote], gone: Gone) -> list[str]:
    """The gone names that a claim rests on; what a person typed is not asked for them."""
    return [] if any(quote.origin == "human" for quote in evidence) else gone.names(claim)


def _warned(finding: Finding, names: Sequence[str]) -> Finding:
    if not names:
        return finding
    shown = ", ".join(f"`{name}`" for name in names[:SHOWN]) + (" …" if len(names) > SHOWN else "")
    why = f"{shown} {'stands' if len(names) == 1 else 'stand'} nowhere in the code any more"
    return replace(finding, warnings=(*finding.warnings, why))
