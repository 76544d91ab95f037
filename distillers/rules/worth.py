"""What a ticket's statement is worth, and whether it tells how things are or how they were before the work."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from distillers.claims import alike, identifiers, tokens
from distillers.cues import ANAPHORA, BROKE, CAUSE, CHOICE, FUTURE, IMPERATIVE, NOISE, WHY, cue
from distillers.findings import Confidence
from distillers.rules.doing import of_work
from distillers.rules.sections import Section
from distillers.rules.speech import FIRST_PERSON
from distillers.rules.stated import Stated
from distillers.rules.whole import VERB

Role = Literal["told", "problem", "change", "nothing"]
"""told     says something that lasts by itself
problem  how things were, or what was wanted, before the work
change   an edit without its reason: worth telling beside it, not alone
nothing  a fragment, a plan, praise, the title again
"""

SURE = 5
LIT = 2
"""Names of a statement that shows where it belongs."""
LONG = 10
"""Words of weight of a reason that names nothing."""
SAME = 0.75
"""Cosine of its words from which a statement says no more than the title above it."""
TELLING = 240
"""A longer sentence about an edit says more than that it was made."""
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
_EFFECT = re.compile(
    r"\b(?:prevent|avoid|ensur|allow|preserv|keep)(?:s|ing|es)\b|\bnow\b|\d+ ?(?:s|ms|seconds|%|px|MB)\b"
    r"|(?<=[\w`\"')]),? so (?!far\b|on\b|many\b|much\b|long\b)\w|\bfrom \S+(?: \S+)? to [`\w]|→|->|\bsince\b"
    r"|\bwas \w+\)"
)
"""What an edit does."""
_LEANS = re.compile(rf"{ANAPHORA.pattern}|^(?:Because|Since|As) (?:it|they|this|that)\b")
_REVIEWED = re.compile(r"\b(?:review|feedback)\b", re.IGNORECASE)
_FOLLOWS_UP = cue(r"review(?:s|ed|er|ers)?, feedback, follow-?ups?")
_CLEARED = re.compile(r"^\W*(?:\w+(?:\([^)]*\))?!?: )?(?:remove|delete|drop|clean ?up)\b", re.IGNORECASE)
"""The title of a ticket that is over once it is done."""
_NOUNS = re.compile(
    r"^\W*(?:[A-Z]\w*(?:er|ful|ed|atic|ent|al|ar|ly)|Better|Full|New|No) (?:\w+ )?\w+(?:ing|ion|ment|ity|ance|ence)\b"
)
"""A praised quality instead of a sentence."""
_RULED = cue(r"if, when, must, always, only, needs?, requires?")
_NOWADAYS = cue(r"(?<!\()currently, at the moment, at present, today, as of now, no way to, still")
_CURRENTLY = cue(r"(?<!\()currently, at the moment, at present, as of now")
_AS_IS = re.compile(r"^\W*(?:The|Our|An?) (?:current|existing)\b")
_DEFECT = re.compile(r"^\W*(?:the |this )?(?:issue|problem|bug|symptom|gap|defect|remaining)\b", re.IGNORECASE)
"""A sentence that says what is wrong, as its label or subject tells."""
_SIDE = re.compile(
    r"(?:^|[\s\[(:/-])(?:tests?|testing|test-\w+|bench\w*|readme|docs?|documentation|golden|fuzz\w*|flaky|chore)(?![\w.])",
    re.IGNORECASE,
)
"""A ticket about what goes with the product: of it only a cause or a decision is told."""
_MATCHES = cue(r"to (?:match|follow|align|mirror|be consistent|conform)(?: with| to)?, for consistency, for clarity")
"""A reason that gives none."""
_PLAN = cue(r"(?:implementation )?plan, proposal, roadmap, checklist")
"""What a text is called that says what is to be done."""
_TURNED = re.compile(
    r"\b(?:previously|formerly|originally|used to|before,)\b.*(?:\bbut\b|\bnow\b|\bhas been\b|\bhave been\b|;)",
    re.IGNORECASE | re.DOTALL,
)
"""How things were and how they are, in one statement."""
_WAS = re.compile(r"\b(?:was|were) (?:\w+ly )?(?:\w+ing|missing|broken)\b")
_GERUND = re.compile(r"^\W*\w{2,}ing\b")
_WRONG = cue(
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
_PROMISE = re.compile(r"\bwill\b", re.IGNORECASE)
_DEMAND = cue(r"should, needs? to, ought to, we need, has to, have to, to be (?:able|added|done|fixed)")
"""Of a text from before the work: what was to become of it."""
_HOW = cue(r"by \w+ing, instead of, rather than")
"""Of something wanted, how it was to be done."""
_DONE_TO = re.compile(r"^\W*[A-Z]\w+ (?:updated|added|removed|changed|renamed|fixed|extended)\b")
_LABEL = re.compile(r"^\W*[A-Z][\w /-]{2,30}: +")
_WISHED = re.compile(r"^\W*[A-Z][a-z]+[^s\W]s (?=\w)")
"""An item that opens with a verb for what the wanted thing does."""
_POINTS = cue(r"(?:this|that|these|those) (?:branch|commit|patch|session|run|conversation)")
"""What only the ticket's own surroundings show."""
_TESTING = re.compile(r"^(?:test|chore|style|wip|docs)\b[(:!]", re.IGNORECASE)
_DONE_SO = re.compile(r"^\W*(?:`[^`]+`\W+)?(?:\w+ly )?[A-Za-z]?[a-z]+(?<!e)ed\b(?! (?:by|to|as|on)\b)")
"""A sentence without a subject that opens with what was done."""
_BROKEN_OFF = re.compile(r"(?:\.\.\.|…|,|\(|\b(?:and|or|the|a|of|to|with|that|for))\s*$")

Part = Sequence[Stated]


def before(part: Part, text: str) -> bool:
    """Whether the part tells, in the present tense, of a state that the ticket was there to end."""
    if any(EDIT.match(one.text) or IMPERATIVE.match(one.text) for one in part):
        return False
    if _TURNED.search(text):
        return False
    if _WAS.search(text) and not CAUSE.search(text) and all(_WAS.search(one.text) for one in part):
        return True
    if early(part):
        return (not _WANTED.search(text) and bool(_WRONG.search(text))) or bool(
            _NOWADAYS.search(text) or _AS_IS.match(text)
        )
    return all(one.section == "body" for one in part) and bool(_CURRENTLY.search(text))


def role(part: Part) -> Role:
    """What a part of a settled ticket is to its reader; see :data:`Role`."""
    text = said(part)
    if _fragment(part, text) or _spent(part, text):
        return "nothing"
    if early(part) or before(part, text) or (_DEFECT.match(text) and not CAUSE.search(text)):
        return "problem"
    return "told" if _tells_itself(part, text) and not all(_edits(one) for one in part) else "change"


ITEMS = 2
"""Items of a list in a claim of high confidence: of a longer one some are what was done."""


def tier(parts: Sequence[Part], done: bool | None) -> Confidence:
    """High only for a settled ticket's decision or outcome that gives its reason and names something; no list.

    A cause without what was done about it reads as if it were so still. Medium is what tells something by itself, and
    a problem with the change that ended it or with its cause.
    """
    if plans(parts):
        return "low"
    if done is not True:
        return _unsettled(parts, done)
    roles = [role(part) for part in parts]
    if reasoned(parts):
        return "medium" if _listed(parts) or unended(parts) or _passing(parts) else "high"
    if "told" in roles or {"problem", "change"} <= set(roles):
        return "medium"
    text = " ".join(map(said, parts))
    if "problem" in roles:
        acts = before(parts[0], text) and _names(parts[0][0].event.title)
        return "medium" if _tells(text) or acts else "low"
    return "medium" if _sums_up(parts, text) else "low"


def plans(parts: Sequence[Part]) -> bool:
    """Whether the ticket calls itself a plan."""
    return _PLAN.search(parts[0][0].event.title.split(" > ")[0]) is not None


def defect(parts: Sequence[Part]) -> bool:
    """Whether it only tells what was wrong: of a settled ticket that reads as if it were so still."""
    return all(role(part) == "problem" for part in parts)


def wrong(text: str) -> bool:
    """Whether a text says that something fails, is missing, or why."""
    return not _OUGHT.search(text) and any(cue.search(text) for cue in (_WRONG, CAUSE, BROKE))


def reasoned(parts: Sequence[Part]) -> bool:
    """Whether a part of it gives the reason of what was found or done in full."""
    return any(role(part) == "told" and _sure(part, said(part)) for part in parts)


def _listed(parts: Sequence[Part]) -> bool:
    return any(part[0].statement.item and len(part) > ITEMS for part in parts)


def unended(parts: Sequence[Part]) -> bool:
    """Whether all of it says what was wrong and why, and none of it what was done."""
    return all(one.section in {"cause", "problem"} for part in parts for one in part)


def _passing(parts: Sequence[Part]) -> bool:
    """Whether it answers a review, or comes from a ticket that only took something away."""
    return bool(_CLEARED.match(parts[0][0].event.title)) or any(_FOLLOWS_UP.search(said(part)) for part in parts)


def said(part: Part) -> str:
    """The text of a part."""
    return " ".join(one.text for one in part)


def _unsettled(parts: Sequence[Part], done: bool | None) -> Confidence:
    stands = all(not _fragment(part, said(part)) for part in parts)
    stated = any(one.section in {"cause", "decision", "outcome"} for part in parts for one in part)
    return "medium" if done is None and stands and stated else "low"


def _tells(text: str) -> bool:
    """Whether a problem is told with its cause, a condition, or the names that it has to do with."""
    return any(cue.search(text) for cue in (CAUSE, WHY, _RULED)) or len(_names(text)) >= LIT


def _sums_up(parts: Sequence[Part], text: str) -> bool:
    """Whether changes without a reason, told together, say what the ticket came to."""
    several = sum(map(len, parts)) >= LIT
    return several and len(_names(text)) > LIT and not _REVIEWED.search(parts[0][0].event.title)


def _tells_itself(part: Part, text: str) -> bool:
    """Whether it says something that lasts of something that it names: a reason, a rule, or how a thing behaves."""
    names = len(_names(text))
    reasoned = any(cue.search(text) for cue in (WHY, CAUSE, CHOICE, _EFFECT))
    if _opens_with_edit(part[0].text):
        return (reasoned and names >= 1) or (len(text) > TELLING and names >= LIT)
    if not names:
        return bool(WHY.search(text) or CAUSE.search(text)) and len(tokens(text)) >= LONG
    return names >= LIT or reasoned or len(text) >= TELLING // 2


def _names(text: str) -> frozenset[str]:
    """The names in a text, but for numbers of tickets."""
    return frozenset(name for name in identifiers(text) if not name.startswith("#"))


def _opens_with_edit(text: str) -> bool:
    return any(cue.match(text) for cue in (EDIT, IMPERATIVE, _DONE_SO, _DONE_TO))


def _sure(part: Part, text: str) -> bool:
    """Whether it gives the reason of what was found or done, not of what was planned, edited or left for later."""
    sections: set[Section] = {one.section for one in part}
    stands = sections <= {"cause", "decision", "outcome", "body"} and max(one.score for one in part) >= SURE
    passes = any(cue.search(text) for cue in (NOISE, FUTURE, _PROMISE)) or text.endswith(":")
    wanted = sections != {"body"} and any(IMPERATIVE.match(one.text) for one in part)
    edited = any(_edits(one) for one in part) or before(part, text) or EDIT.match(part[0].text)
    early = any(one.planned for one in part) or _GERUND.match(part[0].text)
    nits = (
        _MATCHES.search(text)
        or _DEFECT.match(text)
        or _REVIEWED.search(f"{part[0].event.title} {part[0].lead}")
        or any(of_work(one.text) for one in part)
    )
    reasoned = WHY.search(text) and _names(text)
    return stands and bool(reasoned) and not (passes or wanted or edited or early or nits)


def early(part: Part) -> bool:
    """Whether all of it was written before the work, or to say what was wrong."""
    return all(one.section == "problem" or one.planned for one in part)


def _fragment(part: Part, text: str) -> bool:
    """Whether it is no sentence of its own: it breaks off, has no verb, or opens with a word for something before."""
    return not _says(part, text) or bool(
        _LEANS.match(part[0].text) or any(cue.search(text) for cue in (_BROKEN_OFF, FIRST_PERSON, _POINTS))
    )


def _says(part: Part, text: str) -> bool:
    """Whether it has something that may be its verb, or at least sets two names against each other."""
    told = any(VERB.search(said) for said in (text, part[0].lead))
    acts = any(cue.match(text) for cue in (EDIT, IMPERATIVE, _DONE_SO))
    return told or acts or len(identifiers(text)) >= 2


def _spent(part: Part, text: str) -> bool:
    """Whether it is a plan, a promise, an edit of tests, praise, or no more than the title says."""
    was = before(part, text) and not (_WRONG.search(text) or CAUSE.search(text))
    title = part[0].event.title.split(" > ")[0]
    repeats = alike(tokens(text), tokens(title)) >= SAME and identifiers(text) <= identifiers(title)
    reasoned = any(cue.search(text) for cue in (WHY, CAUSE, _EFFECT))
    aside = _SIDE.search(title) and not reasoned and part[0].section not in {"cause", "decision"}
    passes = aside or _TESTING.match(part[0].event.title) or _NOUNS.match(part[0].text) or _PROMISE.search(text)
    return bool(was or repeats or passes) or _demanded(part, text)


def _demanded(part: Part, text: str) -> bool:
    """Whether it says what was wanted before the work, which the outcome tells better."""
    says_how = _HOW.search(text) and len(identifiers(text)) >= 2
    asked = all(one.planned and _asks(one) for one in part) and not says_how
    return asked or (early(part) and bool(_DEMAND.search(text)) and not BROKE.search(text))


def _asks(one: Stated) -> bool:
    text = _LABEL.sub("", one.text)
    wished = one.statement.item and _WISHED.match(text) and not CAUSE.search(text)
    return bool(IMPERATIVE.match(text) or EDIT.match(text) or wished)


def _edits(one: Stated) -> bool:
    """Whether a sentence only tells which edit was made or wanted: the change itself is in the repository."""
    text = one.text
    reasoned = any(cue.search(text) for cue in (WHY, CAUSE, CHOICE, _EFFECT)) or len(text) > TELLING
    bare = _DONE_SO.match(text) or _DONE_TO.match(text)
    return bool(EDIT.match(text) or IMPERATIVE.match(text) or bare) and not reasoned
