"""Candidates, quotes and events made by hand for the tests of grading, settling and storing."""

from __future__ import annotations

from typing import Any

from distillers.findings import Candidate, Confidence, Kind, Quote
from distillers.record.events import Event, Origin, event_id
from distillers.rulings import Label, Verdict


def event(unit: str, number: int, text: str, origin: Origin = "human", **more: Any) -> Event:
    fields: dict[str, Any] = {"medium": "session", "kind": "message", "line": number + 1} | more
    return Event(
        id=event_id(unit, str(number)),
        unit=unit,
        at=fields.pop("at", f"2026-03-01T10:00:{number:02}.000Z"),
        origin=origin,
        text=text,
        file=f"/logs/{unit}.jsonl",
        **fields,
    )


def bulk(unit: str, tokens: int = 12_000) -> Event:
    """What a tool returned and nobody needs to see again: of a session that holds it, so much more may be shown."""
    text = "passed " * (4 * tokens // 7)
    return event(unit, 900, text, "tool", kind="result", at="2026-03-01T23:00:00.000Z")


def quote(unit: str, text: str, origin: Origin = "human", day: int = 1, line: int = 1) -> Quote:
    at = f"2026-03-{day:02}T10:00:00.000Z"
    return Quote(event_id(unit, f"{line} {text}"), origin, unit, at, f"/logs/{unit}.jsonl", line, text)


def verdict(label: Label, text: str = "so it is", at: str = "2026-04-01T08:00:00.000Z") -> Verdict:
    return Verdict(label, "shop", text, "Ann", Quote("d" * 16, "human", "d-1", at, "/rulings/d-1.txt", 1, text))


def candidate(*quotes: Quote, claim: str = "", key: str = "", tier: Confidence = "medium", **more: Any) -> Candidate:
    text = claim or quotes[0].text
    kind: Kind = more.pop("kind", "rule")
    fields: dict[str, Any] = {"page": "", "rule": "typed-correction"} | more
    return Candidate("shop", kind, text, key or f"k:{text}", tier=tier, evidence=quotes, **fields)
