"""How its ticket ended what a claim tells as wrong: the sentence of the ticket that says what is so since.

what was wrong, of a settled ticket ──→ what was done about it       (outcome, decision, body)
                                    ──→ a ticked criterion: it holds
                                    ──→ what was planned to be done   (design, fix; the ticket is done)

Half of such a ticket reads as if it were so still; what it ended in is what who comes later needs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from distillers.claims import identifiers, tokens
from distillers.cues import ANAPHORA, CAUSE, FUTURE, HEDGE, IMPERATIVE, NOISE
from distillers.rules import stood
from distillers.rules.doing import about_work, on_tests
from distillers.rules.joined import Joined
from distillers.rules.stated import Stated
from distillers.rules.worth import role

SIZES = 30, 260
"""Characters of a sentence that can tell an end."""
SHARED = 3
"""What the end and what was wrong have in common, a name counted as two words."""
NAME = 2
NEWS = 2
"""Words of weight of an end that what was wrong has not: otherwise it says the same again."""
MOST = 520
"""Characters of both together: what is cut off tells no end."""
_DID = re.compile(
    r"^\W*(?:[A-Z]\w+ly )?[A-Za-z][a-z]+(?<!e)ed\b(?! (?:by|to|as|on)\b)"
    r"|^\W*(?:Built|Cut|Kept|Made|Put|Rewrote|Set|Split)\b"
    r"|\bnow\b|\bno longer\b",
)
"""What was done, or what is so since."""
_DO = re.compile(
    r"^\W*(?:at (?:a )?minimum,? )?(?:make|let|pass|treat|set|emit|skip|return|allow|ensure"
    r"|detect|read|write|keep|prevent|require|handle)\b",
    re.IGNORECASE,
)
"""What is to be done."""
_LABELLED = re.compile(r"^\W*(?:fix|solution|recommendation|resolution)\W+", re.IGNORECASE)
_SINCE = re.compile(r"\bnow\b|\bno longer\b", re.IGNORECASE)
_ROOT = re.compile(
    r"\broot[ -]causes?\b|\bcaused by\b|\bthe (?:issue|problem|bug|culprit|regression) (?:was|is)\b"
    r"|^This was because\b",
    re.IGNORECASE,
)
"""A cause that is called so."""
_PAST = re.compile(r"\b(?:was|were|had)\b")
_HOLLOW = re.compile(
    r"^\W*(?:successfully )?(?:fixed|resolved)\b(?!.*\b(?:by|with|using)\b)"
    r"|\b(?:works?|functions?|behaves?)\b[^.]{0,24}\b(?:correctly|properly|again|as (?:expected|before))\b",
    re.IGNORECASE,
)
"""Says that all is well, and not by what."""


def open_ended(parts: Joined) -> bool:
    """Whether a claim only tells what was wrong and why, and not what became of it."""
    return all(_wrong(part) for part in parts) and not any(_does(one) for part in parts for one in part)


def ending(everything: Iterable[Stated], parts: Joined) -> Stated | None:
    """The sentence of a settled ticket that best tells how what these parts tell was ended; None if none does."""
    own = {(one.event.id, one.statement.spans) for part in parts for one in part}
    told = " ".join(map(stood.said, parts))
    room = MOST - len(told)
    fit = [one for one in everything if (one.event.id, one.statement.spans) not in own and _ends(one)]
    fit = [one for one in fit if len(one.text) <= room and len(tokens(one.text) - tokens(told)) >= NEWS]
    near = [(_common(one.text, told), one) for one in fit]
    best = max(near, key=lambda pair: (pair[0] + _certain(pair[1]), -pair[1].place), default=None)
    return best[1] if best and best[0] >= SHARED else None


def _wrong(part: Sequence[Stated]) -> bool:
    """Whether a part tells what was wrong, or its cause; what was done may have its "because" as well."""
    text = stood.said(part)
    if all(one.section in {"cause", "problem"} for one in part) or _ROOT.search(text):
        return True
    early = all(one.section == "body" or one.planned for one in part)
    return early and (role(part) == "problem" or bool(_PAST.search(text) and CAUSE.search(text)))


def _does(one: Stated) -> bool:
    """Whether a sentence says itself what was done."""
    if one.planned:
        return orders(one.text) or _SINCE.search(one.text) is not None
    return bool(_DID.search(one.text) or stood.EDIT.match(one.text) or IMPERATIVE.match(one.text))


def orders(text: str) -> bool:
    """Whether a sentence says what is to be done."""
    bare = _LABELLED.sub("", text)
    return any(pattern.match(bare) for pattern in (stood.EDIT, IMPERATIVE, _DO))


def _ends(one: Stated) -> bool:
    text = one.text
    if not SIZES[0] <= len(text) <= SIZES[1] or one.statement.open or text.endswith(("?", ":")) or one.before:
        return False
    if about_work(text) or on_tests(text) or ANAPHORA.match(text) or _HOLLOW.search(text):
        return False
    if any(cue.search(text) for cue in (NOISE, HEDGE, FUTURE)) or one.section in {"skip", "cause", "problem"}:
        return False
    return one.section == "criteria" or _does(one)


def _certain(one: Stated) -> int:
    """How much rather a sentence is taken than one that was planned: it was done, or its box was ticked."""
    return 2 if one.section == "criteria" else 0 if one.planned else 3


def unlabelled(text: str) -> str:
    """A text without the label that says what it is: Fix, Solution, Recommendation."""
    bare = _LABELLED.sub("", text)
    return bare[:1].upper() + bare[1:] if bare != text else text


def _common(text: str, told: str) -> int:
    names = {name for name in identifiers(text) & identifiers(told) if not name.startswith("#")}
    return NAME * len(names) + len(tokens(text) & tokens(told))
