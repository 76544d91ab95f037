from __future__ import annotations

import random
from typing import Any

import pytest

from wiki import manifest
from wiki.confidence import LEAST, Evidence, Floor, evidence, floor_of, made_up
from wiki.rank import Passage, Stats, rank, rarities
from wiki.rows import counted, terms_of
from wiki.wants import wanted
from wiki.words import concepts

STATS = Stats(1000, 20000, {"oven": 5, "clock": 5, "backup": 5, "keep": 50, "log": 50})


def told(query: str, *texts: str) -> Evidence:
    passages = [Passage(str(at), str(at), 1.0, terms_of("", "", text), text) for at, text in enumerate(texts)]
    asked = concepts(query)
    rarity = rarities(asked, [STATS])
    return evidence(asked, rarity, rank(asked, rarity, passages, [STATS]), passages, wanted(query))


def test_the_floor_scores_a_half_and_twice_as_much_evidence_more() -> None:
    floor = Floor(10.0, 5.0, 99)
    assert Evidence(10.0, 5.0).score(floor) == 0.5
    assert 0.5 < Evidence(20.0, 5.0).score(floor) < Evidence(20.0, 10.0).score(floor) < 1
    assert Evidence().score(floor) == 0.0


def test_words_that_stand_together_are_more_evidence_than_the_same_words_apart() -> None:
    assert told("oven clock", "the oven clock").nearness > told("oven clock", "the oven", "the clock").nearness


def test_a_question_for_a_value_must_find_its_words_beside_one() -> None:
    beside = told("How long are backup logs kept?", "backup logs are kept for 30 days")
    apart = told("How long are backup logs kept?", f"backup logs are kept. {'All is well. ' * 20} It took 30 days")
    none = told("How long are backup logs kept?", "backup logs are kept")
    assert beside.nearness > 2 * apart.nearness
    assert none.nearness == 0


def test_most_questions_that_cannot_be_answered_stay_below_the_floor() -> None:
    floor = floor_of([Evidence(float(n), 10.0 - n) for n in range(1, 11)], 500)
    assert (floor.strength, floor.rows) == (9.0, 500)
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
