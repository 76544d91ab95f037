"""What a change gives up: names that it says are removed, replaced, merged or left for another value.

Known by the act and its object: "removed `x`", "changed `x` → `y`", "switched from `x`", "merged `x` and `z` into …". A
name that only describes what was removed ("the `x` import", "a duplicate `x`", "`x` from the form") is not given up
itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from distillers.claims import IDENTIFIER, tokens

_NEAR = 64
"""Characters before and behind a name in which the act is told."""
_NOT_ALL = (
    r"duplicate|redundant|local|stale|extra|hard-?coded|unnecessary|inline"
    r"|from|to|into|in|with|for|by|after|before|when|across"
)
_WORDS = rf"(?: (?!(?:{_NOT_ALL})\b)[\w'’-]+)"
_ACT = re.compile(
    rf"(?<![\w/.-])(?:remov(?:e[sd]?|ing)|drop(?:s|ped|ping)?|delet(?:e[sd]?|ing)|deprecat\w+|retir(?:e[sd]?|ing)"
    rf"|replac(?:e[sd]?|ing)|renam(?:e[sd]?|ing)|revert(?:s|ed|ing)?|roll(?:s|ed|ing)? back){_WORDS}{{0,2}} $"
    rf"|\bno longer (?:uses?|calls?|supports?|needs?|requires?|relies on|depends on|writes?|reads?){_WORDS}{{0,1}} $"
    r"|(?<![\w/.-])(?:(?:switch\w*|migrat\w+|upgrad\w+|chang\w+)(?: [\w'’-]+){0,4}?|mov\w+) (?:away )?from"
    rf"{_WORDS}{{0,2}} $",
    re.IGNORECASE,
)
_CHANGES = re.compile(r"(?<![\w/.-])(?:renam|replac|chang|switch|convert|migrat|updat|upgrad|bump)\w*\b", re.IGNORECASE)
"""In front of an arrow: without such an act it shows a way or a step."""
_THINGS = (
    r"packages?|dependenc\w+|components?|functions?|methods?|class(?:es)?|fields?|options?|flags?|settings?|propert\w+"
    r"|commands?|files?|modules?|scripts?|keys?|prefix\w*|parameters?|support|entirely|completely"
)
_WHOLE = re.compile(
    rf"^`?(?:\(\))?(?: (?:{_THINGS})\b)?\s*"
    r"(?:$|[.,;:()—–]|→|->|(?:and|or|to|with|by|in favou?r|since|because|as|now)\b)",
    re.IGNORECASE,
)
_GONE = re.compile(
    r"^`?(?:\(\))? (?:is|are|has been|have been|was|were) (?:now |also )?"
    r"(?:removed|dropped|retired|deleted|gone|no longer (?:used|needed|supported|called|read|written))"
    r"(?:$|[.,;:()—–]|\s+(?:and|or|in favou?r|since|because|as|now)\b)",
    re.IGNORECASE,
)
_UNLESS = re.compile(
    r"\b(?:if|when|once|until|unless|after|before|whether|while|not|the|a|an|in|of|from)\b[^.;]{0,30}$", re.I
)
"""What makes of a removal a condition, or of the name no more than what describes the thing removed."""
_TURNED = re.compile(r"^`? ?(?:→|->|=>) ?[`\w]")
_MERGED = re.compile(
    r"(?<![\w/.-])(?:merg|unif|combin|consolidat|fold|collaps)\w* (?:[\w`()]+(?:, | and |, and | & | \+ ))*`?$",
    re.IGNORECASE,
)
_INTO = re.compile(r"^`?(?:\(\))?(?:(?:, | and |, and | & | \+ )[\w`()]+)* into\b")
"""Before and behind one of the names that one other takes the place of."""
_VALUE = re.compile(r"v?\d+(?:\.\w+)+")
_LEFT = re.compile(rf"\b(?:instead of|rather than){_WORDS}{{0,2}} $", re.IGNORECASE)
_FROM = re.compile(rf"\bfrom{_WORDS}{{0,2}} `?$", re.IGNORECASE)
_TO = re.compile(r"^`? (?:to\b|→|->|=>)")
"""In front of a value that another one took the place of, and on both sides of one."""
_TITLE = re.compile(
    r"^(?:\w+(?:\([^)]*\))?!?:\s+)?(?:remov(?:e[sd]?|ing)|drop|delete|retire|sunset|deprecate)\s+"
    r"(?!duplicate|redundant|unused|stale|extra)(?:(?:the|all|legacy|old|obsolete|deprecated)\s+)*"
    r"(?P<what>[\w -]{4,40}?)"
    r"\s+(?:feature|support|command|page|view|option|flag|setting|mode|integration|screen|tab|endpoint|tool)s?"
    r"(?=$|:|[,;(]|\s+(?:from|in|and|to|for|with|by|of)\b)",
    re.IGNORECASE,
)


def dropped(title: str) -> frozenset[str]:
    """The words of what a title says is taken away as a whole ("Remove the coupons feature"); none if it says none."""
    found = _TITLE.match(title)
    return tokens(found["what"]) if found else frozenset()


def given_up(text: str) -> Iterator[str]:
    """The names that a text says are no longer used, in small letters."""
    for line in text.split("\n"):
        for match in IDENTIFIER.finditer(line):
            name = match.group(match.lastindex or 0).strip("`'\"() ").lower()
            if _gone(name, line[: match.start()], line[match.end() : match.end() + _NEAR]):
                yield name


def _gone(name: str, before: str, rest: str) -> bool:
    """Whether a name is given up that stands between ``before`` and ``rest``."""
    lead = before[-_NEAR:]
    left = _VALUE.fullmatch(name) and (_LEFT.search(lead) or (_FROM.search(lead) and _TO.match(rest)))
    gone = _GONE.match(rest) and not any(_UNLESS.search(text) for text in (lead, IDENTIFIER.sub("x", before)))
    turned = _TURNED.match(rest) and _CHANGES.search(lead)
    merged = _INTO.match(rest) and _MERGED.search(lead)
    return bool(left or gone or turned or merged or (_ACT.search(lead) and _WHOLE.match(rest)))
