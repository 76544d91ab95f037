"""How often a rule is right, and what follows from it."""

import pytest

from distillers.findings import Confidence
from distillers.labels import Labelled
from distillers.precision import by_rule, by_tier, failing, tiers, told, wilson
from distillers.rulings import Label


def label(number: int, said: Label, rule: str = "fix", tier: Confidence = "medium") -> Labelled:
    return Labelled("d-1", number, f"f-{rule}{number}", "shop", rule, tier, said, "text", "Ann", "2026-04-01")


def some(right: int, wrong: int, rule: str = "fix", tier: Confidence = "medium", start: int = 0) -> list[Labelled]:
    said: list[Label] = ["accept"] * right + ["reject"] * wrong
    return [label(start + number, one, rule, tier) for number, one in enumerate(said)]


# From R: binom::binom.wilson(right, of)
@pytest.mark.parametrize(
    ("right", "of", "low", "high"),
    [(0, 0, 0, 1), (0, 10, 0, 0.2775), (10, 10, 0.7225, 1), (5, 10, 0.2366, 0.7634), (95, 100, 0.8882, 0.9785)],
)
def test_the_interval_is_wilsons(right: int, of: int, low: float, high: float) -> None:
    assert wilson(right, of) == pytest.approx((low, high), abs=5e-5)


@pytest.mark.parametrize(
    ("right", "wrong", "tier", "left"),
    [
        (15, 5, "medium", None),
        (14, 6, "medium", "low"),
        (0, 19, "medium", None),
        (20, 0, "high", None),
        (19, 1, "high", "medium"),
    ],
)
def test_a_rule_is_demoted_by_enough_labels_alone(
    right: int, wrong: int, tier: Confidence, left: Confidence | None
) -> None:
    assert tiers(some(right, wrong, tier=tier)).get("fix") == left


def test_a_rule_that_fails_at_both_tiers_falls_to_the_lowest() -> None:
    given = [*some(5, 15, tier="high"), *some(5, 15, tier="medium", start=50)]
    assert tiers(given) == tiers(given[::-1]) == {"fix": "low"}
    assert len(failing(given)) == 2


def test_the_newest_label_of_a_finding_counts_and_a_rewording_is_right() -> None:
    (share,) = by_rule([label(1, "reject"), label(2, "accept"), label(1, "reword")])
    assert (share.labels, share.right, share.reworded) == (2, 2, 1)
    assert told(share) == "fix at medium: 2 of 2 right (100%, between 34% and 100%)"


def test_calibration_is_by_tier_over_all_rules() -> None:
    given = [*some(3, 1), *some(1, 1, rule="orders", start=9), *some(2, 0, rule="orders", tier="high", start=20)]
    assert [(one.tier, one.right, one.labels) for one in by_tier(given)] == [("high", 2, 2), ("medium", 4, 6)]
