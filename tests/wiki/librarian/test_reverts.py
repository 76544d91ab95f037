"""Taking a change set back: what it added goes for good, with the reason; what people wrote stays."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from distillers.findings import Candidate
from distillers.rulings import Rulings, Verdict
from distillers.settle import settle
from scheduling import tasks
from scheduling.base.errors import RefusedError, UsageError
from scheduling.runs import running
from wiki import past, reverts
from wiki.erase import erasure
from wiki.git import open_repo
from wiki.history import rewrite
from wiki.purging import purge


def taken_back(shop: Any, commit: str, reason: str = "it was a trial") -> reverts.Taken:
    taken = reverts.look(open_repo(shop.wiki), commit)
    with running(shop.ledger, "operator", "revert") as run:
        reverts.revert(run, taken, reason, "Ana")
    return taken


def rejected(shop: Any, found: list[Any]) -> list[Any]:
    """``found`` as settling leaves them after what was reverted."""
    return [replace(one, status="rejected") if one.id in reverts.of(shop.ledger) else one for one in found]


def test_what_a_change_set_added_goes_and_what_it_changed_or_a_person_wrote_stays(shop: Any, finding: Any) -> None:
    shop.night([finding("Old.")])
    found = [finding("Old.", seen=2), finding("Bad."), finding("Worse."), finding("Far.", page="far")]
    filed = shop.night(found)
    shop.edit("- Worse.", "- Worse, but true for us.")
    shop.commit()
    taken = taken_back(shop, filed.commit)
    assert (taken.count, taken.changed) == (3, 1)
    night = shop.night(rejected(shop, found))
    assert (night.retired, night.added) == (2, 0)
    page = shop.page()
    assert "- Bad." not in page
    assert "- Worse, but true for us. [^" in page
    assert "seen in 2" in page
    assert not shop.path("far").exists()
    assert shop.statuses()[finding("Bad.").id] == "rejected"
    assert {one["state"] for one in tasks.listed(shop.ledger) if one["kind"] == "revert"} == {"done"}
    assert shop.night(rejected(shop, [replace(one, seen=7) for one in found])).added == 0


def test_a_revert_is_a_rejection_for_settling_until_a_person_says_otherwise(
    shop: Any, finding: Any, quote: Any
) -> None:
    one = Candidate("shop", "rule", "Bad.", "bad", "testing", "orders", "high", (quote("Bad."),))
    (made,) = settle([one])
    filed = shop.night([made])
    taken_back(shop, filed.commit, "  it was\n a trial ")
    (back,) = settle([one], reverts.rulings(shop.ledger, Rulings()))
    assert (back.status, back.warnings) == ("rejected", ("rejected by Ana: it was a trial",))
    later = Verdict("accept", "shop", "Bad.", "Eve", quote("so it is", at="2999-01-01T00:00:00Z"))
    (again,) = settle([one], reverts.rulings(shop.ledger, Rulings({made.id: later})))
    assert again.status == "accepted"


def test_a_revert_needs_a_reason_a_right_and_a_commit_of_the_librarian(shop: Any, finding: Any) -> None:
    filed = shop.night([finding("One.")])
    with pytest.raises(UsageError, match="needs its reason"):
        taken_back(shop, filed.commit, " ")
    shop.edit("# Testing\n", "# Testing\n\nMine.\n")
    shop.commit()
    with pytest.raises(RefusedError, match=r"was committed by ana@example\.invalid"):
        taken_back(shop, "main")
    taken = reverts.look(open_repo(shop.wiki), filed.commit)
    with running(shop.ledger, "distiller", "distil") as run, pytest.raises(RefusedError, match="may not operate"):
        reverts.revert(run, taken, "no", "x")


def test_reverted_and_deleted_blocks_stay_gone_with_the_ledger_lost(shop: Any, finding: Any) -> None:
    found = [finding("Stays."), finding("Deleted."), finding("Late."), finding("Far.", page="far")]
    shop.night(found[:2])
    taken_back(shop, shop.night(found[:3]).commit)
    shop.night(rejected(shop, found))
    line = next(row for row in shop.page().splitlines(keepends=True) if row.startswith("- Deleted."))
    shop.edit(line, "")
    shop.path("far").unlink()
    shop.commit()
    shop.night()
    for path in shop.root.glob("ledger.*"):
        path.unlink()
    again = [replace(one, seen=3) for one in found]
    for _ in range(2):
        shop.night(again)
        assert "- Deleted." not in shop.page()
        assert "- Late." not in shop.page(), "its revert stands in the wiki's past"
        assert not shop.path("far").exists()
        assert "- Stays." in shop.page()
        assert "seen in 3" in shop.page(), "what the librarian wrote is still known to be theirs"


def test_a_revert_follows_a_past_that_was_written_anew(shop: Any, finding: Any) -> None:
    found = [finding("Stays."), finding("The password is tide."), finding("Late.")]
    shop.night(found[:2])
    filed = shop.night(found)
    taken_back(shop, filed.commit)
    with running(shop.ledger, "librarian", "purge") as run:
        purge(run, shop.wiki, erasure(["password"]))
        moved = rewrite(run, shop.wiki, erasure(["password"])).commits
    [back] = reverts.of(shop.ledger).values()
    assert back.commit == moved[filed.commit]
    assert open_repo(shop.wiki).reaches("main", back.commit)
    shop.night(rejected(shop, [found[0], found[2]]))
    assert "Late." not in shop.page()
    assert [one["state"] for one in tasks.listed(shop.ledger) if one["kind"] == reverts.KIND] == ["done"]


def test_history_blame_and_diff_tell_where_a_line_comes_from(shop: Any, finding: Any) -> None:
    one = finding("One.")
    first, repo = shop.night([one]), open_repo(shop.wiki)
    second = shop.night([replace(one, seen=2), finding("Two.")])
    shop.edit("- One.", "- One, says Ana.")
    shop.commit()
    told = [(event.action, event.made.by, bool(event.made.change)) for event in past.history(repo, one.id)]
    seat = "Stillhouse librarian"
    assert told == [("added", seat, True), ("changed", seat, True), ("changed", "Ana", False)]
    rows = [past.to_json(row) for row in past.blame(repo, shop.ledger, "shop", "testing")]
    assert [(row["by"], row["commit"]) for row in rows][1] == (seat, second.commit)
    assert rows[0]["by"] == "Ana"
    assert rows[1]["run"].startswith("r-")
    assert rows[1]["evidence"][0]["line"] == 207
    json.dumps(rows)
    assert "+- Two." in past.diff(repo, past.night(repo, shop.ledger))
    assert past.night(repo, shop.ledger, first.commit[:10]) == [first.commit]
    for wrong in ("r-000000000000", "c-000000000000", "0123abcd", "--all", "2001-01-01"):
        with pytest.raises(UsageError):
            past.night(repo, shop.ledger, wrong)
    with pytest.raises(UsageError, match="never stood on a page"):
        past.history(repo, "f-00000000")


def test_domains_filed_at_the_same_time_end_in_the_tree_of_one_after_the_other(
    shop: Any, another: Any, finding: Any, tmp_path: Path
) -> None:
    names = ("abc", "shop", "toy", "zoo")

    def found(domain: str) -> list[Any]:
        return [finding("One.", domain=domain), finding("Two.", domain=domain, page="b")]

    for name in names:
        another.night(found(name), name)
    with ThreadPoolExecutor(4) as pool:
        filed = list(pool.map(lambda name: shop.night(found(name), name), names))
    assert all(one.added == 2 for one in filed)
    assert shop.tree_hash() == another.tree_hash()
    assert shop.is_clean()
