from __future__ import annotations

import random
from typing import Any

import pytest

from wiki import manifest
from wiki.confidence import BELOW, LEAST, Evidence, Floor, evidence, floor_of, made_up
from wiki.rank import Passage, Stats, rank, rarities
from wiki.rows import counted, terms_of
from wiki.wants import leaning
from wiki.words import concepts

STATS = Stats(1000, 20000, {"oven": 5, "clock": 5, "backup": 5, "keep": 50, "log": 50})


def told(query: str, *texts: str) -> Evidence:
    passages = [Passage(str(at), str(at), 1.0, terms_of("", "", text), text) for at, text in enumerate(texts)]
    asked = concepts(query)
    rarity = rarities(asked, [STATS])
    return evidence(asked, rarity, rank(asked, rarity, passages, [STATS]), passages, [STATS])


def test_the_floor_scores_a_half_and_more_evidence_of_either_kind_scores_more() -> None:
    floor = Floor(10.0, 0.5, 99)
    assert Evidence(10.0, 0.5).score(floor) == 0.5
    assert 0.5 < Evidence(15.0, 0.5).score(floor) < Evidence(15.0, 0.8).score(floor) < 1
    assert Evidence().score(floor) < 0.001


def test_a_passage_that_holds_more_of_the_question_is_more_evidence() -> None:
    assert told("oven clock", "the oven clock").share == 1.0
    assert told("oven clock", "the oven").share == told("oven clock", "the clock").share == 0.5


def test_one_passage_that_happens_to_hold_the_words_is_less_evidence_than_many() -> None:
    one = told("oven clock", "the oven clock", *["the oven is warm"] * 15)
    many = told("oven clock", *["the oven clock"] * 16)
    assert one.strength < many.strength
    assert one.share < many.share


def test_a_certain_line_that_comes_first_and_holds_the_question_answers_alone() -> None:
    floor = Floor(15.0, 0.5, 99)
    others = ["the oven is warm"] * 15

    def asked(query: str, *, certain: bool) -> float:
        texts = ["the oven clock is a backup", *others]
        passages = [Passage(str(at), str(at), 1.0, terms_of("", "", text), text) for at, text in enumerate(texts)]
        passages[0] = passages[0]._replace(page=True, certain=certain)
        concept = concepts(query)
        rarity = rarities(concept, [STATS])
        return evidence(concept, rarity, rank(concept, rarity, passages, [STATS]), passages, [STATS]).score(floor)

    assert asked("oven clock backup", certain=False) < 0.5 < asked("oven clock backup", certain=True)
    assert asked("oven heron mascot", certain=True) < 0.5, "it holds a part of what is asked"
    assert asked("oven", certain=True) == asked("oven", certain=False), "one word is no question"


@pytest.mark.parametrize(
    ("less", "more"),
    [
        ("How many tickets are open?", "How must a ticket be closed?"),
        ("Who closes tickets?", "Which label closes tickets?"),
        ("Which label closes tickets?", "Why did the ticket close?"),
        ("Wer schließt Tickets?", "May tickets be closed?"),
        ("Which provider hosts the tickets?", "Which label closes tickets?"),
        ("Which user closes tickets?", "Which user-facing label closes tickets?"),
        ("Which label closes tickets?", "Which label closes tickets, and which one opens them?"),
    ],
)
def test_who_asks_for_a_bare_value_a_person_or_business_needs_more_evidence_than_who_asks_for_a_reason(
    less: str, more: str
) -> None:
    floor = Floor(10.0, 0.5, 99)
    assert Evidence(10.0, 0.5).score(floor, leaning(less)) < Evidence(10.0, 0.5).score(floor, leaning(more))


def test_most_questions_that_cannot_be_answered_stay_below_the_floor() -> None:
    found = [Evidence(float(n), 0.5) for n in range(1, 21)]
    floor = floor_of(found, 500)
    assert (floor.strength, floor.rows) == (19.0, 500)
    assert sum(one.score(floor) < 0.5 for one in found) == BELOW * len(found)
    assert floor.holds(549)
    assert not floor.holds(551)


def test_made_up_questions_take_each_word_from_another_passage_and_are_always_the_same() -> None:
    words = [f"word{chr(97 + n // 26)}{chr(97 + n % 26)}".replace("word", "w") for n in range(400)]
    terms = [terms_of("", "", " ".join(words[n : n + 8])) for n in range(0, 400, 3)]
    stats = [counted(terms)]
    asked = [[concept.term for concept in question] for question in made_up(terms, stats)]
    assert asked == [[concept.term for concept in question] for question in made_up(terms[::-1], stats)]
    together = [set(one.split()) for one in terms]
    assert sum(any(set(question) <= some for some in together) for question in asked) == 0
    assert list(made_up(terms[: LEAST - 1], stats)) == []


@pytest.fixture
def grown(house: Any) -> Any:
    """The record of ``shop`` with two hundred sentences about bread."""
    chance = random.Random(3)
    words = [
        a + b
        for a in ["dough", "salt", "flour", "water", "yeast", "crust", "crumb"]
        for b in ["ary", "esque", "wise", "like", "ful"]
    ]
    for session in range(10):
        said = "\n".join(f"human message: {' '.join(chance.choices(words, k=12))}." for _ in range(60))
        house.record("shop", f"# session bread{session} 2026-11-20\n{said}")
    house.index()
    return house


def test_a_floor_is_learned_for_each_domain_that_holds_enough(grown: Any) -> None:
    named = manifest.load(grown.workspace.index)
    assert named
    assert named.floors["shop"].rows == named.chunks["shop.wiki"] + named.chunks["shop.record"]
    assert named.floors["shop"].strength > 1
    assert named.floors["bakery"] == Floor.usual(named.floors["bakery"].rows)
    grown.commit(shop__testing="# Testing\n\nOnly this sentence about turbines is left.\n")
    grown.index()
    again = manifest.load(grown.workspace.index)
    assert again
    assert again.floors["shop"] == named.floors["shop"]


def test_an_answer_is_sure_of_what_stands_there_and_not_of_what_does_not(grown: Any) -> None:
    searcher = grown.searcher()
    known = searcher.search("why does the payment page hang during checkout", "shop")
    unknown = searcher.search("which encryption protects the salary of the tax lawyer", "shop")
    assert known.confident
    assert known.results[0].score > 0.5
    assert not unknown.confident
    assert max((one.score for one in unknown.results), default=0) < 0.5
