"""Answers as people type them."""

import pytest

from content.answers import Answer, parse, typed
from scheduling.base.errors import UsageError

READ = {
    "1 accept": [Answer(1, "accept")],
    "1. Accept": [Answer(1, "accept")],
    "1: accept": [Answer(1, "accept")],
    "1-3, 5 accept": [Answer(number, "accept") for number in (1, 2, 3, 5)],
    "1 3 accept\n\n  2 reject: it was a joke \n": [
        Answer(1, "accept"),
        Answer(2, "reject", "it was a joke"),
        Answer(3, "accept"),
    ],
    "2 reject - 1 of the tests: no": [Answer(2, "reject", "1 of the tests: no")],
    "4 reword: Run  one package's tests": [Answer(4, "reword", "Run one package's tests")],
    "2 reject = no\r\n1 accept": [Answer(1, "accept"), Answer(2, "reject", "no")],
}
REFUSED = {
    "": "nothing was answered",
    "accept": "not understood: accept",
    "1 maybe": "not understood: 1 maybe",
    "1- accept": "not understood: 1- accept",
    "1 accept\nbecause it is so": "not understood: because",
    "6 accept": "no number 6",
    "0 accept": "no number 0",
    "1 reject": "without a reason",
    "1 accept\n1-2 reject: no": "1 is answered twice",
    "1 reword: no": "no sentence",
    "1 reword: " + "word " * 200: "no sentence",
    "1,2 reword: This is a sentence": "several findings",
}


@pytest.mark.parametrize("text", READ)
def test_answers_are_read(text: str) -> None:
    assert parse(text, 5) == READ[text]
    assert parse(typed(READ[text]), 5) == READ[text]


@pytest.mark.parametrize("text", REFUSED)
def test_what_is_unclear_is_refused_with_the_reason(text: str) -> None:
    with pytest.raises(UsageError, match=REFUSED[text]):
        parse(text, 5)
