"""A known defect that a later ticket mends stands no longer, whether it was filed or not; what mends it is filed."""

from __future__ import annotations

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
