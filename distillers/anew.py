"""What a change calls otherwise since, takes up again, makes anew, takes away or takes back, as its words say."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from distillers.claims import IDENTIFIER
from distillers.titles import subject

TURN = "ticket-turn"
"""The rule whose candidates are no claims, but what a ticket turned: its kind and what it turned are their key."""
GONE, REMOVED, REGAINED, REMADE, RENAMED, DENIED = "gone", "removed", "regained", "remade", "renamed", "denied"
_BEFORE = 64
"""Characters in front of a name in which the act is told."""
_NAME = re.compile(r"[\w@][\w./@:-]*[\w*]")
"""A name that can be told by its letters alone: no call, no value, no phrase."""
_SHORTEST = 4
_KINDS = (
    r"(?:package|module|class|type|function|method|field|column|propert(?:y|ie)|parameter|option|flag|setting|key|command"
    r"|tool|branch|director(?:y|ie)|folder|file|prefix|naming|name)(?:e?s)?"
)
_RENAMES = re.compile(
    r"(?<![\w/.-])renam(?:e[sd]?|ing)\b[^.;]*$|(?<![\w/.-])migrat(?:e[sd]?|ing) `?$"
    rf"|\b{_KINDS} (?:is |was )?changed from `?$",
    re.IGNORECASE,
)
_MAY_RENAME = re.compile(r"renam|migrat|changed from", re.IGNORECASE)
_TO = re.compile(rf"`?(?:\(\))?(?: {_KINDS})?\s*(?:→|->|=>|to|as|into)\s*(?:the )?`?", re.IGNORECASE)
_WORD = re.compile(
    rf"(?<![\w/.-])renam(?:e[sd]?|ing) (?:the )?`?(?P<old>[\w-]+)`? {_KINDS} (?:to|→|->) `?(?P<new>[\w-]+)`?"
    r"(?=$|[.,;:)]| (?:and|in|across|so|since|because)\b)",
    re.IGNORECASE,
)
"""A plain word is a name where it is said what it names."""
_AGAIN = re.compile(
    r"(?<![\w/.-])(?:(?:restor|reinstat|re-?introduc)\w*|(?:revert|roll|switch|chang)\w* back to"
    r"|(?:replac|swap)\w* .{1,48} (?:with|by|for))(?: (?:the|its|old|previous|former|original|plain|direct)){0,2} `?$",
    re.IGNORECASE,
)
_MAY_AGAIN = re.compile(r"restor|reinstat|re-?introduc|back to|replac|swap", re.IGNORECASE)
_REMADE = re.compile(
    r"^(?:redesign|rework|rebuil[dt]|reshape|restyle|rewr[io]te|restructure|overhaul|revamp|replace|merge|unify|combine"
    r"|consolidate|simplify)(?:s|d|ed|ing)? (?:(?:the|an?|all|our|old|existing|separate) )*(?P<what>.+?)"
    r"(?=$|[,:;(—]| (?:as|into|to|with|for|from|in|on|by|so|via|using|when|that|of|at|after|before|across)\b)",
    re.IGNORECASE,
)
"""How a title says that something is made in another way."""
_AWAY = re.compile(
    r"(?:^|[,;:] |\band )(?:remov|drop|delet)(?:e|p)?(?:s|d|ed|ing)? (?!unused|dead|redundant|duplicate|stale|extra)"
    r"(?:(?:the|an?|all|our|old|existing|legacy) )*(?P<what>.+?)"
    r"(?=$|[,:;(—]| (?:from|in|on|for|of|to|with|by|so|when|that|which|since|because|as|after|before)\b)",
    re.IGNORECASE,
)
_DENIES = re.compile(
    r"\b(?:earlier|previous|original|prior) (?:claim|statement|assumption|conclusion|diagnosis)\b|\bclaimed\b",
    re.IGNORECASE,
)
"""How a sentence says that what was said before is not so."""
_AND = re.compile(r" *(?:\+|&|, |\band\b) *")
WORDS = 2
"""Words of a thing that is known by them."""


def renamed(text: str) -> Iterator[tuple[str, str]]:
    """The names that a text says are called otherwise now, each with its new name."""
    for line in text.split("\n") if _MAY_RENAME.search(text) else ():
        found = [
            (one.start(), one.end(), one.group(one.lastindex or 0).strip("`'\"() "))
            for one in IDENTIFIER.finditer(line)
        ]
        for (start, end, old), (following, _, new) in pairwise(found):
            between = _TO.fullmatch(line[end:following])
            if between and _RENAMES.search(line[max(0, start - _BEFORE) : start]) and _fit(old, new):
                yield old, new
        yield from ((one["old"], one["new"]) for one in _WORD.finditer(line) if _fit(one["old"], one["new"]))


def regained(text: str) -> Iterator[str]:
    """The names that a text says are used again, or in the place of others, in small letters."""
    for line in text.split("\n") if _MAY_AGAIN.search(text) else ():
        for match in IDENTIFIER.finditer(line):
            if _AGAIN.search(line[max(0, match.start() - _BEFORE) : match.start()]):
                yield match.group(match.lastindex or 0).strip("`'\"() ").lower()


def remade(title: str) -> Iterator[str]:
    """What a title says is made anew, in small letters, as far as it has words enough to be known by."""
    found = _REMADE.match(subject(title))
    if found:
        yield from _things(found["what"])


def removed(title: str) -> Iterator[str]:
    """What a title says is there no more, in small letters, as far as it has words enough to be known by."""
    for found in _AWAY.finditer(subject(title)):
        yield from _things(found["what"])


def denies(text: str) -> bool:
    """Whether a sentence takes back what was claimed before."""
    return _DENIES.search(text) is not None


def _things(listed: str) -> Iterator[str]:
    yield from (thing for thing in _AND.split(listed.lower()) if len(re.findall(r"\w+", thing)) >= WORDS)


def _fit(old: str, new: str) -> bool:
    """Whether both are names, and not the same in other letters."""
    return all(_NAME.fullmatch(one) and len(one) >= _SHORTEST for one in (old, new)) and old.lower() != new.lower()
