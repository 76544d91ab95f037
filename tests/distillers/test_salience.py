"""What a claim is worth to readers: a score of features that only ever lowers what a rule may file."""

from __future__ import annotations

from pathlib import Path

import told

from distillers.record.units import Unit
from distillers.rules import tickets
from distillers.salience import Model, model
from distillers.salience.features import of_text

CASES = Path(__file__).parent / "cases"

CODE = "The pool in `{}` is drained before it closes, because a waiter would hang otherwise."


def test_a_score_is_the_sum_of_the_weights_of_what_is_there() -> None:
    small = Model(bias=-1.0, weights={"a": 2.0, "b": -0.5}, filed=0.0, sure=1.5)
    assert small.score(["a", "a", "b", "unknown"]) == 0.5
    assert [small.most(some) for some in (["b"], ["a"], [])] == ["low", "medium", "low"]
    assert Model(0.0, {"a": 2.0}, filed=0.0, sure=1.5).most(["a"]) == "high"


def test_no_feature_depends_on_the_names_of_a_project() -> None:
    assert of_text(CODE.format("src/queue.rs")) == of_text(CODE.format("lib/orders.rs"))
    assert of_text("It took 40 ms in run 7.") == of_text("It took 12 ms in run 9.")


def test_what_gives_a_cause_is_worth_more_than_a_bare_list_of_edits() -> None:
    cause = "The lookup returned stale rows because the cache was filled before the migration had run, by each worker."
    edits = "Updated imports; Renamed helpers; Added tests."
    assert model().score(of_text(cause, "Stale rows after a migration")) > model().score(of_text(edits, "Clean up"))


def test_a_claim_never_rises_above_what_its_form_allows() -> None:
    for unit in _tickets():
        allowed = {candidate.key: candidate.tier for _, candidate, _ in tickets.described(unit)}
        order = ("low", "medium", "high")
        for candidate in tickets.find(unit):
            if candidate.key in allowed:
                assert order.index(candidate.tier) <= order.index(allowed[candidate.key])


def _tickets() -> list[Unit]:
    cases = (told.read(path) for path in sorted(CASES.glob("*.case")))
    return [unit for case in cases for unit in case.units if unit.medium == "ticket"]
