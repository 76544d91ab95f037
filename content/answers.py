"""Answers to numbered questions, as a person types them in a hurry: one line an answer, several numbers at once.

1-4, 7 accept
2 reject: it was a test fixture
3 reword: Run the unit tests of one package before a push
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import get_args

from distillers.claims import CLAIM_LIMIT
from distillers.rulings import Label
from scheduling.base.errors import UsageError

_LINE = re.compile(r"([\d\s,;–-]+?)\s*[.):]?\s*([A-Za-z]+)\s*(?:[:=–-]\s*|\s+|$)(.*)", re.DOTALL)
_RANGE = re.compile(r"(\d+)(?:\s*[-–]\s*(\d+))?")
_HINT = "such as: 1-4, 7 accept / 2 reject: why / 3 reword: the sentence that should stand"
_ENDLESS = re.compile(r"\d[-–](?!\s*\d)")
"""A range without its end."""
WORDS = 3
"""Fewer words make no sentence."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What was said of the item ``number``; ``text`` is the reason or the new sentence."""

    number: int
    label: Label
    text: str = ""


def parse(text: str, count: int) -> list[Answer]:
    """The answers that ``text`` holds to items 1 to ``count``, by number. Raises UsageError naming the first bad line.

    A rejection needs its reason, a rewording its sentence; no item is answered twice, and at least one is answered.
    """
    found: dict[int, Answer] = {}
    for line in filter(None, (line.strip() for line in text.splitlines())):
        for answer in _line(line, count):
            if answer.number in found:
                raise UsageError(f"{answer.number} is answered twice", hint=_HINT)
            found[answer.number] = answer
    if not found:
        raise UsageError("nothing was answered", hint=_HINT)
    return [found[number] for number in sorted(found)]


def typed(answers: list[Answer]) -> str:
    """The same as text that :func:`parse` reads."""
    return "\n".join(f"{one.number} {one.label}{': ' if one.text else ''}{one.text}" for one in answers)


def _line(line: str, count: int) -> Iterator[Answer]:
    met = _LINE.fullmatch(line)
    label = next((one for one in get_args(Label) if met and one == met[2].lower()), None)
    if met is None or label is None or _ENDLESS.search(met[1]):
        raise UsageError(f"not understood: {line[:80]}", hint=_HINT)
    numbers, said = list(_numbers(met[1])), " ".join(met[3].split())
    beyond = [number for number in numbers if not 1 <= number <= count]
    if beyond or not numbers:
        raise UsageError(f"there is no number {beyond[0] if beyond else met[1].strip()}", hint=f"1 to {count}")
    if label == "reject" and not said:
        raise UsageError(f"{numbers[0]} is rejected without a reason", hint=_HINT)
    if label == "reword":
        _sentence(numbers, said)
    for number in numbers:
        yield Answer(number, label, said if label != "accept" else "")


def _sentence(numbers: list[int], said: str) -> None:
    if len(numbers) > 1:
        raise UsageError("one sentence cannot stand for several findings", hint="reword them one by one")
    if len(said.split()) < WORDS or len(said) > CLAIM_LIMIT:
        raise UsageError(
            f"{numbers[0]} is reworded to no sentence", hint=f"{WORDS} words or more, {CLAIM_LIMIT} characters at most"
        )


def _numbers(text: str) -> Iterator[int]:
    for met in _RANGE.finditer(text):
        first, last = int(met[1]), int(met[2] or met[1])
        yield from range(first, min(last, first + 99) + 1)
