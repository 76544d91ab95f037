from __future__ import annotations

from dataclasses import replace
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

from scheduling.base.errors import RefusedError
from scheduling.runs import running
from wiki.librarian import file
from wiki.lint import lint
from wiki.tree import Tree
from wiki.verifier import Senses

SUITE = "Run the unit tests of one package before a push: the full suite takes 20 minutes."


def test_a_first_night_files_pages_that_read_from_rules_to_what_no_longer_holds(
    shop: Any, finding: Any, quote: Any
) -> None:
    heir = finding("Deploy with `make release`.", key="deploy", kind="decision", evidence=(quote("use make release"),))
    old = finding("Deploy with `make ship`.", key="deploy", valid_from="2026-10-02")
    found = [
        finding(SUITE, seen=4, evidence=(quote("it takes 20 minutes"), quote("one", unit="T-12", origin="ticket"))),
        heir,
        replace(old, status="superseded", superseded_by=heir.id),
        finding("Clear the cache after a schema change.", kind="gotcha", confidence="medium"),
        finding("`pytest -x` failed with ECONNREFUSED; starting redis made it pass.", kind="fix"),
        finding("Orders are keyed by ULID.", kind="fact", page="orders", valid_from="2026-11-20"),
    ]
    filed = shop.night(found)
    assert (filed.added, filed.superseded, filed.pages) == (6, 1, ("shop/orders", "shop/testing"))
    page, root = shop.page(), (shop.wiki / "index.md").read_text()
    headings = [line for line in page.splitlines() if line.startswith("## ")]
    assert headings == ["## Rules", "## Decisions", "## Gotchas and fixes", "## Not yet confirmed", "## Superseded"]
    key = found[0].id.removeprefix("f-")
    tail = f"[^{key}] (seen in 4 sessions and tickets, last confirmed 2026-11-19) ^f-{key}"
    first = f"- {SUITE} {tail}"
    assert first in page.splitlines()
    assert (
        ': high · human · session 5a71c0de… line 207, 2026-11-19: "it takes 20 minutes"; ticket T-12 line 207'
        in shop.page()
    )
    assert "(said 2026-10-02, replaced 2026-11-19) Deploy with `make ship`." in shop.page()
    assert "findings: 4\n" in shop.page()
    assert [line.partition(" ^")[0] for line in shop.page("index").splitlines() if line.startswith("- ")] == [
        "- [Orders](orders.md): Orders are keyed by ULID — 1 fact, updated 2026-11-20",
        "- [Testing](testing.md): Run the unit tests of one package before a push: the…; Deploy with `make release`; …"
        " — 4 findings (1 rule, 1 decision, 1 fix, 1 not yet confirmed), updated 2026-11-19",
    ]
    assert "- [shop](shop/index.md): Testing, Orders — 2 pages, 5 findings, updated 2026-11-20 ^d-" in root
    assert lint(Tree(shop.wiki)) == []
    assert shop.is_clean()


def test_the_commit_names_run_and_findings_and_the_findings_are_written(shop: Any, finding: Any) -> None:
    one = finding("One.")
    filed = shop.night([one])
    message = shop.git("log", "-1", "--format=%B%an <%ae> %ad", "--date=short")
    assert f"Stillhouse-Findings: {one.id}" in message
    assert "Stillhouse-Run: r-" in message
    assert "Stillhouse librarian <librarian@stillhouse.invalid> 2026-11-19" in message
    assert shop.statuses() == {one.id: "written"}
    assert filed.commit == shop.git("rev-parse", "main").strip()


def test_running_again_changes_no_byte_and_makes_no_commit(shop: Any, finding: Any) -> None:
    found = [finding("One."), finding("Two.", page="other")]
    shop.night(found)
    before = shop.git("rev-parse", "main")
    for again in (found, None, None):
        assert shop.night(again).commit is None
    assert shop.git("rev-parse", "main") == before


def test_many_nights_end_in_the_same_tree_as_one(shop: Any, another: Any, finding: Any) -> None:
    heir = finding("New way.", key="way", valid_from="2026-11-20")
    old = finding("Old way.", key="way", valid_from="2026-10-01")
    last = [
        replace(old, status="superseded", superseded_by=heir.id),
        heir,
        finding("Stays.", seen=3),
        finding("Rises.", kind="fact"),
        finding("Moves.", page="other"),
    ]
    another.night(last)
    rising, pale = finding("Rises.", kind="fact", confidence="medium"), finding("Pale.", confidence="low")
    shop.night([old, rising, finding("Goes."), finding("Alone.", page="short")])
    shop.night([old, finding("Moves."), finding("Stays."), finding("Gone.", kind="gotcha"), pale])
    filed = shop.night(last)
    assert (filed.retired, filed.superseded) == (1, 1)
    assert shop.tree_hash() == another.tree_hash()
    assert shop.is_clean()


def test_the_order_in_which_findings_come_changes_no_byte(tmp_path: Path, shop: Any, finding: Any) -> None:
    found = [finding(f"Claim {n}.", kind=kind) for n, kind in enumerate(("rule", "fact", "rule", "cause"))]
    trees: set[str] = set()
    for n, some in enumerate(list(permutations(found))[::6]):
        one = replace(shop, root=tmp_path / str(n))
        one.night(some[:2])
        one.night(some)
        trees.add(one.tree_hash())
    assert len(trees) == 1


def test_domains_filed_in_any_order_give_the_same_tree(shop: Any, another: Any, finding: Any) -> None:
    def found(domain: str) -> list[Any]:
        return [finding("One.", domain=domain), finding("Two.", domain=domain, page="b")]

    for domain in ("zoo", "shop", "abc"):
        shop.night(found(domain), domain)
    for domain in ("abc", "zoo", "shop"):
        another.night(found(domain), domain)
    assert shop.tree_hash() == another.tree_hash()


def test_a_finding_that_nothing_supports_any_more_leaves_its_page(shop: Any, finding: Any) -> None:
    one, two = finding("One."), finding("Two.", page="short")
    shop.night([one, two])
    filed = shop.night([one])
    assert (filed.retired, filed.pages) == (1, ("shop/short", "shop/testing")[:1])
    assert not shop.path("short").exists()
    assert "short" not in shop.page("index")
    assert shop.statuses()[two.id] == "retired"


def test_corroboration_changes_only_the_line_that_it_is_about(shop: Any, finding: Any, quote: Any) -> None:
    one, two = finding("One."), finding("Two.")
    shop.night([one, two])
    before = shop.page().splitlines()
    more = replace(one, seen=2, evidence=(quote("One."), quote("One!", unit="ffffffff-2")), valid_from="2026-11-20")
    shop.night([more, two])
    after = shop.page().splitlines()
    gone = [line for line in before if line not in after]
    assert [line.partition(" ")[0] for line in gone] == ["updated:", "-", f"[^{one.id[2:]}]:"]
    assert len(after) == len(before)


def test_low_dropped_and_rejected_findings_are_never_filed(shop: Any, finding: Any) -> None:
    low, dropped = finding("Low.", confidence="low"), finding("Dropped.", status="dropped")
    shop.night([low, dropped, finding("Rejected.", status="rejected")])
    assert shop.git("rev-list", "--all") == ""


def test_a_finding_of_another_domain_is_refused(shop: Any, finding: Any) -> None:
    stranger = finding("Two.", domain="other")
    with (
        running(shop.ledger, "librarian", "nightly") as run,
        pytest.raises(RefusedError, match="cannot be filed in shop"),
    ):
        file(run, run.ledger, shop.wiki, "shop", [stranger])


def test_evidence_that_no_longer_stands_keeps_a_new_finding_out_and_the_rest_goes_on(shop: Any, finding: Any) -> None:
    good, bad = finding("Good."), finding("Bad.")
    gone = Senses(evidence=lambda some: {one.id: "the quote is gone" for one in some if one.id == bad.id})
    filed = shop.night([good, bad], senses=gone)
    assert filed.dropped == (f"{bad.id}: the quote is gone",)
    assert "Good." in shop.page()
    assert "Bad." not in shop.page()


def test_a_full_page_takes_no_more_and_says_so(shop: Any, finding: Any, quote: Any) -> None:
    found = [finding(f"{n} " + "x" * 550, evidence=(quote("y" * 290),) * 3) for n in range(190)]
    filed = shop.night(found)
    assert len(shop.page().encode()) <= 200_000
    assert filed.dropped
    assert all("is full" in line for line in filed.dropped)
    assert filed.added + len(filed.dropped) == 190


def test_a_page_named_index_does_not_take_the_place_of_the_index(shop: Any, finding: Any) -> None:
    shop.night([finding("One.", page="index")])
    assert "One." in shop.page("index-page")
    assert "](index-page.md)" in shop.page("index")


def test_what_is_not_confirmed_stands_ticket_by_ticket_in_the_order_of_their_numbers(shop: Any, finding: Any) -> None:
    kinds = {"ticket:T-12:b": "gotcha", "ticket:T-9:a": "fix", "ticket:T-12:a": "fix", "ticket:T-9:b": "cause"}
    shop.night([finding(key, key=key, kind=kind, confidence="medium") for key, kind in kinds.items()])
    said = [line.split()[1].rstrip(".") for line in shop.page().splitlines() if line.startswith("- ")]
    assert said == ["ticket:T-9:a", "ticket:T-9:b", "ticket:T-12:a", "ticket:T-12:b"]


def test_what_was_said_last_stands_first_whoever_says_it_again_later(shop: Any, finding: Any, quote: Any) -> None:
    days = {"Old.": "2025-03-01", "New.": "2026-10-02", "Undated.": "", "Older.": "2024-12-24"}
    found = [finding(claim, confidence="medium", evidence=(quote(claim, at=at),)) for claim, at in days.items()]
    shop.night(found)
    again = [replace(one, seen=2, evidence=(*one.evidence, quote("Again.", at="2026-11-19"))) for one in found[:3]]
    shop.night([*again, found[3], finding("Between.", confidence="medium", evidence=(quote("B.", at="2025-07-01"),))])
    said = [line.split()[1] for line in shop.page().splitlines() if line.startswith("- ")]
    assert said == ["New.", "Between.", "Old.", "Older.", "Undated."]


def test_an_index_says_where_nothing_is_confirmed_yet(shop: Any, finding: Any) -> None:
    shop.night([finding("Perhaps.", confidence="medium"), finding("Maybe.", confidence="medium")])
    entry = "- [Testing](testing.md): Maybe; Perhaps — 2 findings, not yet confirmed, updated 2026-11-19 ^p-"
    assert entry in shop.page("index")
