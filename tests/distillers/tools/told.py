"""Cases of distilling as text: sessions and tickets above ``===``, what is to be found below.

A unit starts with ``session ID [DAY]`` or ``ticket ID (labels, …) TITLE``. Each event starts with its marker at the
start of a line and runs to the next marker:

    human: …   pasted: …   agent: …   thinking: …   summary: …   program: …   web: …   recalled: …
    call: …    edit: …     result: …   failed: …   rejection: …   answer: question → answer
    section HEADING: …     (of a ticket; ``section:`` is its body)

Below, each line is ``CONFIDENCE KIND RULE | words of the claim``, after ``superseded`` if it lost to a newer one.
``nothing`` says that nothing is to be filed. What is low need not be listed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from distillers.findings import Candidate
from distillers.record.events import Event, Kind, Medium, Origin, event_id
from distillers.record.units import Unit, unit_of

MARKERS: dict[str, tuple[Origin, Kind]] = {
    "human": ("human", "message"),
    "pasted": ("pasted", "message"),
    "agent": ("agent", "message"),
    "thinking": ("agent", "thinking"),
    "summary": ("agent", "summary"),
    "program": ("program", "message"),
    "web": ("web", "result"),
    "recalled": ("recalled", "result"),
    "call": ("agent", "call"),
    "edit": ("agent", "call"),
    "result": ("tool", "result"),
    "failed": ("tool", "result"),
    "rejection": ("human", "rejection"),
    "answer": ("human", "answer"),
}
_UNIT = re.compile(r"(session|ticket) (\S+)(?: \((.*?)\))?(?: (.*))?$")
_EVENT = re.compile(rf"({'|'.join(MARKERS)}|section(?: [^:]+)?):(?: (.*))?$")


@dataclass(frozen=True)
class Expected:
    confidence: str
    kind: str
    rule: str
    words: str
    superseded: bool


@dataclass(frozen=True)
class Case:
    units: tuple[Unit, ...]
    expected: tuple[Expected, ...]
    whole: bool
    """Whether nothing but what is expected may be filed."""


def read(path: Path) -> Case:
    above, _, below = path.read_text("utf-8").partition("\n===\n")
    lines = [line for line in below.splitlines() if line.strip() and not line.startswith("#")]
    return Case(tuple(units(above, path.stem)), tuple(map(_expected, _listed(lines))), "and more" not in lines)


def _listed(lines: list[str]) -> Iterator[str]:
    yield from (line for line in lines if line not in ("nothing", "and more"))


def _expected(line: str) -> Expected:
    head, _, words = line.partition(" | ")
    superseded = head.startswith("superseded ")
    confidence, kind, rule = head.removeprefix("superseded ").split()
    return Expected(confidence, kind, rule, words.strip(), superseded)


def units(text: str, name: str) -> Iterator[Unit]:
    """The sessions and tickets of a text; the k-th unit is a day later than the one before."""
    starts = [number for number, line in enumerate(text.split("\n")) if _UNIT.match(line)]
    lines = text.split("\n")
    for day, (start, end) in enumerate(zip(starts, [*starts[1:], len(lines)], strict=True), 1):
        yield _unit(lines[start:end], day, name)


def _unit(lines: list[str], day: int, name: str) -> Unit:
    head = _UNIT.match(lines[0])
    assert head, lines[0]
    medium: Medium = "session" if head[1] == "session" else "ticket"
    labels = tuple(label.strip() for label in (head[3] or "").split(",") if label.strip())
    title = (head[4] or "") if medium == "ticket" else ""
    at = f"2026-03-{day:02}T10:00:00.000Z"
    said = list(_said(lines[1:]))
    if medium == "ticket":
        said.insert(0, ("status", title))
    events = [
        _event(head[2], medium, at, number, marker, text, title, labels, name)
        for number, (marker, text) in enumerate(said)
    ]
    return unit_of("shop", events)


def _said(lines: list[str]) -> Iterator[tuple[str, str]]:
    marker, held = "", list[str]()
    for line in lines:
        found = _EVENT.match(line)
        if found and marker:
            yield marker, "\n".join(held).strip("\n")
        if found:
            marker, held = found[1], [found[2] or ""]
        else:
            held.append(line)
    if marker:
        yield marker, "\n".join(held).strip("\n")


def _event(
    unit: str,
    medium: Medium,
    at: str,
    number: int,
    marker: str,
    text: str,
    title: str,
    labels: tuple[str, ...],
    name: str,
) -> Event:
    origin, kind = MARKERS.get(marker, ("ticket", "status" if marker == "status" else "section"))
    heading = marker.removeprefix("section").strip()
    if marker == "answer":
        text = text.replace(" → ", "\n→ ")
    return Event(
        id=event_id(unit, f"{name} {number}"),
        unit=unit,
        medium=medium,
        at=at.replace("10:00:00", f"10:{number // 60:02}:{number % 60:02}"),
        origin=origin,
        kind=kind,
        text=text,
        file=f"/logs/{unit}.jsonl",
        line=number + 1,
        tool="Edit" if marker == "edit" else "Bash" if marker in ("call", "result", "failed", "rejection") else "",
        failed=marker == "failed",
        title=f"{title} > {heading}" if heading else title,
        labels=labels,
    )


def renamed(unit: Unit, name: str) -> Unit:
    """The unit under another id."""
    return unit_of(unit.domain, [replace(e, unit=name, id=event_id(name, e.id)) for e in unit.events])


def called(unit: Unit) -> Unit:
    """The unit with a call id on its calls and results, which belong together in pairs."""
    events = list(unit.events)
    return unit_of(
        unit.domain,
        [replace(e, call=f"{unit.unit}-{n // 2}") if e.kind in ("call", "result") else e for n, e in enumerate(events)],
    )


def misquoted(candidate: Candidate) -> Candidate:
    """The candidate with a quote that nobody said."""
    lead = replace(candidate.evidence[0], text="words that were never said")
    return replace(candidate, evidence=(lead, *candidate.evidence[1:]))
