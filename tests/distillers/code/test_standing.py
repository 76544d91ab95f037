"""A claim that rests on a name that is gone is of low confidence and says why; a person's order is not touched."""

from dataclasses import replace
from pathlib import Path

import pytest
import told
from proposals import candidate, quote

from distillers import findings_store
from distillers.code.naming import Marker
from distillers.code.standing import Gone, Judge, Standing
from distillers.code.ties import number
from distillers.code.wear import Lost, Wear
from distillers.distil import distil
from distillers.record.archive import Archive
from distillers.settle import settle
from scheduling.ledger.store import Ledger
from scheduling.runs import running

MARKER = Marker(b"k" * 32)
GONE = Gone(MARKER.marks({"export_rows", "page_size", "old_page", "row_count"}), MARKER)
NONE = Gone(MARKER.marks(set[str]()), MARKER)
CASE = Path(__file__).parents[1] / "cases" / "ticket-root-cause.case"


def settled(*some: object) -> list[tuple[str, str, tuple[str, ...]]]:
    given = list(some)
    seen = Judge(GONE)
    found = seen.warned(settle(seen.lowered(given)))  # type: ignore[arg-type]
    return [(one.confidence, one.status, one.warnings) for one in found]


def test_what_a_ticket_says_of_gone_code_is_low_and_says_which_name() -> None:
    one = candidate(quote("T-1", "`export_rows` reads by page", "ticket"), rule="ticket-statement", tier="high")
    assert settled(one) == [("low", "waiting", ("`export_rows` stands nowhere in the code any more",))]


def test_a_warning_names_no_more_than_a_few() -> None:
    claim = "export_rows, page_size, old_page and row_count belong together"
    ((_, _, (why,)),) = settled(candidate(quote("s1", claim, "agent")))
    assert why == "`export_rows`, `page_size`, `old_page` … stand nowhere in the code any more"


def test_what_a_person_ordered_stands() -> None:
    one = candidate(quote("s1", "always call export_rows last"), tier="high")
    same = candidate(quote("T-1", "always call export_rows last", "ticket"), key=one.key, rule="ticket-statement")
    assert settled(one) == [("high", "accepted", ())]
    assert settled(one, same) == [("high", "accepted", ())]


def test_a_claim_that_tells_of_the_end_itself_stands() -> None:
    one = candidate(quote("T-1", "Removed export_rows, since pages are read by name", "ticket"), tier="high")
    assert settled(one) == [("high", "accepted", ())]


def test_a_domain_that_lost_nothing_is_left_as_it_is() -> None:
    one = candidate(quote("T-1", "`export_rows` reads by page", "ticket"), tier="high")
    assert Judge(NONE).lowered([one]) == Judge().lowered([one]) == [one]
    assert (NONE.parts(), GONE.parts() == (), Judge(NONE).warned([])) == ((), False, [])


@pytest.fixture
def ticket(ledger: Ledger, archive: Archive) -> Archive:
    with running(ledger, "operator", "collect") as run:
        for unit in told.read(CASE).units:
            archive.append("shop", [replace(one, unit="commit-" + "a" * 12) for one in unit.events], run=run)
    return archive


def test_a_domain_is_settled_again_when_its_code_moved(ledger: Ledger, ticket: Archive) -> None:
    held: list[list[tuple[str, bool]]] = []
    fresh, worn = (Wear(lost, {}, MARKER) for lost in ({}, {number("a" * 12) or 0: Lost(9, 10)}))
    for code in (None, Standing(GONE, fresh), Standing(GONE, fresh), Standing(NONE, fresh), Standing(NONE, worn)):
        with running(ledger, "distiller", "nightly") as run:
            distil(run, ticket, ["shop"], code={"shop": code} if code else None)
        found = [one for one in findings_store.load(ledger) if "export_rows" in one.claim]
        held.append([(one.confidence, bool(one.warnings)) for one in found])
    assert held[0] == held[3] == [("medium", False)]
    assert held[1] == held[2] == held[4] == [("low", True)]
