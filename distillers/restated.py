"""Which candidates state the same: from one quote, in the same words, or nearly so about the same names.

Two parts of one ticket do so sooner: they are about one thing, and half of their words in common tell the same of it
(:mod:`distillers.retold`). So do two tickets that name the same, if neither has a number or a no that the other lacks.
Of what one ticket or session tells twice the better told leads: what names something, and what was written down.

A repeat with other numbers, or one that denies what the other says, is another claim and confirms nothing. Where no
name ties two claims together nearly all words of both have to be the same: most of a rule's words are its frame. The
same sentence is one claim whoever says it: an order, a correction and a ticket agree. So are two that a person typed
in other words, if they order the same (:func:`distillers.senses.order`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import combinations

from distillers.claims import alike, identifiers, tokens
from distillers.findings import Candidate, Quote, squash
from distillers.retold import SPOKEN, TELLS, heard, retold, tale
from distillers.senses import Sense, against, order, plain, sense, signs

SAME = 0.6
"""Token-set cosine from which two claims with the same identifiers are one claim said twice …"""
ALL = 0.8
"""… and share of the words of both from which two claims without any are."""
_TOLD = TELLS | SPOKEN
_BY_PEOPLE = frozenset({"standing-order", "typed-correction", "typed-decision"})


def restated(candidates: Sequence[Candidate]) -> list[list[Candidate]]:
    """Candidates joined where one restates the other: transitive, so the order of joining does not matter."""
    parent = list(range(len(candidates)))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    for one, other in _pairs(candidates):
        parent[max(root(one), root(other))] = min(root(one), root(other))
    joined: dict[int, list[Candidate]] = defaultdict(list)
    for i, candidate in enumerate(candidates):
        joined[root(i)].append(candidate)
    return [_led(same) for same in joined.values()]


def _led(same: Sequence[Candidate]) -> list[Candidate]:
    """Candidates that state the same, the first of them by rank unless its ticket or session tells it better."""
    first, unit = same[0], same[0].evidence[0].unit
    if first.rule not in _TOLD:
        return list(same)
    equal = [one for one in same if one.tier == first.tier and one.rule in TELLS and one.evidence[0].unit == unit]
    best = min(equal, key=lambda one: (one.rule in SPOKEN, not identifiers(said(one))), default=first)
    return [best, *(one for one in same if one is not best)]


def _pairs(candidates: Sequence[Candidate]) -> Iterable[tuple[int, int]]:
    """Pairs that state the same: from the same leading quote, in the same words, or alike with one key or names."""
    words = [tokens(_own(c)) for c in candidates]
    sign = [signs(_own(c)) for c in candidates]
    told = {i: tale(c.rule, _telling(c)) for i, c in enumerate(candidates) if c.rule in _TOLD and c.tier != "low"}
    common = heard((c.rule, c.evidence) for c in candidates)
    near: dict[tuple[str, object], list[int]] = defaultdict(list)
    for i, candidate in enumerate(candidates):
        lead = candidate.evidence[0]
        near["quote", (candidate.refuted, lead.event, lead.line, lead.text)].append(i)
        for text in {squash(plain(_own(candidate))), squash(said(candidate))}:
            near["words", (candidate.refuted, text)].append(i)
        if candidate.rule in _BY_PEOPLE and (ordered := order(_own(candidate))):
            near["order", (candidate.refuted, *ordered)].append(i)
        near["key", (candidate.refuted, candidate.key)].append(i)
        for hold in told[i].holds if i in told else ():
            near["told", (candidate.refuted, hold)].append(i)
        names = identifiers(said(candidate))
        near["names" if names else "unnamed", (candidate.refuted, candidate.kind, names)].append(i)

    def same(why: str, one: int, other: int) -> bool:
        if why == "told":
            return retold(told[one], told[other], common)
        if why in {"quote", "order"}:
            return True
        return sign[one] == sign[other] and _alike(words[one], words[other], why)

    for (why, _), members in sorted(near.items(), key=lambda item: item[1]):
        yield from (pair for pair in combinations(members, 2) if same(why, *pair))


def _alike(one: frozenset[str], other: frozenset[str], why: str) -> bool:
    """Whether two sets of words say the same: nearly all of both, where no name ties them together."""
    if why == "unnamed":
        return len(one & other) >= ALL * max(len(one), len(other))
    return why == "words" or alike(one, other) >= SAME


def said(candidate: Candidate) -> str:
    """What a claim says, without the title in front of it."""
    return _quoted(candidate) if candidate.rule.startswith("ticket") else candidate.claim


def _own(candidate: Candidate) -> str:
    """What a claim says, without what it answers or that it is an order either."""
    return _quoted(candidate) if candidate.rule in _BY_PEOPLE else said(candidate)


def _telling(candidate: Candidate) -> Sequence[Quote]:
    """The quotes that a claim consists of; what an agent said stands beside the line of a tool that bears it out."""
    own = [one for one in candidate.evidence if squash(one.text) in squash(candidate.claim)]
    return (own if candidate.rule in SPOKEN else ()) or candidate.evidence


def _quoted(candidate: Candidate) -> str:
    return " ".join(quote.text for quote in candidate.evidence)


def overruled(stated: Iterable[tuple[str, Sequence[Candidate]]]) -> dict[str, str]:
    """Keys of claims, given with all that states them, by the key of the one that takes its place.

    That is the last one in which a person typed later the opposite of the same, or another value of it.
    """
    about: dict[tuple[str, ...], list[tuple[str, str, Sense]]] = defaultdict(list)
    for key, group in stated:
        for one in group:
            if one.rule in _BY_PEOPLE and one.tier != "low":
                says = sense(_own(one))
                about[says.words].append((max(quote.at for quote in one.evidence), key, says))
    return {
        old: new
        for typed in map(_by_age, about.values())
        for place, (was, old, said_then) in enumerate(typed)
        for at, new, said_now in typed[place + 1 :]
        if was < at and against(said_then, said_now)
    }


def _by_age(typed: Iterable[tuple[str, str, Sense]]) -> list[tuple[str, str, Sense]]:
    """Each claim where it was typed last, oldest first."""
    last: dict[tuple[str, Sense], str] = {}
    for at, key, says in typed:
        last[key, says] = max(at, last.get((key, says), ""))
    return sorted(((at, key, says) for (key, says), at in last.items()), key=lambda one: one[:2])
