"""What later tickets turned, in any of their sentences, says what became of older claims."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import told
from proposals import verdict

from distillers.anew import TURN
from distillers.distil import propose, sift
from distillers.findings import Candidate, Finding
from distillers.rules import turned
from distillers.rulings import Rulings
from distillers.settle import settle

OLD = (
    "ticket T-1 (state:Done, web) Add the order list of the shop\n"
    "section Decision: `orders.walk()` reads each order of `shop.db` at once, because the price badge needs them all.\n"
)
Read = Callable[..., list[Candidate]]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """What all rules propose from tickets, given as text, each a day later than the one before."""

    def proposed(*tickets: str) -> list[Candidate]:
        path = tmp_path / "some.case"
        path.write_text("".join(tickets) + "===\n", "utf-8")
        return [one for unit in told.read(path).units for one in sift(unit, propose(unit))[0]]

    return proposed


def later(title: str, text: str = "", state: str = "Done", unit: str = "T-2") -> str:
    return f"ticket {unit} (state:{state}, web) {title}\n" + (f"section Notes: {text}\n" if text else "")


def first(found: list[Finding]) -> Finding:
    return next(one for one in found if one.evidence[0].unit == "T-1")


TURNS = [
    (later("Faster carts", "Remove `orders.walk()`."), "`orders.walk` is given up in T-2"),
    (later("Rework the order list into cards"), "order list is made anew in T-2"),
    (later("Simplify labels: drop price badge and stock count"), "price badge is removed in T-2"),
    (
        later(
            "Faster carts",
            "It was claimed that `orders.walk()` reads each order at once, as the price badge needs them: it pages.",
        ),
        "taken back in T-2",
    ),
]


@pytest.mark.parametrize(("text", "why"), TURNS)
def test_what_a_later_ticket_turned_is_of_low_confidence_and_says_why(read: Read, text: str, why: str) -> None:
    assert (first(settle(read(OLD))).status, first(settle(read(OLD))).warnings) == ("accepted", ())
    now = first(settle(read(OLD, text)))
    assert (now.confidence, now.status, now.warnings) == ("low", "waiting", (why,))


@pytest.mark.parametrize(("text", "why"), TURNS)
def test_what_is_not_done_or_was_before_turns_nothing(read: Read, text: str, why: str) -> None:
    for tickets in ((OLD, text.replace("state:Done", "state:Open")), (text, OLD)):
        assert first(settle(read(*tickets))).status == "accepted", why


def test_a_name_that_is_there_again_is_not_gone(read: Read) -> None:
    gone = later("Faster carts", "Remove `orders.walk()`.")
    back = later("Orders by page", "`orders.walk()` reads a page of `shop.db` because all of it was slow.", unit="T-3")
    assert first(settle(read(OLD, gone, back))).status == "accepted"


def test_what_a_claim_says_was_given_up_and_is_used_again_holds_no_longer(read: Read) -> None:
    old = (
        "ticket T-1 (state:Done, web) Faster orders\n"
        "section Decision: Replaced `orders.walk()` with `orders.page()`, because all of `shop.db` was read at once.\n"
    )
    again = later("Whole orders", "Restore the old orders.walk() for exports.")
    assert first(settle(read(old, again))).warnings == ("`orders.walk` is used again in T-2",)


def test_a_ticket_takes_back_what_it_claimed_itself(read: Read) -> None:
    corrected = (
        OLD
        + "section Review: Verified: the earlier claim that it reads each order at once for the badge was outdated.\n"
    )
    assert "taken back in T-1" in first(settle(read(corrected))).warnings
    assert first(settle(read(OLD + "section Review: Orders of `shop.db` are read at once.\n"))).status == "accepted"


def test_a_sentence_that_takes_back_something_else_of_the_same_file_leaves_a_claim_standing(read: Read) -> None:
    other = later("Docs", "The README claimed a lock at once per badge; `orders.walk()` of `shop.db` has none.")
    assert first(settle(read(OLD, other))).status == "accepted"


RENAMED = later("Names", "Rename orders.walk to orders.all in all calls.")


def test_a_claim_under_an_old_name_stands_and_says_what_it_is_called_now_with_the_quote(read: Read) -> None:
    before, now = first(settle(read(OLD))), first(settle(read(OLD, RENAMED)))
    note = " (`orders.walk` is called `orders.all` since 2026-03-02.)"
    assert (now.id, now.status, now.claim) == (before.id, "accepted", before.claim + note)
    assert now.evidence[-1].text == "Rename orders.walk to orders.all in all calls."
    assert settle(reversed(read(OLD, RENAMED))) == settle(read(OLD, RENAMED)), "whatever the order"


def test_a_name_that_is_used_after_the_rename_is_not_told_as_old(read: Read) -> None:
    again = later("Orders by page", "`orders.walk()` reads `shop.db` because `orders.all()` is slow.", unit="T-3")
    assert "is called" not in first(settle(read(OLD, RENAMED, again))).claim


def test_what_a_person_accepted_stays(read: Read) -> None:
    known = first(settle(read(OLD)))
    given = Rulings({known.id: verdict("accept")})
    now = first(settle(read(OLD, TURNS[0][0]), given))
    assert (now.status, now.confidence, now.warnings) == ("accepted", "high", ())


def test_turns_are_no_findings(read: Read) -> None:
    assert turned.RULE.name == TURN
    proposed = read(*(text for text, _ in TURNS[:1]), RENAMED.replace("T-2", "T-3"))
    assert {one.key.partition(":")[0] for one in proposed if one.rule == TURN} == {"gone", "renamed"}
    assert all(one.rule != TURN for one in settle(proposed))
