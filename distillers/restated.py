"""Which candidates state the same: from one quote, in the same words, or nearly so about the same names.

A repeat with other numbers, or one that denies what the other says, is another claim and confirms nothing. Where no
name ties two claims together nearly all words of both have to be the same: most of a rule's words are its frame.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence

from distillers.claims import alike, identifiers, tokens
from distillers.findings import Candidate, squash

SAME = 0.6
"""Token-set cosine from which two claims with the same identifiers are one claim said twice …"""
ALL = 0.8
"""… and share of the words of both from which two claims without any are."""
_NUMBER = re.compile(r"\d+(?:\.\d+)*")
_DENIES = re.compile(r"\b(?:no|not|never|without|\w+n['’]t)\b", re.IGNORECASE)
_REASON = re.compile(r"[,;:]? (?:because|since|so that|otherwise|as)\b.*", re.IGNORECASE | re.DOTALL)
_SENSE = frozenset({"always", "never", "not", "don", "dont", "without", "must"})
"""Words that turn a sentence and are not what it is about."""
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
    return list(joined.values())


def _pairs(candidates: Sequence[Candidate]) -> Iterable[tuple[int, int]]:
    """Pairs that state the same: from the same leading quote, in the same words, or alike with one key or names."""
    words = [tokens(_own(c)) for c in candidates]
    signs = [_signs(_own(c)) for c in candidates]
    near: dict[tuple[str, object], list[int]] = defaultdict(list)
    for i, candidate in enumerate(candidates):
        lead = candidate.evidence[0]
        near["quote", (candidate.refuted, lead.event, lead.line, lead.text)].append(i)
        near["words", (candidate.refuted, squash(said(candidate)))].append(i)
        near["key", (candidate.refuted, candidate.key)].append(i)
        names = identifiers(said(candidate))
        near["names" if names else "unnamed", (candidate.refuted, candidate.kind, names)].append(i)
    for (why, _), members in sorted(near.items(), key=lambda item: item[1]):
        for place, one in enumerate(members):
            for other in members[place + 1 :]:
                if why in {"quote", "words"} or (signs[one] == signs[other] and _alike(words[one], words[other], why)):
                    yield one, other


def _alike(one: frozenset[str], other: frozenset[str], why: str) -> bool:
    """Whether two sets of words say the same: nearly all of both, where no name ties them together."""
    return len(one & other) >= ALL * max(len(one), len(other)) if why == "unnamed" else alike(one, other) >= SAME


def _signs(text: str) -> tuple[tuple[str, ...], bool]:
    """The numbers of a text in order, and whether it denies something: a claim with others is another claim."""
    return tuple(_NUMBER.findall(text)), _DENIES.search(text) is not None


def said(candidate: Candidate) -> str:
    """What a claim says, without the title in front of it."""
    return _quoted(candidate) if candidate.rule.startswith("ticket") else candidate.claim


def _own(candidate: Candidate) -> str:
    """What a claim says, without what it answers either."""
    return _quoted(candidate) if candidate.rule.startswith("typed") else said(candidate)


def _quoted(candidate: Candidate) -> str:
    return " ".join(quote.text for quote in candidate.evidence)


def overruled(stated: Sequence[tuple[Candidate, str]]) -> dict[str, str]:
    """Keys of what people typed, given with its date, by the key of what they typed later that takes its place.

    The later one says the opposite of the same thing, or the same of another number; two things that are both denied
    stand side by side.
    """
    typed = sorted(
        ((c, at, tokens(_ruled(c)) - _SENSE, _signs(_ruled(c))) for c, at in stated if c.rule in _BY_PEOPLE),
        key=lambda one: (one[1], one[0].key),
    )
    return {
        old.key: new.key
        for place, (old, was, words, signs) in enumerate(typed)
        for new, at, others, other in typed[place + 1 :]
        if was < at and words and _alike(words, others, "unnamed") and _against(signs, other)
    }


def _against(old: tuple[tuple[str, ...], bool], new: tuple[tuple[str, ...], bool]) -> bool:
    numbers, denies = old[0] != new[0], old[1] != new[1]
    return not numbers if denies else numbers and not new[1]


def _ruled(candidate: Candidate) -> str:
    """What a person typed, without the reason."""
    return _REASON.sub("", _quoted(candidate))
