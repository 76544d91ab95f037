"""Domains filed at the same time: the same pages as one after another, and nothing of a person's lost in between."""

from __future__ import annotations

import os
import random
import signal
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from distillers.findings_store import load
from distillers.findings_store import replace as put
from scheduling.runs import bury_dead, running
from wiki import carry, changes, changesets
from wiki.filed import Filed
from wiki.git import open_repo
from wiki.indexes import entry_over
from wiki.librarian import file_all
from wiki.names import domain_id
from wiki.worktree import places

DOMAINS = ("bakery", "shop", "tide-watch")


@pytest.fixture
def found(finding: Any) -> dict[str, list[Any]]:
    """What each of three domains knows: each another number of claims, on two pages."""
    return {
        domain: [finding(f"{domain} {n}.", domain=domain, page=("one", "two")[n % 2]) for n in range(2 + k)]
        for k, domain in enumerate(DOMAINS)
    }


def filed(shop: Any, found: dict[str, list[Any]], workers: int, order: Sequence[str] = DOMAINS) -> list[Filed]:
    """One night over all domains."""
    ledger = shop.ledger
    with running(ledger, "librarian", "nightly") as run:
        bury_dead(run)
        with run.change("settle", "all") as rows:
            for domain, some in found.items():
                put(rows, domain, some, run.id)
        known = {domain: load(ledger, domain) for domain in order}
        return file_all(run, ledger, shop.wiki, known, workers=workers)


def test_any_number_of_workers_in_any_order_gives_the_same_tree_and_findings(
    shop: Any, another: Any, found: dict[str, list[Any]]
) -> None:
    order = random.Random(7).sample(DOMAINS, len(DOMAINS))
    assert [one.domain for one in filed(shop, found, 3, order)] == order
    filed(another, found, 1)
    seen = {domain: [replace(one, seen=2) for one in some[1:]] for domain, some in found.items()}
    filed(shop, seen, 3)
    filed(another, seen, 1)
    assert shop.tree_hash() == another.tree_hash()
    assert shop.statuses() == another.statuses()
    assert [shop.states(domain) for domain in DOMAINS] == [another.states(domain) for domain in DOMAINS]


def test_every_change_set_is_merged_on_top_of_the_one_before_and_nothing_is_left_over(
    shop: Any, found: dict[str, list[Any]]
) -> None:
    assert not any(one.notes or one.held for one in filed(shop, found, 3))
    merged = changesets.listed(shop.ledger)
    assert {(one.state, one.verdict, one.looked == one.commit) for one in merged} == {("merged", "pass", True)}
    history = [line.split() for line in shop.git("log", "--format=%H %P", "main").splitlines()]
    assert {tuple(pair) for pair in history if len(pair) == 2} == {(one.commit, one.base) for one in merged if one.base}
    assert len(history) == len(merged) == len(DOMAINS)
    assert shop.is_clean()
    assert not list(places(open_repo(shop.wiki)).iterdir())
    assert shop.git("worktree", "list").count("\n") == 1


def test_a_change_set_is_verified_anew_on_top_of_what_another_domain_merged(
    shop: Any, another: Any, finding: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other domain comes in when this one's verdict is given and its merge is not yet begun."""
    shop.night([finding("One.")])
    one, other = [finding("One."), finding("Two.")], [finding("Far.", domain="bakery")]
    verify, calls = carry.verify, list[Any]()

    def meanwhile(*args: Any, **values: Any) -> Any:
        verdict = verify(*args, **values)
        calls.append(values.get("passed"))
        if len(calls) == 1:
            shop.night(other, "bakery")
        return verdict

    monkeypatch.setattr(carry, "verify", meanwhile)
    done = shop.night(one)
    assert (done.added, done.notes, len(calls)) == (1, (), 3)
    assert [bool(passed) for passed in calls] == [False, False, True]
    assert [change.state for change in changesets.listed(shop.ledger)] == ["merged"] * 3
    monkeypatch.undo()
    another.night([finding("One.")])
    another.night(other, "bakery")
    another.night(one)
    assert shop.tree_hash() == another.tree_hash()
    assert shop.is_clean()


def test_a_person_who_commits_elsewhere_meanwhile_keeps_their_bytes_and_delays_nobody(
    shop: Any, finding: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.night([finding("One.")])
    verify, calls = carry.verify, list[Any]()

    def meanwhile(*args: Any, **values: Any) -> Any:
        calls.append(values.get("passed"))
        if len(calls) == 1:
            shop.path("index", ".").write_text(shop.path("index", ".").read_text() + "\nOurs.\n")
            (shop.wiki / "notes.md").write_text("Ours too.\n")
            shop.commit()
        return verify(*args, **values)

    monkeypatch.setattr(carry, "verify", meanwhile)
    assert shop.night([finding("One."), finding("Two.")]).notes == ()
    assert "2 findings" in shop.path("index", ".").read_text()
    assert shop.path("index", ".").read_text().endswith("\nOurs.\n")
    assert (shop.wiki / "notes.md").read_text() == "Ours too.\n"
    assert shop.is_clean()


def test_a_night_killed_between_rebase_and_merge_ends_in_the_tree_of_a_calm_one(
    shop: Any, another: Any, found: dict[str, list[Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    rebase = changes.rebase

    def dies(*args: Any) -> Any:
        rebase(*args)
        os.kill(os.getpid(), signal.SIGKILL)

    child = os.fork()
    if child == 0:
        monkeypatch.setattr(changes, "rebase", dies)
        filed(shop, found, 3)
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
    filed(shop, found, 3)
    filed(another, found, 1)
    assert shop.tree_hash() == another.tree_hash()
    assert shop.is_clean()
    assert shop.statuses() == another.statuses()


HEAD = "---\ntitle: Wiki\nauthority: librarian\n---\n# Wiki\n\n## Domains\n"


def index(entries: str) -> bytes | None:
    """The index over all with the entries of ``a`` and ``shop``, each with so many pages; None without any."""
    named = [({"a": "a", "s": "shop"}[one[0]], one[1]) for one in entries.split()]
    lines = [f"- [{name}]({name}/index.md): {pages} pages ^{domain_id(name)}\n" for name, pages in named]
    return (HEAD + "".join(lines)).encode() if lines else None


@pytest.mark.parametrize(
    ("base", "ours", "there", "made"),
    [
        ("a1 s1", "a1 s2", "a2 s1", "a2 s2"),
        ("", "s1", "a1", "a1 s1"),
        ("a1", "a1 s1", "a2", "a2 s1"),
        ("a1 s1", "a1 s2", "a1 s3", None),
        ("a1 s1", "a1", "a2 s1", None),
        ("a1 s1", "a1 s2", "", None),
    ],
)
def test_an_entry_is_put_into_the_index_as_others_left_it(base: str, ours: str, there: str, made: str | None) -> None:
    assert entry_over(index(base), index(ours), index(there), "shop", ["a", "shop"]) == (made and index(made))
