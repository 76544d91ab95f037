"""What holds across domains: found in two silos independently, told in the words of both, naming neither."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

import pytest

from distillers.across import across, shared
from distillers.findings import Finding, Quote, finding_id

NAMES = ("tide-watch", "bakery", "ovens")
CLAIM = "`uv venv --path {}` fails: error: unexpected argument '--path' found. What worked instead: `uv venv {}`."
SHARED = "`uv venv --path …` fails: error: unexpected argument '--path' found. What worked instead: `uv venv …`."


def found(domain: str, claim: str, **values: Any) -> Finding:
    key = "fix:uv-venv:error-unexpected-argument"
    unit = values.pop("unit", f"session-of-{domain}")
    quote = Quote("e" * 16, "tool", unit, "2026-11-19T10:00:00Z", f"/logs/{domain}.jsonl", 7, claim)
    one = Finding(
        finding_id(domain, key, claim), domain, "gotcha", claim, key, "uv", "medium", "written", "2026-11-19", "",
        "failed-then-fixed", 1, (), (quote,),
    )  # fmt: skip
    return replace(one, **values)


def two(**values: Any) -> list[Finding]:
    return [
        found("bakery", CLAIM.format("ovens/.env", "ovens/.env")),
        found("tide-watch", values.pop("claim", CLAIM.format("x", "x")), **values),
    ]


def test_two_silos_that_found_the_same_independently_make_one_finding_without_what_differs() -> None:
    [one] = across(two(), NAMES)
    assert (one.domain, one.claim, one.page, one.confidence, one.seen) == ("global", SHARED, "uv", "medium", 2)
    assert {quote.file for quote in one.evidence} == {"/logs/bakery.jsonl", "/logs/tide-watch.jsonl"}


def test_what_stands_around_a_quote_in_one_domain_is_read_in_no_other() -> None:
    some = [replace(one, evidence=(replace(one.evidence[0], passage="Only here."),)) for one in two()]
    [one] = across(some, NAMES)
    assert [quote.passage for quote in one.evidence] == ["", ""]


def test_the_order_in_which_findings_come_changes_nothing() -> None:
    some = [*two(), found("abc", CLAIM.format("y", "y"))]
    one = across(some, NAMES)
    for seed in range(5):
        random.Random(seed).shuffle(some)
        assert across(some, NAMES) == one


@pytest.mark.parametrize(
    ("what", "values"),
    [
        ("the same session seen from both is one source", {"unit": "session-of-bakery"}),
        ("low is no knowledge", {"confidence": "low"}),
        ("what was retired is none", {"status": "retired"}),
        ("they must agree in kind", {"kind": "cause"}),
        ("and in what they speak of", {"key": "fix:uv-venv:another-error"}),
        ("what a ticket says belongs to its project", {"key": "ticket:T-12:1"}),
        ("too little is shared", {"claim": "`uv venv --path x` fails: try something else entirely, as we did here."}),
    ],
)
def test_nothing_is_shared_unless(what: str, values: dict[str, Any]) -> None:
    assert across(two(**values), NAMES) == [], what


def test_one_domain_is_not_enough() -> None:
    assert across([found("bakery", CLAIM.format(n, n), unit=n) for n in "ab"], NAMES) == []


def test_three_sessions_make_a_trap_certain() -> None:
    assert across(two(seen=2), NAMES)[0].confidence == "high"


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("use `git -C /srv/tide status` here now and then", "use `git -C … status` here now and then"),
        ("ask ana@tides.example before a release of any kind", "ask … before a release of any kind"),
        ("as T-12 and #98 say never push on a friday here", "as … and … say never push on a friday here"),
        ("never push to tide_watch on fridays at all please", "never push to … on fridays at all please"),
        ("never push to TideWatchs on fridays at all please", "never push to … on fridays at all please"),
        ("the key [REDACTED:token] is never to be printed here", "the key … is never to be printed here"),
        ("call api.tides.internal only from the one gate we have", "call … only from the one gate we have"),
        ("commit 3f2a9c1b broke what never should break again", "commit … broke what never should break again"),
        ("run `bakery` first", ""),
    ],
)
def test_paths_addresses_ids_and_names_are_never_shared_even_if_both_say_them(said: str, kept: str) -> None:
    assert shared([said, said], {"tidewatch", "bakery"}) == kept
