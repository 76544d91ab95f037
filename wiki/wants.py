"""What kind of thing a question wants for an answer, told by its words: a price, a share, a span of time, a number.

A passage that speaks of the right things and holds nothing of that kind is a weaker answer (expected answer types: Li
and Roth, "Learning question classifiers", 2002). Who asks for a bare value, or for a person, asks more often for what
nobody wrote down than who asks for a reason or what to do: logs say why, and seldom how much.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

LACKS = 0.6
"""What a passage without the kind of thing that is wanted counts."""

VALUE, PERSON, REASON = -1.3, -0.85, 1.0
"""What it adds to the logarithm of the odds of an answer that a question wants a value, a person, or a reason."""
WHO = re.compile(
    r"\bwho(?:m|se)?\b|\b(?:which|what) (?:person|people|team|user|developer|customer|company|provider|vendor)\b",
    re.IGNORECASE,
)
WHY = re.compile(
    r"\bwhy\b|\bwhat happens\b|\bhow (?:do|does|can|should|must|is|are|was|were)\b"
    r"|^(?:is|are|does|do|may|can|should|was|were|must|did|has|have)\b"
    r"|\bwhat (?:was|fixed|caused|does|did)\b|\b(?:cause|instead|although|but)\b",
    re.IGNORECASE,
)
_NUMBER = r"\b(?:\d[\d,.]*|one|two|three|four|five|six|seven|eight|nine|ten|twelve|dozen|hundred|thousand)\b"


@dataclass(frozen=True, slots=True)
class Want:
    """``asked`` is found in a question that wants this kind of thing, ``given`` in a text that holds one."""

    name: str
    asked: re.Pattern[str]
    given: re.Pattern[str]


def _want(name: str, asked: str, given: str) -> Want:
    return Want(name, re.compile(asked, re.IGNORECASE), re.compile(given, re.IGNORECASE))


WANTS = (
    _want(
        "money",
        r"\b(?:price|costs?|budget|fee|salary|charge|how expensive)\b",
        r"[$€£]\s?\d|\b\d[\d.,]*\s?(?:usd|eur|gbp|dollars?|euros?|pounds?|cents?|(?:per|a) month)\b|\d/mo(?:nth)?\b",
    ),
    _want("share", r"\bpercent(?:age)?\b|\bwhat (?:share|proportion|fraction)\b", r"\d\s?%|\bpercent"),
    _want(
        "span",
        r"\bhow (?:long|often|soon|old)\b|\bdeadline\b|\bhow many (?:second|minute|hour|day|week|month|year)s\b",
        _NUMBER + r"[\s-]*(?:ms|s|sec|seconds?|min|minutes?|h|hours?|days?|weeks?|months?|years?)\b",
    ),
    _want("count", r"\bhow (?:many|much|big|large|far|fast)\b|\b(?:maximum|minimum|number of)\b", _NUMBER),
    _want("version", r"\b(?:which|what) (?:[\w-]+ )?versions?\b", r"\bv?\d+(?:\.\d+)+\b|\bv\d+|\b[a-z]+ \d+\b"),
)
"""Most particular first: a question wants the first kind that it names."""


def wanted(question: str) -> re.Pattern[str] | None:
    """What a text that answers ``question`` should hold, or None if the question does not tell."""
    return next((want.given for want in WANTS if want.asked.search(question)), None)


def leaning(question: str) -> float:
    """The logarithm of the odds that a question of this kind has an answer, before anything is looked for."""
    kinds = ((VALUE, wanted(question)), (PERSON, WHO.search(question)), (REASON, WHY.search(question)))
    return sum(worth for worth, found in kinds if found)
