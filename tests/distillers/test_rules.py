"""Each case is a text that a person can read: what was said, and what is to be learned from it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import told

from distillers.distil import propose, sift
from distillers.findings import Finding
from distillers.record.units import Unit
from distillers.rules import SESSION_RULES, TICKET_RULES, tickets, turned
from distillers.settle import settle

CASES = Path(__file__).parent / "cases"


def found(units: tuple[Unit, ...]) -> list[Finding]:
    return settle(candidate for unit in units for candidate in sift(unit, propose(unit))[0])


def shown(finding: Finding) -> str:
    lost = "superseded " if finding.status == "superseded" else ""
    return f"{lost}{finding.confidence} {finding.kind} {finding.rule} | {finding.claim}"


def matches(expected: told.Expected, finding: Finding) -> bool:
    graded = (finding.confidence, finding.kind, finding.rule, finding.status == "superseded")
    wanted = (expected.confidence, expected.kind, expected.rule, expected.superseded)
    return graded == wanted and expected.words.lower() in finding.claim.lower()


@pytest.mark.parametrize("path", sorted(CASES.glob("*.case")), ids=lambda path: path.stem)
def test_what_is_learned_from(path: Path) -> None:
    case = told.read(path)
    findings = found(case.units)
    told_by = "\n".join(map(shown, findings))
    for expected in case.expected:
        assert any(matches(expected, finding) for finding in findings), f"missing {expected}\n{told_by}"
    filed = [f for f in findings if f.confidence != "low" and f.status == "accepted"]
    surplus = [f for f in filed if not any(matches(expected, f) for expected in case.expected)]
    assert not (case.whole and surplus), "filed besides:\n" + "\n".join(map(shown, surplus))


def test_every_rule_has_a_case_that_it_finds() -> None:
    claimed = {e.rule for path in CASES.glob("*.case") for e in told.read(path).expected}
    claiming = [rule for rule in (*SESSION_RULES, *TICKET_RULES) if rule is not turned.RULE]
    assert {rule.name for rule in claiming} <= claimed


def test_two_tickets_that_bear_one_number_are_not_told_as_one(tmp_path: Path) -> None:
    case = tmp_path / "one.case"
    case.write_text(
        "ticket T-1 (state:Done) Errors of the mailer\n"
        "section Root cause: `send()` printed the whole stack, because `mailer.py` caught nothing.\n"
        "ticket T-1 (state:Done) Orders by their number\n"
        "section Final summary: `send()` in `orders.py` takes a number instead of a name, because names are changed.\n"
        "===\n",
        "utf-8",
    )
    one, other = told.read(case).units
    claims = [candidate.claim for candidate in tickets.find(replace(one, events=(*one.events, *other.events)))]
    assert sorted(claim.split(":")[0] for claim in claims) == ["Errors of the mailer", "Orders by their number"]
