"""What a part of a ticket is to its reader: something that lasts, how it was before, an edit, or nothing."""

from __future__ import annotations

import re
from typing import Literal

from distillers.claims import alike, identifiers, tokens
from distillers.cues import ANAPHORA, BROKE, CAUSE, CHOICE, IMPERATIVE, WHY, cue
from distillers.rules.speech import FIRST_PERSON
from distillers.rules.stated import Stated
from distillers.rules.stood import EDIT, REPORTED, WRONG, Part, before, early, headed_now, said
from distillers.rules.whole import VERB

Role = Literal["told", "problem", "change", "nothing"]
"""told     says something that lasts by itself
problem  how things were, or what was wanted, before the work
change   an edit without its reason: worth telling beside it, not alone
nothing  a fragment, a plan, praise, the title again
"""
LIT = 2
"""Names of a statement that shows where it belongs."""
DEFECT = re.compile(r"^\W*(?:the |this )?(?:issue|problem|bug|symptom|gap|defect|remaining)\b", re.IGNORECASE)
"""A sentence that says what is wrong, as its label or subject tells."""
LONG = 10
"""Words of weight of a reason that names nothing."""
SAME = 0.75
"""Cosine of its words from which a statement says no more than the title above it."""
TELLING = 240
"""A longer sentence about an edit says more than that it was made."""
_EFFECT = re.compile(
    r"\b(?:prevent|avoid|ensur|allow|preserv|keep)(?:s|ing|es)\b|\bnow\b|\d+ ?(?:s|ms|seconds|%|px|MB)\b"
    r"|(?<=[\w`\"')]),? so (?!far\b|on\b|many\b|much\b|long\b)\w|\bfrom \S+(?: \S+)? to [`\w]|→|->|\bsince\b"
    r"|\bwas \w+\)"
)
"""What an edit does."""
_LEANS = re.compile(rf"{ANAPHORA.pattern}|^(?:Because|Since|As) (?:it|they|this|that)\b")
_NOUNS = re.compile(
    r"^\W*(?:[A-Z]\w*(?:er|ful|ed|atic|ent|al|ar|ly)|Better|Full|New|No) (?:\w+ )?\w+(?:ing|ion|ment|ity|ance|ence)\b"
)
"""A praised quality instead of a sentence."""
_SIDE = re.compile(
    r"(?:^|[\s\[(:/-])(?:tests?|testing|test-\w+|bench\w*|readme|docs?|documentation|golden|fuzz\w*|flaky|chore)(?![\w.])",
    re.IGNORECASE,
)
"""A ticket about what goes with the product: of it only a cause or a decision is told."""
PROMISE = re.compile(r"\bwill\b", re.IGNORECASE)
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


def role(part: Part) -> Role:
    """What a part of a settled ticket is to its reader; see :data:`Role`."""
    text = said(part)
    if fragment(part, text) or _spent(part, text):
        return "nothing"
    if early(part) or before(part, text) or (DEFECT.match(text) and not CAUSE.search(text)):
        return "problem"
    return "told" if _tells_itself(part, text) and not all(edits(one) for one in part) else "change"


def _tells_itself(part: Part, text: str) -> bool:
    """Whether it says something that lasts of something that it names: a reason, a rule, or how a thing behaves."""
    count = len(names(text))
    reasoned = any(cue.search(text) for cue in (WHY, CAUSE, CHOICE, _EFFECT))
    if _opens_with_edit(part[0].text):
        return (reasoned and count >= 1) or (len(text) > TELLING and count >= LIT)
    if not count:
        return bool(WHY.search(text) or CAUSE.search(text)) and len(tokens(text)) >= LONG
    return count >= LIT or reasoned or len(text) >= TELLING // 2


def names(text: str) -> frozenset[str]:
    """The names in a text, but for numbers of tickets."""
    return frozenset(name for name in identifiers(text) if not name.startswith("#"))


def _opens_with_edit(text: str) -> bool:
    return any(cue.match(text) for cue in (EDIT, IMPERATIVE, _DONE_SO, _DONE_TO))


def fragment(part: Part, text: str) -> bool:
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
    tells = headed_now(part) or any(cue.search(text) for cue in (WRONG, CAUSE, REPORTED))
    was = before(part, text) and not tells
    title = part[0].event.title.split(" > ")[0]
    repeats = alike(tokens(text), tokens(title)) >= SAME and identifiers(text) <= identifiers(title)
    reasoned = any(cue.search(text) for cue in (WHY, CAUSE, _EFFECT))
    aside = _SIDE.search(title) and not reasoned and part[0].section not in {"cause", "decision"}
    passes = aside or _TESTING.match(part[0].event.title) or _NOUNS.match(part[0].text) or PROMISE.search(text)
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


def edits(one: Stated) -> bool:
    """Whether a sentence only tells which edit was made or wanted: the change itself is in the repository."""
    text = one.text
    reasoned = any(cue.search(text) for cue in (WHY, CAUSE, CHOICE, _EFFECT)) or len(text) > TELLING
    bare = _DONE_SO.match(text) or _DONE_TO.match(text)
    return bool(EDIT.match(text) or IMPERATIVE.match(text) or bare) and not reasoned
