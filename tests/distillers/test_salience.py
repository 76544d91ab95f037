"""What a claim is worth to readers: a score of features by which a rule files or leaves it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import told

from distillers.findings import Candidate
from distillers.record.units import Unit
from distillers.rules import tickets
from distillers.salience import FEW, FLOOR, Model, model
from distillers.salience.features import of_text
from distillers.salience.limit import AGE, MANY, aged, limited

CASES = Path(__file__).parent / "cases"

CODE = "The pool in `{}` is drained before it closes, because a waiter would hang otherwise."


def test_a_score_is_the_sum_of_the_weights_of_what_is_there() -> None:
    small = Model(bias=-1.0, weights={"a": 2.0, "b": -0.5}, filed=0.0, sure=1.5)
    assert small.score(["a", "a", "b", "unknown"]) == 0.5
    assert [small.most(score, FEW) for score in (-0.1, 0.0, 1.5)] == ["low", "medium", "high"]


def test_a_domain_with_more_to_say_files_what_is_worth_more_but_never_less_than_what_is_sure() -> None:
    small = Model(bias=0.0, weights={}, filed=0.0, sure=1.5)
    assert small.least(FEW * 3 // 4) < small.least(FEW) == 0.0 < small.least(2 * FEW) < small.least(9 * FEW)
    assert small.least(10**9) == small.sure
    assert small.least(1) == FLOOR


def test_no_feature_depends_on_the_names_of_a_project() -> None:
    assert of_text(CODE.format("src/queue.rs")) == of_text(CODE.format("lib/orders.rs"))
    assert of_text("It took 40 ms in run 7.") == of_text("It took 12 ms in run 9.")


def test_what_gives_a_cause_is_worth_more_than_a_bare_list_of_edits() -> None:
    cause = "The lookup returned stale rows because the cache was filled before the migration had run, by each worker."
    edits = "Updated imports; Renamed helpers; Added tests."
    assert model().score(of_text(cause, "Stale rows after a migration")) > model().score(of_text(edits, "Clean up"))


def test_a_claim_never_rises_above_what_its_form_allows() -> None:
    order = ("low", "medium", "high")
    for unit in _tickets():
        found = list(tickets.find(unit))
        for one, left in zip(found, limited(found), strict=True):
            assert order.index(left.tier) <= order.index(one.tier)


def test_among_many_the_weak_are_left_and_what_nothing_weighed_stays() -> None:
    one = next(found for unit in _tickets() for found in tickets.find(unit) if found.worth is not None)
    weak = replace(one, key="weak", tier="medium", worth=0.0, evidence=(replace(one.evidence[0], text="It holds."),))
    many = [replace(weak, key=f"ticket:{place}") for place in range(4 * FEW)]
    assert limited([weak])[0].tier == "medium"
    assert {left.tier for left in limited([weak, *many])} == {"low"}
    assert limited([replace(weak, worth=None), *many])[0].tier == "medium"
    ending = replace(weak, evidence=(replace(one.evidence[0], text="Removed `old_name()`."),))
    assert limited([ending, *many])[0].tier == "medium"


def test_the_newest_ticket_is_worth_more_than_the_oldest_and_what_has_no_date_as_it_is() -> None:
    dates = [f"2026-01-01T{place // 60:02}:{place % 60:02}" for place in range(MANY)]
    worths = [aged(at, dates) for at in dates]
    assert worths == sorted(worths)
    assert worths[-1] - worths[0] > 0.9 * AGE
    assert abs(sum(worths)) < 1e-9
    assert aged("", dates) == aged(dates[0], []) == 0.0


def test_the_age_of_few_tickets_tells_little() -> None:
    assert abs(aged("2026-01-01", ["2026-01-01", "2026-01-02"])) < 0.05


def test_of_two_claims_worth_the_same_the_one_of_the_older_ticket_is_left() -> None:
    one = next(found for unit in _tickets() for found in tickets.find(unit) if found.worth is not None)

    def dated(place: int) -> Candidate:
        quote = replace(one.evidence[0], text="It holds.", unit=f"T-{place}", at=f"2026-01-01T00:{place:02}")
        return replace(one, key=f"ticket:{place}", tier="medium", worth=FLOOR, evidence=(quote,))

    many = limited([dated(place) for place in range(50)])
    assert many[0].tier == "low"
    assert many[-1].tier == "medium"


def _tickets() -> list[Unit]:
    cases = (told.read(path) for path in sorted(CASES.glob("*.case")))
    return [unit for case in cases for unit in case.units if unit.medium == "ticket"]
