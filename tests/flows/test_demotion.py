"""A rule that people find wrong is believed less, and, rewritten, believed again; what is sure is checked by lot."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pyotp
from sqlalchemy import update

from content.uncertain import SPOTS
from distillers import editions
from distillers.findings import Finding
from distillers.findings_store import load
from distillers.labels import Labelled, edition_rows, record
from distillers.precision import ENOUGH
from flows import desk, measure, stages
from flows.report import Report
from flows.settings import Settings
from scheduling.ledger.store import Ledger
from scheduling.runs import running

Make = Callable[[Path], Settings]
Enrol = Callable[[Settings, str], str]
DAY = "2026-11-20T08:00:00.000Z"
RULE = "standing-order"


def night(settings: Settings) -> Report:
    with stages.opened(settings, "nightly") as opened:
        return stages.nightly(opened)


def ordered(settings: Settings) -> Finding:
    known = load(Ledger(settings.workspace.ledger), status="written")
    return next(one for one in known if one.rule == RULE)


def wrong(settings: Settings) -> None:
    """Enough labels on other findings of the rule, as it is now, to say that it is wrong as often as not."""
    told = Labelled("d-1", 0, "", "tidewatch", RULE, "high", "reject", "no", "Ann", DAY, editions.of_code(RULE))
    given = [
        replace(told, line=n, finding=f"f-{n:08}", label="reject" if n % 2 else "accept") for n in range(1, ENOUGH + 1)
    ]
    with running(Ledger(settings.workspace.ledger), "operator", "label") as run, run.change("label", "test") as rows:
        record(rows, given, run.id)


def test_a_rule_falls_with_its_labels_and_rises_again_when_it_is_rewritten(after_a_night: Make, tmp_path: Path) -> None:
    settings = after_a_night(tmp_path / "workspace")
    assert ordered(settings).confidence == "high"
    wrong(settings)
    (line,) = [line for line in night(settings).lines() if line.startswith("demoted")]
    assert line.endswith(f"{RULE} at high: 10 of 20 right (50%, between 30% and 70%); it counts as medium now")
    assert ordered(settings).confidence == "medium"
    figures = measure.evaluate(settings)
    assert [row["demoted"] for row in figures.to_json()["rules"]] == [True]
    assert any("below its floor of 80%: counts as medium" in line for line in figures.lines())

    with running(Ledger(settings.workspace.ledger), "operator", "label") as run, run.change("new", "test") as rows:
        rows.execute(update(edition_rows).values(edition="the one before"))
    assert not [line for line in night(settings).lines() if line.startswith("demoted")]
    assert ordered(settings).confidence == "high"
    assert (measure.evaluate(settings).rules, measure.evaluate(settings).earlier) == ((), ENOUGH)
    assert night(settings).commits == {}


def test_what_is_sure_is_checked_by_lot_and_told_with_its_interval(
    after_a_night: Make, enrol: Enrol, tmp_path: Path
) -> None:
    settings = after_a_night(tmp_path / "workspace")
    request, code = desk.asked_now(settings), pyotp.TOTP(enrol(settings, "Ann")).now()
    items = request.detail["items"]
    assert [item["tier"] for item in items[-SPOTS:]] == ["high"] * SPOTS
    assert {item["tier"] for item in items[:-SPOTS]} == {"medium"}
    text = f"{len(items) - 1} accept\n{len(items)} reject: it was a joke"
    desk.answer(settings, request.id, text, editor="Ann", code=code, body_sha256=request.body_sha256)
    night(settings)
    found = measure.evaluate(settings)
    (row,) = found.to_json()["spot_checks"]
    assert (row["tier"], row["labels"], row["right"]) == ("high", 2, 1)
    assert any("drawn by lot, high: 1 of 2 right (50%, between 9% and 91%)" in line for line in found.lines())
    assert items[-1]["finding"] not in {one.id for one in load(Ledger(settings.workspace.ledger), status="written")}
