"""Whether what is filed reads its quotes true, and says nothing twice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from distillers.claims import alike, identifiers, tokens
from distillers.evidence import check
from distillers.findings import Finding, Quote
from distillers.record.archive import Archive
from distillers.retold import TELLS, Heard, Tale, heard, retold, tale
from distillers.settle import SAME

STANDS = frozenset({"accepted", "written"})
BESIDE = 0.1
"""Share of the words of a quote that a claim may leave out, with a label or a link, and consist of it."""
SLACK = 0.1
"""How far below the bar of settling two claims count as one said twice."""


@dataclass(frozen=True, slots=True)
class Quality:
    """Of ``findings`` that stand: those with a quote that is not where it should be, and pairs that say the same."""

    findings: int
    quotes: int
    unfaithful: Mapping[str, str]
    """What is wrong, by finding id."""
    duplicates: tuple[tuple[str, str], ...]

    @property
    def per_hundred(self) -> float:
        """Duplicate pairs for every 100 findings."""
        return 100 * len(self.duplicates) / self.findings if self.findings else 0.0


def measure(found: Iterable[Finding], archive: Archive) -> Quality:
    """Reads every quote of every finding that stands again, and compares the claims of each domain."""
    every = list(found)
    standing = [one for one in every if one.status in STANDS and one.confidence != "low"]
    faults = {one.id: why for one in standing if (why := check(one, archive))}
    return Quality(len(standing), sum(len(one.evidence) for one in standing), faults, tuple(twins(standing, every)))


def twins(found: Sequence[Finding], beside: Sequence[Finding] = ()) -> list[tuple[str, str]]:
    """Pairs of findings of one domain that say the same in nearly the same words, by their ids.

    ``beside`` are all findings, by which the words are weighed that a ticket says often.

    Either both name the same things, or one tells again what the other does, by a lower bar than the one from which
    settling joins them: what it just missed is counted.
    """
    common = heard((one.rule, one.evidence) for one in beside or found)
    domains: dict[str, list[_Read]] = defaultdict(list)
    for one in found:
        domains[one.domain].append(_read(one))
    pairs = (pair for some in domains.values() for pair in combinations(sorted(some, key=lambda one: one.id), 2))
    return sorted((one.id, other.id) for one, other in pairs if _same(one, other, common))


@dataclass(frozen=True, slots=True)
class _Read:
    id: str
    names: frozenset[str]
    words: frozenset[str]
    tale: Tale | None
    """What it tells, if its rule is one that tells a thing several times."""


def _read(one: Finding) -> _Read:
    told = tale(one.rule, _claimed(one)) if one.rule in TELLS else None
    return _Read(one.id, identifiers(one.claim), tokens(one.claim), told)


def _same(one: _Read, other: _Read, common: Heard) -> bool:
    if one.names == other.names and alike(one.words, other.words) >= SAME:
        return True
    return one.tale is not None and other.tale is not None and retold(one.tale, other.tale, common, SLACK)


def _claimed(one: Finding) -> Sequence[Quote]:
    """The quotes that the claim consists of: those that were joined to it say what it says, each in more words."""
    claim = tokens(one.claim)
    own = [quote for quote in one.evidence if len(tokens(quote.text) - claim) <= BESIDE * len(tokens(quote.text))]
    return own or one.evidence[:1]
