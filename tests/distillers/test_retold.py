"""What tells one thing again is one finding, or is counted as told twice; what only resembles it stays apart."""

from __future__ import annotations

from dataclasses import replace

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


NOTES = (
    "A label loses its colour at night, since the shelf is read before the printer is asked which paints are empty"
    " and which brushes dried, whoever closes the shop."
)
SUMMARY = (
    "The printer is asked for empty paints after the shelf is read, so each label keeps its colour where a customer"
    " orders dozens on one busy evening in spring."
)


def section(text: str, *more: str, event: str = "") -> Candidate:
    told = ticket(text, "T-1", "ticket-statement", *more)
    return replace(told, evidence=tuple(replace(one, event=event or one.event) for one in told.evidence))


def test_what_one_section_of_a_ticket_says_and_another_one_says_again_is_one_finding() -> None:
    (one,) = settle([section(NOTES), section(SUMMARY)])
    assert {quote.text for quote in one.evidence} == {NOTES, SUMMARY}


@pytest.mark.parametrize(
    "parts",
    [
        (section(NOTES, event="a" * 16), section(SUMMARY, event="a" * 16)),
        (section(f"{NOTES} It takes 30 seconds."), section(f"{SUMMARY} It takes 90 seconds.")),
        (section(NOTES), section("The shelf is dusted once a week, and a printer that stays warm wastes colour.")),
    ],
)
def test_items_of_one_list_other_numbers_or_little_in_common_are_two(parts: tuple[Candidate, Candidate]) -> None:
    assert len(settle(parts)) == 2


def test_what_is_joined_keeps_all_that_its_parts_quote_the_first_of_each_before_the_rest() -> None:
    lines = ("Labels are printed at night.", "The printer is warm by then.")
    (one,) = settle([section(NOTES), section(SUMMARY, *lines), ticket(NOTES, "T-2", "ticket-statement", "Since May.")])
    assert [quote.text for quote in one.evidence] == [NOTES, SUMMARY, NOTES, *lines, "Since May."]


def test_a_claim_is_counted_as_told_twice_by_what_it_says_itself_and_not_by_what_was_joined_to_it() -> None:
    (joined,) = settle([section(NOTES), section(SUMMARY)])
    (list_item,) = settle(
        [section("Each label keeps its colour where a customer orders dozens in spring, or so said the baker.")]
    )
    assert joined.claim == NOTES
    assert twins([joined, list_item]) == []
    assert len(twins([replace(joined, claim=f"{NOTES} {SUMMARY}"), list_item])) == 1


def test_what_settling_just_leaves_apart_is_counted_as_told_twice() -> None:
    shared = "`drawer.py` holds the lock of the till until the receipt leaves the printer, for cashiers counted coins"
    notes = "twice whenever somebody opened another shift before midnight while closing reports."
    summary = "already taken from that safe, whose guard asks which person carries money home."
    texts = (f"{shared} {notes}", f"{shared} {summary}", "`timer` renders the files once a day.")
    apart = settle([ticket(text, f"T-{day}") for day, text in enumerate(texts)])
    assert len(apart) == 3
    assert len(twins(apart)) == 1
