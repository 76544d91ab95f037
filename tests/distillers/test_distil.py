"""A night distils what is new, twice the same is nothing, and halves add up to the whole."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import told
from proposals import verdict

from distillers import distil as room
from distillers import findings_store
from distillers.distil import Distilled, distil
from distillers.findings import Candidate
from distillers.record import erase
from distillers.record.archive import Archive
from distillers.record.units import Unit
from distillers.rulings import Label, Rulings
from scheduling import seats
from scheduling.base.errors import ConflictError, RefusedError
from scheduling.ledger.store import Ledger
from scheduling.runs import Run, running
from scheduling.tasks import listed

CASES = Path(__file__).parent / "cases"
NAMES = ("standing-order", "ticket-root-cause", "usage-error-in-three-sessions", "diagnosis-refuted", "long-ticket")


@pytest.fixture
def run(ledger: Ledger) -> Iterator[Run]:
    with running(ledger, "distiller", "nightly") as run:
        yield run


def units(*names: str) -> list[Unit]:
    """The units of some cases, each under an id of its own."""
    found = [(name, unit) for name in names or NAMES for unit in told.read(CASES / f"{name}.case").units]
    return [told.renamed(unit, f"{name}-{unit.unit}") for name, unit in found]


def keep(run: Run, archive: Archive, some: list[Unit], domain: str = "shop") -> None:
    for unit in some:
        archive.append(domain, unit.events, run=run)


def test_a_night_finds_what_the_cases_say(run: Run, archive: Archive, ledger: Ledger) -> None:
    keep(run, archive, units())
    night = distil(run, archive, ["shop"])
    found = findings_store.load(ledger)
    assert night.units == len(units())
    assert night.high == sum(f.confidence == "high" for f in found) > 1
    assert {f.rule for f in found} >= {"standing-order", "ticket-statement", "failed-then-fixed", "agent-diagnosis"}
    assert {f.run for f in found} == {run.id}
    assert all(task["state"] == "done" for task in listed(ledger))


def test_a_second_night_does_no_work_and_changes_nothing(run: Run, archive: Archive, ledger: Ledger) -> None:
    keep(run, archive, units())
    distil(run, archive, ["shop"])
    before = findings_store.load(ledger)
    with running(ledger, "distiller", "nightly") as second:
        assert distil(second, archive, ["shop"]) == Distilled()
    assert findings_store.load(ledger) == before


def test_two_nights_over_the_halves_end_where_one_night_ends(tmp_path: Path) -> None:
    ends = []
    for name, halves in (("whole", [units()]), ("halves", [units()[::2], units()[1::2]]), ("back", [units()[::-1]])):
        ledger = Ledger(tmp_path / name / "ledger.db")
        archive = Archive(tmp_path / name / "archive", ledger)
        for half in halves:
            with running(ledger, "distiller", "nightly") as run:
                keep(run, archive, half)
                distil(run, archive, ["shop"])
        ends.append([(f.id, f.page, f.confidence, f.status, f.claim, f.evidence) for f in findings_store.load(ledger)])
    assert ends[0] == ends[1] == ends[2]
    assert ends[0]


def test_domains_do_not_see_each_other(run: Run, archive: Archive, ledger: Ledger) -> None:
    keep(run, archive, units("standing-order"))
    keep(run, archive, units("ticket-root-cause"), "office")
    distil(run, archive, ["office", "shop"])
    assert {(f.domain, f.rule) for f in findings_store.load(ledger)} == {
        ("shop", "standing-order"),
        ("office", "ticket-statement"),
    }


def test_a_session_that_goes_on_is_distilled_anew(run: Run, archive: Archive, ledger: Ledger) -> None:
    (whole,) = units("diagnosis-refuted")
    archive.append("shop", whole.events[:4], run=run)
    distil(run, archive, ["shop"])
    assert "superseded" not in {f.status for f in findings_store.load(ledger)}
    archive.append("shop", whole.events, run=run)
    assert distil(run, archive, ["shop"]).units == 1
    assert "superseded" in {f.status for f in findings_store.load(ledger)}


def test_a_quote_that_is_not_in_the_archive_drops_its_candidate(
    run: Run, archive: Archive, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    honest = room.propose

    def inventing(unit: Unit) -> list[Candidate]:
        return [told.misquoted(one) for one in honest(unit)]

    monkeypatch.setattr(room, "propose", inventing)
    keep(run, archive, units("standing-order"))
    night = distil(run, archive, ["shop"])
    assert (night.dropped, night.reasons) == (1, {"the quote is not at its line": 1})
    assert findings_store.load(ledger) == []


def test_only_a_seat_that_may_propose_distils(run: Run, archive: Archive, ledger: Ledger) -> None:
    keep(run, archive, units("standing-order"))
    with (
        running(ledger, "librarian", "nightly") as other,
        pytest.raises(RefusedError, match="the librarian may not propose"),
    ):
        distil(other, archive, ["shop"])
    seats.appoint(run, [replace(seats.seat("distiller"), may=frozenset())])
    with pytest.raises(RefusedError, match="the distiller may not propose"):
        distil(run, archive, ["shop"])
    assert findings_store.load(ledger) == []
    assert [row["kind"] for row in listed(ledger)] == []


def test_two_living_runs_do_not_distil_the_same_unit(run: Run, archive: Archive, ledger: Ledger) -> None:
    keep(run, archive, units())
    with running(ledger, "distiller", "nightly") as other:
        offers = [room.Offer(f"shop/{info.unit}", "x") for info in archive.units("shop")]
        room.checkout_many(other, room.offer_many(other, "distil", "shop", offers))
        with pytest.raises(ConflictError, match=other.id):
            distil(run, archive, ["shop"])


def test_a_killed_night_is_taken_up_by_the_next(run: Run, archive: Archive, ledger: Ledger) -> None:
    keep(run, archive, units())

    def killed(domain: str, done: int, to_do: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), running(ledger, "distiller", "nightly") as first:
        distil(first, archive, ["shop"], on_progress=killed)
    assert findings_store.load(ledger) == []
    night = distil(run, archive, ["shop"])
    assert night.high > 1


def test_a_ruling_settles_the_domain_again(run: Run, archive: Archive, ledger: Ledger) -> None:
    keep(run, archive, units("standing-order"))
    distil(run, archive, ["shop"])
    (finding,) = findings_store.load(ledger)
    distil(run, archive, ["shop"], rulings=Rulings({finding.id: verdict("reject")}))
    assert findings_store.load(ledger)[0].status == "rejected"


@pytest.mark.parametrize("label", ["accept", "reject", "reword"])
@pytest.mark.parametrize("how", ["worded otherwise", "found no more"])
def test_what_people_ruled_outlives_a_change_of_the_rules(
    run: Run, archive: Archive, ledger: Ledger, monkeypatch: pytest.MonkeyPatch, label: Label, how: str
) -> None:
    keep(run, archive, units("standing-order", "long-ticket"))
    distil(run, archive, ["shop"])
    before = findings_store.load(ledger)
    (ruled,) = [f for f in before if f.rule == "standing-order"]
    given = Rulings({ruled.id: verdict(label, "as a person says it")})
    distil(run, archive, ["shop"], rulings=given)
    held = {f.id: (f.claim, f.confidence, f.status) for f in findings_store.load(ledger)}

    def otherwise(unit: Unit) -> list[Candidate]:
        found = propose(unit)
        if how == "found no more":
            return [one for one in found if one.rule != "standing-order"]
        return [replace(one, claim=f"{one.claim} Anew.", key=f"{one.key} anew", tier="low") for one in found]

    propose = room.propose
    monkeypatch.setattr(room, "propose", otherwise)
    monkeypatch.setattr(room, "edition", lambda: "the next edition")
    for _ in range(2):
        distil(run, archive, ["shop"], rulings=given)
        now = {f.id: (f.claim, f.confidence, f.status) for f in findings_store.load(ledger)}
        assert now[ruled.id] == held[ruled.id]
        assert [f.id for f in findings_store.load(ledger) if f.rule == "standing-order"] == [ruled.id]
    distil(run, archive, ["shop"])
    assert ruled.id not in {f.id for f in findings_store.load(ledger)}


def test_what_people_ruled_goes_with_what_they_read(run: Run, archive: Archive, ledger: Ledger) -> None:
    keep(run, archive, units("standing-order", "long-ticket"))
    distil(run, archive, ["shop"])
    (ruled,) = [f for f in findings_store.load(ledger) if f.rule == "standing-order"]
    given = Rulings({ruled.id: verdict("accept")})
    erase.erase(archive.root, run, erase.of_units([ruled.evidence[0].unit]), lambda _rows, _erased: None)
    distil(run, archive, ["shop"], rulings=given)
    assert ruled.id not in {f.id for f in findings_store.load(ledger) if f.status == "accepted"}


def test_an_error_that_recurs_over_sessions_is_counted_in_the_archive(
    run: Run, archive: Archive, ledger: Ledger
) -> None:
    texts = [f"session s{n}\ncall: make docs\nfailed: error: chapter {n}.md is missing a title line" for n in range(4)]
    keep(run, archive, [told.called(unit) for text in texts for unit in told.units(text, text)])
    distil(run, archive, ["shop"])
    (found,) = [f for f in findings_store.load(ledger) if f.rule == "error-signature"]
    assert (found.seen, found.confidence, found.kind) == (4, "medium", "gotcha")
    assert "missing a title line" in found.claim
