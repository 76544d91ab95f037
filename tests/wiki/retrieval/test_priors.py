from __future__ import annotations

import pytest

from wiki.priors import Traits, Weights, firmness, newness, traits

PLAIN = Traits("talk")


def test_what_a_row_holds_of_a_passage_is_read_back() -> None:
    full = Traits("tool", human=True, firm=3, place=17, at="2026-01-16T10:22")
    assert traits(str(full)) == full
    assert traits(str(PLAIN)) == PLAIN


@pytest.mark.parametrize("column", ["talk", "gold 0 0 0 ", "talk 0 x 0 "])
def test_a_column_that_holds_something_else_is_an_error(column: str) -> None:
    with pytest.raises(ValueError, match=r"tier|unpack|int"):
        traits(column)


def test_a_person_a_firm_word_and_a_later_day_each_count_a_little_more() -> None:
    weights = Weights()
    usual = PLAIN.weight(weights)
    assert usual == 1.0
    assert usual < PLAIN._replace(human=True).weight(weights) <= 1.2
    assert usual < PLAIN._replace(firm=1).weight(weights) < PLAIN._replace(firm=4).weight(weights) < 1.4
    assert 0.85 < PLAIN.weight(weights, 0.0) < usual < PLAIN.weight(weights, 1.0) < 1.15


def test_every_prior_can_be_switched_off() -> None:
    level = Weights(high=1, tool=1, refuted=1, human=1, firm=0, recent=0)
    for tier in ("high", "medium", "talk", "tool", "refuted"):
        assert Traits(tier, human=True, firm=5).weight(level, 1.0) == 1.0


def test_words_that_settle_something_are_counted() -> None:
    assert firmness("Never push to main, don't ask, only open a request") == 3
    assert firmness("We pushed it to main") == 0
    assert firmness("must " * 500) == 20


def test_newness_is_the_share_of_what_is_older_and_a_half_where_no_time_is_known() -> None:
    days = ("2026-01-03", "", "2026-01-01", "2026-01-02T08:00", "2026-01-02T08:00")
    assert newness([Traits("talk", at=day) for day in days]) == [0.75, 0.5, 0.0, 0.25, 0.25]
