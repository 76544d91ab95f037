from __future__ import annotations

import json
import random
import threading
from pathlib import Path
from typing import Any

import pytest

from distillers.findings_store import replace
from scheduling import runs
from scheduling.base.errors import CorruptError, UsageError
from tests.wiki.retrieval.conftest import SHOP, SLOW, finding, quote
from wiki.search import LIMIT, Searcher


def test_the_wiki_answers_first_with_its_evidence(indexed: Any) -> None:
    answer = indexed.searcher().search("which tests before a push", "shop")
    best = answer.results[0]
    assert (best.layer, best.page, best.heading, best.anchor) == ("wiki", "shop/testing", "Rules", "f-aaaaaaaa")
    assert best.text.startswith("Run the tests of one package before a push, not all <of> them")
    assert best.confidence == "high"
    assert answer.confident
    (cited,) = best.citations
    assert (cited.finding, cited.origin, cited.file, cited.line) == ("f-aaaaaaaa", "human", "/logs/shop.jsonl", 6)
    assert cited.quote.endswith("[REDACTED:token]")


def test_the_record_fills_in_with_file_and_line(indexed: Any) -> None:
    best = indexed.searcher().search("why does the payment page hang", "shop").results[0]
    assert (best.layer, best.page, best.confidence, best.updated) == ("record", "", "raw", "2026-11-18")
    assert "root cause" in best.text
    assert (best.citations[0].session, best.citations[0].line) == ("checkout-timeout", 2)


def test_an_answer_has_the_documented_shape(indexed: Any) -> None:
    answer = json.loads(json.dumps(indexed.searcher().search("stock levels", "shop").to_json()))
    assert list(answer) == ["query", "domain", "confident", "mode", "took_ms", "tokens", "commit", "results"]
    for result in answer["results"]:
        assert list(result) == [
            "layer", "page", "title", "heading", "anchor", "text", "confidence", "score", "updated", "citations",
        ]  # fmt: skip
        assert 0 < result["score"] < 1
        for citation in result["citations"]:
            assert list(citation) == ["finding", "origin", "session", "file", "line", "quote"]
    assert [r["score"] for r in answer["results"]] == sorted((r["score"] for r in answer["results"]), reverse=True)


def test_one_layer_can_be_asked_alone(indexed: Any) -> None:
    searcher = indexed.searcher()
    assert {r.layer for r in searcher.search("tests push", "shop", layer="wiki").results} == {"wiki"}
    assert {r.layer for r in searcher.search("tests push", "shop", layer="record").results} == {"record"}


@pytest.mark.parametrize("tokens", [5, 21, 30, 60, 2000])
def test_all_texts_together_stay_within_the_budget(indexed: Any, tokens: int) -> None:
    answer = indexed.searcher().search("tests of the package before a push stock table", "shop", max_tokens=tokens)
    assert sum(len(result.text) for result in answer.results) <= tokens * 4
    assert answer.tokens <= tokens
    assert bool(answer.results) is (tokens > 20)


def test_limits_bound_the_number_of_results(house: Any) -> None:
    house.record(
        "shop", "# session many 2026-11-20\n" + "\n".join(f"tool result: turbine number{n} of{n}" for n in range(30))
    )
    house.index()
    searcher = house.searcher()
    assert len(searcher.search("turbine", "shop").results) == LIMIT
    assert len(searcher.search("turbine", "shop", limit=3).results) == 3
    assert len(searcher.search("turbine", "shop", max_tokens=2000).results) > LIMIT


@pytest.mark.parametrize("word", ["OLDCLAIM", "FOOTNOTEWORD", "RECALLEDWORD"])
def test_what_is_no_knowledge_is_not_found(indexed: Any, word: str) -> None:
    assert indexed.searcher().search(word, "shop").results == ()


@pytest.mark.parametrize("query", ["", "   ", "what is it", "\x00", "'; VACUUM x; --", '"unbalanced (', "zzzz"])
def test_any_query_gets_an_answer_and_nothing_known_is_no_confidence(indexed: Any, query: str) -> None:
    assert not indexed.searcher().search(query, "shop").confident


@pytest.mark.parametrize(
    ("said", "query"),
    [
        ("请把超时设置为三十秒，否则支付会失败", "支付失败 超时"),
        ("Die Bäckerei schließt den Ofen um Mitternacht ab", "Wann schliesst die BACKEREI den Ofen"),
        ("Сервер перезапускается каждую полночь", "почему сервер перезапускается"),
        ("サーバーは真夜中に再起動します", "再起動の理由"),
    ],
)
def test_other_languages_than_english_are_found(house: Any, said: str, query: str) -> None:
    house.record("shop", f"# session abroad 2026-11-20\nhuman message: {said}")
    house.index()
    assert house.searcher().search(query, "shop").results[0].text == said


@pytest.mark.parametrize("language", ["de", "ja", "ru", "zh"])
def test_questions_in_other_languages_find_what_is_said_with_other_endings(house: Any, language: str) -> None:
    lines = (Path(__file__).parent / "languages" / f"{language}.txt").read_text("utf-8").splitlines()
    pairs = [line.split(" | ") for line in lines]
    for number, (said, _) in enumerate(pairs):
        house.record("shop", f"# session {language}{number} 2026-11-20\nhuman message: {said}")
    house.index()
    first = [house.searcher().search(asked, "shop").results[0].text for _, asked in pairs]
    assert first == [said for said, _ in pairs]


def test_of_a_tickets_sections_the_first_says_what_they_are_about(house: Any) -> None:
    notes = [f"The turbine of hall {hall} got bearings of its own, number {hall}{hall}." for hall in (3, 5, 7)]
    sections = [f'ticket section "Quieter halls > Part {place}": {note}' for place, note in enumerate(notes)]
    house.record("shop", "# ticket 77 2026-11-20\n" + "\n".join(sections))
    house.index()
    found = house.searcher().search("turbine bearings of hall 7", "shop", max_tokens=2000, layer="record").results
    texts = [one.text for one in found if one.title == "Quieter halls"]
    assert texts[0] == f"Quieter halls\n{notes[2]}"
    assert [text for text in texts[1:] if text in notes]


def test_an_answer_that_is_cut_ends_with_a_whole_sentence(house: Any) -> None:
    said = "The turbine spins. " + "It spins all night, for the oven needs its air. " * 5
    house.record("shop", f"# session long 2026-11-20\nhuman message: {said}")
    house.index()
    (cut,) = house.searcher().search("turbine", "shop", max_tokens=40).results
    assert cut.text.endswith("needs its air. …")
    assert len(cut.text) <= 160


@pytest.mark.parametrize("domain", ["", "nowhere", "global", "shop.wiki", "../shop", "shop' OR 1=1", "SHOP"])
def test_an_unknown_domain_is_refused(indexed: Any, domain: str) -> None:
    with pytest.raises(UsageError, match="there is no domain"):
        indexed.searcher().search("tests", domain)


def test_nothing_crosses_between_silos(indexed: Any) -> None:
    searcher = indexed.searcher()
    words = [*(Path(__file__).parent / "record" / "bakery.txt").read_text().split(), "BAKERYCANARY2", "files", "commit"]
    chance = random.Random(6)
    for _ in range(200):
        answer = searcher.search(" ".join(chance.sample(words, 4)), "shop", max_tokens=2000)
        assert "BAKERYCANARY" not in json.dumps(answer.to_json()["results"])
        assert "bakery" not in json.dumps(answer.to_json()["results"])


def test_a_page_for_all_cites_to_each_domain_only_its_own(indexed: Any) -> None:
    searcher = indexed.searcher()
    for domain in ("shop", "bakery"):
        best = searcher.search("name the files in a commit", domain).results[0]
        assert best.page == "global/git"
        assert [citation.file for citation in best.citations] == [f"/logs/{domain}.jsonl"]
        assert "CANARY" not in best.text


def test_what_the_wiki_took_back_comes_after_what_still_holds_in_the_record_too(house: Any) -> None:
    old, new = "The turbine spins at forty turns because of the belt", "The turbine spins at ninety turns, not forty"
    house.record("shop", f"# session early 2026-11-17\nagent message: {old}")
    house.record("shop", f"# session late 2026-11-18\nagent message: {new}")
    house.index()
    assert house.searcher().search("turbine spins belt", "shop").results[0].text == old
    fell = finding("f-eeeeeeee", "shop", old, quote(old, "/logs/session.jsonl", 2, "early"), status="superseded")
    with runs.running(house.ledger, "librarian", "test") as run, run.change("file", "shop") as rows:
        replace(rows, "shop", [SHOP, SLOW, fell], run.id)
    assert house.index().changed
    assert [one.text for one in house.searcher().search("turbine spins belt", "shop").results] == [new, old]


def test_without_an_index_the_way_out_is_said(house: Any) -> None:
    with pytest.raises(CorruptError, match="stillhouse nightly"):
        house.searcher().search("tests", "shop")


def test_an_open_searcher_sees_each_build_and_survives_a_rebuild(indexed: Any) -> None:
    searcher: Searcher = indexed.searcher()
    assert not searcher.search("turbine", "shop").results
    indexed.record("shop", "# session late 2026-11-20\nhuman message: the turbine spins")
    indexed.index()
    assert searcher.search("turbine", "shop").results
    indexed.index(rebuild=True)
    assert searcher.search("turbine", "shop").results


def test_twenty_readers_are_answered_while_the_index_is_built_and_never_see_what_an_acknowledged_build_replaced(
    indexed: Any,
) -> None:
    searcher: Searcher = indexed.searcher()
    done = threading.Event()
    acknowledged = [indexed.index().commit]
    failures: list[BaseException] = []

    def ask() -> None:
        while not done.is_set():
            known = len(acknowledged)
            try:
                answer = searcher.search("tests before a push", "shop")
                assert answer.results
                assert answer.commit not in acknowledged[: known - 1]
            except BaseException as error:  # noqa: BLE001 (told to the test, whatever it is)
                failures.append(error)
                return

    readers = [threading.Thread(target=ask) for _ in range(20)]
    for reader in readers:
        reader.start()
    for number in range(4):
        indexed.commit(shop__news=f"# News\n\nThe turbine {number} spins before a push.\n")
        acknowledged.append(indexed.index(rebuild=number % 2 == 1).commit)
        assert f"turbine {number}" in searcher.search("turbine spins", "shop").results[0].text
    done.set()
    for reader in readers:
        reader.join()
    assert not failures
    assert len(set(acknowledged)) == 5
