"""Statements of tickets: cause, decision and resolution of work that was merged.

Tickets are the densest source. A long one yields several small findings, each a few neighbouring sentences under the
ticket's title, the best first; open tickets are plans and stay low.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import replace

from distillers.claims import CLAIM_LIMIT, clean, first_line, identifiers, quotes, tokens
from distillers.cues import ANAPHORA, CAUSE, CHOICE, CORRECTED, FUTURE, IMPERATIVE, NOISE, REASON, WHY, cue
from distillers.findings import Candidate, Confidence, Kind, Quote, squash
from distillers.record.units import Unit
from distillers.rules.base import Rule, forged, kind_of
from distillers.rules.sections import Section, settled
from distillers.rules.stated import PASSING, Stated, stated
from distillers.rules.topics import topics_of
from distillers.rules.whole import VERB

MOST = 12
"""Sentences taken from one ticket."""
OPEN_MOST = 3
WORTH = 4
SHORT = 1200
"""A ticket with no more characters than this is all substance: lower demands on each of its sentences."""
SHORT_WORTH = 2
SURE = 5
TELLING = 120
"""A longer sentence about an edit says more than that it was made."""
TOGETHER = 330
"""Characters up to which neighbouring sentences make one claim."""
CITED = 6

_CHORE = re.compile(
    r"^\W*(?:chore|docs?|test|style|ci|build|bump|merge|release|wip|refactor|revert|more|manual)\b|nolint"
    r"|\b[tT]\.Parallel|subtask of|call sites?|Test[A-Z]|\blinks?\b"
    r"|\bfixes after\b|\btest (?:compilation|harness)",
    re.IGNORECASE,
)

_EDIT = re.compile(
    r"^\W*(?:`[^`]+`(?: and `[^`]+`)?\W+)?(?:\w+ (?:update|fix|change|handling|support)s?\W+)?(?:also )?(?:add"
    r"|extend|updat|refactor|renam|creat"
    r"|implement|introduc|remov|delet|mov|migrat|enhanc|improv|adjust|wir|chang|modif|clean|consolidat|document|clarif"
    r"|regenerat|generat|bump|switch|convert|complet|simplif|extract|replac|expand|integrat|expos|inject|port|tidi"
    r"|polish"
    r"|align|centrali[sz]|standardi[sz])(?:e|ed|y|ied|s|es|ing|d|ted|ting|ped)?\b",
    re.IGNORECASE,
)
"""An edit as tickets list them."""
_EFFECT = re.compile(
    r"\b(?:prevent|avoid|ensur|allow|preserv|keep)(?:s|ing|es)\b|\bnow\b|\d+ ?(?:s|ms|seconds|%|px|MB)\b"
)
"""What an edit does."""
_LEANS = re.compile(rf"{ANAPHORA.pattern}|^(?:Because|Since|As) (?:it|they|this|that)\b")
_REVIEWED = re.compile(r"\b(?:review|feedback)\b", re.IGNORECASE)
_NOUNS = re.compile(
    r"^\W*(?:[A-Z]\w*(?:er|ful|ed|atic|ent|al|ar|ly)|Better|Full|New|No) (?:\w+ )?\w+(?:ing|ion|ment|ity|ance|ence)\b"
)
"""A praised quality instead of a sentence."""
_INFORMS = cue(
    r"when, if, only, into, between, across, to respect, so, after, on main, both, for non-\w+, using, via, from, "
    r"\w+ to \w+"
)
INFORMS = 6
"""Words of weight of a title that says something by itself."""
_RULED = cue(r"if, when, must, always, only, needs?, requires?")
_NOWADAYS = cue(r"(?<!\()currently, at the moment, at present, today, as of now, no way to, still")
_WRONG = cue(
    r"not, never, cannot, can't, (?:do|does|is|are|was|did)n't, fail(?:s|ed|ing)?, missing, lacks?, wrong\w*, "
    r"incorrect\w*,",
    r"because, caus\w+, hard to, duplicat\w+, overlap\w*, bug, errors?, mismatch\w*, conflicts?, hang(?:s|ing)?, "
    r"stale,",
    r"unused, inconsistent\w*, crash\w*, broken, unclear, confus\w+, lost, loses, losing, los(?:es|ing), "
    r"ignored?, empty",
)
_WANTED = cue(
    r"maintain, keep, use, show, display, defaults?, must, should, will, add(?:ed)?, removed?, replaced?, "
    r"created?, extend(?:ed)?, adopt, fixed, ensure, implemented"
)
"""How things stood before a ticket was done, told in the present tense; and what it was to change."""

_PROMISE = re.compile(r"\bwill\b", re.IGNORECASE)

Part = tuple[Stated, ...]


def find(unit: Unit) -> Iterator[Candidate]:
    """The best statements of a ticket as candidates, in the order in which they stand there."""
    if unit.medium != "ticket":
        return
    done = settled(unit)
    parts = list(_together(_chosen(unit, done)))
    yield from _corrected([(part, _candidate(unit, part, done)) for part in parts])
    if done and not parts:
        yield from _title(unit)


def _chosen(unit: Unit, done: bool | None) -> list[Stated]:
    everything = list(stated(unit))
    short = sum(len(one.statement.text) for one in everything) <= SHORT
    worth = [one for one in everything if one.score >= (SHORT_WORTH if short else WORTH)]
    best = sorted(worth, key=lambda one: (-one.score, one.place))[: OPEN_MOST if done is False else MOST]
    leaned = {(one.event.id, one.before.spans) for one in best if one.before}
    kept = [one for one in best if (one.event.id, one.statement.spans) not in leaned]
    return sorted(kept, key=lambda one: one.place)


def _together(chosen: Sequence[Stated]) -> Iterator[Part]:
    """Neighbours under one heading joined, as long as the claim stays short."""
    part: list[Stated] = []
    for one in chosen:
        if part and not _joins(part, one):
            yield tuple(part)
            part = []
        part.append(one)
    if part:
        yield tuple(part)


def _joins(part: Sequence[Stated], one: Stated) -> bool:
    """Whether a sentence goes on with the part: the next of the same paragraph, or the next item of the same list."""
    last = part[-1]
    near = one.place - last.place <= (1 if one.before is None else 2) and one.event.id == last.event.id
    goes_on = not one.statement.first or (one.statement.item and last.statement.item)
    same = one.statement.heading == last.statement.heading
    return near and same and goes_on and sum(len(each.text) for each in part) + len(one.text) <= TOGETHER


def _candidate(unit: Unit, part: Part, done: bool | None) -> Candidate:
    evidence = _cited(part)
    text = " ".join(one.text for one in part)
    return Candidate(
        domain=unit.domain,
        kind=_kind(part, text),
        claim=_claim(unit, part, before=bool(done) and _was(part, text)),
        key=f"ticket:{unit.unit}:{hashlib.blake2b(squash(text).encode(), digest_size=5).hexdigest()}",
        page="",
        rule="ticket-statement",
        tier=_tier(part, text, done),
        evidence=evidence,
        warnings=forged(text, [quote.origin for quote in evidence]),
        topics=topics_of(unit, text),
    )


def _was(part: Part, text: str) -> bool:
    """Whether the part tells, in the present tense, of a state that the ticket was there to end."""
    if any(_EDIT.match(one.text) or IMPERATIVE.match(one.text) for one in part):
        return False
    told = (
        not _WANTED.search(text)
        and all(one.section == "problem" or one.planned for one in part)
        and _WRONG.search(text)
    )
    return bool(told or _NOWADAYS.search(text))


def _cited(part: Part) -> tuple[Quote, ...]:
    best = max(part, key=lambda one: (one.score, -one.place))
    lead = quotes(best.event, best.statement)
    rest = [q for one in part for s in (one.before, one.statement) if s for q in quotes(one.event, s)]
    return tuple(dict.fromkeys([*lead, *rest]))[:CITED]


def _claim(unit: Unit, part: Part, *, before: bool) -> str:
    """The statement under its title; ``before`` says that it tells of what the ticket then changed."""
    texts = [clean(one.text, 600) for one in part]
    said = "; ".join(text.rstrip(".;") for text in texts) if part[0].statement.item else " ".join(texts)
    title = clean(unit.title, 110).rstrip(".")
    if before:
        title = f"{title} (how it was before)" if title else "How it was before"
    return clean(said if not title or squash(title) in squash(said) else f"{title}: {said}", CLAIM_LIMIT + 60)


def _kind(part: Part, text: str) -> Kind:
    sections = {one.section for one in part}
    if "cause" in sections:
        return "cause"
    return "decision" if "decision" in sections else kind_of(text)


def _tier(part: Part, text: str, done: bool | None) -> Confidence:
    """High only for a settled ticket's cause, decision or outcome that gives its reason and names something."""
    sections: set[Section] = {one.section for one in part}
    if done is False:
        return "low"
    if done is None:
        return "medium" if sections & {"cause", "decision", "outcome"} else "low"
    stands = sections <= {"cause", "decision", "outcome", "body"} and max(one.score for one in part) >= SURE
    reasoned = WHY.search(text)
    lasting = not any(cue.search(text) for cue in (NOISE, FUTURE, _PROMISE)) and not text.endswith(":")
    wanted = sections != {"body"} and any(IMPERATIVE.match(one.text) for one in part)
    if _thin(part, text, sections):
        return "low"
    edited = any(_edits(one) for one in part) or _was(part, text) or _EDIT.match(part[0].text)
    early = any(one.planned for one in part) or _LEANS.match(part[0].text) is not None
    sure = stands and not early and reasoned and lasting and not wanted and not edited and not PASSING.search(text)
    return "high" if sure and identifiers(text) else "medium"


def _thin(part: Part, text: str, sections: Set[Section]) -> bool:
    """Whether a settled ticket's statement is only an edit, a bare problem, a plan or a fragment."""
    bare = sections <= {"problem", "other"} and not _tells(text)
    reviewed = _REVIEWED.search(part[0].event.title) and _EDIT.match(part[0].text)
    if reviewed or _NOUNS.match(part[0].text):
        return True
    demanded = all(one.planned and IMPERATIVE.match(one.text) for one in part)
    return bare or demanded or all(_edits(one) for one in part) or bool(_PROMISE.search(text)) or not VERB.search(text)


def _edits(one: Stated) -> bool:
    """Whether a sentence only tells which edit was made or wanted: the change itself is in the repository."""
    text = one.text
    reasoned = any(cue.search(text) for cue in (WHY, CAUSE, CHOICE, _EFFECT)) or len(text) > TELLING
    return bool(_EDIT.match(text) or IMPERATIVE.match(text)) and not reasoned


def _tells(text: str) -> bool:
    """Whether a problem is told with its cause, or with the names that it has to do with."""
    return any(cue.search(text) for cue in (CAUSE, WHY, _RULED)) or len(identifiers(text)) >= 2


def _title(unit: Unit) -> Iterator[Candidate]:
    """The title of a merged ticket that says nothing else, if the title says something."""
    head = next((event for event in unit.events if event.kind == "status" and event.origin == "ticket"), None)
    title = clean(unit.title, 240)
    telling = not _CHORE.match(title) and (identifiers(title) or WHY.search(title) or CAUSE.search(title))
    lead = first_line(head) if head and telling and not NOISE.search(title) and len(tokens(title)) >= 4 else None
    if lead:
        yield Candidate(
            domain=unit.domain,
            kind="fact",
            claim=title,
            key=f"ticket:{unit.unit}:title",
            page="",
            rule="ticket-title",
            tier="medium" if _informs(title) else "low",
            evidence=(lead,),
            topics=topics_of(unit, title),
        )


def _informs(title: str) -> bool:
    """Whether a title says how something now is or why: a reason, a contrast, a condition or a value."""
    return any(cue.search(title) for cue in (WHY, CAUSE, CHOICE, REASON, _INFORMS)) and len(tokens(title)) >= INFORMS


def _corrected(pairs: Sequence[tuple[Part, Candidate]]) -> Iterator[Candidate]:
    """A statement that a later one of the same ticket corrects takes that one's key, and loses to it."""
    for place, (part, candidate) in enumerate(pairs):
        names = tokens(" ".join(one.text for one in part))
        by = next((c for p, c in pairs[place + 1 :] if _corrects(p, names)), None)
        yield replace(candidate, key=by.key, tier="low", refuted=True) if by else candidate


def _corrects(part: Part, names: frozenset[str]) -> bool:
    text = " ".join(one.text for one in part)
    return bool(CORRECTED.search(text)) and len(names & tokens(text)) >= 3


RULE = Rule("ticket-statement", "fact", "high", find)
