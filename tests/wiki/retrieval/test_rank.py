from __future__ import annotations

from wiki.rank import BAR, Passage, Scored, Stats, distinct, fused, rank, rarities, with_sections
from wiki.rows import terms_of
from wiki.words import concepts


def passage(
    key: str, text: str, *, title: str = "", source: str = "", weight: float = 1.0, place: int = 0, page: bool = False
) -> Passage:
    return Passage(key, source or key, weight, terms_of(title, "", text), text, place, page)


def order(query: str, *passages: Passage) -> list[str]:
    df: dict[str, int] = {}
    for one in passages:
        for term in set(one.terms.split()) - {BAR}:
            df[term] = df.get(term, 0) + 1
    stats = Stats(len(passages) + 50, 10 * (len(passages) + 50), df)
    return [passages[one.at].id for one in scored(query, stats, *passages)]


def scored(query: str, stats: Stats, *passages: Passage) -> list[Scored]:
    asked = concepts(query)
    return rank(asked, rarities(asked, [stats]), passages, [stats])


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


def test_a_passage_that_says_more_of_what_is_asked_scores_more() -> None:
    stats = Stats(100, 1000, {"oven": 3, "clock": 3})
    both, one = scored("oven clock", stats, passage("a", "oven clock"), passage("b", "oven"))
    assert both.amount > one.amount > 0
    assert (both.at, one.at) == (0, 1)


def test_words_that_stand_together_say_more_than_words_far_apart() -> None:
    stats = Stats(100, 2000, {"oven": 3, "clock": 3, "bread": 30})
    apart = passage("a", f"oven {'bread ' * 14} clock")
    near = passage("b", f"oven {'bread ' * 3} clock {'bread ' * 11}")
    next_to = passage("c", f"oven clock {'bread ' * 14}")
    assert [one.at for one in scored("oven clock", stats, apart, near, next_to)] == [2, 1, 0]
    alone = scored("oven", stats, passage("d", "oven oven bread bread"), passage("e", "oven bread bread oven"))
    assert alone[0].amount == alone[1].amount


def test_a_word_is_as_rare_as_it_and_its_synonyms_together() -> None:
    (alone,) = rarities(concepts("folder"), [Stats(100, 1000, {"folder": 2})])
    (common,) = rarities(concepts("folder"), [Stats(100, 1000, {"folder": 2, "directory": 40})])
    assert common < alone


def test_vectors_bring_in_what_text_does_not_find_and_move_what_both_find_ahead() -> None:
    passages = [passage(key, "oven") for key in "abcd"]
    order = [Scored(0, 9.0), Scored(1, 8.0), Scored(2, 1.0)]
    both = fused(order, {2: 0.1, 3: 0.2}, passages, 0.45)
    assert [one.at for one in both] == [2, 0, 1, 3]
    assert both[0].amount == 9.0
    assert [one.at for one in fused(order, {3: 0.1}, passages, 0.0)] == [0, 1, 2, 3]


def test_what_says_the_same_is_shown_once() -> None:
    passages = [
        passage("a", "run only the tests of the package that changed"),
        passage("b", "run only the tests of the package that changed today"),
        passage("c", "run the tests of the package under the lock"),
    ]
    best = scored("tests package", Stats(9, 60, {}), *passages)
    assert {passages[one.at].id for one in distinct(best, passages)} in ({"a", "c"}, {"b", "c"})


def test_what_stands_right_beside_one_of_the_best_passages_comes_after_it() -> None:
    some = [passage(str(at), "oven", source="log", place=at) for at in range(8)]
    order = [Scored(4, 9.0), Scored(0, 5.0), Scored(5, 1.0), Scored(7, 0.5)]
    assert [one.at for one in with_sections(order, some)] == [4, 5, 0, 7]
    scores = [one.amount for one in with_sections(order, some)]
    assert scores == sorted(scores, reverse=True)


def test_other_pages_come_before_the_third_passage_of_one() -> None:
    some = [passage(str(at), "oven", source="ovens", place=3 * at, page=True) for at in range(3)]
    some.append(passage("x", "oven", source="other", page=True))
    order = [Scored(0, 9.0), Scored(1, 8.0), Scored(2, 7.0), Scored(3, 6.0)]
    assert [one.at for one in with_sections(order, some)] == [0, 1, 3, 2]


def test_nothing_asked_finds_nothing() -> None:
    assert order("what is it", passage("a", "oven")) == []
