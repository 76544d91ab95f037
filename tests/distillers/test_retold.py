"""What tells one thing again is one finding, or is counted as told twice; what only resembles it stays apart."""

from __future__ import annotations

import pytest
from proposals import candidate, quote

from distillers.findings import Candidate
from distillers.quality import twins
from distillers.retold import retold, tale
from distillers.settle import settle

LIST = "`unit list` reads `RepoStore`, which scans clones and finds no rendered files, so it returns an empty list."
AGAIN = (
    "`RepoStore` scans clones and finds no rendered files there, so `unit list` returns an empty list on both systems."
)


def ticket(text: str, unit: str, rule: str = "ticket-statement", *more: str) -> Candidate:
    said = [quote(unit, one, "ticket" if rule == "ticket-statement" else "agent") for one in (text, *more)]
    return candidate(*said, claim=" ".join((text, *more)), rule=rule)


@pytest.mark.parametrize(
    ("one", "other", "units", "same"),
    [
        (LIST, AGAIN, ("T-1", "T-2"), True),
        (LIST, AGAIN.replace("finds no", "finds all"), ("T-1", "T-2"), False),
        (LIST + " It waits 30 seconds.", AGAIN + " It waits 90 seconds.", ("T-1", "T-2"), False),
        (LIST, AGAIN.replace("RepoStore", "UnitStore").replace("unit list", "unit show"), ("T-1", "T-2"), False),
        (LIST, "`unit list` takes `--all`, and `RepoStore` is read once.", ("T-1", "T-2"), False),
        (
            LIST,
            "`unit list` was empty: `RepoStore` scans clones, which hold no rendered files to list.",
            ("T-1",) * 2,
            True,
        ),
        (LIST, "The files are rendered once a day by `timer`, after the clones are fetched.", ("T-1", "T-1"), False),
    ],
)
def test_a_thing_told_again_is_known_by_words_names_numbers_and_noes(
    one: str, other: str, units: tuple[str, str], same: bool
) -> None:
    first, second = (
        tale("ticket-statement", (quote(unit, text, "ticket"),)) for unit, text in zip(units, (one, other), strict=True)
    )
    assert retold(first, second) is same
    assert retold(second, first) is same


def test_two_tickets_and_a_commit_that_tell_one_thing_are_one_finding_with_all_their_quotes() -> None:
    lines = ("Prompts of fixes name the same types of output", "as suggestions do, so that the editor may add a skill.")
    found = settle(
        [
            ticket(LIST, "T-1"),
            ticket(AGAIN, "T-2"),
            ticket(lines[0], "commit-1", "ticket-statement", lines[1]),
            ticket("Name the types in prompts of fixes", "s-1", "commit-message", *lines),
        ]
    )
    assert {frozenset(quote.unit for quote in one.evidence) for one in found} == {
        frozenset({"T-1", "T-2"}),
        frozenset({"commit-1", "s-1"}),
    }


def test_what_settling_just_leaves_apart_is_counted_as_told_twice() -> None:
    shared = "`drawer.py` holds the lock of the till until the receipt leaves the printer, for cashiers counted coins"
    notes = "twice whenever somebody opened another shift before midnight while closing reports."
    summary = "already taken from that safe, whose guard asks which person carries money home."
    texts = (f"{shared} {notes}", f"{shared} {summary}", "`timer` renders the files once a day.")
    apart = settle([ticket(text, f"T-{day}") for day, text in enumerate(texts)])
    assert len(apart) == 3
    assert len(twins(apart)) == 1
