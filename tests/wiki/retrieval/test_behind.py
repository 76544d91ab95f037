"""Where an answer's budget has room, the passages behind its claims follow, and what else stands on their pages."""

from __future__ import annotations

import shutil
from dataclasses import replace
from typing import Any

from distillers.findings_store import replace as put
from scheduling.runs import running
from tests.wiki.retrieval.conftest import SHOP, SLOW
from wiki.behind import behind, beside
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


def test_the_best_claims_bring_their_passages_with_them() -> None:
    told = [shown(f"Claim {n}.", f"{n} holds: {WHY} {MORE}" if n else "", 0.9 - n / 10) for n in range(6)]
    there = [*beside(told, 8000)]
    assert [one.text for one in there if one.details["grade"] == "medium"] == [f"Claim {n}." for n in range(6)]
    assert [one.text[:2] for one in there] == ["Cl", "Cl", "1 ", "Cl", "2 ", "Cl", "3 ", "Cl", "Cl"]
    assert [(one.score, one.details["grade"]) for one in there[1:3]] == [(0.8, "medium"), (0.8, "raw")]


def test_a_passage_beside_its_claim_says_nothing_that_another_of_the_best_claims_says() -> None:
    first, second = shown(CLAIM, f"{WHY} {MORE}"), shown(MORE, f"{WHY} {CLAIM}")
    assert [one.text for one in beside([first, second], 8000)] == [CLAIM, f"{WHY} …", MORE]


def test_passages_beside_claims_take_a_small_share_of_the_budget() -> None:
    first, second = shown(CLAIM, WHY), shown("Another claim.", MORE)
    assert [one.text for one in beside([first, second], 400)] == [CLAIM, "Another claim."]
    assert [one.text for one in beside([first, second], 500)] == [CLAIM, WHY, "Another claim."]
    assert [one.text for one in beside([first, second], 1000)] == [CLAIM, WHY, "Another claim.", MORE]
    assert [*beside([], 1000)] == []


def filed(house: Any) -> None:
    (said,) = SHOP.evidence
    told = replace(SHOP, evidence=(replace(said, passage=f"{WHY} [REDACTED:token:0a1b2c3d]"),))
    with running(house.ledger, "librarian", "test") as run, run.change("settle", "shop") as rows:
        put(rows, "shop", [told, SLOW], run.id)
    house.index()


def test_an_answer_from_the_wiki_alone_shows_what_stands_behind_a_claim_right_after_it(house: Any) -> None:
    filed(house)
    answer = house.searcher().search("tests of one package before a push", "shop", layer="wiki", max_tokens=2000)
    claim, passage = answer.results[:2]
    assert (passage.layer, passage.anchor, passage.confidence) == ("wiki", "f-aaaaaaaa", "raw")
    assert passage.text == f"{WHY} …", "the token was quoted with the claim"
    assert (passage.score, passage.citations) == (claim.score, claim.citations)
    assert answer.tokens <= 2000


def test_beside_the_record_it_comes_last(house: Any) -> None:
    filed(house)
    *others, last = house.searcher().search("tests of one package before a push", "shop", max_tokens=2000).results
    assert (last.layer, last.anchor, last.text) == ("wiki", "f-aaaaaaaa", f"{WHY} …")
    assert {one.layer for one in others} == {"wiki", "record"}


def test_with_a_limit_there_are_no_more_results_than_it_says(house: Any) -> None:
    filed(house)
    found = house.searcher().search("tests before a push", "shop", layer="wiki", limit=1, max_tokens=2000)
    assert [one.confidence for one in found.results] == ["high"]


def test_another_silo_is_shown_none_of_it(house: Any) -> None:
    filed(house)
    found = house.searcher().search("tests of one package before a push", "bakery", max_tokens=2000)
    assert not any("twenty minutes" in one.text for one in found.results)


def test_what_else_stands_on_a_page_follows_where_nothing_more_speaks_of_the_question(house: Any) -> None:
    filed(house)
    ask = house.searcher().search
    (plain,) = ask("quarantine folder", "shop", layer="wiki").results
    answer = ask("quarantine folder", "shop", layer="wiki", max_tokens=2000)
    first, *rest = answer.results
    assert (first, first.anchor) == (plain, "")
    told = [(one.anchor, one.confidence, one.score) for one in rest]
    assert told == [("f-aaaaaaaa", "high", 0.0), ("f-bbbbbbbb", "medium", 0.0), ("f-aaaaaaaa", "raw", 0.0)]
    assert {one.page for one in answer.results} == {"shop/testing"}
    assert answer.tokens <= 2000


def test_a_small_budget_a_limit_and_the_record_leave_the_rest_of_the_page_out(house: Any) -> None:
    filed(house)
    ask = house.searcher().search
    few = ask("quarantine folder", "shop", layer="wiki", max_tokens=35).results
    assert [one.anchor for one in few] == [""]
    assert len(ask("quarantine folder", "shop", layer="wiki", max_tokens=2000, limit=5).results) == 1
    assert all(one.score > 0 for one in ask("quarantine folder", "shop", max_tokens=2000).results)
    assert not ask("zebra", "shop", layer="wiki", max_tokens=2000).results


def test_a_rebuild_meanwhile_costs_the_rest_of_the_page_only(house: Any) -> None:
    filed(house)
    searcher = house.searcher()
    ranked = searcher.ranked("quarantine folder", "shop", "wiki")
    house.index(rebuild=True)
    shutil.rmtree(house.workspace.index / ranked.manifest.folder, ignore_errors=True)

    def as_it_was(*_: object) -> Any:
        return ranked

    searcher.ranked = as_it_was
    (line,) = searcher.search("quarantine folder", "shop", layer="wiki", max_tokens=2000).results
    assert line.text.startswith("A person wrote")
