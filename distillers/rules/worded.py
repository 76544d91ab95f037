"""How the statements of a ticket are told as a claim: under its title, and as what was only where they prove it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from distillers.claims import clean
from distillers.cues import CAUSE, IMPERATIVE
from distillers.findings import squash
from distillers.rules import stood, tiers
from distillers.rules.ended import open_ended
from distillers.rules.endings import LABELLED, orders, unlabelled
from distillers.rules.joined import Joined, Part
from distillers.rules.stated import Stated
from distillers.titles import subject

MOST = 760
"""Characters of a claim."""
ENDED = "Since then: done."
"""What becomes of a defect that its ticket tells in the present tense without how it was mended."""
_NUMBERED = re.compile(r"^#\d+ (?=\S)")
"""The number of a criterion in its list."""
_LABEL = re.compile(r"^\W*[A-Z][\w /-]{2,40}: +")
_TURNED = re.compile(
    r"\bnow\b|\bno longer\b|\binstead\b|\b(?:has|have) been\b|\bdropped from\b|\bthese fixes\b"
    r"|\b(?:was|were) (?:\w+ly )?(?:added|changed|extended|fixed|moved|removed|renamed|replaced|resolved|rewritten"
    r"|switched|updated)\b",
    re.IGNORECASE,
)
"""What a sentence says of a change that was made."""
_DONE = re.compile(
    r"^\W*(?:\w+ly )?[A-Z][a-z]+(?<!e)ed\b(?! (?:by|to|as|on)\b)"
    r"|^\W*(?:Built|Cut|Kept|Made|Put|Rewrote|Set|Split|Took|Wrote)\b"
)
"""A sentence without a subject that opens with what was done."""


_SHORT = re.compile(
    r"\bonly (?:supports?|handles?|checks?|works?|scans?|covers?)\b|\b(?:drops|ignores|skips|omits)\b|\bwithout \w+\b"
)
"""How a thing falls short, in the present tense."""
_PAST = re.compile(
    r"\b(?:was|were|had|did|held|made|took|gave|got|went|came|ran|kept|left|led|lost|broke|sent|wrote)\b"
    r"|(?<!\bis)(?<!\bare)(?<!\bbe)(?<!\bbeen)(?<!\bnot) [a-z]{3,}ed (?:the|an?|its|their|no|only)\b"
)
_PROMISE = re.compile(
    r"^\W*(?:the |this |our )?(?:implementation|fix|change|work|task|solution|approach|plan|it|this|we|i)\b"
    r"[^.]{0,20}?\bwill\b",
    re.IGNORECASE,
)
"""The work as something to come."""

_THEN = re.compile(r"^(?:previously|currently|formerly|originally|at (?:the moment|present)|today)\b,? *", re.I)
"""When something was so, as what is told as before says already."""


@dataclass(frozen=True, slots=True)
class Worded:
    """A claim, and whether it tells what is over and, but for its end, not what became of it."""

    claim: str
    bare: bool


def worded(title: str, parts: Joined, *, done: bool, end: Stated | None = None) -> Worded:
    """The statements under their title; of a settled ticket, what it then changed is told as what was before.

    ``end`` is what the ticket came to, if the parts do not tell it.
    """
    parts = tuple(half for part in parts for half in _halves(part)) if done else parts
    over = done and (tiers.unended(parts) or any(LABELLED.match(part[0].text) for part in parts[1:]))
    was, now, turned = _course(parts, done=done, over=over or (end is not None and tiers.defect(parts)), end=end)
    bare = done and not turned and (over or open_ended(parts)) and any(map(_present, parts))
    told = [*(f"Before: {_undated(_told(part))}" for part in was[:1]), *map(_told, [*was[1:], *now])]
    if end is not None:
        wanted = [part for part in now if stood.to_be(part)]
        told = [text for text in told if text not in map(_told, wanted)]
        told += ["Since then:", *map(_told, wanted), unlabelled(_told((end,)))]
    elif turned:
        told[len(was) :] = ["Since then:", unlabelled(told[len(was)]), *told[len(was) + 1 :]]
    elif bare:
        told.append(ENDED)
    said = " ".join(told)
    name = subject(title)
    claim = clean(said if not name or squash(name) in squash(said) else f"{name}: {said}", MOST)
    return Worded(claim, bare or (done and not was and all(map(_passed, parts))))


def _undated(text: str) -> str:
    """A text without its own word for when it was so."""
    bare = _THEN.sub("", text)
    return bare[:1].upper() + bare[1:] if bare != text else text


def _passed(part: Part) -> bool:
    """Whether a part speaks of a moment before the work was done: how it was then, or what was to be done."""
    return any(stood.CURRENTLY.search(one.text) for one in part) or all(_PROMISE.match(one.text) for one in part)


def _halves(part: Part) -> list[Part]:
    """A part, parted where it comes to what was done about it and calls it so."""
    at = next((at for at, one in enumerate(part) if at and LABELLED.match(one.text)), None)
    return [part] if at is None else [part[:at], part[at:]]


def _course(
    parts: Sequence[Part], *, done: bool, over: bool, end: Stated | None
) -> tuple[list[Part], list[Part], bool]:
    """What was before, all else, and whether that says what was changed; ``over`` if what is wrong in it is over."""
    asked = done and _asked(parts)

    def before(part: Part) -> bool:
        past = over or (end is not None and stood.early(part))
        return _was(part) or (past and _present(part)) or (asked and _stood(part))

    was = [part for part in parts if done and before(part)]
    now = [part for part in parts if part not in was]
    return was, now, bool(was and now and (asked or _changed(now[0])))


def _was(part: Part) -> bool:
    """Whether a part tells of a state that the ticket ended, and of nothing that was done or was to be done."""
    labelled = part[0].section == "body" and _LABEL.match(part[0].text)
    if labelled or any(one.section in {"outcome", "decision"} or _acts(one) for one in part):
        return False
    return stood.before(part, stood.said(part))


def _asked(parts: Sequence[Part]) -> bool:
    """Whether all of it was written before the work: first what was wrong, then what was to be done about it."""
    planned = all(one.planned or one.section == "body" for part in parts for one in part)
    return planned and (_stood(parts[0]) or _was(parts[0])) and any(orders(part[0].text) for part in parts[1:2])


def _stood(part: Part) -> bool:
    """Whether a part describes what fell short, in a text from before the work, and asks for nothing."""
    text = stood.said(part)
    short = (stood.wrong(text) or _SHORT.search(text)) and not _PAST.search(text)
    return bool(short) and all(
        one.section in {"body", "problem"} and not (_acts(one) or orders(one.text)) for one in part
    )


def _present(part: Part) -> bool:
    """Whether a part tells in the present tense what was wrong."""
    past = _PAST.search(stood.said(part))
    return stood.wrong(stood.said(part)) and not (past or any(_acts(one) for one in part))


def _acts(one: Stated) -> bool:
    if one.planned:
        return any(stood.ORDER.match(text) for text in _openings(one))
    return any(pattern.match(text) for pattern in (stood.ORDER, _DONE) for text in _openings(one)) or bool(
        _TURNED.search(one.text)
    )


def _changed(part: Part) -> bool:
    """Whether a part says what the work came to: it opens with what was done, or says what is so now."""
    opens = (stood.EDIT, IMPERATIVE, stood.ORDER, _DONE)
    told = any(pattern.match(text) for pattern in opens for text in _openings(part[0]))
    turned = _TURNED.search(part[0].text) and not CAUSE.search(stood.said(part))
    return not stood.early(part) and bool(told or turned)


def _openings(one: Stated) -> tuple[str, str]:
    """A sentence, and what follows its label."""
    return one.text, _LABEL.sub("", one.text)


def _told(part: Part) -> str:
    """A part as one text with an end, after what leads in to its list."""
    texts = [_NUMBERED.sub("", clean(one.text, 600)) for one in part]
    text = "; ".join(text.rstrip(".;") for text in texts) if part[0].statement.item else " ".join(texts)
    lead = f"{clean(part[0].lead, 160)}: " if part[0].lead else ""
    return f"{lead}{text}" if text.endswith((".", "!")) else f"{lead}{text}."
