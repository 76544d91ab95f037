"""What asking an agent cost is told for each session, whether it answered or not."""

import pytest

from distillers.asking import Asked
from flows.asked import asked_json, asked_lines
from scheduling.budget import Amount


@pytest.mark.parametrize(
    ("asked", "each", "told"),
    [
        (Asked("try", sessions=4, spent=Amount(4, 800, 100_000)), 0.025, "$0.10 ($0.03 a session)"),
        (Asked("try", sessions=3, parked=1, spent=Amount(4, 800, 100_000)), 0.025, "$0.10 ($0.03 a session)"),
        (Asked("try", parked=5, spent=Amount(5, 800, 500_000)), 0.1, "$0.50 ($0.10 a session)"),
        (Asked("try", queued=2, problem="not there"), 0.0, "$0.00 ($0.00 a session)"),
    ],
)
def test_the_cost_of_a_session_is_that_of_one_asked_about(asked: Asked, each: float, told: str) -> None:
    assert asked_json(asked)["usd_per_session"] == pytest.approx(each)
    assert told in asked_lines(asked)[0]


def test_an_agent_that_had_nothing_to_do_is_not_told_of() -> None:
    assert asked_lines(Asked("try")) == []
