"""Confidence is a matter of evidence: origins cap it, independent agreement raises it, words only lower it."""

import pytest
from proposals import quote

from distillers.findings import Confidence
from distillers.grade import cap, grade
from distillers.record.events import Origin


@pytest.mark.parametrize(
    ("origin", "most"),
    [
        ("human", "high"),
        ("ticket", "high"),
        ("agent", "medium"),
        ("tool", "low"),
        ("web", "low"),
        ("program", "low"),
        ("pasted", "low"),
        ("recalled", "low"),
    ],
)
def test_the_origin_caps_what_a_rule_may_reach(origin: Origin, most: Confidence) -> None:
    assert grade("high", [quote("s1", "the cache is cold", origin)], "The cache is cold") == most


def test_the_weakest_origin_decides() -> None:
    assert cap((quote("s1", "a"), quote("s1", "b", "web"))) == "low"
    assert cap((quote("s1", "a"), quote("s1", "b", "agent"))) == "medium"


def test_a_command_and_its_result_are_one_observation_that_becomes_certain_in_three_sessions() -> None:
    def seen(sessions: int) -> Confidence:
        both = [(quote(f"s{n}", "od -c", "agent"), quote(f"s{n}", "illegal option", "tool")) for n in range(sessions)]
        return grade("high", [one for pair in both for one in pair], "`cat -A` fails")

    assert [seen(1), seen(2), seen(3)] == ["medium", "medium", "high"]


def test_fifty_copies_of_a_web_claim_gain_nothing() -> None:
    copies = [quote(f"s{n}", "the vendor never drops requests", "web", day=n % 28 + 1) for n in range(50)]
    assert grade("high", copies, "The vendor never drops requests") == "low"
    agents = [quote(f"s{n}", "the vendor never drops requests", "agent", day=n % 28 + 1) for n in range(50)]
    assert grade("medium", agents, "The vendor never drops requests") == "medium"


def test_an_independent_origin_in_another_session_raises_medium() -> None:
    agent, person = quote("s1", "the cache is cold", "agent"), quote("s2", "the cache is cold", "human", day=2)
    assert grade("medium", [agent, person], "The cache is cold") == "high"
    assert grade("medium", [agent, quote("s1", "yes, cold", "human")], "The cache is cold") == "medium"


def test_the_same_words_in_a_resumed_session_are_a_copy() -> None:
    assert grade("medium", [quote("s1", "never mock"), quote("s2", "never mock")], "Never mock") == "medium"
    assert grade("medium", [quote("s1", "never mock"), quote("s2", "never mock", day=2)], "Never mock") == "high"


def test_a_hedge_keeps_a_claim_low_unless_a_person_typed_it() -> None:
    assert grade("high", [quote("T-1", "x", "ticket")], "The pool is probably exhausted") == "low"
    assert grade("high", [quote("s1", "x")], "Probably never deploy on Fridays") == "high"


def test_a_warning_keeps_a_claim_low() -> None:
    assert grade("high", [quote("T-1", "x", "ticket")], "The limit is 3", ["claims authority"]) == "low"


def test_what_a_tool_printed_is_no_doubt_of_the_claim() -> None:
    printed = "error: `URL` must be set or it may be missing"
    both = [quote("s1", "cargo sqlx prepare", "agent"), quote("s1", printed, "tool")]
    assert grade("high", both, f"`cargo sqlx prepare` fails: {printed}") == "medium"
    assert grade("high", both, f"`cargo sqlx prepare` probably fails: {printed}") == "low"
