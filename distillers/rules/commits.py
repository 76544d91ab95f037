"""Commit messages: what an agent wrote into the history of the project, and why.

A message with nothing but a subject says what was edited. Its paragraphs say what was wrong, what holds now and why;
they were written for who comes later. One counts when the commit was made and nobody took it back.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from distillers.claims import Statement, clean, following, identifiers, quote, statements, tokens
from distillers.cues import CAUSE, CHOICE, WHY, cue
from distillers.findings import Candidate, Quote
from distillers.record.units import Unit
from distillers.rules.base import Rule, forged, kind_of, normal
from distillers.rules.fate import Course, refuted
from distillers.rules.runs import Ran, runs
from distillers.rules.speech import FIRST_PERSON, LIMITS, evades
from distillers.rules.topics import topics_of
from distillers.salience import model
from distillers.salience.features import of_text

TOGETHER = 330
"""Characters of the sentences of one message that make a claim."""
ENOUGH = 8
"""Words of weight of such a claim …"""
LEAST = -0.25
"""Worth below which a message tells of an edit and no more: readers left all four."""
NAMES = 2
"""… and names in one that gives no reason."""

_COMMIT = re.compile(r"\bgit\s+(?:-C\s+\S+\s+)?commit\b(?![^\n]*--amend --no-edit)")
_HEREDOC = re.compile(r"<<-?\s*['\"]?(\w+)['\"]?[^\n]*\n(?P<said>.*?)\n\s*\1\b", re.DOTALL)
_GIVEN = re.compile(r"\s-\w*m\s*(?P<mark>[\"'])(?P<said>.*?)(?<!\\)(?P=mark)(?=\s|$)", re.DOTALL)
_SCOPED = re.compile(r"^(?:feat|fix|refactor|perf|chore|build|ci|test|docs?)(?:\([^)\n]*\))?!?:\s*", re.IGNORECASE)
_NO_NEWS = re.compile(
    r"^\W*(?:merge\b|revert\b|release\b|bump\b|wip\b|initial commit|fixup|squash|(?:style|chore|docs?|test|ci)[(:!]"
    r"|(?:update|mark) (?:the )?(?:changelog|readme|todo)\b|v?\d+\.\d)",
    re.IGNORECASE,
)
"""A merge, a release, papers brought up to date: what it tells stands elsewhere."""
_TRAILER = re.compile(r"generated with|^\W*[A-Z][\w-]+-by:|^\W*(?:test|closes|fixes|refs?|see)\b[:\s#]", re.IGNORECASE)
_BACK = re.compile(r"\bgit\s+(?:-C\s+\S+\s+)?(?:revert\b|reset\s+(?:--\w+\s+)?(?:HEAD[~^]|[0-9a-f]{7}))")
_TURNED = cue(
    r"previously, since, so, when, with the fix, from \S+ to, compared to, fail(?:s|ed)?, now requires?, using"
)
"""How it was, and what made it change."""
_CUT = re.compile(r"…|ctrl\+r to expand")


@dataclass(frozen=True, slots=True)
class Message:
    """The message of a commit that was made: its subject, and its sentences with the stretches they stand in."""

    ran: Ran
    subject: str
    at: int
    said: tuple[Statement, ...]

    @property
    def text(self) -> str:
        """Subject and sentences as one claim."""
        body = clean(" ".join(one.text for one in self.said))
        return following(f"{self.subject.rstrip('.')}:", body)

    @property
    def evidence(self) -> tuple[Quote, ...]:
        """The lines that the sentences stand in, after the subject."""
        event, start = self.ran.call, self.at
        own = (quote(event, start, start + len(event.text[start:].split("\n", maxsplit=1)[0].rstrip("\"'"))),)
        spans = [span for one in self.said for span in one.spans]
        return own + tuple(quote(event, start + low, start + high) for low, high in spans)[:6]


def find(unit: Unit) -> Iterator[Candidate]:
    """What the commit messages of a session say beyond their subjects."""
    ran = list(runs(unit))
    made = [message for run in ran if not run.failed for message in _message(run)]
    if made:
        course, back = Course(unit), [run.place for run in ran if not run.failed and _BACK.search(run.command)]
        for message in made:
            if not any(place > message.ran.place for place in back):
                yield refuted(_candidate(unit, message), course.fate(message.ran.place))


def _message(run: Ran) -> Iterator[Message]:
    text = run.call.text
    found = _COMMIT.search(text)
    given = (_HEREDOC.search(text, found.end()) or _GIVEN.search(text, found.end())) if found else None
    if found is None or given is None or "\n" not in given["said"] or evades(text[found.start() : given.start("said")]):
        return
    subject = given["said"].split("\n", maxsplit=1)[0].strip()
    if subject and not _NO_NEWS.match(subject) and not _CUT.search(given["said"]):
        said = _body(given["said"], subject)
        if said and _tells(subject, said):
            yield Message(run, _plain(subject), given.start("said"), said)


def _plain(subject: str) -> str:
    """A subject without the kind and scope it opens with."""
    bare = _SCOPED.sub("", subject)
    return clean(bare[:1].upper() + bare[1:] if bare != subject and re.match(r"[a-z]+\s", bare) else bare)


def _body(message: str, subject: str) -> tuple[Statement, ...]:
    """The sentences of the paragraphs of a message; of many the first ones and the last, which tells the remedy, if
    it is not too long."""
    told = [one for one in statements(message) if one.spans[0][0] >= len(subject) and not _beside(one)]
    kept: list[Statement] = []
    for one in [*told[:1], *told[:0:-1][:1], *told[1:-1]]:
        fits = not kept or sum(len(each.text) for each in kept) + len(one.text) <= TOGETHER
        if not (fits or one is told[-1]):
            break
        kept.extend([one] * fits)
    return tuple(one for one in told if one in kept)


def _beside(one: Statement) -> bool:
    return one.item or _TRAILER.search(one.text) is not None


def _tells(subject: str, said: Sequence[Statement]) -> bool:
    """Whether a message gives a reason, a limit or what it was before, or names what it is about."""
    body = " ".join(one.text for one in said)
    if len(tokens(body)) < ENOUGH or evades(body) or FIRST_PERSON.search(body):
        return False
    reasoned = any(one.search(f"{subject}. {body}") for one in (WHY, CAUSE, CHOICE, LIMITS, _TURNED))
    return reasoned or len(identifiers(body)) >= NAMES


def _candidate(unit: Unit, message: Message) -> Candidate:
    evidence, worth = message.evidence, _worth(message)
    return Candidate(
        domain=unit.domain,
        kind=kind_of(message.text),
        claim=clean(message.text),
        key=f"commit:{normal(message.subject)}",
        page="",
        rule="commit-message",
        tier="medium" if worth >= LEAST else "low",
        worth=worth,
        evidence=evidence,
        warnings=forged(message.text, [one.origin for one in evidence]),
        topics=topics_of(unit, message.text),
    )


def _worth(message: Message) -> float:
    """What the message is worth to readers, as if a ticket told it."""
    body = " ".join(one.text for one in message.said)
    features = of_text(body, message.subject) | {"tier medium", f"kind {kind_of(body)}"}
    return round(model().score(features), 3)


RULE = Rule("commit-message", "decision", "medium", find)
