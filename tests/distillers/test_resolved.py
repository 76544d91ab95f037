"""What a later ticket mends or takes away stands no longer, whether it was filed or not; what mends it is filed."""

from __future__ import annotations

from dataclasses import replace

import pytest
from proposals import candidate, quote

from distillers.findings import Candidate, Confidence
from distillers.settle import settle

KNOWN = "Known issue: `labels.pdf` is cut at page 3, because the height of a sheet is computed in points."
FIXED = "Fix: the height of `labels.pdf` is computed in millimetres, so page 3 is whole."


def ticket(text: str, unit: str, day: int, tier: Confidence = "medium") -> Candidate:
    return candidate(quote(unit, text, "ticket", day), rule="ticket-statement", kind="fact", tier=tier)


@pytest.mark.parametrize(("old", "new"), [("medium", "medium"), ("medium", "low"), ("low", "medium")])
def test_a_known_defect_names_what_mended_it_later(old: Confidence, new: Confidence) -> None:
    defect, fix = sorted(
        settle([ticket(KNOWN, "T-1", 1, old), ticket(FIXED, "T-2", 2, new)]), key=lambda one: one.valid_from
    )
    assert (fix.confidence, fix.status) == ("medium", "accepted")
    assert (defect.status, defect.superseded_by) == ("superseded", fix.id)


@pytest.mark.parametrize(
    ("old", "new", "days"),
    [
        (KNOWN, FIXED, (2, 1)),
        (KNOWN, FIXED.replace("labels.pdf", "bills.pdf"), (1, 2)),
        (KNOWN, "Fix: `labels.pdf` has a title.", (1, 2)),
        (KNOWN, "The height of `labels.pdf` is computed in points for page 3 as well.", (1, 2)),
        (KNOWN, "Known limitation: page 4 of `labels.pdf` is no longer cut, but its height is computed twice.", (1, 2)),
        ("`labels.pdf` is as high as a sheet, because the height is computed once.", FIXED, (1, 2)),
    ],
)
def test_what_is_older_about_something_else_or_mends_nothing_leaves_a_defect_standing(
    old: str, new: str, days: tuple[int, int]
) -> None:
    found = settle([ticket(old, "T-1", days[0]), ticket(new, "T-2", days[1])])
    assert {one.status for one in found} == {"accepted"}


ADDED = ("Add a price badge to labels", "`labels.pdf` shows the price of a pot in a corner of its own.")
GONE = ("Redraw labels: larger names, remove price badge", "`labels.pdf` has names of two lines.")


def titled(title: str, text: str, unit: str, day: int, rule: str = "ticket-statement") -> Candidate:
    lead = quote(unit, text, "ticket" if rule.startswith("ticket") else "agent", day)
    return candidate(lead, claim=f"{title}: {text}", rule=rule, kind="fact")


@pytest.mark.parametrize(
    ("title", "text"),
    [GONE, ("Redraw labels", "The price badge is removed from `labels.pdf`."), ("Remove the price badge", GONE[1])],
)
def test_a_thing_that_an_older_title_adds_and_a_later_ticket_takes_away_stands_no_longer(title: str, text: str) -> None:
    old, new = sorted(settle([titled(*ADDED, "T-1", 1), titled(title, text, "T-2", 2)]), key=lambda one: one.valid_from)
    assert (old.status, old.superseded_by, new.status) == ("superseded", new.id, "accepted")


def test_what_a_session_wrote_into_a_commit_goes_the_way_of_that_commit() -> None:
    found = settle(
        [
            titled(*ADDED, "s-1", 1, "commit-message"),
            titled(*ADDED, "commit-1", 1),
            titled(*GONE, "commit-2", 2),
        ]
    )
    assert {one.rule: one.status for one in found if one.status == "superseded"} == {"commit-message": "superseded"}


@pytest.mark.parametrize(
    "tickets",
    [
        (titled(*ADDED, "T-1", 2), titled(*GONE, "T-2", 1)),
        (titled(*ADDED, "T-1", 1), titled(*GONE, "T-2", 2), titled(ADDED[0], "`labels.pdf` has it back.", "T-3", 3)),
        (titled(*ADDED, "T-1", 1), titled(GONE[0], "`bills.pdf` has names of two lines.", "T-2", 2)),
        (titled(*ADDED, "T-1", 1), titled("Redraw labels, remove badge", GONE[1], "T-2", 2)),
        (titled(*ADDED, "T-1", 1), titled("Remove a bug of the price badge", GONE[1], "T-2", 2)),
    ],
)
def test_what_is_older_comes_back_is_of_another_file_or_less_than_two_words_takes_nothing_away(
    tickets: tuple[Candidate, ...],
) -> None:
    assert {one.status for one in settle(tickets)} == {"accepted"}


def test_what_a_session_told_of_a_name_falls_with_it_and_never_the_other_way_round() -> None:
    told, gone = "`PriceBadge` draws the price in a corner.", "Replaced `PriceBadge` with `PriceTag` on all labels."
    said = candidate(quote("s-1", told, "agent", 1), rule="agent-explanation", kind="fact")
    one, other = sorted(settle([said, ticket(gone, "T-2", 2)]), key=lambda one: one.valid_from)
    assert (one.status, one.superseded_by, other.status) == ("superseded", other.id, "accepted")
    claimed = candidate(quote("s-1", gone, "agent", 2), rule="agent-explanation", kind="fact")
    assert {one.status for one in settle([ticket(told, "T-1", 1), claimed])} == {"accepted"}


@pytest.mark.parametrize(
    ("units", "falls"),
    [
        (("002/pr", "088/pr"), True),
        (("#9", "#88"), True),
        (("088/pr", "002/pr"), False),
        (("notes", "088/pr"), True),
        (("002/pr", "notes"), False),
        (("first", "second"), False),
    ],
)
def test_of_tickets_without_a_date_the_number_tells_which_is_later(units: tuple[str, str], falls: bool) -> None:
    texts = (
        "`packSheet()` keeps the names of labels apart",
        "Removed the deprecated `packSheet()` in favour of `pack()`",
    )
    old, new = (ticket(text, unit, 1) for text, unit in zip(texts, units, strict=True))
    undated = [replace(one, evidence=(replace(one.evidence[0], at=""),)) for one in (old, new)]
    found = {one.claim: one for one in settle(undated)}
    assert (found[texts[0]].status == "superseded") is falls
    assert found[texts[1]].status == "accepted"
