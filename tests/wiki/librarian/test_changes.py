"""Change sets: their states, and the gate that none of them passes without every precondition."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scheduling.base.errors import RefusedError
from scheduling.ledger.store import Ledger
from scheduling.runs import Run, running
from wiki import changes, changesets
from wiki.changes import CLEAN, GREEN, MOVES, Verdict
from wiki.changesets import OPEN, ChangeSet
from wiki.librarian import file

STATES = (*OPEN, "merged", "blocked")
PASS = Verdict("c" * 40, CLEAN, GREEN)


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger(tmp_path / "ledger.db")


@pytest.fixture
def librarian(ledger: Ledger) -> Generator[Run]:
    with running(ledger, "librarian", "file") as run:
        yield run


def step(run: Run, change: ChangeSet, to: Any, commit: str = "") -> ChangeSet:
    with run.change(f"change set {to}", change.id) as rows:
        changes.move(rows, run, change, to, commit=commit)
    return changesets.get(run.ledger, change.id)


def verifying(run: Run) -> ChangeSet:
    """A change set that waits for its verdict."""
    change = changes.begin(run, "shop", "b" * 40)
    for to in ("ready", "in_progress"):
        change = step(run, change, to)
    return step(run, change, "verifying", "c" * 40)


def judged(run: Run, change: ChangeSet, verdict: Verdict = PASS, seat: str = "verifier") -> ChangeSet:
    with running(run.ledger, seat, "verify", parent=run) as other:
        changes.judge(other, change, verdict)
    return changesets.get(run.ledger, change.id)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(STATES), max_size=8), st.booleans())
def test_whatever_is_tried_states_only_go_forward_one_by_one(librarian: Run, tried: list[Any], passed: bool) -> None:
    change = changes.begin(librarian, "shop", "")
    seen = [change.state]
    for to in tried:
        if change.state == "verifying" and passed and not change.verdict:
            change = judged(librarian, change)
        try:
            change = step(librarian, change, to, "c" * 40 if to == "verifying" else "")
        except RefusedError:
            assert changesets.get(librarian.ledger, change.id) == change, "a refusal changes nothing"
        else:
            seen.append(change.state)
    assert all(after in MOVES[before] for before, after in pairwise(seen))
    assert len(set(seen)) == len(seen), "no way back"
    assert "merged" not in seen or (passed and seen[:4] == list(OPEN))


def test_a_change_set_that_meets_everything_is_given_leave(librarian: Run) -> None:
    change = judged(librarian, verifying(librarian))
    leave = changes.cover(librarian.ledger, change.id)
    assert (leave.change, leave.base, leave.commit) == (change.id, "b" * 40, "c" * 40)
    assert step(librarian, change, "merged").state == "merged"


REFUSED = {
    "no verifier gave a verdict": None,
    "the verifier refused it: loses a line": replace(PASS, reasons=("loses a line",)),
    "the verdict is about another commit": replace(PASS, commit="d" * 40),
    "lint is not clean: 2 problems": replace(PASS, lint="2 problems"),
    "lint is not clean: nobody looked": replace(PASS, lint=""),
    "doctor's wiki checks are not green: a lost object": replace(PASS, health="a lost object"),
    "doctor's wiki checks are not green: nobody looked": replace(PASS, health=""),
}


@pytest.mark.parametrize(("why", "verdict"), REFUSED.items())
def test_without_any_one_precondition_the_merge_is_refused_with_the_reason(
    librarian: Run, why: str, verdict: Verdict | None
) -> None:
    change = verifying(librarian)
    change = judged(librarian, change, verdict) if verdict else change
    with pytest.raises(RefusedError, match=why):
        changes.cover(librarian.ledger, change.id)
    with pytest.raises(RefusedError, match=why):
        step(librarian, change, "merged")
    assert changesets.get(librarian.ledger, change.id).state == "verifying"


def test_what_each_precondition_misses_is_told_all_at_once(librarian: Run) -> None:
    with pytest.raises(RefusedError, match=r"it is draft.*no commit.*no verifier.*lint.*doctor"):
        changes.cover(librarian.ledger, changes.begin(librarian, "shop", "").id)


@pytest.mark.parametrize("seat", ["librarian", "writer", "distiller", "operator"])
def test_a_verdict_of_any_seat_but_the_verifier_is_refused(librarian: Run, seat: str) -> None:
    change = verifying(librarian)
    with pytest.raises(RefusedError, match=f"the {seat} may not verify"):
        judged(librarian, change, seat=seat)


def test_the_writer_cannot_verify_its_own_change_set(librarian: Run) -> None:
    change = verifying(librarian)
    with pytest.raises(RefusedError, match=r"wrote change set .* itself"):
        changes.judge(Run(librarian.ledger, librarian.id, "verifier", "file"), change, PASS)
    assert "its writer verified it" in changes.unmet(replace(change, verdict="pass", verifier=change.run), "verifier")
    assert "its verdict is of the seat writer" in changes.unmet(replace(change, verdict="pass"), "writer")


def test_a_verdict_is_given_once_and_only_while_one_is_waited_for(librarian: Run) -> None:
    with pytest.raises(RefusedError, match="waits for no verdict: it is draft"):
        judged(librarian, changes.begin(librarian, "shop", ""))
    change = judged(librarian, verifying(librarian), replace(PASS, reasons=("no",)))
    with pytest.raises(RefusedError, match="waits for no verdict: it is verifying fail"):
        judged(librarian, change)


def test_another_living_run_cannot_move_a_change_set_and_a_successor_of_a_dead_one_can(ledger: Ledger) -> None:
    with running(ledger, "librarian", "file") as one:
        change = changes.begin(one, "shop", "")
        with running(ledger, "librarian", "file") as other, pytest.raises(RefusedError, match="in the hands of run"):
            step(other, change, "ready")
    assert [found.id for found in changesets.orphans(ledger)] == [change.id]
    with running(ledger, "librarian", "file") as other:
        assert step(other, change, "blocked").state == "blocked"


@pytest.mark.parametrize("seat", ["verifier", "writer", "distiller", "operator", "operator-global", "editor"])
def test_every_other_seat_is_refused_to_write_main_with_the_reason(shop: Any, finding: Any, seat: str) -> None:
    with (
        running(shop.ledger, seat, "nightly") as run,
        pytest.raises(RefusedError, match=f"the {seat} may not write-wiki"),
    ):
        file(run, run.ledger, shop.wiki, "shop", [finding("One.")])
    with running(shop.ledger, seat, "nightly") as run, pytest.raises(RefusedError, match="may not write-wiki"):
        changes.begin(run, "shop", "")
    assert not shop.wiki.exists()


def test_only_operator_global_writes_what_holds_across_domains(shop: Any, ledger: Ledger) -> None:
    with running(ledger, "librarian", "file") as run, pytest.raises(RefusedError, match="may not write-global"):
        changes.begin(run, "global", "")
    with running(ledger, "operator-global", "file") as run:
        assert changes.begin(run, "global", "").state == "draft"


def test_a_night_leaves_every_state_and_the_verdict_in_the_ledger(shop: Any, finding: Any) -> None:
    filed = shop.night([finding("One.")])
    (change,) = changesets.listed(shop.ledger)
    assert (change.state, change.commit, change.verdict, change.lint, change.health) == (
        "merged",
        filed.commit,
        "pass",
        CLEAN,
        GREEN,
    )
    assert change.verifier != change.run
    assert f"Stillhouse-Change: {change.id}" in shop.git("log", "-1", "--format=%B")
    assert shop.git("worktree", "list").count("\n") == 1, "its worktree is gone"
    shop.night()
    assert len(changesets.listed(shop.ledger)) == 1, "a night without news has none"
