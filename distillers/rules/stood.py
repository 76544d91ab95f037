"""How things stood before a ticket was done: whether a part of it tells that, and what was wrong then."""

from __future__ import annotations

import re
from collections.abc import Sequence

from distillers.cues import BROKE, CAUSE, IMPERATIVE, cue
from distillers.rules.stated import Stated

Part = Sequence[Stated]
EDIT = re.compile(
    r"^\W*(?:`[^`]+`(?: and `[^`]+`)?\W+)?(?:\w+ (?:update|fix|change|handling|support)s?\W+)?(?:also )?(?:add"
    r"|extend|updat|refactor|renam|creat"
    r"|implement|introduc|remov|delet|mov|migrat|enhanc|improv|adjust|wir|chang|modif|clean|consolidat|document|clarif"
    r"|regenerat|generat|bump|switch|convert|complet|simplif|extract|replac|expand|integrat|expos|inject|port|tidi"
    r"|polish"
    r"|align|centrali[sz]|standardi[sz])(?:e|ed|y|ied|s|es|ing|d|ted|ting|ped)?\b",
    re.IGNORECASE,
)
"""An edit as tickets list them."""
ORDER = re.compile(
    r"^\W*(?:if \b[^,]*, )?(?:address|apply|append|avoid|collect|configure|detect|disable|do not|don't|emit|enable"
    r"|enforce|ensure|expose|find|handle|harden|keep|kill|let|make|merge|mitigate|normali[sz]e|parse|pass|prefer|preserve"
    r"|prevent|read|register|require|resolve|restore|return|save|send|show|skip|throw|treat|try|validate|warn|wrap|write)\b(?!:)",
    re.IGNORECASE,
)
"""An opening that says what is to be done."""
_NOWADAYS = cue(r"(?<!\()currently, at the moment, at present, today, as of now, no way to, still")
CURRENTLY = cue(r"(?<!\()currently, at the moment, at present, as of now")
_AS_IS = re.compile(r"^\W*(?:The|Our|An?) (?:current|existing)\b")
REPORTED = re.compile(
    r"^\W*(?:(?:a|one|some|several|many|the) )?users? (?:\w+ly )?(?:reports?|complains?|runs?|sees?|cannot)\b"
    r"|^\W*(?:\w+ )?(?:issue|bug|pr) #?\d+\b[^.]*\breports?\b",
    re.IGNORECASE,
)
"""What somebody met with."""
_TURNED = re.compile(
    r"\b(?:previously|formerly|originally|used to|before,)\b.*(?:\bbut\b|\bnow\b|\bhas been\b|\bhave been\b|;)",
    re.IGNORECASE | re.DOTALL,
)
"""How things were and how they are, in one statement."""
_WAS = re.compile(r"\b(?:was|were) (?:\w+ly )?(?:\w+ing|missing|broken)\b")
WRONG = cue(
    r"not, never, cannot, can't, (?:do|does|is|are|was|did)n't, fail(?:s|ed|ing)?, missing, lacks?, wrong\w*, "
    r"incorrect\w*,",
    r"because, caus\w+, hard to, duplicat\w+, overlap\w*, bug, errors?, mismatch\w*, conflicts?, hang(?:s|ing)?, "
    r"stale,",
    r"silently, instead of, dropped, leaks?, unused, inconsistent\w*, crash\w*, broken, unclear, confus\w+, lost,",
    r"loses, losing, ignored?, empty, but, however",
)
_WANTED = cue(
    r"must, should, will, add(?:ed)?, removed?, replaced?, created?, extend(?:ed)?, adopt, fixed, ensure, implemented"
)
_WISHES = re.compile(r"(?:^|[.;:,] )\W*(?:maintain|keep|use|show|display|default)\b", re.IGNORECASE)
"""How things stood before a ticket was done, told in the present tense; and what it was to change."""
OUGHT = cue(r"must, should, shall, needs? to, ought to, (?:is|are|has|have) to be, ensure, will")
"""What was wanted, not what was so."""
_AIMS = re.compile(
    r"> [^>]*\b(?:design|requirements?|propos\w+|goals?|objectives?|benefits?|target|approach|solutions?)\b",
    re.IGNORECASE,
)
_HEADED_NOW = re.compile(r"\W*(?:current|existing|previous) \w+", re.IGNORECASE)
_STATES = cue(r"current\w*, existing, today, problems?, issues?, causes?")
"""Headings of what was to be, and of what was."""


def said(part: Part) -> str:
    """The text of a part."""
    return " ".join(one.text for one in part)


def before(part: Part, text: str) -> bool:
    """Whether the part tells, in the present tense, of a state that the ticket was there to end."""
    if any(EDIT.match(one.text) or IMPERATIVE.match(one.text) for one in part):
        return False
    if _TURNED.search(text):
        return False
    if _WAS.search(text) and not CAUSE.search(text) and all(_WAS.search(one.text) for one in part):
        return True
    if early(part) and not to_be(part):
        wanted = _WANTED.search(text) or _WISHES.search(text)
        now = headed_now(part) or any(cue.search(text) for cue in (_NOWADAYS, _AS_IS, REPORTED))
        return now or (not wanted and WRONG.search(text) is not None)
    return all(one.section == "body" for one in part) and bool(CURRENTLY.search(text))


def headed_now(part: Part) -> bool:
    """Whether it stands under a heading that says how the thing was."""
    return all(_HEADED_NOW.match(one.statement.heading) for one in part)


def early(part: Part) -> bool:
    """Whether all of it was written before the work, or to say what was wrong."""
    return all(one.section == "problem" or one.planned for one in part)


def to_be(part: Part) -> bool:
    """Whether it stands under what was to become of the thing, and not under how it was."""
    return all(
        _AIMS.search(f"{one.event.title} > {one.statement.heading}") and not _STATES.search(one.statement.heading)
        for one in part
    )


def defective(part: Part) -> bool:
    """Whether a part says that something fails, is missing, or why; not of what was to become of it."""
    return not to_be(part) and wrong(said(part))


def wrong(text: str) -> bool:
    """Whether a text says that something fails, is missing, or why."""
    return not OUGHT.search(text) and any(cue.search(text) for cue in (WRONG, CAUSE, BROKE))
