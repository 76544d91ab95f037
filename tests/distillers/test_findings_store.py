"""The ledger keeps findings in a stable order and is written only where something changed."""

from dataclasses import replace

import pytest
from proposals import candidate, quote
from sqlalchemy import select

from distillers import findings_store
from distillers.findings import Finding, findings
from distillers.settle import settle
from scheduling.ledger.store import Ledger
from scheduling.runs import Run

FACTS = ("Never mock the database", "Always run `make check` before a push", "Use the container of the tests")


def some(*texts: str) -> list[Finding]:
    return settle(candidate(quote(f"s{n}", text, day=n + 1)) for n, text in enumerate(texts or FACTS))


def put(run: Run, wanted: list[Finding], name: str = "r-1") -> findings_store.Written:
    with run.change("settle", "shop") as rows:
        return findings_store.replace(rows, "shop", wanted, name)


def test_findings_come_back_as_they_were_written(run: Run, ledger: Ledger) -> None:
    wanted = some()
    written = put(run, wanted)
    assert written.added == tuple(sorted(f.id for f in wanted))
    assert findings_store.load(ledger) == [replace(f, run="r-1") for f in wanted]
    assert findings_store.load(ledger, domain="other") == []
    assert findings_store.load(ledger, confidence="high") == []


def test_writing_the_same_findings_again_changes_nothing(run: Run, ledger: Ledger) -> None:
    put(run, some())
    before = findings_store.load(ledger)
    assert put(run, some(), "r-2") == findings_store.Written((), (), ())
    assert findings_store.load(ledger) == before


def test_what_the_librarian_filed_stays_filed_until_it_changes(run: Run, ledger: Ledger) -> None:
    wanted = some()
    put(run, wanted)
    with run.change("file", "shop") as rows:
        findings_store.set_status(rows, [f.id for f in wanted], "written")
    put(run, wanted, "r-2")
    assert {f.status for f in findings_store.load(ledger)} == {"written"}
    changed = [replace(wanted[0], confidence="high"), *wanted[1:]]
    assert put(run, changed, "r-3").changed == (wanted[0].id,)
    states = {f.id: (f.status, f.run) for f in findings_store.load(ledger)}
    assert states[wanted[0].id] == ("accepted", "r-3")
    assert states[wanted[1].id] == ("written", "r-1")


def test_what_nothing_supports_any_more_is_retired_or_forgotten(run: Run, ledger: Ledger) -> None:
    wanted = some()
    put(run, wanted)
    with run.change("file", "shop") as rows:
        findings_store.set_status(rows, [wanted[0].id], "written")
    assert len(put(run, []).gone) == 3
    assert [(f.id, f.status) for f in findings_store.load(ledger)] == [(wanted[0].id, "retired")]
    assert put(run, wanted).added == tuple(sorted(f.id for f in wanted[1:]))


def test_an_unknown_status_is_refused(run: Run) -> None:
    with run.change("file", "shop") as rows, pytest.raises(ValueError, match="no status"):
        findings_store.set_status(rows, ["f-1"], "filed")  # type: ignore[arg-type]


def test_evidence_of_a_forgotten_finding_goes_with_it(run: Run, ledger: Ledger) -> None:
    put(run, some())
    put(run, some(FACTS[0]))
    with ledger.read() as rows:
        assert len(rows.execute(select(findings.c.id)).all()) == 1
        assert rows.exec_driver_sql("SELECT count(*) FROM evidence").scalar_one() == 1
