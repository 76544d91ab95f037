"""A finding as it can stand in an article: its case (what it happened in) apart from what it states."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Literal

from content.text import sentences, visible
from distillers.cues import ANAPHORA, words
from distillers.findings import Finding, Kind, squash

Role = Literal["symptom", "cause", "decision", "consequence"]

ROLES: dict[Kind, Role] = {
    "gotcha": "symptom",
    "cause": "cause",
    "decision": "decision",
    "choice": "decision",
    "fix": "consequence",
    "correction": "consequence",
    "rule": "consequence",
    "fact": "consequence",
}
"""The place of each kind when the findings of one case are told in order."""

_LABEL = re.compile(
    r"^(?:Standing order|Correction|Rejected|Decision|Decided|Choice|Fix|Resolution|Root cause|Cause|Gotcha|Note): "
)
_TYPED = re.compile(r"^(?:\w+(?:\([\w#./, -]+\))?!?: |\[[\w./ -]+\] |Pull [Rr]equest: )")
_DATED = re.compile(r"^\d{4}-\d\d-\d\d(?:[ T]\d\d:\d\d)?: ")
_COMMIT = words("feat fix docs chore refactor test tests perf build ci style revert bug feature task pr pull")
_DANGLING = re.compile(
    r"^(?:And|Or|As a result|Because of this|For this reason|Hence|Similarly|Likewise|Otherwise|Additionally|Moreover"
    r"|Furthermore|He|She|Here|There it|The former|The latter|Same|See|Above|Below|As above|Neither|Either way)\b"
)
SHORTEST = 24


@dataclass(frozen=True, slots=True)
class Statement:
    """Plain sentences that one finding supports, or several that say the same; ``ids`` names them, the lead first."""

    ids: tuple[str, ...]
    page: str
    """``domain/slug``."""
    kind: Kind
    title: str
    """What it happened in, such as a ticket's title; "" if the claim names none."""
    text: str
    unit: str

    @property
    def role(self) -> Role:
        """Its place among the statements of its case."""
        return ROLES[self.kind]

    @property
    def case(self) -> tuple[str, str, str]:
        """Statements with the same case tell one story; a statement without a title is a case of its own."""
        return (self.page, self.title, "" if self.title else self.ids[0])

    def citing(self, more: tuple[str, ...]) -> Statement:
        """The same statement, supported by ``more`` findings too."""
        return replace(self, ids=(*self.ids, *(name for name in more if name not in self.ids)))


def state(finding: Finding) -> Statement | None:
    """What ``finding`` states, or None if nothing that stands alone is left of its claim.

    Takes a ticket's title off the front, then sentences that hang on something that is not there ("This …", "Both …")
    or that were cut short.
    """
    claim = visible(finding.claim)
    title, said = _split(claim, finding)
    kept = _standing(sentences(_LABEL.sub("", _DATED.sub("", said))))
    text = " ".join(_ended(sentence) for sentence in kept)
    if len(text) < SHORTEST or len(text.split()) < 4:
        return None
    lead = finding.evidence[0] if finding.evidence else None
    page = f"{finding.domain}/{finding.page}"
    return Statement((finding.id,), page, finding.kind, titled(title), text, lead.unit if lead else "")


def titled(text: str) -> str:
    """A ticket's title as a heading: no commit type in front, no ticket number behind, a capital first."""
    typed = _TYPED.match(text)
    bare = text[typed.end() :] if typed and re.split(r"\W", typed.group().lstrip("["))[0].lower() in _COMMIT else text
    bare = re.sub(r"\s*\((?:#\d+|[A-Za-z]+-\d+)\)$", "", bare).strip(" .:")
    return _capital(bare)


def _split(claim: str, finding: Finding) -> tuple[str, str]:
    """Title and statement of a claim ``title: statement``: a ticket's evidence holds the statement, not the title."""
    quoted = squash(" ".join(quote.text for quote in finding.evidence))
    if not any(quote.origin == "ticket" for quote in finding.evidence):
        return "", claim
    for found in re.finditer(r": ", claim[:140]):
        title, said = claim[: found.start()], claim[found.end() :]
        if squash(said)[:40] in quoted and squash(claim)[: len(squash(title)) + 20] not in quoted:
            return title, said
    return "", claim


def _standing(found: list[str]) -> list[str]:
    kept = list(found)
    while kept and (ANAPHORA.match(kept[0]) or _DANGLING.match(kept[0])):
        kept.pop(0)
    whole = [sentence for sentence in kept if not sentence.endswith(("…", ":", ","))]
    while whole and whole[-1].endswith("?"):  # a question stays where its answer follows
        whole.pop()
    return whole


def _ended(sentence: str) -> str:
    closed = sentence.rstrip(" ;")
    return _capital(closed if closed[-1:] in ".!?" or closed[-2:] in {'."', ".)"} else f"{closed}.")


def _capital(text: str) -> str:
    """With a capital first, unless the first word is a name that is written small."""
    first = re.match(r"[a-z]+(?=[ ,'’-]|$)", text)
    return text[0].upper() + text[1:] if first else text
