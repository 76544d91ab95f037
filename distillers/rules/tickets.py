"""Statements of tickets: cause, decision and resolution of work that was merged.

Tickets are the densest source. A long one yields several small findings, each a few neighbouring sentences under the
ticket's title, the best first; open tickets are plans and stay low.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import chain

from distillers.claims import clean, first_line, identifiers, quote, quotes, tokens
from distillers.cues import CAUSE, CORRECTED, NOISE, WHY
from distillers.findings import Candidate, Confidence, Kind, Quote, squash
from distillers.givenup import dropped
from distillers.grade import ORDER
from distillers.later import put_away
from distillers.record.events import NOTE
from distillers.record.units import Unit
from distillers.rules import tiers
from distillers.rules.addressed import ADDRESSED, addressed
from distillers.rules.aside import marks
from distillers.rules.base import Rule, kind_of
from distillers.rules.ended import finished
from distillers.rules.endings import led
from distillers.rules.joined import Joined, Part, joined, together
from distillers.rules.sections import settled
from distillers.rules.shape import shape
from distillers.rules.stated import Stated, stated
from distillers.rules.stood import said
from distillers.rules.topics import topics_of
from distillers.rules.worded import worded
from distillers.salience import FLOOR, model
from distillers.salience.features import of_text
from distillers.titles import changes, subject

MOST = 16
"""Sentences taken from one ticket."""
OPEN_MOST = 3
WORTH = 3
"""Score of a sentence that may stand beside others in a claim …"""
ALONE = 4
"""… and of one that makes a claim."""
SHORT = 1200
"""A ticket with no more characters than this is all substance: lower demands on each of its sentences."""
SHORT_WORTH = 2
SURE = 5
TELLING = 120
"""A longer sentence about an edit says more than that it was made."""
CITED = 8
ASIDE = 0.8
"""What each mark that readers keep less of costs a claim; see :mod:`distillers.rules.aside`."""
ENDED = 0.8
"""What it adds that a claim tells how a defect was ended: readers kept more of those than their words alone say."""
LIFTED = 0.3
"""Worth of a claim of a settled ticket whose form alone would leave it in the record."""
PLACES = 3
"""Digits of a worth that are kept."""

TOLD_END = "told how it ended"
Weighed = Callable[[], frozenset[str]]
"""Tells the features of a claim; called for those alone that their form lets in."""

_CHORE = re.compile(
    r"^\W*(?:chore|docs?|test|style|ci|build|bump|merge|release|wip|refactor|revert|more|manual)\b|nolint"
    r"|\b[tT]\.Parallel|subtask of|call sites?|Test[A-Z]|\blinks?\b"
    r"|\bfixes after\b|\btest (?:compilation|harness)",
    re.IGNORECASE,
)

TITLE = 4
"""Words of weight of a title that is kept in the record as a statement."""


def find(unit: Unit) -> Iterator[Candidate]:
    """The best statements of a ticket as candidates, in the order in which they stand there."""
    formed = list(described(unit))
    done = settled(unit) is True
    found = [(one, _weighed(one, candidate, weighed, done=done)) for one, candidate, weighed in formed]
    yield from _corrected(_ending(found, _ended(unit)) if done else found)
    if unit.medium == "ticket" and done and all(candidate.tier == "low" for _, candidate, _ in formed):
        yield from _title(unit)


def _ended(unit: Unit) -> tuple[str, ...]:
    """What the ticket says in any of its words that it takes the place of."""
    told = (event.text for event in unit.events if event.origin == "ticket")
    return tuple(sorted(put_away("\n".join((unit.title, *told)))))


def _ending(found: Sequence[tuple[Joined, Candidate]], ended: tuple[str, ...]) -> list[tuple[Joined, Candidate]]:
    """The candidates, the best of them bearing what their ticket ended: older claims rest on that one."""
    if not (found and ended):
        return list(found)
    best = max((candidate for _, candidate in found), key=lambda one: (ORDER.index(one.tier), one.worth or 0.0))
    bearing = replace(best, ends=ended, tier="medium" if best.tier == "low" else best.tier)
    return [(parts, bearing if candidate is best else candidate) for parts, candidate in found]


def _weighed(parts: Joined, candidate: Candidate, weighed: Weighed | None, *, done: bool) -> Candidate:
    """The candidate with what it is worth, if its form lets it in, or if it is worth enough without.

    A small domain files whatever gives its reason. Notes are kept by whoever wrote them: readers were never asked
    about those.
    """
    if weighed is None:
        return candidate
    by_form = candidate.tier != "low"
    if candidate.evidence[0].unit.startswith(NOTE) or not (
        by_form or (done and not (tiers.plans(parts) or tiers.defect(parts)))
    ):
        return candidate
    features = weighed()
    score = model().score(features) - ASIDE * len(marks(parts)) + ENDED * (TOLD_END in features)
    if not by_form:
        return replace(candidate, tier="medium", worth=round(score, PLACES)) if score >= LIFTED else candidate
    return replace(candidate, worth=round(max(score, FLOOR) if tiers.reasoned(parts) else score, PLACES))


def described(unit: Unit) -> Iterator[tuple[Joined, Candidate, Weighed | None]]:
    """The statements of a ticket as candidates of the tier that their form allows, and how to tell what is weighed.

    None for what is told as if it were so still, of a ticket that is done and tells no end: it stays low.
    """
    if unit.medium != "ticket":
        return
    done = settled(unit)
    everything = list(stated(unit))
    least = SHORT_WORTH if sum(len(one.statement.text) for one in everything) <= SHORT else ALONE
    parts = list(together(_chosen(everything, done, least)))
    claims = joined(parts, least) if done else [(part,) for part in parts]
    ends = [*everything, *led(unit)]
    for claim, end in chain.from_iterable(finished(ends, some) if done else [(some, None)] for some in claims):
        built = partial(shape, claim, done=done, claims=len(claims), sentences=len(everything))
        told = worded(_title_over(unit, claim), claim, done=bool(done), end=end)
        bare = told.bare and (end is None or (end.planned and not CAUSE.search(" ".join(map(said, claim)))))
        candidate = _candidate(unit, claim, "low" if bare else tiers.tier(claim, done), told.claim, _cited(claim, end))
        yield claim, candidate, None if bare else partial(_features, unit, claim, candidate, end, built)


def _features(unit: Unit, claim: Joined, candidate: Candidate, end: Stated | None, built: Weighed) -> frozenset[str]:
    """All that is weighed of a candidate: words, how it is built, what the rule made of it, and if it tells an end."""
    words = of_text(" ".join(map(said, claim)), unit.title)
    told = {f"tier {candidate.tier}", f"kind {candidate.kind}", *([TOLD_END] if end else ())}
    return built() | words | told


def _chosen(everything: Sequence[Stated], done: bool | None, least: int) -> list[Stated]:
    """The sentences that may be told, in order; of a settled ticket also those that can only stand beside others."""
    join = min(least, WORTH) if done else least
    worth = [one for one in everything if one.score >= (ALONE if one.section == "criteria" else join)]
    best = sorted(worth, key=lambda one: (-one.score, one.place))[: OPEN_MOST if done is False else MOST]
    leaned = {(one.event.id, one.before.spans) for one in best if one.before}
    kept = [one for one in best if (one.event.id, one.statement.spans) not in leaned]
    return sorted(kept, key=lambda one: one.place)


def _candidate(unit: Unit, parts: Joined, tier: Confidence, claim: str, evidence: tuple[Quote, ...]) -> Candidate:
    text = " ".join(map(said, parts))
    return Candidate(
        domain=unit.domain,
        kind=_kind(parts, text),
        claim=claim,
        key=f"ticket:{unit.unit}:{hashlib.blake2b(squash(text).encode(), digest_size=5).hexdigest()}",
        page="",
        rule="ticket-statement",
        tier=tier,
        evidence=evidence,
        warnings=_warned(unit.title, parts),
        topics=topics_of(unit, text),
    )


def _title_over(unit: Unit, parts: Joined) -> str:
    """The title that the parts stand under: that of their own file, if it is another one under the same number."""
    own = parts[0][0].event.title.split(" > ")[0]
    words = tokens(subject(own))
    return own if words and not words & tokens(unit.title) else unit.title


def _warned(title: str, parts: Joined) -> tuple[str, ...]:
    """A warning if the text that a part comes from speaks to its reader: then no sentence of it is to be trusted."""
    texts = {title, *(one.event.text for part in parts for one in part)}
    return (ADDRESSED,) if any(map(addressed, texts)) else ()


def _cited(parts: Joined, end: Stated | None) -> tuple[Quote, ...]:
    """The quotes of the best sentence, then of all, and of what they ended in."""
    every = [one for part in parts for one in part]
    best = max(every, key=lambda one: (one.score, -one.place))
    rest = [q for part in parts for q in (*_lead_of(part), *(q for one in part for q in _quoted(one)))]
    last = list(_quoted(end)) if end else []
    kept = list(dict.fromkeys([*quotes(best.event, best.statement), *rest]))[: CITED - len(last)]
    return tuple(dict.fromkeys([*kept, *last]))


def _lead_of(part: Part) -> tuple[Quote, ...]:
    lead = part[0].statement.lead
    return (quote(part[0].event, *lead),) if part[0].lead and lead else ()


def _quoted(one: Stated) -> Iterator[Quote]:
    for statement in (one.before, one.statement):
        if statement:
            yield from quotes(one.event, statement)


def _kind(parts: Joined, text: str) -> Kind:
    sections = {one.section for part in parts for one in part}
    if "cause" in sections:
        return "cause"
    return "decision" if "decision" in sections else kind_of(text)


def _title(unit: Unit) -> Iterator[Candidate]:
    """The title of a merged ticket that says nothing else, if the title says something."""
    head = next((event for event in unit.events if event.kind == "status" and event.origin == "ticket"), None)
    title = clean(unit.title, 240)
    lead = first_line(head) if head and _telling(title) else None
    if lead:
        yield Candidate(
            domain=unit.domain,
            kind="fact",
            claim=title,
            key=f"ticket:{unit.unit}:title",
            page="",
            rule="ticket-title",
            tier="medium" if dropped(title) or changes(title) else "low",
            evidence=(lead,),
            topics=topics_of(unit, title),
        )


def _telling(title: str) -> bool:
    """Whether a title says of something that it names, or with its reason, what was done; or what was taken away."""
    if _CHORE.match(title) or NOISE.search(title) or addressed(title):
        return False
    named = identifiers(title) or WHY.search(title) or CAUSE.search(title)
    return bool(dropped(title)) or (bool(named) and len(tokens(title)) >= TITLE)


def _corrected(pairs: Sequence[tuple[Joined, Candidate]]) -> Iterator[Candidate]:
    """A statement that a later one of the same ticket corrects takes that one's key, and loses to it."""
    for place, (parts, candidate) in enumerate(pairs):
        names = tokens(" ".join(map(said, parts)))
        by = next((c for p, c in pairs[place + 1 :] if _corrects(p, names)), None)
        yield replace(candidate, key=by.key, tier="low", refuted=True) if by else candidate


def _corrects(parts: Joined, names: frozenset[str]) -> bool:
    text = " ".join(map(said, parts))
    return bool(CORRECTED.search(text)) and len(names & tokens(text)) >= 3


RULE = Rule("ticket-statement", "fact", "high", find)
