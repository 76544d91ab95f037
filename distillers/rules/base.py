"""What a rule is, and what the rules share.

A rule is a thin function from one session or ticket to candidates. It looks at structure first (who said it, what kind
of event, what came before), because words alone predict little.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from distillers.cues import AUTHORITY, BROKE, CHOICE, FIX, WHY
from distillers.findings import Candidate, Confidence, Kind
from distillers.record.units import Unit

if TYPE_CHECKING:
    from distillers.record.archive import Archive

FORGED = "claims a person's authority without a cited turn"


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule over a unit: its name, the kind of its findings, and the most that one of them may reach alone."""

    name: str
    kind: Kind
    tier: Confidence
    find: Callable[[Unit], Iterable[Candidate]]


@dataclass(frozen=True, slots=True)
class ArchiveRule:
    """One rule over a whole domain: SQL over the record counts what no single session shows."""

    name: str
    kind: Kind
    tier: Confidence
    find: Callable[[Archive, str], Iterable[Candidate]]


def forged(text: str, origins: Iterable[str]) -> tuple[str, ...]:
    """A warning if a text claims a person's decision although no person and no ticket stands among its evidence."""
    trusted = {"human", "ticket"} & set(origins)
    return (FORGED,) if AUTHORITY.search(text) and not trusted else ()


def kind_of(text: str) -> Kind:
    """What a statement is by its words: why something broke, what was chosen, what was mended, or how something is."""
    if BROKE.search(text):
        return "cause"
    if CHOICE.search(text) or WHY.search(text):
        return "decision"
    return "fix" if FIX.search(text) else "fact"


def normal(text: str, limit: int = 120) -> str:
    """A text as part of a key: lower case words and numbers with single dashes."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:limit]
