from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wiki.wants import wanted
from wiki.words import LONGEST, analyse, concepts


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("Running the tests", ["run", "test"]),
        ("process processes processing processed", ["process"] * 4),
        ("copy copies copied copying", ["copy"] * 4),
        ("automatic automatically", ["automatic"] * 2),
        ("PaymentGateway.retryPolicy", ["paymentgateway", "payment", "gateway", "retrypolicy", "retry", "policy"]),
        ("max_retry_count", ["max_retry_count", "max", "retry", "count"]),
        ("src/payments/ledger.ts", ["src", "payment", "ledger", "ts"]),
        ("café Größe", ["caf", "gross"]),
        ("设置超时", ["设置", "置超", "超时"]),
        ("сервер упал", ["сервер", "упал"]),
        ("what is it", []),
        ("x" * (LONGEST + 1), []),
    ],
)
def test_words_become_terms(text: str, terms: list[str]) -> None:
    assert analyse(text) == terms


def test_a_query_finds_what_others_call_the_same() -> None:
    (folder,) = concepts("folder")
    assert folder.terms[0] == ("folder", 1.0)
    assert dict(folder.terms)["directory"] == 0.5


def test_a_phrase_is_known_as_a_whole() -> None:
    asked = {concept.term: dict(concept.terms) for concept in concepts("command line options")}
    assert "cli" in asked["command"]
    assert "cli" in asked["lin"]


def test_two_words_are_also_known_as_the_one_that_they_make() -> None:
    asked = {
        concept.term: dict(concept.terms) for concept in concepts("it shuts down when we log in to the web socket")
    }
    assert asked["shut"]["shutdown"] == asked["down"]["shutdown"] == 0.5
    assert "login" in asked["log"]
    assert "websocket" in asked["socket"]
    assert not any("inthe" in terms or "tothe" in terms for terms in asked.values())


def test_who_asks_for_a_kind_finds_its_names_and_who_asks_for_a_name_does_not_find_the_others() -> None:
    (linter,) = concepts("linter")
    assert {"ruff", "eslint"} <= dict(linter.terms).keys()
    (ruff,) = concepts("ruff")
    assert ruff.terms == (("ruff", 1.0),)


def test_each_concept_is_asked_once() -> None:
    assert [concept.term for concept in concepts("test testing tests")] == ["test"]


@given(st.text())
def test_any_text_is_analysed(text: str) -> None:
    for term in analyse(text):
        assert term
        assert not term.isspace()
        assert " " not in term
    concepts(text)


@pytest.mark.parametrize(
    ("question", "text", "holds"),
    [
        ("What is the price of the plan?", "it costs $5 a month", True),
        ("What is the price of the plan?", "the plan has 5 steps", False),
        ("How long are logs kept?", "deleted after thirty or 30 days", True),
        ("How long are logs kept?", "logs are kept in 3 folders", False),
        ("How many workers run?", "two workers", True),
        ("Which version is pinned?", "pinned to 2.8.0", True),
        ("What percentage passed?", "98 % passed", True),
    ],
)
def test_a_question_tells_what_kind_of_answer_it_wants(question: str, text: str, holds: bool) -> None:
    want = wanted(question)
    assert want is not None
    assert bool(want.search(text)) is holds


@pytest.mark.parametrize(
    "question", ["Why is the oven restarted under version control?", "A page with a price in its name is lost. Why?"]
)
def test_most_questions_want_no_particular_kind(question: str) -> None:
    assert wanted(question) is None
