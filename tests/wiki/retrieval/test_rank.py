from __future__ import annotations

from wiki.rank import BAR, Passage, Stats, distinct, rank
from wiki.rows import terms_of
from wiki.words import concepts


def passage(key: str, text: str, *, title: str = "", source: str = "", weight: float = 1.0) -> Passage:
    return Passage(key, source or key, weight, terms_of(title, "", text))


def order(query: str, *passages: Passage) -> list[str]:
    df: dict[str, int] = {}
    for one in passages:
        for term in set(one.terms.split()) - {BAR}:
            df[term] = df.get(term, 0) + 1
    stats = Stats(len(passages) + 50, 10 * (len(passages) + 50), df)
    return [passages[one.at].id for one in rank(concepts(query), passages, [stats])]


def test_a_rare_word_weighs_more_than_a_common_one() -> None:
    common = [passage(f"c{n}", "deploy again") for n in range(5)]
    assert order("deploy watchdog", *common, passage("rare", "the watchdog bites"))[0] == "rare"


def test_the_word_itself_beats_its_synonym_and_the_synonym_beats_nothing() -> None:
    found = order(
        "folder", passage("same", "the directory"), passage("exact", "the folder"), passage("none", "the oven")
    )
    assert found == ["exact", "same"]


def test_a_passage_gains_from_its_session() -> None:
    found = order(
        "ledger lock",
        passage("alone", "the ledger is red", source="other"),
        passage("near", "the ledger is red", source="mine"),
        passage("best", "the ledger lock", source="mine"),
    )
    assert found == ["best", "near", "alone"]


def test_a_layer_of_less_weight_gives_way() -> None:
    assert order("oven", passage("tool", "oven clock", weight=0.6), passage("wiki", "oven clock", weight=1.15)) == [
        "wiki",
        "tool",
    ]


def test_scores_lie_on_one_scale_and_cover_tells_the_share_of_the_query() -> None:
    stats = [Stats(100, 1000, {"oven": 3, "clock": 3})]
    both, one = rank(concepts("oven clock"), [passage("a", "oven clock"), passage("b", "oven")], stats)
    assert 0 < one.score < both.score < 1
    assert both.cover == 1
    assert 0.4 < one.cover < 0.6


def test_what_says_the_same_is_shown_once() -> None:
    passages = [
        passage("a", "run only the tests of the package that changed"),
        passage("b", "run only the tests of the package that changed today"),
        passage("c", "run the tests of the package under the lock"),
    ]
    best = rank(concepts("tests package"), passages, [Stats(9, 60, {})])
    assert {passages[one.at].id for one in distinct(best, passages)} in ({"a", "c"}, {"b", "c"})


def test_nothing_asked_finds_nothing() -> None:
    assert order("what is it", passage("a", "oven")) == []
