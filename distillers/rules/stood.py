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
_NOWADAYS = cue(r"(?<!\()currently, at the moment, at present, today, as of now, no way to, still")
_CURRENTLY = cue(r"(?<!\()currently, at the moment, at present, as of now")
_AS_IS = re.compile(r"^\W*(?:The|Our|An?) (?:current|existing)\b")
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
    r"maintain, keep, use, show, display, defaults?, must, should, will, add(?:ed)?, removed?, replaced?, "
    r"created?, extend(?:ed)?, adopt, fixed, ensure, implemented"
)
"""How things stood before a ticket was done, told in the present tense; and what it was to change."""
_OUGHT = cue(r"must, should, shall, needs? to, ought to, to be, ensure, will")
"""What was wanted, not what was so."""


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
    if early(part):
        return (not _WANTED.search(text) and bool(WRONG.search(text))) or bool(
            _NOWADAYS.search(text) or _AS_IS.match(text)
        )
    return all(one.section == "body" for one in part) and bool(_CURRENTLY.search(text))


def early(part: Part) -> bool:
    """Whether all of it was written before the work, or to say what was wrong."""
    return all(one.section == "problem" or one.planned for one in part)


def wrong(text: str) -> bool:
    """Whether a text says that something fails, is missing, or why."""
    return not _OUGHT.search(text) and any(cue.search(text) for cue in (WRONG, CAUSE, BROKE))
