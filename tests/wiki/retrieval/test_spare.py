from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from wiki.hits import Hit, Shown
from wiki.rows import Layer
from wiki.spare import GAP, WHOLE, joined, sentences, spared
from wiki.words import concepts

WORTH = {term: weight for concept in concepts("why does the deploy fail") for term, weight in concept.terms}
LONG = (
    "The kettle in the kitchen was descaled on Monday and it works. "
    "The deploy fails when the lock file is old. "
    "Somebody has left a bicycle in the hall, and nobody knows whose it is."
)


def shown(text: str, layer: Layer = "record") -> Shown:
    details: dict[str, Any] = {"title": "", "heading": ""}
    return Shown(Hit(layer, "shop", text[:8], "s", "", "", text, ""), 1.0, text, details)


def texts(some: Iterable[Shown]) -> list[str]:
    return [one.text for one in spared(some, WORTH)]


def filler(number: int) -> list[Shown]:
    return [shown(f"Deploy number {n} fails for a reason of its own, {n}.") for n in range(number)]


def test_a_sentence_that_was_shown_is_not_shown_again() -> None:
    first = "The deploy fails when the lock file is old.\nRun the check before it."
    second = "Two days later.\nThe deploy fails when the lock file is old!\nThe lock is made by the installer."
    assert texts([shown(first), shown(second)]) == [
        first,
        f"Two days later.\n{GAP} The lock is made by the installer.",
    ]


def test_a_passage_that_says_nothing_new_takes_no_room() -> None:
    some = "The deploy fails when the lock file is old."
    assert texts([shown(f"{some} Run it."), shown(some), shown("Another thing that was said of the deploy.")]) == [
        f"{some} Run it.",
        "Another thing that was said of the deploy.",
    ]


def test_the_best_passages_are_shown_whole_and_of_the_others_what_speaks_of_the_question() -> None:
    assert texts([shown(LONG)]) == [LONG]
    assert texts([*filler(WHOLE), shown(LONG)])[-1] == f"{GAP} The deploy fails when the lock file is old. {GAP}"


def test_pages_are_shown_as_they_are() -> None:
    assert texts([shown(LONG), *filler(WHOLE), shown(LONG, "wiki")])[-1] == LONG


def test_a_sentence_that_says_little_of_what_was_asked_makes_room() -> None:
    worth = {"deploy": 8.0, "work": 1.0}
    some = [shown(f"A deploy of number {n} that works.") for n in range(WHOLE)]
    last = "It works on Mondays. The deploy fails on Tuesdays."
    assert [one.text for one in spared([*some, shown(last)], worth)][-1] == f"{GAP} The deploy fails on Tuesdays."


def test_a_passage_is_left_whole_if_no_sentence_speaks_of_the_question() -> None:
    text = "It is about something else. Nothing here is what was looked for."
    assert texts([*filler(WHOLE), shown(text)])[-1] == text


def test_sentences_and_lines_make_the_text_again() -> None:
    text = "One. Two?\nthree  \n\n  four; five… six"
    assert "".join(sentences(text)) == text
    assert joined(sentences(text), [True] * len(sentences(text))) == text
    assert joined(["a. ", "b. ", "c."], [False, False, True]) == f"{GAP} c."
