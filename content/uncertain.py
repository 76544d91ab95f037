"""The review of the uncertain: which medium findings a person is asked about, and what is put before them.

Nothing here writes. At most a screenful, the best first; what was asked about for a while and stayed unanswered is left
out until its evidence changes. A few of what is held to be sure come last, drawn by lot whatever they say: only so do
people's labels tell how often the house is right where it does not ask.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from content.phrases import day, few, spelled
from content.text import reveal
from distillers.findings import Finding, squash
from distillers.record.events import Origin
from wiki.text import inert

KIND = "findings"
SUBJECT = "findings"
MOST = 12
"""Findings of one review: a screenful."""
MOST_DISPUTED = 4
"""Of them disputed ones: an agent that disputes everything takes no more of a person's time."""
OF_ONE = 2
"""Findings of one session or ticket in it: a list that is about one matter alone tires, and teaches little."""
SPOTS = 2
"""Of them high ones, drawn by lot."""
NIGHTS = 7
"""For so many days a finding is asked about; then it comes back only with new evidence."""
CLAIM = 1500
"""More than any claim: who is asked whether it is so must read all of it."""
QUOTE = 160
WHOSE: Mapping[Origin, str] = {
    "human": "typed by a person",
    "pasted": "pasted by a person",
    "ticket": "from a ticket",
    "agent": "said by an agent",
    "tool": "printed by a program",
    "web": "from the web",
    "program": "from the agent's program",
    "recalled": "from an earlier answer",
}
"""Where the leading quote comes from, in words."""
_OPEN = frozenset({"accepted", "written"})


@dataclass(frozen=True, slots=True)
class Asked:
    """Since when a finding is asked about with the evidence that hashes to ``evidence``."""

    finding: str
    evidence: str
    since: str
    """``YYYY-MM-DD``."""


def chosen(
    findings: Iterable[Finding],
    ruled: Collection[str],
    asked: Mapping[str, Asked],
    today: date,
    disputed: Collection[str] = (),
) -> list[Finding]:
    """The findings to ask about, the best first: seen in more sessions, said by a person, newest, not asked before.

    A few of what somebody ``disputed``, and no person has ruled about since, stand before all of them, however sure
    they were and however long ago they were asked about; a few high ones, :func:`drawn`, after them.
    """
    there = [one for one in findings if one.status in _OPEN]
    ranked = sorted(there, key=lambda one: _rank(one, asked.get(one.id), today))
    against = [one for one in ranked if one.id in disputed][:MOST_DISPUTED]
    fit = [
        one
        for one in ranked
        if one.id not in ruled and one.id not in disputed and not expired(one, asked.get(one.id), today)
    ]
    spots = drawn(fit)
    unsure = _spread([one for one in fit if one.confidence == "medium"])
    return [*[*against, *unsure][: MOST - len(spots)], *spots]


def drawn(findings: Iterable[Finding]) -> list[Finding]:
    """The high ones of ``findings`` that the lot falls on: the same as long as they are there and not ruled about.

    The lot is a hash of the id, which has nothing to do with the rule, the evidence or the likelihood of being right.
    """
    sure = [one for one in findings if one.confidence == "high"]
    return sorted(sure, key=lambda one: hashlib.blake2b(f"spot check {one.id}".encode()).digest())[:SPOTS]


def _spread(ranked: Sequence[Finding]) -> list[Finding]:
    """Those that are too many of one session or ticket after all others."""
    count: Counter[str] = Counter()
    first: list[Finding] = []
    later: list[Finding] = []
    for one in ranked:
        lead = f"{one.domain} {one.evidence[0].unit}"
        (later if count[lead] >= OF_ONE else first).append(one)
        count[lead] += 1
    return first + later


def expired(finding: Finding, asked: Asked | None, today: date) -> bool:
    """Whether it was asked about long enough with the evidence that it has."""
    if asked is None or asked.evidence != digest(finding):
        return False
    return date.fromisoformat(asked.since) + timedelta(days=NIGHTS) <= today


def digest(finding: Finding) -> str:
    """The same as long as what is asked and what it rests on are the same."""
    parts = [finding.claim, str(finding.seen), *(f"{one.event} {one.line} {one.text}" for one in finding.evidence)]
    return hashlib.blake2b("\0".join(parts).encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def body(findings: Sequence[Finding]) -> str:
    """What is decided about, and hashed: a paragraph for each claim, with its number and where it is filed.

    The number is text and no marker of a list: a viewer may cut or count those anew, and it is the answer. The leading
    quote is shown where the claim does not say it word for word.
    """
    return "".join(_item(number, one) for number, one in enumerate(findings, 1))


def body_sha256(text: str) -> str:
    """The hash that a decision about this text is bound to."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def page(text: str, request: str, count: int, spots: int = 0) -> str:
    """What a person reads: how to answer, then the list, which ends in ``spots`` sure ones. Nothing in it is active."""
    last = "The last one is" if spots == 1 else f"The last {spelled(spots)} are"
    sure = f" {last} held to be sure and drawn by lot." if spots else ""
    return (
        f"**{few(count, 'finding').capitalize()} for a person to judge.** Answer as many as you like, one line each:"
        " `1-4, 7 accept`, `2 reject: why`, `3 reword: the sentence that should stand`."
        f" What you leave out is asked again for a week at most.{sure}\n\n"
        f"{text}"
        f"You decide about exactly the text above. Request `{request}`, SHA-256 of the text `{body_sha256(text)}`.\n"
    )


def _rank(finding: Finding, asked: Asked | None, today: date) -> tuple[object, ...]:
    typed = any(quote.origin == "human" for quote in finding.evidence)
    known = asked is not None and asked.evidence == digest(finding) and asked.since < today.isoformat()
    digits = finding.valid_from.replace("-", "")
    return (-finding.seen, not typed, -int(digits) if digits.isdigit() else 0, known, finding.id)


def _item(number: int, one: Finding) -> str:
    lead = one.evidence[0]
    seen = f", seen in {few(one.seen, 'session')}" if one.seen > 1 else ""
    newest = f", {day(one.valid_from)}" if one.valid_from else ""
    told = f"`{one.id}` {inert(f'{one.domain}/{one.page}', 120)}, {WHOSE[lead.origin]}{seen}{newest}"
    said = "" if squash(lead.text) in squash(one.claim) else f": “{inert(reveal(lead.text), QUOTE)}”"
    return f"**{number}** · {inert(reveal(one.claim), CLAIM)}  \n{told}{said}\n\n"
