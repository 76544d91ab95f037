"""What tells one thing again is one finding, or is counted as told twice; what only resembles it stays apart."""

from __future__ import annotations

from dataclasses import replace

import pytest
from proposals import candidate, quote

from distillers.findings import Candidate
from distillers.quality import twins
from distillers.retold import Heard, Tale, heard, retold, tale
from distillers.settle import settle

LIST = "`unit list` reads `RepoStore`, which scans clones and finds no rendered files, so it returns an empty list."
AGAIN = (
    "`RepoStore` scans clones and finds no rendered files there, so `unit list` returns an empty list on both systems."
)
RESTART = (
    "Existing networks and volumes: `restart_many()` in place of `start_many()`, as units keep old files till "
    "`reload_all()` ran and the host lets go of sockets."
)
DRIVEN = (
    "Units that drive networks are written first: `reload_all()`, then `restart_many()` for each host, since "
    "`start_many()` skips whatever the system thinks active already."
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
    assert retold(first, second, {}) is same
    assert retold(second, first, {}) is same


def test_in_one_section_three_names_and_a_third_of_the_words_tell_one_thing_and_two_names_do_not() -> None:
    first = quote("T-1", RESTART, "ticket")

    def beside(text: str) -> Tale:
        return tale("ticket-statement", (replace(quote("T-1", text, "ticket"), event=first.event),))

    told = tale("ticket-statement", (first,))
    assert retold(told, beside(DRIVEN), {})
    assert not retold(told, beside(DRIVEN.replace("restart_many", "stop_many")), {})


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


def test_a_quote_is_told_by_its_claim_without_its_label_too() -> None:
    (labelled,) = settle([section(NOTES, f"Fix: {SUMMARY}")])
    (item,) = settle(
        [section("Each label keeps its colour where a customer orders dozens in spring, or so said the baker.")]
    )
    assert len(twins([replace(labelled, claim=f"{NOTES} Since then: {SUMMARY}"), item])) == 1
    assert twins([replace(labelled, claim=NOTES), item]) == []


def test_what_settling_just_leaves_apart_is_counted_as_told_twice() -> None:
    shared = "`drawer.py` holds the lock of the till until the receipt leaves the printer, for cashiers counted coins"
    notes = "twice whenever somebody opened another shift before midnight while closing reports."
    summary = "already taken from that safe, whose guard asks which person carries money home."
    texts = (f"{shared} {notes}", f"{shared} {summary}", "`timer` renders the files once a day.")
    apart = settle([ticket(text, f"T-{day}") for day, text in enumerate(texts)])
    assert len(apart) == 3
    assert len(twins(apart)) == 1


TOLD = (
    "`next_number()` numbers each receipt with a counter that all tills share, and locks the drawer file while it"
    " stores the next value, since two of them gave one number to two customers in March."
)
BRIEF = "Numbering of receipts was shared by a locked counter that is storing values."


def told_in(text: str, *more: str, event: str = "") -> Tale:
    return tale("ticket-statement", section(text, *more, event=event).evidence)


def again(one: str, other: str, common: Heard | None = None) -> bool:
    """Whether two claims of one ticket, each in a section of its own, tell one thing."""
    return retold(told_in(one), told_in(other), common or {})


def test_what_another_section_says_in_other_forms_of_the_words_and_with_more_is_told_once() -> None:
    assert again(TOLD, BRIEF)
    (one,) = settle([section(TOLD), section(BRIEF)])
    assert (one.claim, {quote.text for quote in one.evidence}) == (TOLD, {TOLD, BRIEF})


@pytest.mark.parametrize(
    "brief",
    [
        BRIEF.replace("values", "500 values"),
        f"`Drawer`: {BRIEF}",
        "A locked lamp was shared; warned cashiers count coins.",
    ],
)
def test_other_numbers_another_subject_or_other_words_tell_another_thing(brief: str) -> None:
    assert not again(TOLD, brief)


def test_each_sentence_has_to_be_said_elsewhere_and_in_another_section() -> None:
    lone = "Nobody at the bakery reads the log on Sundays."
    same = told_in(TOLD, event=section(BRIEF).evidence[0].event)
    assert not retold(told_in(TOLD), told_in(BRIEF, lone), {})
    assert not retold(same, told_in(BRIEF), {})


def test_words_that_all_of_a_ticket_has_say_little_of_what_two_of_its_claims_tell() -> None:
    many = ["Counters of receipts are locked and shared, numbering what stores value."] * 30
    brief = f"{BRIEF} Gardeners paint fences."
    common = heard(("ticket-statement", section(text).evidence) for text in (TOLD, brief, *many))
    assert not again(TOLD, brief, common)
    assert again(TOLD, brief)


def test_of_two_tellings_of_a_ticket_the_one_that_names_something_leads() -> None:
    named = "`locks.py` now looks for `till.lock` where it looked for the wrong name of the lock file."
    bare = "Root cause: the search for the lock file looked for the wrong name of it."
    (one,) = settle([replace(section(bare), worth=2.0), replace(section(named), worth=1.0)])
    assert one.claim == named


def test_what_a_session_explained_or_was_asked_for_is_told_by_its_commit() -> None:
    commit = ticket(
        "Coins were deleted by `Drawer.open()`: the update of `till` mends it, tests no longer.",
        "s-1",
        "commit-message",
    )
    said = quote("s-1", "The update of `till` mends that `Drawer.open()` deleted coins.", "agent")
    shown = quote("s-1", "till 5.16 printed by a tool, with much else in that line of the log of the day", "tool")
    explained = candidate(said, shown, claim=said.text, rule="agent-explanation", key="said")
    asked = candidate(
        quote("s-1", "The update of `till` should not have deleted coins in `Drawer.open()`."),
        rule="typed-decision",
        key="asked",
        kind="decision",
    )
    (one,) = settle([explained, asked, commit])
    assert (one.rule, said in one.evidence, shown in one.evidence) == ("commit-message", True, True)
    elsewhere = [
        replace(one, evidence=tuple(replace(q, unit="s-2") for q in one.evidence)) for one in (explained, asked)
    ]
    assert len(settle([*elsewhere, commit])) == 3


@pytest.mark.parametrize(("besides", "findings"), [(1, 1), (3, 2)])
def test_an_end_that_is_told_with_its_defect_is_not_told_again_with_little_besides(besides: int, findings: int) -> None:
    defect = "The till waited a minute for a printer that nobody had plugged in."
    end = "`wait_for()` is capped at a second."
    items = ("The lamp warns cashiers.", "Shops choose their paper.", "Coins are counted twice at night.")
    one, two = section(defect, end), section(end, *items[:besides])
    two = replace(two, evidence=(one.evidence[1], *two.evidence[1:]))
    assert len(settle([one, two])) == findings
