"""Where an answer's budget has room, the passages behind its claims follow, and nothing is said twice."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from distillers.findings_store import replace as put
from scheduling.runs import running
from tests.wiki.retrieval.conftest import SHOP, SLOW
from wiki.behind import behind
from wiki.hits import Hit, Shown

CLAIM = "Run the tests of one package before a push."
WHY = "The whole suite takes twenty minutes on every machine that we have."
MORE = "Since March the server runs the rest of it at night anyway."


def shown(text: str, passage: str = "", score: float = 0.5) -> Shown:
    details: dict[str, Any] = {"title": "", "heading": "", "grade": "medium", "passage": passage}
    return Shown(Hit("wiki", "shop", text[:8], "s", "", "", text, ""), score, text, details)


def texts(some: list[Shown], characters: int = 8000) -> list[str]:
    return [one.text for one in behind(some, characters)]


def test_a_passage_follows_without_what_was_said() -> None:
    first, second = shown(CLAIM, f"{WHY} {CLAIM} {MORE}"), shown(WHY, score=0.2)
    (one,) = behind([first, second], 8000)
    assert one.text == f"… {MORE}"
    assert (one.details["grade"], one.score, one.hit) == ("raw", 0.2, first.hit)


def test_of_two_claims_with_one_passage_it_is_shown_once() -> None:
    assert texts([shown(CLAIM, f"{WHY} {MORE}"), shown("Another.", f"{WHY} {MORE}")]) == [f"{WHY} {MORE}"]


def test_only_what_is_left_of_the_budget_is_spent() -> None:
    one = shown(CLAIM, f"{WHY} {MORE}")
    full = len(CLAIM) + 1 + len(f"{WHY} {MORE}")
    assert texts([one], full) == [f"{WHY} {MORE}"]
    assert texts([one], full - 1) == [f"{WHY} …"]
    assert texts([one], len(CLAIM)) == texts([one], 0) == []


def test_a_claim_without_a_passage_or_with_one_that_adds_little_brings_none() -> None:
    assert texts([shown(CLAIM), shown(WHY, f"{WHY} So there.")]) == []
    assert behind([], 100) == []


def filed(house: Any) -> None:
    (said,) = SHOP.evidence
    told = replace(SHOP, evidence=(replace(said, passage=f"{WHY} [REDACTED:token:0a1b2c3d]"),))
    with running(house.ledger, "librarian", "test") as run, run.change("settle", "shop") as rows:
        put(rows, "shop", [told, SLOW], run.id)
    house.index()


def test_an_answer_shows_claims_first_then_what_stands_behind_them(house: Any) -> None:
    filed(house)
    ask = house.searcher().search
    plain = ask("tests of one package before a push", "shop", layer="wiki").results
    answer = ask("tests of one package before a push", "shop", layer="wiki", max_tokens=2000)
    assert answer.results[: len(plain)] == plain
    (last,) = answer.results[len(plain) :]
    assert (last.layer, last.anchor, last.confidence) == ("wiki", "f-aaaaaaaa", "raw")
    assert last.text == f"{WHY} …", "the token was quoted with the claim"
    assert answer.tokens <= 2000
    assert last.citations[0].line == 6


def test_with_a_limit_there_are_no_more_results_than_it_says(house: Any) -> None:
    filed(house)
    found = house.searcher().search("tests before a push", "shop", layer="wiki", limit=1, max_tokens=2000)
    assert [one.confidence for one in found.results] == ["high"]


def test_another_silo_is_shown_none_of_it(house: Any) -> None:
    filed(house)
    found = house.searcher().search("tests of one package before a push", "bakery", max_tokens=2000)
    assert not any("twenty minutes" in one.text for one in found.results)
