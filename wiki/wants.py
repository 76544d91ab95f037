"""What kind of thing a question wants for an answer, told by its words: a price, a share, a span of time, a number.

A passage that speaks of the right things and holds nothing of that kind is a weaker answer (expected answer types: Li
and Roth, "Learning question classifiers", 2002). Who asks for a bare value, for a person, or for what a firm settles
(prices, contracts, hosting, how long data is kept) asks more often for what nobody wrote down than who asks for a
reason or what to do: logs say why, and seldom how much. Who asks in several clauses knows a part of the story.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

LACKS = 0.6
"""What a passage without the kind of thing that is wanted counts."""

VALUE, PERSON, REASON, AFFAIR, CLAUSE = -1.45, -1.05, 0.45, -1.15, 0.2
"""What each sign of a question (see :func:`signs`) adds to the logarithm of the odds that it has an answer."""
_WHO = re.compile(
    r"\bwho(?:m|se)?\b"
    r"|\b(?:which|what) (?:person|people|team|user|developer|customer|company|provider|vendor)s?\b(?!-)",
    re.IGNORECASE,
)
_AFFAIR = re.compile(
    r"\b(?:customers?|prices?|pricing|pa(?:y|ys|id|ying|yment)|fees?|costs?|budget|charge[ds]?|invoiced?|billed|billing"
    r"|revenue|licen[cs]e[ds]?|contracts?|legal|law|compliance|gdpr|audit(?:ed|s)?|certifi\w+|sla|uptime|availability"
    r"|guarantee[ds]?|promised|retention|retained|kept|purged?|pruned|archived|backups?|backed up|encrypt\w*|at rest"
    r"|production|hosts?|hosted|hosting|cloud|provider|vendor|region|data cent(?:er|re)|official(?:ly)?|deadline"
    r"|on[- ]call|salar(?:y|ies)|hired?|marketing|sales|slack|notifications?|monthly|yearly|annual(?:ly)?|quarterly)\b",
    re.IGNORECASE,
)
_CLAUSE = re.compile(r"[,;:]|\b(?:and|or|but|und|oder|aber)\b", re.IGNORECASE)
_AFFAIRS, _CLAUSES = 2, 4
_WHY = re.compile(
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
        r"\b(?:what|which|how)\b[^?.,;]*\b(?:price|costs?|budget|fee|salary|charge|expensive)\b",
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


def signs(question: str) -> tuple[float, ...]:
    """Whether ``question`` wants a value, a person, a reason; how much of it is business; how many clauses it has."""
    affairs = min(_AFFAIRS, len(_AFFAIR.findall(question)))
    clauses = min(_CLAUSES, len(_CLAUSE.findall(question)))
    kinds = (wanted(question), _WHO.search(question), _WHY.search(question))
    return (*(float(bool(kind)) for kind in kinds), float(affairs), float(clauses))


def leaning(question: str) -> float:
    """The logarithm of the odds that a question of this kind has an answer, before anything is looked for."""
    worth = (VALUE, PERSON, REASON, AFFAIR, CLAUSE)
    return sum(one * sign for one, sign in zip(worth, signs(question), strict=True))
