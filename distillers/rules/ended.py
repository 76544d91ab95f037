"""How its ticket ended what a claim tells as wrong: the claim, and the sentence that says what is so since.

Half of such a ticket reads as if it were so still; what it ended in is what who comes later needs. It stands in the
place of what only stood beside the defect; see :mod:`distillers.rules.endings` for which sentence that is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from distillers.cues import CAUSE
from distillers.rules import stood
from distillers.rules.endings import LABELLED, SHARED, common, does, done, endings, late, orders, tells, tidies
from distillers.rules.joined import Joined
from distillers.rules.stated import Stated
from distillers.rules.worth import role

AHEAD = 2
"""How much better than what stands beside the defect an end must be to be told in its place."""
MOST = 520
"""Characters of both together: what is cut off tells no end."""
_ROOT = re.compile(
    r"\broot[ -]causes?\b|\bcaused by\b|\bthe (?:issue|problem|bug|culprit|regression) (?:was|is)\b"
    r"|^This was because\b",
    re.IGNORECASE,
)
"""A cause that is called so …"""
_CALLED = re.compile(r"^\W*(?:problem|issue|bug|symptom)\W*: ", re.IGNORECASE)
"""… or a defect."""
_FIXES = re.compile(r"^\W*(?:\w+(?:\([^)]*\))?!?: )?(?:bug ?)?fix\w*\b", re.IGNORECASE)
"""The title of a ticket whose description tells a defect."""
_PAST = re.compile(r"\b(?:was|were|had)\b")


def finished(everything: Sequence[Stated], parts: Joined) -> list[tuple[Joined, Stated | None]]:
    """A claim of a settled ticket with the sentence that tells how what was wrong in it was ended.

    None if the parts tell that themselves, or nothing does. What stands beside a defect and ends nothing makes a claim
    of its own; of a defect that leaves no room for its end the sentences that are worth least are left out.
    """
    parts = _without_plans(parts)
    was = tuple(part for part in parts if wrong(part))
    rest = tuple(part for part in parts if part not in was)
    if not open_ended(was):
        return [(parts, None)]
    told = " ".join(map(stood.said, was))
    rest_of = [one for part in rest for one in part if common(one.text, told) or LABELLED.match(one.text)]
    rivals = [one for one in rest_of if tells(one, told)]
    least = max((tells(one, told) + AHEAD for one in rivals), default=1)
    for end in endings(everything, was, least):
        if rivals and not done(end):
            continue
        fit = next((some for some in _shorter(was) if _length(some, end) <= MOST), None)
        if fit:
            return [(fit, end), (rest, None)] if rest else [(fit, end)]
    return [(_cleared(parts, was, told), None)]


def _cleared(parts: Joined, was: Joined, told: str) -> Joined:
    """The parts, without a clean-up beside what tells how what was ``told`` was ended."""
    rest = [one for part in parts if part not in was for one in part]
    if not any(done(one) and common(one.text, told) >= SHARED and tells(one, told) for one in rest):
        return parts
    kept = (part if part in was else tuple(one for one in part if not tidies(one.text)) for part in parts)
    return tuple(part for part in kept if part)


def open_ended(parts: Joined) -> bool:
    """Whether these parts only tell what was wrong and why, and not what became of it."""
    told = all(map(wrong, parts)) and any(map(_defective, parts))
    return told and not any(does(one) for part in parts for one in part)


def _without_plans(parts: Joined) -> Joined:
    """The parts, without what was to be where another tells what was done, or a ticked criterion what holds."""
    planned = [part for part in parts if stood.early(part) and not any(map(late, part))]
    held = any(one.section == "criteria" for part in parts for one in part)
    told = any(done(one) for part in parts if part not in planned for one in part)
    past = [part for part in planned if (held and _asks(part)) or (told and _designs(part))]
    return tuple(part for part in parts if part not in past) or parts


def _designs(part: Sequence[Stated]) -> bool:
    return stood.to_be(part) and all(one.section in {"decision", "other"} for one in part)


def _asks(part: Sequence[Stated]) -> bool:
    return orders(part[0].text) or stood.ORDER.match(part[0].text) is not None


def _length(parts: Joined, end: Stated) -> int:
    return sum(len(one.text) + 1 for part in parts for one in part) + len(end.lead) + len(end.text)


def _shorter(parts: Joined) -> Iterable[Joined]:
    """The parts, then the same with one sentence less, the one of the lowest score, and so on."""
    yield parts
    left = [one for part in parts for one in part]
    while len(left) > 1:
        left.remove(min(left, key=lambda one: (one.score, -one.place)))
        kept = [tuple(one for one in part if one in left) for part in parts]
        yield tuple(part for part in kept if part)


def wrong(part: Sequence[Stated]) -> bool:
    """Whether a part tells what was wrong, or its cause; what was done may have its "because" as well."""
    text = stood.said(part)
    if all(one.section in {"cause", "problem"} for one in part) or _ROOT.search(text) or _CALLED.match(text):
        return True
    early = all(one.section == "body" or (one.planned and not late(one)) for one in part)
    return early and (role(part) == "problem" or bool(_PAST.search(text) and CAUSE.search(text)))


def _defective(part: Sequence[Stated]) -> bool:
    """Whether a part says that something was wrong, and not what was to be done about it."""
    text = stood.said(part)
    if _ROOT.search(text) or _CALLED.match(text):
        return True
    mends = stood.early(part) and _FIXES.match(part[0].event.title)
    return not _asks(part) and (stood.defective(part) or (mends is not None and not stood.OUGHT.search(text)))
