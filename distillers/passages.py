"""Passages: what stands around the quotes of a claim, word for word, for whoever wants to know why and where.

finding ─→ its quotes ─→ the sentences that hold them ─→ grown to their paragraph or list, then to what is next to it

A passage is one stretch of one event; a quote that stands apart from the first of its event has one of its own. It is
no evidence and weighs nothing: what it says beyond the quotes nobody has judged.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise
from pathlib import Path

from distillers.blocks import END, ends
from distillers.claims import public
from distillers.evidence import around
from distillers.findings import GLOBAL, Finding, Quote, squash
from distillers.grade import CAPS, ORDER
from distillers.record.events import Event
from distillers.rules.base import forged

LIMIT = 600
"""Characters of all passages of a finding."""
ROOM = 120
"""Less than this is left to no further passage."""
ADDS = 40
"""Letters that a passage says beyond the claim and its quotes, or it is none."""
OPENING = 80
"""Letters of a refuted quote by which a sentence is known that says the same."""

_SAID = frozenset({"message", "section", "answer", "rejection"})
_FENCE = re.compile(r"\s*(?:```|~~~)")
_HEADING = re.compile(r"\s{0,3}#{1,6}\s+\S|\s*(?:\*\*|__)[^*_]{2,80}:?(?:\*\*|__):?\s*$")
_LEAD_IN = re.compile(r"\s*(?![-*+•\s]|\d+[.)]\s)[^|]{2,160}:\s*$")
_WALL = re.compile(
    r"\s*(?:<|\||>|[-*+]\s+\[ \]|([-=_*]\s*){3,}$)"  # markup, tables, quotations, what is not done, rulers
    r"|[A-Z]\w*(?:-[A-Za-z]+)+:\s"  # a trailer
    r"|(?:(?:Now|First|Next),? )?(?:Let me|Let's|Let us|I'll|I will|I'm going to|I am going to)\b"  # what comes next
)


@cache
def edition() -> str:
    """A hash of how passages are chosen: when it changes, findings are settled anew."""
    return hashlib.blake2b(Path(__file__).read_bytes(), digest_size=8).hexdigest()


def wanted(findings: Iterable[Finding]) -> list[str]:
    """The ids of the events that passages of ``findings`` are taken from."""
    return sorted({quote.event for one in findings if _may(one) for quote in _carrying(one)})


def with_passages(findings: Sequence[Finding], events: Mapping[str, Event]) -> list[Finding]:
    """The findings of a domain, those that are filed with passages as far as ``events``, by id, have one."""
    fell = frozenset(
        opening
        for one in findings
        if one.status == "superseded"
        for quote in one.evidence
        if (opening := squash(quote.text)[:OPENING])
    )
    return [_told(one, events, fell) if _may(one) else one for one in findings]


def _may(finding: Finding) -> bool:
    """Whether a finding may show what stands around it: it holds, nothing warns of it, and it is of one domain."""
    is_held = finding.status not in {"superseded", "rejected", "dropped"} and finding.confidence != "low"
    return is_held and not finding.warnings and finding.domain != GLOBAL


def _carrying(finding: Finding) -> list[Quote]:
    """The quotes whose origin is no less to be believed than that of the lead."""
    least = ORDER.index(CAPS[finding.evidence[0].origin]) if finding.evidence else 0
    return [quote for quote in finding.evidence if ORDER.index(CAPS[quote.origin]) >= least]


def _told(finding: Finding, events: Mapping[str, Event], fell: frozenset[str]) -> Finding:
    """The finding with the passages of its quotes, the first of each event before further ones."""
    said = squash("\n".join([finding.claim, *(quote.text for quote in finding.evidence)]))
    carrying = _carrying(finding)
    first = {quote.event: quote for quote in reversed(carrying)}
    left = LIMIT
    shown: dict[int, str] = {}
    for quote in sorted(carrying, key=lambda quote: first[quote.event] is not quote):
        event = events.get(quote.event)
        if event and left >= ROOM:
            near = [quote, *(one for one in finding.evidence if one.event == event.id and one is not quote)]
            past = [shown[id(one)] for one in carrying if one.event == event.id and id(one) in shown]
            shown[id(quote)] = passage(event, near, left, said, fell, past)
            left -= len(shown[id(quote)])
    return replace(finding, evidence=tuple(replace(one, passage=shown.get(id(one), "")) for one in finding.evidence))


@dataclass(frozen=True, slots=True)
class _Piece:
    """A sentence of a text with what parts it from the next, and the number of the paragraph or list it stands in."""

    start: int
    stop: int
    group: int


def passage(
    event: Event, quotes: Sequence[Quote], limit: int, said: str, fell: frozenset[str], past: Sequence[str] = ()
) -> str:
    """At most ``limit`` characters of ``event`` around the first of ``quotes``, and the others if they stand near.

    "" if that adds nothing to what is ``said`` (squashed), if the text claims an authority that it has not, or is none
    that somebody wrote. It ends before a sentence that begins like one that ``fell``, which was refuted, and before one
    of ``past``, which the passages of other quotes show.
    """
    text = public(event.text)
    lead = around(quotes[0], event)
    if lead is None or event.kind not in _SAID or forged(text, [event.origin]):
        return ""

    def barred(sentence: str) -> bool:
        return any(sentence in one for one in past) or any(opening in squash(sentence) for opening in fell)

    run = next((run for run in _runs(text, barred) if run[0].start <= lead[0] and lead[1] <= run[-1].stop), None)
    if run is None:
        return ""
    others = [there for one in quotes[1:] if (there := around(one, event))]
    held = _held(run, lead, others, limit)
    first, last = _grown(text, run, held, limit)
    while last > held[1] and text[: run[last].stop].rstrip().endswith(":"):
        last -= 1  # what leads in to nothing
    shown = text[run[first].start : run[last].stop].strip()
    fresh = (squash(text[one.start : one.stop]) for one in run[first : last + 1])
    return shown if len(shown) <= limit and sum(len(one) for one in fresh if one not in said) >= ADDS else ""


def _runs(text: str, barred: Callable[[str], bool]) -> Iterator[list[_Piece]]:
    """The sentences of a text, parted where a passage must end: at headings, code, tables, and what is ``barred``."""
    run: list[_Piece] = []
    group, start, fenced = 0, 0, False
    for line in text.split("\n"):
        fence = _FENCE.match(line) is not None
        fenced ^= fence
        if fence or fenced or _HEADING.match(line):
            yield from [run] if run else []
            run = []
        elif not line.strip():
            group += 1
        else:
            if run and run[-1].group < group and _LEAD_IN.match(line):
                yield run
                run = []
            for begin, end in pairwise([0, *ends(line, END)]):
                if _WALL.match(line, begin) or barred(line[begin:end].strip()):
                    yield from [run] if run else []
                    run = []
                else:
                    run.append(_Piece(start + begin, start + end, group))
        start += len(line) + 1
    if run:
        yield run


Span = tuple[int, int]


def _held(run: Sequence[_Piece], lead: Span, others: Sequence[Span], limit: int) -> Span:
    """The first and last of the sentences that hold the ``lead``, and those of ``others`` that fit beside it."""
    first, last = _over(run, lead)
    for other in others:
        if run[0].start <= other[0] and other[1] <= run[-1].stop:
            low, high = _over(run, other)
            low, high = min(first, low), max(last, high)
            if run[high].stop - run[low].start <= limit:
                first, last = low, high
    return first, last


def _over(run: Sequence[_Piece], span: Span) -> Span:
    inside = [at for at, one in enumerate(run) if one.start < span[1] and span[0] < one.stop]
    return inside[0], inside[-1]


def _grown(text: str, run: Sequence[_Piece], held: Span, limit: int) -> Span:
    """``held`` with the sentences before and after it, by turns, while they fit: its own paragraphs' first."""
    first, last = held
    own = {one.group for one in run[first : last + 1]}
    for near in (True, False):
        sides = [True, False]
        while sides:
            after = sides.pop(0)
            at = last + 1 if after else first - 1
            if not 0 <= at < len(run) or (near and run[at].group not in own):
                continue
            low, high = (first, at) if after else (at, last)
            if len(text[run[low].start : run[high].stop].strip()) <= limit:
                first, last = low, high
                sides.append(after)
    return first, last
