"""From an agent's answer to candidates: everything in it is doubted, and code decides what each may become.

answer ──form──→ findings ──each: form, kind, page, quotes, words──→ Candidate (tier medium at most) | why not
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from distillers.claims import CLAIM_LIMIT, QUOTE_LIMIT, clean, identifiers, public, tokens
from distillers.cues import AUTHORITY
from distillers.digest import Digest
from distillers.evidence import fault, locate
from distillers.findings import AGENT, Candidate, Confidence, Kind, Quote
from distillers.prompt import MOST
from distillers.record.events import Event
from distillers.rules.base import FORGED, normal

SHORTEST = 20
BORNE = 0.34
"""Share of a claim's words that its quotes must hold for it to reach medium."""
PERSONAL: frozenset[Kind] = frozenset({"rule", "correction", "choice"})
"""Kinds that are a person's word."""

_MARKUP = re.compile(r"<[a-zA-Z!/?][^>]*>|!?\[[^\]]*\]\(|\[\[|\[\^|\{\{|\{%|javascript:|data:text", re.IGNORECASE)
_CODE = re.compile(r"`[^`\n]*`")
_HIDDEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]")


class _Quoted(BaseModel):
    model_config = ConfigDict(frozen=True, strict=True)
    handle: str = Field(max_length=20)
    text: str = Field(max_length=4000)


class _Proposal(BaseModel):
    """One finding of an answer. What was not asked for (a confidence, an origin) is not read."""

    model_config = ConfigDict(frozen=True, strict=True)
    claim: str = Field(min_length=SHORTEST, max_length=4 * CLAIM_LIMIT)
    kind: Kind
    page: str
    quotes: tuple[_Quoted, ...] = Field(min_length=1, max_length=6, strict=False)


class _Answer(BaseModel):
    model_config = ConfigDict(frozen=True, strict=True)
    findings: list[Any] = Field(max_length=200)


class _DroppedError(Exception):
    """Why a proposal is dropped."""


def understood(data: Any) -> list[Any] | None:
    """The findings of an answer, not yet looked at; None if it does not have the form that was asked for."""
    try:
        return _Answer.model_validate(data).findings
    except ValidationError:
        return None


def candidates(
    findings: Iterable[Any], shown: Digest, domain: str, pages: Sequence[str], agent: str
) -> tuple[list[Candidate], Counter[str]]:
    """What of an answer's findings stands, and how many were dropped for which reason."""
    kept: dict[str, Candidate] = {}
    dropped: Counter[str] = Counter()
    for number, raw in enumerate(findings):
        try:
            if number >= MOST:
                raise _DroppedError("more findings than were asked for")
            one = _candidate(_formed(raw), shown.events, domain, pages, agent)
            kept.setdefault(one.key, one)
        except _DroppedError as why:
            dropped[str(why)] += 1
    return list(kept.values()), dropped


def _formed(raw: Any) -> _Proposal:
    try:
        return _Proposal.model_validate(raw)
    except ValidationError as error:
        where = error.errors()[0]["loc"]
        raise _DroppedError(f"its {where[0] if where else 'form'} is not what was asked for") from error


def _candidate(one: _Proposal, events: Mapping[str, Event], domain: str, pages: Sequence[str], agent: str) -> Candidate:
    if one.page not in pages:
        raise _DroppedError("its page is not one of those given")
    claim = _worded(one.claim)
    evidence = _quoted(one.quotes, events)
    if one.kind in PERSONAL and not {"human", "ticket"} & {quote.origin for quote in evidence}:
        raise _DroppedError("a person's word without a person's words")
    return Candidate(
        domain=domain,
        kind=one.kind,
        claim=claim,
        key=f"{AGENT}{one.kind}:{normal(claim)}",
        page="",
        rule=f"{AGENT}{agent}",
        tier=_tier(claim, evidence),
        evidence=evidence,
        warnings=_warnings(claim, evidence),
        topics=(one.page,),
    )


def _worded(claim: str) -> str:
    if _HIDDEN.search(claim) or _MARKUP.search(_CODE.sub("", claim)):
        raise _DroppedError("markup or hidden characters in the claim")
    return clean(claim)


def _quoted(quotes: Iterable[_Quoted], events: Mapping[str, Event]) -> tuple[Quote, ...]:
    """The quotes as evidence. All must stand: a claim with one that does not is not trusted with the others."""
    found = tuple(
        _quote(part, events.get(one.handle)) for one in quotes for part in one.text.split("\n") if part.strip()
    )
    bad = fault(found, {quote.event: event for event in events.values() for quote in found if quote.event == event.id})
    if bad:
        raise _DroppedError(bad)
    return tuple(dict.fromkeys(found))


def _quote(text: str, event: Event | None) -> Quote:
    if event is None:
        raise _DroppedError("a quote under a handle that was not shown")
    said = text.strip()
    lines = locate(said, event)
    if not lines or len(said) > QUOTE_LIMIT or public(said) != said:
        raise _DroppedError("the quote is not at its line")
    return Quote(event.id, event.origin, event.unit, event.at, event.file, lines[0], said)


def _tier(claim: str, evidence: Sequence[Quote]) -> Confidence:
    """Medium if the quotes bear the claim out: they hold all names it uses, and enough of its words."""
    said = " ".join(quote.text for quote in evidence)
    names, words = identifiers(claim), tokens(claim)
    named = all(name in said.lower() for name in names)
    return "medium" if named and len(words & tokens(said)) >= BORNE * len(words) else "low"


def _warnings(claim: str, evidence: Sequence[Quote]) -> tuple[str, ...]:
    """An authority that the claim names must stand in the very words of a person or a ticket."""
    trusted = (quote.text for quote in evidence if quote.origin in {"human", "ticket"})
    return (FORGED,) if AUTHORITY.search(claim) and not any(AUTHORITY.search(text) for text in trusted) else ()
