"""Whether what is filed reads its quotes true, and says nothing twice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations

from distillers.claims import alike, identifiers, tokens
from distillers.evidence import check
from distillers.findings import Finding
from distillers.record.archive import Archive
from distillers.settle import SAME

STANDS = frozenset({"accepted", "written"})


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
    standing = [one for one in found if one.status in STANDS and one.confidence != "low"]
    faults = {one.id: why for one in standing if (why := check(one, archive))}
    return Quality(len(standing), sum(len(one.evidence) for one in standing), faults, tuple(twins(standing)))


def twins(found: Iterable[Finding]) -> list[tuple[str, str]]:
    """Pairs of findings of one domain that name the same things in nearly the same words, by their ids."""
    near: dict[tuple[str, frozenset[str]], list[tuple[str, frozenset[str]]]] = defaultdict(list)
    for one in found:
        near[one.domain, identifiers(one.claim)].append((one.id, tokens(one.claim)))
    pairs = (pair for some in near.values() for pair in combinations(sorted(some, key=lambda one: one[0]), 2))
    return sorted((one, other) for (one, words), (other, others) in pairs if alike(words, others) >= SAME)
