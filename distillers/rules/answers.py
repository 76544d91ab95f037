"""Answers to questions with options: exact, and a person's own choice."""

from __future__ import annotations

from collections.abc import Iterator

from distillers.claims import clean, quote_of, tokens
from distillers.cues import cue
from distillers.findings import Candidate
from distillers.record.events import Event
from distillers.record.units import Unit
from distillers.rules.base import Rule, normal
from distillers.rules.topics import topics_of

ARROW = "→"
_PROCESS = cue(
    r"proceed, continue, next, commit, push, start (?:with|on), ready, approve\w*, go ahead, review,",
    r"which (?:task|issue|pr)",
)
"""Questions about how to go on with the work at hand: their answers are spent with it."""


def find(unit: Unit) -> Iterator[Candidate]:
    """Each question with the answer that a person picked or typed, once."""
    seen: set[tuple[str, str]] = set()
    for event in unit.events:
        question, arrow, answer = event.text.partition(f"\n{ARROW}")
        if event.kind == "answer" and event.origin == "human" and arrow and answer.strip():
            pair = (normal(question), normal(answer))
            if pair not in seen:
                seen.add(pair)
                yield from _candidate(unit, event, question.strip(), answer.strip())


def _candidate(unit: Unit, event: Event, question: str, answer: str) -> Iterator[Candidate]:
    asked, picked = question.rsplit("\n", maxsplit=1)[-1], answer.split("\n", maxsplit=1)[0]
    evidence = tuple(quote for quote in (quote_of(event, picked), quote_of(event, asked)) if quote)
    if not evidence or not tokens(picked):
        return
    lasting = len(tokens(f"{asked} {picked}")) >= 4 and not _PROCESS.search(asked)
    yield Candidate(
        domain=unit.domain,
        kind="choice",
        claim=f"{clean(asked, 220)} — a person chose: {clean(picked, 180)}",
        key=f"answer:{normal(asked)}",
        page="",
        rule="multiple-choice",
        tier="high" if lasting else "low",
        evidence=evidence,
        topics=topics_of(unit, f"{asked} {picked}"),
    )


RULE = Rule("multiple-choice", "choice", "high", find)
