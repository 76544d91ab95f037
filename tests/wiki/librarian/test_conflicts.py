"""A line that a person wrote and newer evidence says otherwise: asked once, decided by a person, done by the night."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from pyotp.totp import TOTP

from scheduling import approvals, editors
from scheduling.approvals import Request
from scheduling.base.errors import UsageError
from scheduling.runs import running
from wiki import conflicts
from wiki.lint import lint
from wiki.tree import Tree

OLD, NEW, HAND = "Deploy on fridays.", "Deploy on mondays.", "Deploy whenever Ana says so."


class Desk:
    """A person who decides about conflicts."""

    def __init__(self, shop: Any) -> None:
        self.shop = shop
        with running(shop.ledger, "operator", "enrol") as run:
            self.code = TOTP(editors.enrol(run, "Ana").secret)

    def asked(self) -> list[Request]:
        return approvals.open_requests(self.shop.ledger, conflicts.KIND)

    def decide(self, word: str, text: str = "") -> None:
        [request] = self.asked()
        with running(self.shop.ledger, "editor", "decide") as run:
            approvals.rule(
                run, request.id, "approve", editor="Ana", code=self.code.now(),
                body_sha256=request.body_sha256, notes=conflicts.notes_of(word, text),
            )  # fmt: skip


@pytest.fixture
def desk(shop: Any) -> Desk:
    return Desk(shop)


@pytest.fixture
def rule(finding: Any) -> Any:
    return finding(OLD, key="deploy", id="f-00000001")


@pytest.fixture
def held(shop: Any, rule: Any) -> Any:
    """A person's line stands; then the evidence says something new."""
    shop.night([rule])
    shop.edit(OLD, HAND)
    shop.commit()
    shop.night([rule])
    shop.night([newer(rule)])
    return shop


def newer(rule: Any, claim: str = NEW, **values: Any) -> Any:
    return replace(rule, claim=claim, evidence=(replace(rule.evidence[0], text=claim),), status="accepted", **values)


def test_a_person_who_changes_a_line_is_asked_nothing_however_often_it_is_confirmed(
    shop: Any, desk: Desk, rule: Any, quote: Any
) -> None:
    shop.night([rule])
    shop.edit(OLD, HAND)
    shop.commit()
    for seen in (1, 2, 3):
        shop.night(
            [replace(rule, seen=seen, valid_from=f"2026-11-2{seen}", evidence=(rule.evidence[0], quote("more")))]
        )
    assert desk.asked() == []
    assert HAND in shop.page()


def test_when_the_finding_changes_both_versions_are_put_before_a_person_and_nothing_is_touched(
    held: Any, desk: Desk, rule: Any
) -> None:
    before = held.tree_hash()
    notes = held.night([newer(rule, seen=2)]).notes
    assert held.tree_hash() == before
    assert any("stillhouse review list" in note for note in notes)
    [request] = desk.asked()
    shown = conflicts.page(conflicts.of(request), request.id)
    assert f"    - {HAND} [^00000001] ^f-00000001\n" in shown
    assert f"    - {NEW} [^00000001]" in shown


def test_theirs_leaves_the_line_and_is_not_asked_again_until_the_evidence_changes_again(
    held: Any, desk: Desk, rule: Any
) -> None:
    before = held.tree_hash()
    desk.decide("theirs")
    for _ in range(3):
        held.night()
    assert (held.tree_hash(), desk.asked()) == (before, [])
    held.night([newer(rule, "Deploy never.")])
    assert len(desk.asked()) == 1


def test_ours_puts_the_newer_line_in_its_place_and_the_librarian_keeps_it_up(held: Any, desk: Desk, rule: Any) -> None:
    desk.decide("ours")
    held.night()
    assert (HAND in held.page(), NEW in held.page()) == (False, True)
    assert (held.states()["f-00000001"], desk.asked()) == ("live", [])
    held.night([newer(rule, "Deploy on tuesdays.")])
    assert "Deploy on tuesdays." in held.page()
    assert lint(Tree(held.wiki)) == []


def test_merged_words_are_the_persons_and_keep_the_sources(held: Any, desk: Desk, rule: Any) -> None:
    desk.decide("merged", "Deploy on mondays, <b>unless</b> Ana says so.")
    filed = held.night()
    line = "- Deploy on mondays, &lt;b>unless&lt;/b> Ana says so. [^00000001] ^f-00000001"
    assert line in held.page().splitlines()
    assert (filed.held, held.states()["f-00000001"], desk.asked()) == ((), "human", [])
    before = held.tree_hash()
    held.night([newer(rule, seen=5)])
    assert held.tree_hash() == before


def test_a_line_that_was_edited_since_is_not_decided_about_and_asked_again(held: Any, desk: Desk) -> None:
    desk.decide("ours")
    held.edit(HAND, "Deploy when the moon is full.")
    held.commit()
    held.night()
    assert "the moon is full" in held.page()
    assert "the moon is full" in conflicts.page(conflicts.of(desk.asked()[0]), "q")


def test_an_edit_and_a_newer_finding_in_one_night_are_a_conflict_at_once(shop: Any, desk: Desk, rule: Any) -> None:
    shop.night([rule])
    shop.edit(OLD, HAND)
    shop.commit()
    shop.night([newer(rule)])
    assert HAND in shop.page()
    assert len(desk.asked()) == 1


def test_a_request_goes_when_the_person_writes_what_the_evidence_says(held: Any, desk: Desk, rule: Any) -> None:
    assert len(desk.asked()) == 1
    held.night([replace(rule, status="accepted")])
    assert desk.asked() == []


def test_what_is_superseded_is_asked_about_too(shop: Any, desk: Desk, rule: Any, finding: Any) -> None:
    shop.night([rule])
    shop.edit(OLD, HAND)
    shop.commit()
    shop.night([rule])
    heir = finding(NEW, key="deploy", valid_from="2026-11-21")
    shop.night([heir, replace(rule, status="superseded", superseded_by=heir.id)])
    assert "replaced 2026-11-19" in str(desk.asked()[0].detail["ours"])
    desk.decide("ours")
    shop.night()
    assert HAND not in shop.page()
    assert "<details" in shop.page()


@pytest.mark.parametrize(("word", "text"), [("mine", ""), ("merged", " "), ("ours", "words"), ("theirs", "\u202e x")])
def test_a_decision_that_says_nothing_clear_is_refused(word: str, text: str) -> None:
    with pytest.raises(UsageError):
        conflicts.notes_of(word, text)
