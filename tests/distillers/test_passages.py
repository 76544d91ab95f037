"""What stands around a quote is shown word for word, from the same event, and never more than it should."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import told
from proposals import candidate, event

from distillers import findings_store, forget
from distillers.claims import quote_of
from distillers.distil import distil
from distillers.evidence import fault
from distillers.findings import GLOBAL, Finding
from distillers.passages import LIMIT, with_passages
from distillers.record.archive import Archive
from distillers.record.erase import Erased
from distillers.record.events import Event
from distillers.settle import settle
from scheduling.ledger.store import Ledger
from scheduling.runs import running

SAID = "The cursor was closed too early."
WHY = "The pool hands it out again after a minute, so the export read nothing."


def section(text: str, **more: Any) -> Event:
    return event("T-1", 1, text, "ticket", **({"kind": "section", "medium": "ticket", "prose": True} | more))


def found(of: Event, *said: str, **more: Any) -> Finding:
    """A finding that rests on stretches of one event."""
    quotes = [one for one in (quote_of(of, text) for text in said or (SAID,)) if one]
    fields = {"claim": SAID, "confidence": "medium"} | more
    return replace(settle([candidate(*quotes, tier="high", rule="ticket-statement")])[0], **fields)


def shown(of: Event, *said: str, **more: Any) -> list[str]:
    (one,) = with_passages([found(of, *said, **more)], {of.id: of})
    assert fault(one.evidence, {of.id: of}) is None
    return [quote.passage for quote in one.evidence]


def test_a_quote_carries_its_paragraph_and_what_is_next_to_it() -> None:
    text = f"Exports came out empty.\n\n{SAID} {WHY}\n\nNightly exports hold it open."
    assert shown(section(text)) == [text]


def test_an_item_carries_its_list_and_what_leads_in_to_it() -> None:
    text = f"Root causes:\n- {SAID}\n- The pool hands it out again after a minute.\n"
    assert shown(section(f"Elsewhere all was well and nothing was changed.\n\n{text}")) == [text.strip()]


def test_the_own_paragraph_goes_before_others_and_all_of_it_fits() -> None:
    far = " ".join(f"Sentence number {n} speaks of the pool." for n in range(40))
    (passage,) = shown(section(f"{far}\n\n{far} {SAID} {WHY}\n\n{far}"))
    assert SAID in passage
    assert len(passage) <= LIMIT
    assert "\n" not in passage
    assert passage.startswith("Sentence")
    assert passage.endswith(".")


@pytest.mark.parametrize(
    "wall",
    [
        "## Another matter",
        "```\ncode\n```",
        "| a | b |",
        "- [ ] Not done yet at all",
        "<!-- NOTES:END -->",
        "Signed-off-by: Ana",
        "> quoted",
        "Let me run the tests now.",
    ],
)
def test_a_passage_ends_where_something_else_begins(wall: str) -> None:
    after = "What comes after that wall is another matter."
    assert shown(section(f"{SAID} {WHY}\n{wall}\n{after}")) == [f"{SAID} {WHY}"]


def test_a_claim_that_is_its_whole_paragraph_has_no_passage() -> None:
    assert shown(section(SAID)) == [""]
    assert shown(section(f"{SAID}\n\n## Next\n{WHY}")) == [""]


def test_quotes_of_one_event_share_one_passage() -> None:
    text = f"{SAID}\n{WHY}\nThe fix keeps it open until the export of all tables is done."
    assert shown(section(text), SAID, WHY) == [text, ""]


def test_a_quote_that_stands_apart_has_a_passage_of_its_own() -> None:
    last = "The fix keeps it open until the export of all tables is done."
    mending = f"Nobody saw it in the shop for a whole week, since it is read there at night. {last}"
    assert shown(section(f"{SAID} {WHY}\n\n## Mending\n\n{mending}"), SAID, last) == [f"{SAID} {WHY}", mending]


def test_each_event_has_its_passage_before_one_of_them_has_a_second() -> None:
    fill = "Sentence of a hundred letters about the pool that everybody reads, though nobody ever closes it. " * 3
    one = section(f"{SAID} {fill}\n\n## Mending\n\n{WHY} {fill}")
    other = replace(section(f"{SAID} It stays so. {fill}"), id="1" * 16, unit="T-2")
    quotes = [quote_of(one, SAID), quote_of(one, WHY), quote_of(other, SAID)]
    many = replace(found(one), evidence=tuple(quote for quote in quotes if quote))
    (told_of,) = with_passages([many], {event.id: event for event in (one, other)})
    assert [bool(quote.passage) for quote in told_of.evidence] == [True, False, True]


def test_passages_of_one_finding_together_stay_within_the_limit() -> None:
    events = [section(f"{SAID} " + f"Case {n} of the pool is told here. " * 12) for n in range(3)]
    events = [replace(one, id=f"{n:016}", unit=f"T-{n}") for n, one in enumerate(events)]
    quotes = [quote_of(one, SAID) for one in events]
    many = replace(found(events[0]), evidence=tuple(one for one in quotes if one))
    (one,) = with_passages([many], {one.id: one for one in events})
    assert sum(len(quote.passage) for quote in one.evidence) <= LIMIT
    assert [bool(quote.passage) for quote in one.evidence] == [True, True, False]


@pytest.mark.parametrize(
    "changed",
    [
        {"status": "superseded"},
        {"status": "rejected"},
        {"confidence": "low"},
        {"warnings": ("claims a person's authority without a cited turn",)},
        {"domain": GLOBAL},
    ],
)
def test_what_is_refuted_uncertain_warned_of_or_of_all_domains_has_none(changed: dict[str, Any]) -> None:
    assert shown(section(f"{SAID} {WHY}"), **changed) == [""]


@pytest.mark.parametrize("kind", ["summary", "result", "call", "thinking", "status"])
def test_only_what_somebody_wrote_to_others_is_shown(kind: str) -> None:
    of = section(f"{SAID} {WHY}", kind=kind)
    (one,) = with_passages([found(of)], {of.id: of})
    assert one.evidence[0].passage == ""


def test_a_text_that_claims_an_authority_it_has_not_is_not_shown() -> None:
    text = f"{SAID} {WHY} The CTO has approved that all checks are skipped."
    assert shown(event("s1", 1, text, "agent")) == [""]
    assert shown(section(text)) == [text]


def test_a_less_trusted_event_lends_no_passage_to_a_claim() -> None:
    sure, less = section(SAID), event("s1", 1, f"{SAID} {WHY}", "agent")
    weak = quote_of(less, SAID)
    assert weak
    one = found(sure)
    (one,) = with_passages([replace(one, evidence=(*one.evidence, weak))], {sure.id: sure, less.id: less})
    assert [quote.passage for quote in one.evidence] == ["", ""]


def test_a_sentence_that_was_refuted_does_not_come_back_beside_what_refutes_it() -> None:
    of = section(f"The pool is not to blame for that. {SAID} {WHY}")
    fell = found(of, "The pool is not to blame for that.", status="superseded", id="f-0")
    both = with_passages([found(of), fell], {of.id: of})
    assert [one.evidence[0].passage for one in both] == [f"{SAID} {WHY}", ""]


def test_a_masked_secret_is_shown_by_its_kind_alone() -> None:
    (passage,) = shown(section(f"{SAID} {WHY} It used [REDACTED:token:0a1b2c3d] for that."))
    assert passage.endswith("It used [REDACTED:token] for that.")


@pytest.mark.parametrize("passage", ["The cursor was closed too early! The pool", "not of this event", WHY])
def test_a_passage_that_does_not_stand_around_its_quote_is_a_fault(passage: str) -> None:
    of = section(f"{SAID} {WHY}")
    (one,) = found(of).evidence
    assert fault([replace(one, passage=passage)], {of.id: of}) == "the passage does not stand around the quote"


CASES = Path(__file__).parent / "cases"


def filed(ledger: Ledger) -> list[Finding]:
    return [one for one in findings_store.load(ledger) if any(quote.passage for quote in one.evidence)]


@pytest.fixture
def distilled(archive: Archive, ledger: Ledger) -> str:
    """The text of a ticket that has been distilled."""
    (unit,) = told.read(CASES / "ticket-root-cause.case").units
    events = [
        replace(one, text=f"{one.text}\n\nThe changelog is written, and two shops saw it in spring.")
        for one in unit.events
    ]
    with running(ledger, "distiller", "nightly") as run:
        archive.append("shop", events, run=run)
        distil(run, archive, ["shop"])
    return "\n".join(one.text for one in events)


def test_a_night_stores_passages_and_a_second_one_changes_nothing(
    distilled: str, archive: Archive, ledger: Ledger
) -> None:
    before = filed(ledger)
    assert before
    assert all(quote.passage in distilled for one in before for quote in one.evidence)
    with running(ledger, "distiller", "nightly") as run:
        distil(run, archive, ["shop"])
    assert filed(ledger) == before


@pytest.mark.usefixtures("distilled")
def test_a_ledger_of_before_passages_gets_them_with_its_next_night(
    archive: Archive, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = filed(ledger)
    with running(ledger, "distiller", "nightly") as run, run.change("settle", "shop") as rows:
        rows.exec_driver_sql("ALTER TABLE evidence DROP COLUMN passage")
    again = Ledger(ledger.path)
    assert filed(again) == []
    monkeypatch.setattr("distillers.passages.edition", lambda: "another")
    with running(again, "distiller", "nightly") as run:
        assert distil(run, archive, ["shop"]).units == 0
    assert [one.evidence for one in filed(again)] == [one.evidence for one in whole]


@pytest.mark.usefixtures("distilled")
def test_a_purged_text_takes_the_findings_that_show_it(ledger: Ledger) -> None:
    passages = [quote.passage for one in filed(ledger) for quote in one.evidence]
    assert any("The changelog is written" in passage for passage in passages)
    with running(ledger, "operator", "purge") as run, run.change("purge", "findings") as rows:
        forget.forget(rows, Erased(), forms=("The changelog is written",))
    assert filed(ledger) == []
