"""Whether a claim itself tells that a name is gone or to be kept away from: then its being gone is no news."""

from __future__ import annotations

import re

from distillers.givenup import given_up

_NEAR = 64
"""Characters beside a name in which that is told."""
_BEFORE = re.compile(
    r"\b(?:(?:remov|strip|drop|delet|retir|replac|renam)\w*[^.;:→]{0,40}"
    r"|(?:migrat|switch|mov|chang|translat|convert)\w*(?: [\w'’-]+){0,4}? from"
    r"|not|instead of|rather than|without|no longer)[\s`'\"(]*$",
    re.IGNORECASE,
)
_AFTER = re.compile(
    r"^(?:\(\))?[`'\")\s]*(?:[\w-]+ ){0,4}?(?:(?:was|were|is|are|been|being|now|entirely|completely|fully) +)*"
    r"(?:remov(?:ed|al)\b|deleted|dropped|gone\b|replaced|retired|no longer|does(?:n't| not) exist|→|->)",
    re.IGNORECASE,
)


def parted(claim: str, names: list[str]) -> list[str]:
    """Those of ``names`` that ``claim`` itself says are removed, replaced, missing, or not what is used."""
    given = set(given_up(claim)) if names else set[str]()
    return [name for name in names if name.lower() in given or _told(claim, name)]


def _told(claim: str, name: str) -> bool:
    places = (found.span() for found in re.finditer(re.escape(name), claim))
    return any(
        _BEFORE.search(claim[max(0, start - _NEAR) : start]) or _AFTER.match(claim[end : end + _NEAR])
        for start, end in places
    )
