"""How certain the statements of a ticket may make a claim, by their form and by what became of the ticket."""

from __future__ import annotations

import re
from collections.abc import Sequence

from distillers.cues import CAUSE, FUTURE, IMPERATIVE, NOISE, WHY, cue
from distillers.findings import Confidence
from distillers.rules.doing import of_work
from distillers.rules.sections import Section
from distillers.rules.stood import EDIT, Part, before, said
from distillers.rules.worth import DEFECT, LIT, PROMISE, edits, fragment, names, role

SURE = 5
ITEMS = 2
"""Items of a list in a claim of high confidence: of a longer one some are what was done."""
_FOLLOWS_UP = cue(r"review(?:s|ed|er|ers)?, feedback, follow-?ups?")
_REVIEWED = re.compile(r"\b(?:review|feedback)\b", re.IGNORECASE)
_CLEARED = re.compile(r"^\W*(?:\w+(?:\([^)]*\))?!?: )?(?:remove|delete|drop|clean ?up)\b", re.IGNORECASE)
"""The title of a ticket that is over once it is done."""
_RULED = cue(r"if, when, must, always, only, needs?, requires?")
_MATCHES = cue(r"to (?:match|follow|align|mirror|be consistent|conform)(?: with| to)?, for consistency, for clarity")
"""A reason that gives none."""
_PLAN = cue(r"(?:implementation )?plan, proposal, roadmap, checklist")
"""What a text is called that says what is to be done."""
_GERUND = re.compile(r"^\W*\w{2,}ing\b")


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
        acts = before(parts[0], text) and names(parts[0][0].event.title)
        return "medium" if _tells(text) or acts else "low"
    return "medium" if _sums_up(parts, text) else "low"


def plans(parts: Sequence[Part]) -> bool:
    """Whether the ticket calls itself a plan."""
    return _PLAN.search(parts[0][0].event.title.split(" > ")[0]) is not None


def defect(parts: Sequence[Part]) -> bool:
    """Whether it only tells what was wrong: of a settled ticket that reads as if it were so still."""
    return all(role(part) == "problem" for part in parts)


def reasoned(parts: Sequence[Part]) -> bool:
    """Whether a part of it gives the reason of what was found or done in full."""
    return any(role(part) == "told" and _sure(part, said(part)) for part in parts)


def unended(parts: Sequence[Part]) -> bool:
    """Whether all of it says what was wrong and why, and none of it what was done."""
    return all(one.section in {"cause", "problem"} for part in parts for one in part)


def _listed(parts: Sequence[Part]) -> bool:
    return any(part[0].statement.item and len(part) > ITEMS for part in parts)


def _passing(parts: Sequence[Part]) -> bool:
    """Whether it answers a review, or comes from a ticket that only took something away."""
    whole = (one.event.text[slice(*span)] for part in parts for one in part for span in one.statement.spans)
    return bool(_CLEARED.match(parts[0][0].event.title)) or any(map(_FOLLOWS_UP.search, whole))


def _unsettled(parts: Sequence[Part], done: bool | None) -> Confidence:
    stands = all(not fragment(part, said(part)) for part in parts)
    stated = any(one.section in {"cause", "decision", "outcome"} for part in parts for one in part)
    return "medium" if done is None and stands and stated else "low"


def _tells(text: str) -> bool:
    """Whether a problem is told with its cause, a condition, or the names that it has to do with."""
    return any(cue.search(text) for cue in (CAUSE, WHY, _RULED)) or len(names(text)) >= LIT


def _sums_up(parts: Sequence[Part], text: str) -> bool:
    """Whether changes without a reason, told together, say what the ticket came to."""
    several = sum(map(len, parts)) >= LIT
    return several and len(names(text)) > LIT and not _REVIEWED.search(parts[0][0].event.title)


def _sure(part: Part, text: str) -> bool:
    """Whether it gives the reason of what was found or done, not of what was planned, edited or left for later."""
    sections: set[Section] = {one.section for one in part}
    stands = sections <= {"cause", "decision", "outcome", "body"} and max(one.score for one in part) >= SURE
    reasoned = WHY.search(text) is not None and bool(names(text))
    return stands and reasoned and not any(of_kind(part, text) for of_kind in _UNSURE)


def _passes(_: Part, text: str) -> bool:
    return any(cue.search(text) for cue in (NOISE, FUTURE, PROMISE)) or text.endswith(":")


def _wanted(part: Part, _: str) -> bool:
    """Whether it says under a heading what is to be done."""
    headed = {one.section for one in part} != {"body"}
    return headed and any(IMPERATIVE.match(one.text) for one in part)


def _edited(part: Part, text: str) -> bool:
    return any(edits(one) for one in part) or before(part, text) or EDIT.match(part[0].text) is not None


def _early(part: Part, _: str) -> bool:
    return any(one.planned for one in part) or _GERUND.match(part[0].text) is not None


def _petty(part: Part, text: str) -> bool:
    """Whether its reason gives none, it is a bare defect, answers a review, or is about the work itself."""
    answers = _REVIEWED.search(f"{part[0].event.title} {part[0].lead}")
    says_little = _MATCHES.search(text) or DEFECT.match(text)
    return bool(answers or says_little) or any(of_work(one.text) for one in part)


_UNSURE = (_passes, _wanted, _edited, _early, _petty)
