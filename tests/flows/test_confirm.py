"""The review of the uncertain, from a night to a person's word and back into the wiki."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyotp
import pytest
from click.testing import CliRunner, Result

from distillers import editions, evidence
from distillers.findings import Finding
from distillers.findings_store import load
from distillers.labels import Labelled, record
from distillers.precision import ENOUGH
from distillers.record.archive import Archive
from flows import desk, measure, stages
from flows.commands import cli
from flows.report import Report
from flows.settings import Settings
from flows.stages import writing
from scheduling.approvals import WrongCodeError, get_request
from scheduling.base.errors import UsageError
from scheduling.ledger.store import Ledger
from scheduling.runs import running

Make = Callable[[Path], Settings]
Enrol = Callable[[Settings, str], str]
DAY = "2026-11-20T08:00:00.000Z"
SENTENCE = "Run ruff with its fixes before every commit"


def night(settings: Settings, say: Callable[[str], None] = lambda _text: None) -> Report:
    with stages.opened(settings, "nightly", say=say) as opened:
        return stages.nightly(opened)


def known(settings: Settings) -> dict[str, Finding]:
    return {one.id: one for one in load(Ledger(settings.workspace.ledger))}


def pages(settings: Settings) -> dict[str, str]:
    return {str(path): path.read_text("utf-8") for path in sorted(settings.workspace.wiki.rglob("*.md"))}


def asked(settings: Settings) -> list[str]:
    return [item["finding"] for item in desk.asked_now(settings).detail["items"]]


def test_what_a_person_says_is_filed_by_the_next_night(make: Make, enrol: Enrol, tmp_path: Path) -> None:
    settings = make(tmp_path / "workspace")
    assert any("review findings" in line for line in night(settings).lines())
    code, request = pyotp.TOTP(enrol(settings, "Ann")).now(), desk.asked_now(settings)
    good, bad, reworded, *rest = asked(settings)
    text = f"1 accept\n2 reject: it was a test\n3 reword: {SENTENCE}"
    with pytest.raises(UsageError, match="not understood"):
        desk.answer(settings, request.id, "fine", editor="Ann", code=code, body_sha256=request.body_sha256)
    with pytest.raises(WrongCodeError):
        desk.answer(settings, request.id, text, editor="Ann", code="none", body_sha256=request.body_sha256)
    done = desk.answer(settings, request.id, text, editor="Ann", code=code, body_sha256=request.body_sha256)
    assert done.message.startswith("1 accepted, 1 rejected, 1 reworded")
    assert any(f"^{bad}" in page for page in pages(settings).values()), "nothing is filed before the night"

    night(settings)
    found, after = known(settings), pages(settings)
    assert (found[good].confidence, found[good].status) == ("high", "written")
    assert found[bad].status == "rejected"
    assert "rejected by Ann: it was a test" in found[bad].warnings
    assert not any(f"^{bad}" in page for page in after.values())
    assert any(f"{SENTENCE}" in page and f"^{reworded}" in page for page in after.values())
    archive = Archive(settings.workspace.archive, Ledger(settings.workspace.ledger))
    assert [evidence.check(found[one], archive) for one in (good, reworded)] == [None, None]
    assert [one for one in asked(settings) if one in rest] == rest, "what was not answered is asked again"

    request = desk.asked_now(settings)
    again = night(settings)
    assert (again.commits, again.findings) == ({}, dict.fromkeys(("high", "medium", "low", "dropped"), 0))
    assert pages(settings) == after
    assert desk.asked_now(settings) == request

    figures = measure.evaluate(settings).to_json()
    assert [(row["labels"], row["right"], row["reworded"]) for row in figures["calibration"]] == [(3, 2, 1)]
    assert figures["unfaithful"] == {}


def test_answers_are_given_in_the_terminal_as_well(after_a_night: Make, enrol: Enrol, tmp_path: Path) -> None:
    settings = after_a_night(tmp_path / "workspace")
    code = pyotp.TOTP(enrol(settings, "Ann")).now()

    def typed(*words: str) -> Result:
        return CliRunner().invoke(cli, ["review", *words, "--workspace", str(settings.root)])

    assert f"`{asked(settings)[0]}`" in typed("findings").output
    assert "12 findings for a person to judge" in typed("list").output
    given = ("findings", "--accept", "1-2,5", "--accept", "7", "--reject", "3=a test fixture")
    assert typed(*given).exit_code == 2, "a decision needs a name"
    assert typed("findings", "--reject", "3").exit_code == 2
    signed, read = ("--name", "Ann", "--code", code), desk.asked_now(settings).id
    assert typed(*given, *signed).exit_code == 2, "numbers belong to the list that was read"
    assert isinstance(typed(*given, *signed, "--request", "q-none").exception, UsageError)
    assert f"--request {read}" in typed("findings").output
    done = typed(*given, "--reword", f"4={SENTENCE}", *signed, "--request", read)
    assert done.output == "4 accepted, 1 rejected, 1 reworded; the next nightly files it\n", done.exception
    assert isinstance(typed("findings").exception, UsageError), "it is asked once"
    assert typed("list").output == "Nothing waits for a decision.\n"


def test_an_answer_about_findings_never_approves_a_draft(after_a_night: Make, enrol: Enrol, tmp_path: Path) -> None:
    settings = after_a_night(tmp_path / "workspace")
    draft, code = writing.draft(settings, None).request_id, pyotp.TOTP(enrol(settings, "Ann")).now()
    request = get_request(Ledger(settings.workspace.ledger), draft)
    with pytest.raises(UsageError, match="is about article"):
        desk.answer(settings, draft, "1 accept", editor="Ann", code=code, body_sha256=request.body_sha256)
    other, words = desk.asked_now(settings), {"editor": "Ann", "code": code, "notes": ""}
    with pytest.raises(UsageError, match="is about findings"):
        desk.decide(settings, other.id, "approve", body_sha256=other.body_sha256, **words)
    assert get_request(Ledger(settings.workspace.ledger), draft).state == "open"


def test_a_secret_that_a_person_types_is_masked(after_a_night: Make, enrol: Enrol, tmp_path: Path) -> None:
    settings = after_a_night(tmp_path / "workspace")
    code, request = pyotp.TOTP(enrol(settings, "Ann")).now(), desk.asked_now(settings)
    token = "ghp_" + "a1B2c3D4e5" * 4
    text = f"1 reject: he pasted {token} there"
    desk.answer(settings, request.id, text, editor="Ann", code=code, body_sha256=request.body_sha256)
    night(settings)
    stored = [path for path in settings.root.rglob("*") if path.is_file() and token.encode() in path.read_bytes()]
    assert stored == []


def test_a_rule_that_people_find_wrong_is_demoted_and_the_night_says_so(after_a_night: Make, tmp_path: Path) -> None:
    settings = after_a_night(tmp_path / "workspace")
    high = next(one for one in known(settings).values() if one.confidence == "high" and one.rule == "standing-order")
    edition = editions.of_code(high.rule)
    label_all(settings, Labelled("d-1", 0, "", "tidewatch", high.rule, "high", "reject", "no", "Ann", DAY, edition))
    report = night(settings)
    assert known(settings)[high.id].confidence == "medium"
    (line,) = [line for line in report.lines() if line.startswith("demoted")]
    assert "standing-order at high: 0 of 20 right" in line
    assert "counts as medium now" in line
    assert night(settings).commits == {}


def test_a_rule_that_was_rewritten_gets_a_new_chance(after_a_night: Make, tmp_path: Path) -> None:
    settings = after_a_night(tmp_path / "workspace")
    high = next(one for one in known(settings).values() if one.confidence == "high" and one.rule == "standing-order")
    label_all(settings, Labelled("d-1", 0, "", "tidewatch", high.rule, "high", "reject", "no", "Ann", DAY, "0123"))
    assert not [line for line in night(settings).lines() if line.startswith("demoted")]
    assert known(settings)[high.id].confidence == "high"
    figures = measure.evaluate(settings)
    assert (figures.rules, figures.earlier) == ((), ENOUGH)
    assert any(line.strip().startswith(f"{ENOUGH} labels are of earlier wordings") for line in figures.lines())


def label_all(settings: Settings, one: Labelled) -> None:
    """Enough labels to judge a rule by, all like ``one``, about findings that nobody else speaks of."""
    with running(Ledger(settings.workspace.ledger), "editor", "decide") as run, run.change("label", "test") as rows:
        record(rows, [replace(one, line=n, finding=f"f-{n}") for n in range(ENOUGH)], run.id)


def test_a_night_without_anything_to_ask_does_not_speak_of_asking(make: Make, tmp_path: Path) -> None:
    settings, said = make(tmp_path / "workspace"), list[str]()
    night(settings, said.append)
    assert "ask a person …" in said
    said.clear()
    night(settings, said.append)
    assert said
    assert "ask a person …" not in said


@pytest.mark.parametrize(
    ("row", "right"),
    [
        ({"question": "why were tide times one hour off?", "must": [["fixed offset|fixed \\+"]]}, 1),
        ({"question": "why were tide times one hour off?", "must": [["fixed offset"], ["the moon fell down"]]}, 0),
        ({"question": "what is run before the tests?", "answer": "make testdb", "domain": "tidewatch"}, 1),
        ({"question": "what is run before the tests?", "answer": "nothing whatsoever of that kind"}, 0),
    ],
)
def test_questions_are_answered_within_the_budget(
    sample_night: Settings, tmp_path: Path, row: dict[str, Any], right: int
) -> None:
    path = tmp_path / "questions.jsonl"
    path.write_text(json.dumps(row) + "\n\n", "utf-8")
    figures = measure.evaluate(sample_night, measure.read_questions(path, ""), 2000)
    assert figures.answered is not None
    assert (figures.answered.questions, figures.answered.right) == (1, right)
    assert any(f"{right} of 1 answered within 2000 tokens" in line for line in figures.lines())


def test_a_question_without_an_answer_wants_silence(sample_night: Settings, tmp_path: Path) -> None:
    path = tmp_path / "questions.jsonl"
    asked = {"question": "which colour has the parliament of Mars?", "kind": "unanswerable", "must": []}
    path.write_text(json.dumps(asked) + "\n", "utf-8")
    figures = measure.evaluate(sample_night, measure.read_questions(path, ""), 2000)
    assert figures.answered is not None
    assert (figures.answered.questions, figures.answered.unanswerable, figures.answered.silence) == (0, 1, 1)
    assert any("1 of 1 that have no answer were met with silence" in line for line in figures.lines())


@pytest.mark.parametrize(
    "line", ["{", "[]", '{"question": "a"}', '{"must": [["a"]]}', '{"question": "a", "must": [["("]]}']
)
def test_a_line_that_is_no_question_is_named(tmp_path: Path, line: str) -> None:
    path = tmp_path / "questions.jsonl"
    path.write_text(f'{{"question": "a b", "answer": "c"}}\n{line}\n', "utf-8")
    with pytest.raises(UsageError, match="line 2 "):
        measure.read_questions(path, "")


@pytest.fixture(scope="module")
def sample_night(after_a_night: Make, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return after_a_night(tmp_path_factory.mktemp("measured") / "workspace")
