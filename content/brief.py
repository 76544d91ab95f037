"""The brief: what an article may be written from. A writer sees this and nothing else.

Only what is certain gets in: filed findings of high confidence, not superseded, not hedged, not published before. Too
little of it is an answer too; nothing is padded.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import log2

from content.phrases import few
from content.pillars import Pillar
from content.statement import Statement, state
from content.text import stems
from distillers.claims import alike, identifiers, tokens
from distillers.cues import HEDGE, NOISE, REASON
from distillers.findings import Finding, Kind

LEAST = 3
"""An article needs this many findings."""
MOST = 28
PER_PAGE = 8
LONG = 280
"""Characters from which a statement is heavy to read."""
SAME = 0.6
"""Token cosine from which one statement restates another."""
RELEVANCE = 0.75
"""How much a statement's own worth counts against its likeness to what is chosen already (Carbonell and Goldstein,
"The use of MMR", 1998)."""
WORTH: Mapping[Kind, float] = {
    "cause": 1.0,
    "decision": 0.9,
    "fix": 0.9,
    "gotcha": 0.9,
    "correction": 0.8,
    "rule": 0.8,
    "choice": 0.6,
    "fact": 0.4,
}
ASKS: Mapping[str, frozenset[Kind]] = {
    r"\b(?:broke|break|fail|wrong|bug|outage|incident|cause|why|trap|pitfall|fix)": frozenset(
        {"cause", "fix", "gotcha", "correction"}
    ),
    r"\b(?:decid|decision|choose|chose|choice|pick|prefer)": frozenset({"decision", "choice"}),
    r"\b(?:rule|should|must|how do we|how to|convention|practice|the way we)": frozenset({"rule", "correction", "fix"}),
    r"\b(?:change|learn)": frozenset(WORTH),
}


@dataclass(frozen=True, slots=True)
class PageRef:
    """Where a finding is filed. ``link`` is an address for readers, "" if the wiki has none."""

    title: str
    path: str
    commit: str
    link: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """What an editor said about an earlier draft of this pillar."""

    decision: str
    editor: str
    at: str
    text: str
    body_sha256: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that agents really asked the wiki, and how often."""

    question: str
    times: int


@dataclass(frozen=True, slots=True)
class Gaps:
    """What the article leaves out: counts of findings on its pages, and the pillar's questions that nothing answers."""

    unconfirmed: int = 0
    superseded: int = 0
    later: int = 0
    unanswered: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Brief:
    """Everything a writer gets. ``statements`` are in the order of their worth; ``digest`` names this exact brief."""

    pillar: Pillar
    statements: tuple[Statement, ...]
    findings: Mapping[str, Finding]
    pages: Mapping[str, PageRef]
    notes: tuple[Note, ...] = ()
    asked: tuple[Asked, ...] = ()
    gaps: Gaps = field(default_factory=Gaps)

    @property
    def date(self) -> str:
        """Date of the newest evidence, ``YYYY-MM-DD``."""
        return max((finding.valid_from for finding in self.findings.values()), default="")

    @property
    def digest(self) -> str:
        """16 hex digits over what an article is written anew for; that agents asked once more is no such reason."""
        parts = [
            [self.pillar.name, self.pillar.heading, self.pillar.hub],
            [[s.ids, s.title, s.text] for s in self.statements],
            sorted((f.id, f.claim, f.valid_from, f.seen) for f in self.findings.values()),
            sorted((name, page.title) for name, page in self.pages.items()),
            [self.gaps.unconfirmed, self.gaps.superseded, self.gaps.later, self.gaps.unanswered],
            [[n.decision, n.editor, n.at, n.text] for n in self.notes],
        ]
        return hashlib.blake2b(json.dumps(parts).encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


@dataclass(frozen=True, slots=True)
class TooLittle:
    """No article: there is not enough that is new and certain. ``reason`` is a sentence for a person."""

    pillar: Pillar
    usable: int
    reason: str


def prepare(
    pillar: Pillar,
    findings: Sequence[Finding],
    pages: Mapping[str, PageRef],
    *,
    published: Iterable[str] = (),
    notes: Sequence[Note] = (),
    asked: Sequence[Asked] = (),
    left_out: Iterable[str] = (),
) -> Brief | TooLittle:
    """The brief for ``pillar``, or why there is none.

    ``findings`` are all of the workspace's, ``pages`` the wiki's by ``domain/slug``, ``published`` the ids of findings
    that stand in an article already, ``notes`` what editors said about earlier drafts and ``left_out`` the ids of
    findings that they took exception to.
    """
    own = [finding for finding in findings if pillar.covers(finding)]
    unwanted = frozenset(published) | frozenset(left_out)
    fresh = [f for f in own if usable(f) and f.id not in unwanted]
    wanted = [f for f in fresh if asks_for(pillar, f)]
    stated = [statement for finding in sorted(wanted, key=lambda f: f.id) if (statement := state(finding))]
    chosen = select(stated, {f.id: f for f in wanted}, pillar.questions)
    used = {name for statement in chosen for name in statement.ids}
    if len(chosen) < LEAST:
        return TooLittle(pillar, len(chosen), _too_little(pillar, own, len(chosen)))
    taken = {f.id: f for f in wanted if f.id in used}
    return Brief(
        pillar,
        tuple(chosen),
        taken,
        {name: page for f in taken.values() if (page := pages.get(name := f"{f.domain}/{f.page}"))},
        tuple(notes),
        tuple(asked),
        _gaps(pillar, own, taken.values(), len(stated)),
    )


def usable(finding: Finding) -> bool:
    """Whether a finding may be published: filed, certain, in force, and said without a hedge or a warning."""
    return (
        finding.confidence == "high"
        and finding.status == "written"
        and not finding.superseded_by
        and not finding.warnings
        and not HEDGE.search(finding.claim)
    )


def asks_for(pillar: Pillar, finding: Finding) -> bool:
    """Whether the pillar's questions ask for such a finding; without questions that name a kind, all are asked for."""
    kinds = [kinds for question in pillar.questions for cue, kinds in ASKS.items() if re.search(cue, question.lower())]
    return not kinds or any(finding.kind in each for each in kinds)


def select(
    stated: Sequence[Statement], findings: Mapping[str, Finding], questions: Sequence[str] = ()
) -> list[Statement]:
    """The statements for one article, the best first, none saying what another says.

    A statement all of whose words stand in a better one is cited there too; one that only comes near it is left out.
    """
    asked = tokens(" ".join(questions))
    cases = {s.case: sum(other.case == s.case for other in stated) for s in stated}
    dates = sorted(finding.valid_from for finding in findings.values())
    age = {date: place / len(dates) for place, date in enumerate(dates)}
    worth = {s.ids: _worth(s, findings[s.ids[0]], asked, cases[s.case]) for s in stated}
    worth = {ids: value + 0.4 * age[findings[ids[0]].valid_from] for ids, value in worth.items()}
    left = sorted(stated, key=lambda s: (-worth[s.ids], s.ids))
    words = {s.ids: tokens(s.text) for s in stated}
    near = dict.fromkeys(words, 0.0)
    chosen: list[Statement] = []
    while left and len(chosen) < MOST:
        best = max(left, key=lambda s: (RELEVANCE * worth[s.ids] - (1 - RELEVANCE) * near[s.ids], s.ids))
        left.remove(best)
        if near[best.ids] >= SAME:
            chosen = [s.citing(best.ids) if _holds(s, best) else s for s in chosen]
        elif sum(s.page == best.page for s in chosen) < PER_PAGE:
            chosen.append(best)
            near.update((s.ids, max(near[s.ids], _likeness(s, best, words))) for s in left)
    return chosen


def _worth(statement: Statement, finding: Finding, asked: frozenset[str], case: int) -> float:
    """Kind, how often it was seen, whether more is known of its case, and how it reads: short, and with a reason."""
    story = 0.25 * min(case - 1, 2)
    reads = 0.2 * bool(REASON.search(statement.text)) - 0.4 * bool(NOISE.search(statement.text))
    reads -= 0.3 * (len(statement.text) > LONG)
    asks = 0.5 * alike(asked, tokens(statement.text))
    return WORTH[finding.kind] + 0.2 * log2(max(finding.seen, 1)) + story + reads + asks


def _likeness(one: Statement, other: Statement, words: Mapping[tuple[str, ...], frozenset[str]]) -> float:
    """How much two statements say the same, 0 to 1; naming different things, they say different things."""
    same = identifiers(one.text) == identifiers(other.text)
    return alike(words[one.ids], words[other.ids]) * (1.0 if same else 0.7)


def _holds(kept: Statement, other: Statement) -> bool:
    return stems(other.text) <= stems(kept.text)


def _too_little(pillar: Pillar, own: Sequence[Finding], count: int) -> str:
    waiting = sum(f.confidence == "medium" and f.status == "written" for f in own)
    extra = f"; not confirmed yet: {waiting} (see: stillhouse review findings)" if waiting else ""
    return f"{pillar.name}: {few(count, 'new certain finding')}, and an article needs {LEAST}{extra}"


def _gaps(pillar: Pillar, own: Sequence[Finding], taken: Iterable[Finding], stated: int) -> Gaps:
    used = list(taken)
    pages = {(f.domain, f.page) for f in used}
    near = [f for f in own if (f.domain, f.page) in pages]
    words = tokens(" ".join(f.claim for f in used))
    return Gaps(
        unconfirmed=sum(f.confidence == "medium" and f.status == "written" for f in near),
        superseded=sum(f.status == "superseded" and f.confidence != "low" for f in near),
        later=stated - len(used) if stated > len(used) else 0,
        unanswered=tuple(q for q in pillar.questions if not _answered(q, used, words)),
    )


def _answered(question: str, used: Sequence[Finding], words: frozenset[str]) -> bool:
    kinds = [kinds for cue, kinds in ASKS.items() if re.search(cue, question.lower())]
    return any(f.kind in each for f in used for each in kinds) or bool(tokens(question) & words)
