"""Connecting text from templates. It holds counts and dates only, so it is true by construction."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from content.text import sentences
from distillers.findings import Finding, Kind, Quote

_WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_MONTHS = "January,February,March,April,May,June,July,August,September,October,November,December"
_NOUNS: dict[Kind, str] = {
    "cause": "cause",
    "decision": "decision",
    "fix": "fix",
    "gotcha": "trap",
    "correction": "correction",
    "rule": "rule",
    "choice": "answered question",
    "fact": "fact",
}
_PLURALS = {"fix": "fixes"}


def spelled(number: int) -> str:
    """``number`` as running text has it: a word up to twelve, then digits."""
    return _WORDS[number] if 0 <= number < len(_WORDS) else str(number)


def few(number: int, noun: str) -> str:
    """``number`` with ``noun`` in singular or plural."""
    return f"{spelled(number)} {noun if number == 1 else _PLURALS.get(noun, noun + 's')}"


def listed(parts: Sequence[str]) -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}" if parts else ""


def capital(text: str) -> str:
    """``text`` with a capital first."""
    return text[:1].upper() + text[1:]


def day(date: str) -> str:
    """``2026-11-03`` as ``3 November 2026``; what is no date stays."""
    found = re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)", date[:10])
    return (
        f"{int(found[3])} {_MONTHS.split(',')[int(found[2]) - 1]} {found[1]}"
        if found and 1 <= int(found[2]) <= 12
        else date
    )


def span(dates: Iterable[str]) -> str:
    """``on 3 November 2026`` or ``between 3 and 9 November 2026``; undated: ``at an unrecorded time``."""
    known = sorted(date[:10] for date in dates if date)
    if not known:
        return "at an unrecorded time"
    first, last = known[0], known[-1]
    if first == last:
        return f"on {day(last)}"
    same = 2 if first[:7] == last[:7] else 1 if first[:4] == last[:4] else 0
    return f"between {' '.join(day(first).split()[: 3 - same])} and {day(last)}"


@dataclass(frozen=True, slots=True)
class Facts:
    """What may be counted about some findings; the only input of the templates."""

    total: int
    statements: int
    trouble: int
    decisions: int
    practice: int
    typed: int
    repeated: int
    units: str
    span: str
    kinds: tuple[str, ...]

    @classmethod
    def of(cls, findings: Sequence[Finding], kinds_told: Sequence[Kind]) -> Facts:
        """Counts over ``findings`` and over the kinds of the statements that tell them."""
        kinds = Counter(kinds_told)
        return cls(
            total=len(findings),
            statements=len(kinds_told),
            trouble=kinds["cause"] + kinds["gotcha"] + kinds["fix"],
            decisions=kinds["decision"] + kinds["choice"],
            practice=kinds["rule"] + kinds["correction"],
            typed=sum(any(quote.origin == "human" for quote in finding.evidence) for finding in findings),
            repeated=sum(finding.seen > 1 for finding in findings),
            units=_units([quote for finding in findings for quote in finding.evidence]),
            span=span(quote.at for finding in findings for quote in finding.evidence),
            kinds=tuple(few(kinds[kind], noun) for kind, noun in _NOUNS.items() if kinds[kind]),
        )


def say(template: str, **facts: Any) -> list[str]:
    """The sentences that ``templates/<template>.md.j2`` gives for ``facts``."""
    return sentences(_TEMPLATES.get_template(f"{template}.md.j2").render(**facts))


def lay(template: str, **parts: Any) -> str:
    """The text that ``templates/<template>.md.j2`` gives for ``parts``, line by line."""
    return _TEMPLATES.get_template(f"{template}.md.j2").render(**parts)


def _units(quotes: Sequence[Quote]) -> str:
    tickets = {quote.unit for quote in quotes if quote.origin == "ticket"}
    sessions = {quote.unit for quote in quotes} - tickets
    counted = [few(len(units), noun) for units, noun in ((sessions, "session"), (tickets, "ticket")) if units]
    return listed(counted)


_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=False,  # noqa: S701 (the output is Markdown; every value is made inert before it gets here)
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
)
_FILTERS: dict[str, Any] = {"spelled": spelled, "few": few, "listed": listed, "capital": capital, "day": day}
_TEMPLATES.filters.update(_FILTERS)
