"""What a finding is, and the tables that hold candidates and findings.

    rules, agents ──→ Candidate (proposed) ──→ evidence checked ──→ graded, merged by key ──→ Finding

A domain's findings are a function of all its candidates and of what people ruled about them, so the order in which logs
were collected changes nothing.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Boolean, Column, Integer, String, Table, Text, false

from distillers.record.events import Origin
from scheduling.ledger.store import metadata

Kind = Literal["rule", "correction", "decision", "gotcha", "fix", "cause", "fact", "choice"]
"""rule        how work is to be done here, ordered by a person
correction  what a person set right
decision    what was decided, with its reason
gotcha      a trap of the environment or a tool, and the way round
fix         a failing command or symptom and what made it work
cause       why something broke
fact        how something is
choice      a person's answer to a question with options
"""

Confidence = Literal["high", "medium", "low"]
GLOBAL = "global"
"""The domain of what holds across domains: every domain reads it, and it names none."""
AGENT = "agent:"
"""Begins the rule of what an agent proposed; its name follows."""
Status = Literal["waiting", "accepted", "written", "superseded", "retired", "rejected", "dropped"]


@dataclass(frozen=True, slots=True)
class Quote:
    """Exact evidence: ``text`` stands at ``line`` of ``file``, within one line of the text of ``event``.

    ``…`` marks what was left out.
    """

    event: str
    origin: Origin
    unit: str
    at: str
    file: str
    line: int
    text: str
    passage: str = ""
    """What stands around it in the text of ``event``, word for word: shown with a claim, no evidence; "" if nothing."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A proposal of one rule (or agent). It has no confidence of its own.

    ``tier`` is the most that its rule may reach alone.
    """

    domain: str
    kind: Kind
    claim: str
    """A sentence or two that stands alone: what it is about, what to do, why."""
    key: str
    """What it speaks of. Equal keys are the same piece of knowledge: agreement corroborates, change supersedes."""
    page: str
    """Slug of the page it belongs to, ``[a-z0-9-]+``; "" leaves the choice to the domain's vocabulary."""
    rule: str
    tier: Confidence
    evidence: tuple[Quote, ...]
    """Supporting quotes, the lead first."""
    warnings: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    """Words of the domain's own vocabulary that it could be filed under (labels, components, commands), best first."""
    refuted: bool = False
    """Taken back where it was said: it loses to the candidate of the same key, whose evidence it never joins."""
    worth: float | None = None
    """What readers would make of it, in log odds that they keep it; None if nothing weighed it."""
    ends: tuple[str, ...] = ()
    """Ids of the tickets and commits that its ticket says it takes the place of, or reverts, in small letters."""

    @property
    def by_agent(self) -> bool:
        """Proposed by a model, whose words lend no weight to anything."""
        return self.rule.startswith(AGENT)


@dataclass(frozen=True, slots=True)
class Finding:
    """A graded candidate, or several that agree."""

    id: str
    domain: str
    kind: Kind
    claim: str
    key: str
    page: str
    """Slug within the domain; ``findings --json`` shows it as ``domain/slug``."""
    confidence: Confidence
    status: Status
    valid_from: str
    """Date of the newest evidence, ``YYYY-MM-DD``; "" if no evidence is dated."""
    superseded_by: str
    rule: str
    seen: int
    """In how many sessions and tickets it was seen."""
    warnings: tuple[str, ...]
    evidence: tuple[Quote, ...]
    run: str = ""


def squash(text: str) -> str:
    """``text`` without case, markup and spacing: two quotes with the same squash say the same."""
    return re.sub(r"\W+", "", text).lower()


def finding_id(domain: str, key: str, lead: str) -> str:
    """``f-`` and 8 hex digits of domain, key and lead quote."""
    return (
        "f-"
        + hashlib.blake2b(
            f"{domain}\0{key}\0{squash(lead)}".encode("utf-8", "surrogatepass"), digest_size=4
        ).hexdigest()
    )


candidates = Table(
    "candidates",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column(
        "task", String, nullable=False, index=True
    ),  # the distil task that proposed it; redone, its rows are replaced
    Column("domain", String, nullable=False, index=True),
    Column("body", Text, nullable=False),  # the candidate as JSON
    Column("run", String, nullable=False),
    Column("until", String, nullable=False, default="", server_default=""),  # day of the edit that took it away, or ""
)

findings = Table(
    "findings",
    metadata,
    Column("id", String, primary_key=True),
    Column("domain", String, nullable=False, index=True),
    Column("kind", String, nullable=False),
    Column("claim", Text, nullable=False),
    Column("key", String, nullable=False),
    Column("page", String, nullable=False),
    Column("confidence", String, nullable=False),
    Column("status", String, nullable=False),
    Column("valid_from", String, nullable=False),
    Column("superseded_by", String, nullable=False),
    Column("rule", String, nullable=False),
    Column("seen", Integer, nullable=False),
    Column("warnings", Text, nullable=False),  # JSON list
    Column("run", String, nullable=False),
    Column("lost", Boolean, nullable=False, default=False, server_default=false()),  # retired: nothing supports it
)

evidence = Table(
    "evidence",
    metadata,
    Column("finding", String, primary_key=True),
    Column("rank", Integer, primary_key=True),
    Column("event", String, nullable=False),
    Column("origin", String, nullable=False),
    Column("unit", String, nullable=False),
    Column("at", String, nullable=False),
    Column("file", Text, nullable=False),
    Column("line", Integer, nullable=False),
    Column("text", Text, nullable=False),
    Column("passage", Text, nullable=False, default="", server_default=""),
)
