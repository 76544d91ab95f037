"""Pillars: the standing themes for articles, and which of them is due."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from scheduling.base.clock import parse

if TYPE_CHECKING:  # reading settings must not load the ledger
    from distillers.findings import Finding

CADENCE: Mapping[str, int] = {"daily": 1, "weekly": 7, "monthly": 28}
"""Days that pass between two articles of a pillar."""
WEIGHT: Mapping[str, float] = {"high": 1.0, "medium": 0.01}
"""What a finding adds to a pillar's turn. Medium is never in an article; it only breaks ties between equals."""
NEVER = 10_000


@dataclass(frozen=True, slots=True)
class Pillar:
    """A theme. ``pages`` are globs such as ``shop/*`` or ``shop/test*``: the only pages, and domains, it draws from."""

    name: str
    hub: str = ""
    questions: tuple[str, ...] = ()
    pages: tuple[str, ...] = ()
    cadence: str = "weekly"
    title: str = ""

    @property
    def heading(self) -> str:
        """What the pillar is called in a title."""
        return self.title or self.name.replace("-", " ").replace("_", " ").strip().capitalize()

    def covers(self, finding: Finding) -> bool:
        """Whether the page that the finding belongs to is one of this pillar's."""
        return any(_matches(glob, finding.domain, finding.page) for glob in self.pages)

    def draws_from(self, domain: str) -> bool:
        """Whether any page of ``domain`` may be one of this pillar's."""
        return any(fnmatchcase(domain, glob.partition("/")[0]) for glob in self.pages)


@dataclass(frozen=True, slots=True)
class Past:
    """An earlier article of a pillar: its findings, and when it was published (ISO 8601)."""

    slug: str
    pillar: str
    at: str
    findings: frozenset[str]


def default_pillars(domains: Iterable[str]) -> tuple[Pillar, ...]:
    """One pillar per domain, for a workspace that configures none."""
    return tuple(
        Pillar(name=domain, pages=(f"{domain}/*",), title=f"What we learned in {domain}")
        for domain in sorted(set(domains) - {"unsorted"})
    )


def choose(
    pillars: Sequence[Pillar], findings: Sequence[Finding], published: Sequence[Past], now: datetime
) -> Pillar | None:
    """The pillar whose turn it is, or None if none has news.

    Most new findings since its last article, weighed by confidence; then the longest wait; then the name. A pillar
    whose cadence has not passed waits.
    """
    used = frozenset[str]().union(*(past.findings for past in published))
    fresh = [finding for finding in findings if finding.status == "written" and finding.id not in used]
    ranked = [(-_news(pillar, fresh), -_days(pillar, published, now), pillar.name, pillar) for pillar in pillars]
    due = [entry for entry in ranked if -entry[1] >= CADENCE.get(entry[3].cadence, 7) and -entry[0] >= 1]
    return min(due, key=lambda entry: entry[:3])[3] if due else None


def _news(pillar: Pillar, fresh: Iterable[Finding]) -> float:
    return sum(WEIGHT.get(finding.confidence, 0.0) for finding in fresh if pillar.covers(finding))


def _days(pillar: Pillar, published: Iterable[Past], now: datetime) -> int:
    dates = [moment.date() for past in published if past.pillar == pillar.name and (moment := parse(past.at))]
    return (now.date() - max(dates)).days if dates else NEVER


def _matches(glob: str, domain: str, page: str) -> bool:
    wanted, _, pages = glob.partition("/")
    return fnmatchcase(domain, wanted) and fnmatchcase(page, pages or "*")
