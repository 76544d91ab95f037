"""Statements of tickets: cause, decision and resolution of work that was merged.

Tickets are the densest source. A long one yields several small findings, each a few neighbouring sentences under the
ticket's title, the best first; open tickets are plans and stay low.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from distillers.claims import CLAIM_LIMIT, clean, first_line, identifiers, quote, quotes, tokens
from distillers.cues import CAUSE, CHOICE, CORRECTED, IMPERATIVE, NOISE, REASON, WHY, cue
from distillers.findings import Candidate, Kind, Quote, squash
from distillers.record.units import Unit
from distillers.rules import worth
from distillers.rules.base import Rule, forged, kind_of
from distillers.rules.sections import settled
from distillers.rules.stated import Stated, stated
from distillers.rules.topics import topics_of

MOST = 12
"""Sentences taken from one ticket."""
OPEN_MOST = 3
WORTH = 4
SHORT = 1200
"""A ticket with no more characters than this is all substance: lower demands on each of its sentences."""
SHORT_WORTH = 2
SURE = 5
TELLING = 120
"""A longer sentence about an edit says more than that it was made."""
TOGETHER = 330
"""Characters up to which neighbouring sentences make one claim."""
CITED = 6

_NUMBERED = re.compile(r"^#\d+ (?=\S)")
"""The number of a criterion in its list."""
_CHORE = re.compile(
    r"^\W*(?:chore|docs?|test|style|ci|build|bump|merge|release|wip|refactor|revert|more|manual)\b|nolint"
    r"|\b[tT]\.Parallel|subtask of|call sites?|Test[A-Z]|\blinks?\b"
    r"|\bfixes after\b|\btest (?:compilation|harness)",
    re.IGNORECASE,
)

_INFORMS = cue(
    r"when, if, only, into, between, across, to respect, so, after, on main, both, for non-\w+, using, via, from, "
    r"\w+ to \w+"
)
_CHANGES = re.compile(r"\bfrom \S+(?: \S+)? to \S+|->|→")
"""What a title says holds now, whatever verb it opens with."""
INFORMS = 6
"""Words of weight of a title that says something by itself."""

Part = tuple[Stated, ...]


def find(unit: Unit) -> Iterator[Candidate]:
    """The best statements of a ticket as candidates, in the order in which they stand there."""
    if unit.medium != "ticket":
        return
    done = settled(unit)
    pairs = [(part, _candidate(unit, part, done)) for part in _together(_chosen(unit, done))]
    yield from _corrected(pairs)
    if done and all(candidate.tier == "low" for _, candidate in pairs):
        yield from _title(unit)


def _chosen(unit: Unit, done: bool | None) -> list[Stated]:
    everything = list(stated(unit))
    short = sum(len(one.statement.text) for one in everything) <= SHORT
    worth = [one for one in everything if one.score >= (SHORT_WORTH if short and one.section != "criteria" else WORTH)]
    best = sorted(worth, key=lambda one: (-one.score, one.place))[: OPEN_MOST if done is False else MOST]
    leaned = {(one.event.id, one.before.spans) for one in best if one.before}
    kept = [one for one in best if (one.event.id, one.statement.spans) not in leaned]
    return sorted(kept, key=lambda one: one.place)


def _together(chosen: Sequence[Stated]) -> Iterator[Part]:
    """Neighbours under one heading joined, as long as the claim stays short."""
    part: list[Stated] = []
    for one in chosen:
        if part and not _joins(part, one):
            yield tuple(part)
            part = []
        part.append(one)
    if part:
        yield tuple(part)


def _joins(part: Sequence[Stated], one: Stated) -> bool:
    """Whether a sentence goes on with the part: the next of the same paragraph, or the next item of the same list."""
    last = part[-1]
    near = one.place - last.place <= (1 if one.before is None else 2) and one.event.id == last.event.id
    goes_on = not one.statement.first or (one.statement.item and last.statement.item)
    same = (one.statement.heading, one.lead) == (last.statement.heading, last.lead)
    return near and same and goes_on and sum(len(each.text) for each in part) + len(one.text) <= TOGETHER


def _candidate(unit: Unit, part: Part, done: bool | None) -> Candidate:
    evidence = _cited(part)
    text = " ".join(one.text for one in part)
    return Candidate(
        domain=unit.domain,
        kind=_kind(part, text),
        claim=_claim(unit, part, before=bool(done) and worth.before(part, text)),
        key=f"ticket:{unit.unit}:{hashlib.blake2b(squash(text).encode(), digest_size=5).hexdigest()}",
        page="",
        rule="ticket-statement",
        tier=worth.tier(part, text, done),
        evidence=evidence,
        warnings=forged(text, [quote.origin for quote in evidence]),
        topics=topics_of(unit, text),
    )


def _cited(part: Part) -> tuple[Quote, ...]:
    best = max(part, key=lambda one: (one.score, -one.place))
    lead = quotes(best.event, best.statement)
    rest = [q for one in part for s in (one.before, one.statement) if s for q in quotes(one.event, s)]
    if part[0].lead and part[0].statement.lead:
        rest.insert(0, quote(part[0].event, *part[0].statement.lead))
    return tuple(dict.fromkeys([*lead, *rest]))[:CITED]


def _claim(unit: Unit, part: Part, *, before: bool) -> str:
    """The statement under its title; ``before`` says that it tells of what the ticket then changed."""
    texts = [_NUMBERED.sub("", clean(one.text, 600)) for one in part]
    said = "; ".join(text.rstrip(".;") for text in texts) if part[0].statement.item else " ".join(texts)
    if part[0].lead:
        said = f"{clean(part[0].lead, 160)}: {said}"
    title = clean(unit.title, 110).rstrip(".")
    if before:
        title = f"{title} (how it was before)" if title else "How it was before"
    return clean(said if not title or squash(title) in squash(said) else f"{title}: {said}", CLAIM_LIMIT + 60)


def _kind(part: Part, text: str) -> Kind:
    sections = {one.section for one in part}
    if "cause" in sections:
        return "cause"
    return "decision" if "decision" in sections else kind_of(text)


def _title(unit: Unit) -> Iterator[Candidate]:
    """The title of a merged ticket that says nothing else, if the title says something."""
    head = next((event for event in unit.events if event.kind == "status" and event.origin == "ticket"), None)
    title = clean(unit.title, 240)
    telling = not _CHORE.match(title) and (identifiers(title) or WHY.search(title) or CAUSE.search(title))
    lead = first_line(head) if head and telling and not NOISE.search(title) and len(tokens(title)) >= 4 else None
    if lead:
        yield Candidate(
            domain=unit.domain,
            kind="fact",
            claim=title,
            key=f"ticket:{unit.unit}:title",
            page="",
            rule="ticket-title",
            tier="medium" if _informs(title) else "low",
            evidence=(lead,),
            topics=topics_of(unit, title),
        )


def _informs(title: str) -> bool:
    """Whether a title says how something now is or why: a reason, a contrast, a condition or a value."""
    acts = IMPERATIVE.match(title) or worth.EDIT.match(title)
    cues = (WHY, CAUSE, _CHANGES) if acts else (WHY, CAUSE, CHOICE, REASON, _INFORMS)
    return any(cue.search(title) for cue in cues) and (len(tokens(title)) >= INFORMS - bool(_CHANGES.search(title)))


def _corrected(pairs: Sequence[tuple[Part, Candidate]]) -> Iterator[Candidate]:
    """A statement that a later one of the same ticket corrects takes that one's key, and loses to it."""
    for place, (part, candidate) in enumerate(pairs):
        names = tokens(" ".join(one.text for one in part))
        by = next((c for p, c in pairs[place + 1 :] if _corrects(p, names)), None)
        yield replace(candidate, key=by.key, tier="low", refuted=True) if by else candidate


def _corrects(part: Part, names: frozenset[str]) -> bool:
    text = " ".join(one.text for one in part)
    return bool(CORRECTED.search(text)) and len(names & tokens(text)) >= 3


RULE = Rule("ticket-statement", "fact", "high", find)
