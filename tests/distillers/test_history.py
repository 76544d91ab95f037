"""What was believed on a day is answered as it was, whatever became of it since."""

import tempfile
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from proposals import candidate, quote, verdict
from sqlalchemy import update

from distillers import findings_store, forget
from distillers.findings import Candidate, Finding
from distillers.history import versions
from distillers.record.erase import Erased
from distillers.rulings import Label, Rulings
from distillers.settle import settle
from scheduling.base.errors import UsageError
from scheduling.ledger.store import Ledger
from scheduling.runs import Run, running

GISTS = candidate(quote("s1", "unlisted gists"), claim="Gists are unlisted", key="k")
LINKS = candidate(quote("s2", "public links", day=9), claim="Links are public", key="k")


def night(run: Run, proposals: list[Candidate], rulings: Rulings | None = None) -> None:
    with run.change("settle", "shop") as rows:
        findings_store.propose(rows, {"all": proposals}, "shop", run.id)
        findings_store.replace(rows, "shop", settle(proposals, rulings), run.id)


def filed(run: Run, gone: Collection[str] = ()) -> None:
    """What the librarian does: what was accepted is written, and what a person took off its page is retired."""
    found = findings_store.load(run.ledger)
    with run.change("file", "shop") as rows:
        findings_store.set_status(rows, [one.id for one in found if one.status == "accepted"], "written")
        findings_store.set_status(rows, [one.id for one in found if one.id in gone], "retired")


def dated(ledger: Ledger, day: str) -> None:
    """Has what was noted since the last such call happen on ``day``."""
    with ledger.write() as rows:
        rows.execute(update(versions).where(versions.c.at >= "2026-05").values(at=f"{day}T02:00:00.000Z"))


def told(ledger: Ledger, day: str) -> list[tuple[str, str]]:
    return sorted((one.claim, one.status) for one in findings_store.load(ledger, as_of=day))


def test_what_a_newer_finding_replaced_stands_on_the_days_before(run: Run, ledger: Ledger) -> None:
    night(run, [GISTS])
    dated(ledger, "2026-04-01")
    night(run, [GISTS, LINKS])
    dated(ledger, "2026-04-03")
    assert told(ledger, "2026-04-02") == [("Gists are unlisted", "accepted")]
    assert told(ledger, "2026-04-03") == [("Gists are unlisted", "superseded"), ("Links are public", "accepted")]


def test_before_the_first_night_the_evidence_of_the_day_decides(run: Run, ledger: Ledger) -> None:
    night(run, [GISTS, LINKS])
    assert told(ledger, "2026-02-28") == []
    assert told(ledger, "2026-03-05") == [("Gists are unlisted", "written")]
    assert told(ledger, "2026-03-09") == [("Gists are unlisted", "superseded"), ("Links are public", "written")]


def test_what_was_corroborated_only_later_was_not_sure_before(run: Run, ledger: Ledger) -> None:
    text = "Never mock the database in tests, use the container"
    night(run, [candidate(quote("s1", text)), candidate(quote("s2", text, day=7))])
    ((one,), (other,)) = (findings_store.load(ledger, as_of=f"2026-03-0{day}") for day in (6, 7))
    assert (one.confidence, one.seen, other.confidence, other.seen) == ("medium", 1, "high", 2)


def test_what_recurs_is_held_from_the_session_on_that_makes_it_recur(run: Run, ledger: Ledger) -> None:
    quotes = [quote(f"s{n}", "error: no title", "tool", day=n) for n in range(1, 6)]
    night(run, [candidate(*quotes, claim="`make docs` fails again and again with: error: no title", rule="signature")])
    assert [len(findings_store.load(ledger, as_of=f"2026-03-0{day}")) for day in (2, 3, 4)] == [0, 1, 1]
    assert [findings_store.load(ledger, as_of=f"2026-03-0{day}")[0].seen for day in (3, 4, 5)] == [3, 4, 5]


def test_a_rewording_counts_from_its_day_on(run: Run, ledger: Ledger) -> None:
    night(run, [GISTS])
    dated(ledger, "2026-04-01")
    (found,) = findings_store.load(ledger)
    night(run, [GISTS], Rulings({found.id: verdict("reword", "Gists are unlisted, never secret")}))
    dated(ledger, "2026-04-05")
    assert told(ledger, "2026-04-04") == [("Gists are unlisted", "accepted")]
    assert told(ledger, "2026-04-05") == [("Gists are unlisted, never secret", "accepted")]


def test_what_lost_its_support_returns_with_it_and_each_day_tells_its_own(run: Run, ledger: Ledger) -> None:
    for day, proposals in (("01", [GISTS]), ("03", []), ("05", [GISTS])):
        night(run, proposals)
        filed(run)
        dated(ledger, f"2026-04-{day}")
    days = ("2026-04-02", "2026-04-03", "2026-04-04", "2026-04-05")
    assert [told(ledger, day)[0][1] for day in days] == ["written", "retired", "retired", "written"]


def test_what_a_person_took_away_stays_away_until_there_is_new_evidence(run: Run, ledger: Ledger) -> None:
    night(run, [GISTS])
    filed(run, {one.id for one in findings_store.load(ledger)})
    night(run, [GISTS, candidate(quote("s5", "something else entirely"))])
    assert dict(told(ledger, "2099-01-01"))["Gists are unlisted"] == "retired"
    again = candidate(quote("s9", "unlisted gists", day=12), claim="Gists are unlisted", key="k")
    night(run, [GISTS, again])
    assert [one.status for one in findings_store.load(ledger) if one.claim == GISTS.claim] == ["accepted"]


def test_what_a_person_took_away_does_not_return_because_its_support_went_and_came(run: Run, ledger: Ledger) -> None:
    night(run, [GISTS])
    filed(run, {one.id for one in findings_store.load(ledger)})
    night(run, [])
    night(run, [GISTS])
    assert [one.status for one in findings_store.load(ledger)] == ["retired"]


def test_what_is_purged_is_gone_from_the_past_as_well(run: Run, ledger: Ledger) -> None:
    night(run, [GISTS])
    dated(ledger, "2026-04-01")
    night(run, [LINKS])
    dated(ledger, "2026-04-02")
    with run.change("purge", "shop") as rows:
        forget.forget(rows, Erased(), units=["s1"])
    assert told(ledger, "2026-04-01") == []
    assert told(ledger, "2026-04-02") == [("Links are public", "accepted")]


def test_a_ledger_without_a_history_begins_one_with_what_it_holds(run: Run, ledger: Ledger) -> None:
    night(run, [GISTS])
    with ledger.write() as rows:
        rows.execute(versions.delete())
    night(run, [GISTS, candidate(quote("s5", "something else entirely", day=9))])
    assert len(findings_store.load(ledger, as_of="2099-01-01")) == 2


def test_a_day_that_is_none_is_refused(ledger: Ledger) -> None:
    with pytest.raises(UsageError, match="'yesterday' is no date"):
        findings_store.load(ledger, as_of="yesterday")


SAID = [
    candidate(quote(f"s{n}", text, day=n + 1), key=key, tier=tier, claim=text, rule=rule)
    for n, (text, key, tier, rule) in enumerate(
        [
            ("gists are unlisted", "a", "high", "orders"),
            ("gists are public now", "a", "high", "orders"),
            ("run the linter before a push", "b", "medium", "fixes"),
            ("run the linter before each push", "b", "medium", "fixes"),
            ("the port is 8080", "c", "low", "fixes"),
        ]
    )
]
DAYS = st.lists(
    st.tuples(
        st.sets(st.sampled_from(range(len(SAID)))),  # what is supported that day
        st.none() | st.tuples(st.integers(0, 9), st.sampled_from(["accept", "reject", "reword"])),  # what is ruled
        st.none() | st.integers(0, 9),  # what a person takes off its page
        st.booleans(),  # whether the rule of orders is demoted
    ),
    min_size=1,
    max_size=6,
)
Day = tuple[set[int], tuple[int, Label] | None, int | None, bool]


@settings(max_examples=40, deadline=None)
@given(DAYS)
def test_each_day_is_remembered_as_it_was(days: list[Day]) -> None:
    with tempfile.TemporaryDirectory() as name:
        ledger = Ledger(Path(name) / "ledger.db")
        ends = list(_lived(ledger, days))
        assert [findings_store.load(ledger, as_of=day) for day, _ in ends] == [found for _, found in ends]
        assert findings_store.load(ledger, as_of="2026-05-01") == findings_store.load(ledger)


def _lived(ledger: Ledger, days: list[Day]) -> list[tuple[str, list[Finding]]]:
    """The findings at the end of each day."""
    rulings, ends = Rulings(), list[tuple[str, list[Finding]]]()
    for number, (supported, ruled, taken, demoted) in enumerate(days, 1):
        known = sorted(one.id for one in findings_store.load(ledger))
        if known and ruled:
            at = f"2026-04-{number:02}T01:00:00.000Z"
            given = verdict(ruled[1], f"in other words {number}", at)
            rulings = replace(rulings, verdicts={**rulings.verdicts, known[ruled[0] % len(known)]: given})
        rulings = replace(rulings, tiers={"orders": "medium"} if demoted else {})
        with running(ledger, "distiller", "nightly") as run:
            night(run, [SAID[one] for one in sorted(supported)], rulings)
            filed(run, {known[taken % len(known)]} if known and taken is not None else set())
        dated(ledger, f"2026-04-{number:02}")
        ends.append((f"2026-04-{number:02}", findings_store.load(ledger)))
    return ends
