"""Evaluation: how often rules are right by people's labels, how true what is filed is, and what questions get."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from distillers import labels, precision
from distillers.claims import tokens
from distillers.findings import squash
from distillers.findings_store import load
from distillers.precision import Share
from distillers.quality import Quality, measure
from distillers.record.archive import Archive
from flows.misses import EXPLAINED, Explainer, Kind
from flows.searching import searcher
from flows.settings import Settings
from scheduling.base.errors import UsageError
from scheduling.ledger.store import Ledger

ENOUGH = 0.7
"""Share of an answer's words that must come back where no patterns say what has to."""


@dataclass(frozen=True, slots=True)
class Question:
    """``must`` are groups of patterns, of each group one has to match; without them ``answer`` is looked for.

    With neither, nothing in the record answers it.
    """

    line: int
    question: str
    domain: str
    must: tuple[tuple[re.Pattern[str], ...], ...]
    answer: str

    @property
    def answerable(self) -> bool:
        """Whether there is an answer to be found."""
        return bool(self.must or self.answer)

    def share(self, pieces: Iterable[str]) -> float:
        """How much of the answer ``pieces`` hold, 0 to 1. What patterns ask for may lie in several of them."""
        texts = list(pieces)
        if self.must:
            met = (any(one.search(text) for one in group for text in texts) for group in self.must)
            return sum(met) / len(self.must)
        return max((self._worded(text) for text in texts), default=0.0)

    def _worded(self, text: str) -> float:
        words = tokens(self.answer)
        there = len(words & tokens(text)) / len(words) if words else 0.0
        return 1.0 if there >= ENOUGH or squash(self.answer) in squash(text) else there


@dataclass(frozen=True, slots=True)
class Answered:
    """Of ``questions`` those whose answer came back within ``max_tokens``; ``missed`` are the others, each with why.

    Of ``unanswerable`` ones, which have no answer, those that were met with ``silence``: results nobody is sure of.
    """

    questions: int
    right: int
    max_tokens: int
    missed: tuple[tuple[str, Kind], ...]
    unanswerable: int = 0
    silence: int = 0

    @property
    def kinds(self) -> dict[Kind, int]:
        """How many were missed for which reason, in the order of the way from the logs to the reader."""
        return {kind: sum(why == kind for _, why in self.missed) for kind in EXPLAINED}


@dataclass(frozen=True, slots=True)
class Evaluation:
    """All figures. Shares rest on labels alone; without any they are empty."""

    rules: tuple[Share, ...]
    tiers: tuple[Share, ...]
    quality: Quality
    answered: Answered | None
    earlier: int = 0
    """Labels that count no more, because their rule was rewritten since."""
    spots: tuple[Share, ...] = ()
    """Of what people were asked about by lot, whatever its rule: nobody chose these labels."""

    def to_json(self) -> dict[str, Any]:
        """The object that ``eval --json`` prints."""
        quality, answered = self.quality, self.answered
        return {
            "rules": [_row(one) for one in self.rules],
            "calibration": [_row(one) for one in self.tiers],
            "spot_checks": [_row(one) for one in self.spots],
            "labels_of_earlier_editions": self.earlier,
            "findings": quality.findings,
            "quotes": quality.quotes,
            "unfaithful": dict(quality.unfaithful),
            "duplicates": [list(pair) for pair in quality.duplicates],
            "duplicates_per_100": round(quality.per_hundred, 2),
            "questions": answered
            and {
                "asked": answered.questions,
                "answered": answered.right,
                "max_tokens": answered.max_tokens,
                "missed": [{"question": question, "kind": kind} for question, kind in answered.missed],
                "missed_by_kind": answered.kinds,
                "unanswerable": answered.unanswerable,
                "silence": answered.silence,
            },
        }

    def lines(self) -> list[str]:
        """The same for a person."""
        told = ["Precision by rule and tier, from people's labels (95 % interval)"]
        told += [f"  {precision.told(one)}{_fate(one)}" for one in self.rules] or ["  nobody has labelled anything yet"]
        told += (
            [f"  {self.earlier} labels are of earlier wordings of their rules and count no more"]
            if self.earlier
            else []
        )
        told += ["Calibration: what people say of each tier"]
        floors = [
            f"  {precision.told(one)}; the floor is {precision.FLOORS.get(one.tier, 0):.0%}" for one in self.tiers
        ]
        told += floors or ["  nothing yet: stillhouse review findings asks for labels"]
        told += [f"  drawn by lot, {precision.told(one)}" for one in self.spots]
        told += [
            f"Filed: {self.quality.findings} findings with {self.quality.quotes} quotes",
            f"  {len(self.quality.unfaithful)} with a quote that is not where it is said to be",
            *(f"    {key}: {why}" for key, why in sorted(self.quality.unfaithful.items())),
            f"  {self.quality.per_hundred:.1f} duplicate pairs for every 100 findings",
            *(f"    {one} and {other}" for one, other in self.quality.duplicates),
        ]
        return told + self._questions()

    def _questions(self) -> list[str]:
        asked = self.answered
        if asked is None:
            return []
        share = asked.right / asked.questions if asked.questions else 0.0
        low, high = precision.wilson(asked.right, asked.questions)
        head = f"Questions: {asked.right} of {asked.questions} answered within {asked.max_tokens} tokens"
        quiet = f"  {asked.silence} of {asked.unanswerable} that have no answer were met with silence"
        return [
            f"{head} ({share:.0%}, between {low:.0%} and {high:.0%})",
            *([quiet] if asked.unanswerable else []),
            *(f"  {count} {kind}: {EXPLAINED[kind]}" for kind, count in asked.kinds.items() if count),
            *(f"    {kind}: {one}" for one, kind in sorted(asked.missed, key=lambda miss: _ORDER.index(miss[1]))),
        ]


def evaluate(settings: Settings, questions: Sequence[Question] = (), max_tokens: int = 2000) -> Evaluation:
    """Computes all figures of a workspace; changes nothing."""
    ledger = Ledger(settings.workspace.ledger)
    given = labels.load(ledger)
    counting = labels.counting(given, ledger)
    with closing(Archive(settings.workspace.archive, ledger)) as archive:
        quality = measure(load(ledger), archive)
        explain = Explainer(ledger, archive)
        asked = _ask(settings, ledger, questions, max_tokens, explain) if questions else None
    rules, tiers = tuple(precision.by_rule(counting)), tuple(precision.by_tier(counting))
    earlier = len(labels.standing(given)) - len(counting)
    return Evaluation(rules, tiers, quality, asked, earlier, tuple(precision.drawn(counting)))


def read_questions(path: Path, domain: str) -> list[Question]:
    """The questions of a file of JSON lines, for ``domain`` where a line names none.

    Each is ``{"question", "must": [[pattern, …], …]}`` or ``{"question", "answer"}``; with ``"must": []`` alone nothing
    answers it. Further fields are left alone.
    Raises UsageError naming the line that is neither.
    """
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} cannot be read: {error}", hint="a file of JSON lines in UTF-8") from error
    return [_question(path, number, line, domain) for number, line in _filled(text)]


def _filled(text: str) -> Iterator[tuple[int, str]]:
    return ((number, line) for number, line in enumerate(text.split("\n"), 1) if line.strip())


def _question(path: Path, number: int, line: str, domain: str) -> Question:
    try:
        row = cast("dict[str, Any]", json.loads(line))
        must = tuple(
            tuple(re.compile(str(one), re.IGNORECASE | re.DOTALL) for one in group) for group in row.get("must", ())
        )
        made = Question(
            number, str(row["question"]), str(row.get("domain", domain)), must, str(row.get("answer") or "")
        )
    except (ValueError, KeyError, TypeError, AttributeError, re.error) as error:
        raise UsageError(f"{path} line {number} is no question: {error}", hint=_FORM) from error
    if not made.question.strip() or not (made.answerable or row.get("must") == []):
        raise UsageError(f"{path} line {number} says no question, or not what answers it", hint=_FORM)
    return made


_ORDER = list(EXPLAINED)
_FORM = '{"question": "…", "must": [["pattern", "or this one"], ["and this"]]} or {"question": "…", "answer": "…"}'


def _ask(
    settings: Settings, ledger: Ledger, questions: Sequence[Question], max_tokens: int, explain: Explainer
) -> Answered:
    asking = searcher(settings, ledger)
    missed: list[tuple[str, Kind]] = []
    silence = 0
    for one in questions:
        domain = settings.domain(one.domain or None)
        found = asking.search(one.question, domain, max_tokens=max_tokens)
        if not one.answerable:
            silence += not found.confident
        elif one.share(["\n".join(result.text for result in found.results)]) < 1:
            missed.append((one.question, explain.why(one, domain)))
    count = sum(one.answerable for one in questions)
    return Answered(count, count - len(missed), max_tokens, tuple(missed), len(questions) - count, silence)


def _row(one: Share) -> dict[str, Any]:
    low, high = one.interval
    named = {"rule": one.rule} if one.rule else {}
    counts = {"tier": one.tier, "labels": one.labels, "right": one.right, "reworded": one.reworded}
    bounds = {"share": round(one.share, 4), "low": round(low, 4), "high": round(high, 4)}
    return {**named, **counts, **bounds, "demoted": one.fails} if named else {**counts, **bounds}


def _fate(one: Share) -> str:
    if one.fails:
        return f"; below its floor of {precision.FLOORS[one.tier]:.0%}: counts as {precision.BELOW[one.tier]}"
    left = precision.ENOUGH - one.labels
    return f"; {left} more labels until it is judged" if left > 0 else ""
