"""How the statements of a ticket are told as a claim: under its title, and as what was only where they prove it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from distillers.claims import clean
from distillers.cues import CAUSE, IMPERATIVE
from distillers.findings import squash
from distillers.rules import stood, tiers
from distillers.rules.ended import orders, unlabelled
from distillers.rules.stated import Stated
from distillers.titles import subject

Part = Sequence[Stated]

MOST = 640
"""Characters of a claim."""
ENDED = "Since then: done."
"""What becomes of a defect that its ticket tells in the present tense without how it was mended."""
_NUMBERED = re.compile(r"^#\d+ (?=\S)")
"""The number of a criterion in its list."""
_LABEL = re.compile(r"^\W*[A-Z][\w /-]{2,40}: +")
_ORDER = re.compile(
    r"^\W*(?:if \b[^,]*, )?(?:address|apply|append|avoid|collect|configure|detect|disable|do not|don't|emit|enable"
    r"|enforce|ensure|expose|find|handle|harden|keep|kill|let|make|merge|mitigate|normali[sz]e|parse|pass|prefer|preserve"
    r"|prevent|read|register|require|resolve|restore|return|save|send|show|skip|throw|treat|try|validate|warn|wrap|write)\b(?!:)",
    re.IGNORECASE,
)
"""An opening that says what is to be done."""
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


_SHORT = re.compile(r"\bonly (?:supports?|handles?|checks?|works?|scans?|covers?)\b|\b(?:drops|ignores|skips|omits)\b")
"""How a thing falls short, in the present tense."""
_PAST = re.compile(r"\b(?:was|were|had|did)\b")


@dataclass(frozen=True, slots=True)
class Worded:
    """A claim, and whether only :data:`ENDED` would tell what became of it if no end did."""

    claim: str
    bare: bool


def worded(title: str, parts: Sequence[Part], *, done: bool, end: Stated | None = None) -> Worded:
    """The statements under their title; of a settled ticket, what it then changed is told as what was before.

    ``end`` is what the ticket came to, if the parts do not tell it.
    """
    over, defect = done and tiers.unended(parts), done and tiers.defect(parts)
    was, now, turned = _course(parts, done=done, over=over)
    bare = not turned and (over or defect) and any(map(_present, parts))
    if end is not None and defect:
        was, now, _ = _course(parts, done=done, over=True)
    told = [*(f"Before: {_told(part)}" for part in was[:1]), *map(_told, [*was[1:], *now])]
    if end is not None:
        told += ["Since then:", unlabelled(_told([end]))]
    elif turned:
        told.insert(len(was), "Since then:")
    elif bare:
        told.append(ENDED)
    said = " ".join(told)
    name = subject(title)
    return Worded(clean(said if not name or squash(name) in squash(said) else f"{name}: {said}", MOST), bare)


def _course(parts: Sequence[Part], *, done: bool, over: bool) -> tuple[list[Part], list[Part], bool]:
    """What was before, all else, and whether that says what was changed; ``over`` if what is wrong in it is over."""
    asked = done and _asked(parts)
    was = [part for part in parts if done and (_was(part) or (over and _present(part)) or (asked and _stood(part)))]
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
    planned = all(one.planned for part in parts for one in part)
    return planned and _stood(parts[0]) and any(orders(part[0].text) for part in parts[1:2])


def _stood(part: Part) -> bool:
    """Whether a part describes what fell short, in a text from before the work, and asks for nothing."""
    text = stood.said(part)
    short = (stood.wrong(text) or _SHORT.search(text)) and not _PAST.search(text)
    return bool(short) and all(one.section in {"body", "problem"} and not _acts(one) for one in part)


def _present(part: Part) -> bool:
    """Whether a part tells in the present tense what was wrong."""
    past = _PAST.search(stood.said(part))
    return stood.wrong(stood.said(part)) and not (past or any(_acts(one) for one in part))


def _acts(one: Stated) -> bool:
    if one.planned:
        return any(_ORDER.match(text) for text in _openings(one))
    return any(pattern.match(text) for pattern in (_ORDER, _DONE) for text in _openings(one)) or bool(
        _TURNED.search(one.text)
    )


def _changed(part: Part) -> bool:
    """Whether a part says what the work came to: it opens with what was done, or says what is so now."""
    opens = (stood.EDIT, IMPERATIVE, _ORDER, _DONE)
    told = any(pattern.match(text) for pattern in opens for text in _openings(part[0]))
    if CAUSE.search(stood.said(part)):
        return False
    return not stood.early(part) and (told or _TURNED.search(part[0].text) is not None)


def _openings(one: Stated) -> tuple[str, str]:
    """A sentence, and what follows its label."""
    return one.text, _LABEL.sub("", one.text)


def _told(part: Part) -> str:
    """A part as one text with an end, after what leads in to its list."""
    texts = [_NUMBERED.sub("", clean(one.text, 600)) for one in part]
    text = "; ".join(text.rstrip(".;") for text in texts) if part[0].statement.item else " ".join(texts)
    lead = f"{clean(part[0].lead, 160)}: " if part[0].lead else ""
    return f"{lead}{text}" if text.endswith((".", "!")) else f"{lead}{text}."
