"""Which findings a person is asked about, for how long, and what they read."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyotp
import pytest

from content import confirming
from content.uncertain import KIND, MOST, NIGHTS, OF_ONE, SPOTS, Asked, body, chosen, digest
from distillers import labels, precision
from distillers.findings import Finding, Quote, finding_id
from distillers.findings_store import replace as put
from scheduling import approvals
from scheduling.approvals import ChangedTextError, Request, open_requests
from scheduling.ledger.store import Ledger
from scheduling.runs import Run, running

TODAY = date(2026, 4, 1)


def finding(claim: str, origin: Any = "agent", day: int = 1, **values: Any) -> Finding:
    at = f"2026-03-{day:02}T10:00:00.000Z"
    made = Finding(
        id=finding_id("shop", claim, claim),
        domain="shop",
        kind="fix",
        claim=claim,
        key=claim,
        page="testing",
        confidence="medium",
        status="written",
        valid_from=at[:10],
        superseded_by="",
        rule="fix",
        seen=1,
        warnings=(),
        evidence=(Quote("e" * 16, origin, "s1", at, "/logs/s1.jsonl", day, claim),),
    )
    return replace(made, **values)


def claims(found: list[Finding]) -> list[str]:
    return [one.claim for one in found]


def test_the_best_come_first_and_no_more_than_a_screenful() -> None:
    several = finding("seen in several sessions", seen=3)
    typed, newest, plain = finding("a person typed it", "human"), finding("newest", day=9), finding("plain")
    others = [finding(f"other {number:02}", day=1, seen=1) for number in range(20)]
    found = chosen([*others, plain, newest, typed, several], (), {}, TODAY)
    assert claims(found)[:3] == ["seen in several sessions", "a person typed it", "newest"]
    assert len(found) == MOST


def test_a_claim_is_read_whole_by_who_says_that_it_is_so() -> None:
    long = finding("The volume is kept " + "when the unit is removed " * 25 + "and never otherwise", "tool")
    assert f"**1** · {long.claim}  \n" in body([long])
    assert "shop/testing, printed by a program, 1 March 2026" in body([long])


def test_a_list_is_not_about_one_ticket_alone() -> None:
    def of(unit: str, count: int, day: int) -> list[Finding]:
        made = [finding(f"{unit} says {number:02}", day=day) for number in range(count)]
        return [replace(one, evidence=(replace(one.evidence[0], unit=unit),)) for one in made]

    found = chosen([*of("#180", MOST, 9), *of("#7", 3, 8), *of("#9", 1, 7)], (), {}, TODAY)
    units = [one.evidence[0].unit for one in found]
    assert units[: 2 * OF_ONE + 1] == ["#180"] * OF_ONE + ["#7"] * OF_ONE + ["#9"]
    assert units[2 * OF_ONE + 1 :] == ["#180"] * (MOST - 2 * OF_ONE - 1), "what is left fills the screen"


@pytest.mark.parametrize(
    "values", [{"confidence": "low"}, {"status": "superseded"}, {"confidence": "high", "status": "rejected"}]
)
def test_only_what_is_uncertain_is_asked(values: Any) -> None:
    assert chosen([finding("the cache is cold", **values)], (), {}, TODAY) == []


def test_what_nobody_answers_is_left_out_after_a_while_until_its_evidence_changes() -> None:
    one = finding("the cache is cold")
    asked = {one.id: Asked(one.id, digest(one), TODAY.isoformat())}
    assert chosen([one], (), asked, TODAY + timedelta(days=NIGHTS - 1)) == [one]
    assert chosen([one], (), asked, TODAY + timedelta(days=NIGHTS)) == []
    again = replace(one, seen=2)
    assert chosen([again], (), asked, TODAY + timedelta(days=NIGHTS)) == [again]


def test_a_few_sure_ones_stand_last_until_they_are_answered_or_the_week_is_over() -> None:
    sure = [finding(f"sure {number}", confidence="high", seen=9) for number in range(20)]
    found = chosen([*sure, *(finding(f"unsure {number}") for number in range(20))], (), {}, TODAY)
    assert [one.confidence for one in found] == ["medium"] * (MOST - SPOTS) + ["high"] * SPOTS
    spots = found[-SPOTS:]
    assert chosen(reversed(sure), (), {}, TODAY) == spots, "the lot does not depend on what else is asked"
    ruled = chosen(sure, {spots[0].id}, {}, TODAY)
    assert spots[1] in ruled
    assert spots[0] not in ruled
    asked = {one.id: Asked(one.id, digest(one), TODAY.isoformat()) for one in spots}
    assert not {one.id for one in spots} & {one.id for one in chosen(sure, (), asked, TODAY + timedelta(days=NIGHTS))}


def test_the_lot_falls_on_each_rule_as_often_as_it_stands_there() -> None:
    """1,000 times two of twelve, a third of which are of one rule: 667 of 2,000, within four standard deviations."""
    drawn_of = 0
    for world in range(1000):
        known = [
            finding(f"{world} {number}", confidence="high", rule="third" if number < 4 else "rest", seen=1 + number)
            for number in range(12)
        ]
        drawn_of += sum(one.rule == "third" for one in chosen(known, (), {}, TODAY))
    assert abs(drawn_of - 2000 / 3) < 4 * (2000 * 2 / 9) ** 0.5


def test_the_numbers_of_the_list_are_text() -> None:
    text = body([finding(f"claim {n}") for n in range(12)])
    assert [part.split(" ")[0] for part in text.split("\n\n")[:12]] == [f"**{n}**" for n in range(1, 13)]


def test_nothing_in_the_list_is_active() -> None:
    text = body([finding("<script>x</script> ![p](http://a.b/c.png) [[link]] {{ t }}\n# head", "web")])
    assert "<script" not in text
    assert "![p](" not in text
    assert "\n#" not in text


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Run]:
    with running(Ledger(tmp_path / "ledger.db"), "editor", "decide") as run:
        yield run


def keep(run: Run, *found: Finding) -> None:
    with run.change("settle", "shop") as rows:
        put(rows, "shop", found, run.id)


def asked_about(run: Run, domains: list[str], today: date) -> Request | None:
    return confirming.ask(run, confirming.due(run.ledger, domains, today), today)


def answered(run: Run, notes: str) -> None:
    """A ruling as the desk leaves it, whose labels nobody has taken up yet."""
    (asked,) = open_requests(run.ledger, KIND)
    code = pyotp.TOTP(approvals.enrol(run, "Ann").secret).now()
    approvals.rule(run, asked.id, "approve", editor="Ann", code=code, body_sha256=asked.body_sha256, notes=notes)


def test_asking_again_about_the_same_changes_nothing(run: Run) -> None:
    keep(run, finding("the cache is cold"))
    first = asked_about(run, ["shop"], TODAY)
    assert first is not None
    assert asked_about(run, ["shop"], TODAY) == first
    assert asked_about(run, ["office"], TODAY) is None


def test_a_new_list_takes_the_place_of_the_old_one(run: Run) -> None:
    keep(run, finding("the cache is cold"))
    first = asked_about(run, ["shop"], TODAY)
    keep(run, finding("the cache is cold"), finding("the pool is small"))
    second = asked_about(run, ["shop"], TODAY)
    assert first is not None
    assert [one.id for one in open_requests(run.ledger, KIND)] == [second.id] if second else False
    assert approvals.get_request(run.ledger, first.id).state == "superseded"


def test_a_request_of_which_nothing_is_left_is_closed(run: Run) -> None:
    keep(run, finding("the cache is cold"))
    asked_about(run, ["shop"], TODAY)
    assert asked_about(run, ["shop"], TODAY + timedelta(days=NIGHTS)) is None
    assert open_requests(run.ledger, KIND) == []
    keep(run, finding("the cache is cold", seen=2))
    assert asked_about(run, ["shop"], TODAY + timedelta(days=NIGHTS)) is not None


def test_a_list_whose_findings_changed_is_not_shown(run: Run) -> None:
    keep(run, finding("the cache is cold"))
    asked = asked_about(run, ["shop"], TODAY)
    assert asked is not None
    sheet = confirming.show(run.ledger, asked)
    assert (sheet.count, sheet.body_sha256) == (1, asked.body_sha256)
    keep(run, finding("the cache is cold", seen=2))
    with pytest.raises(ChangedTextError, match="changed since request"):
        confirming.show(run.ledger, asked)


def test_what_was_answered_is_not_asked_again_and_every_answer_is_a_label(run: Run) -> None:
    keep(run, *(finding(f"the pool number {number} is small", day=9 - number) for number in range(4)))
    asked_about(run, ["shop"], TODAY)
    answered(run, "1 accept\n2 reject: it is not\n3 reword: Pools are small here")
    assert confirming.take_up(run) == 3
    assert confirming.take_up(run) == 0
    given = labels.load(run.ledger)
    assert [(one.domain, one.rule, one.tier, one.label) for one in given] == [
        ("shop", "fix", "medium", label) for label in ("accept", "reject", "reword")
    ]
    assert [one.text for one in given] == ["the pool number 0 is small", "it is not", "Pools are small here"]
    left = asked_about(run, ["shop"], TODAY)
    assert left is not None
    assert [item["finding"] for item in left.detail["items"]] == [finding("the pool number 3 is small").id]


def test_a_label_says_whether_it_was_drawn_by_lot(run: Run) -> None:
    keep(run, finding("the cache is cold"), *(finding(f"sure {n}", confidence="high", rule="order") for n in range(9)))
    asked = asked_about(run, ["shop"], TODAY)
    assert asked is not None
    assert "The last two are held to be sure and drawn by lot." in confirming.show(run.ledger, asked).markdown
    answered(run, "1-2 accept\n3 reject: no")
    confirming.take_up(run)
    given = labels.load(run.ledger)
    assert [(one.tier, one.drawn) for one in given] == [("medium", False), ("high", True), ("high", True)]
    (share,) = precision.drawn(given)
    assert (share.tier, share.labels, share.right) == ("high", 2, 1)


def test_a_decision_is_a_file_whose_lines_evidence_cites(run: Run) -> None:
    keep(run, finding("the cache is cold"))
    asked_about(run, ["shop"], TODAY)
    answered(run, "1 reword: Caches are cold after a deploy")
    confirming.take_up(run)
    given = labels.load(run.ledger)
    labels.write(run.ledger, given)
    (cited,) = [one.cited for one in labels.verdicts(given, run.ledger).values()]
    assert cited.text in Path(cited.file).read_text("utf-8").split("\n")[cited.line - 1]


def test_of_equals_those_that_were_not_asked_about_on_an_earlier_day_come_first(run: Run) -> None:
    keep(run, *(finding(f"the pool number {number:02} is small") for number in range(MOST + 3)))
    first, same = asked_about(run, ["shop"], TODAY), asked_about(run, ["shop"], TODAY)
    later = asked_about(run, ["shop"], TODAY + timedelta(days=1))
    assert first == same
    assert first is not None
    assert later is not None
    seen = {item["finding"] for item in first.detail["items"]}
    assert [item["finding"] in seen for item in later.detail["items"]] == [False] * 3 + [True] * (MOST - 3)
