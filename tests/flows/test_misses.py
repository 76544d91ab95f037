"""What was missed is explained by the place where the answer was lost."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from distillers.findings import Confidence, Finding, Quote, Status
from distillers.record.archive import Archive
from distillers.record.events import Event
from flows.commands import cli
from flows.measure import Question
from flows.misses import EXPLAINED, Kind, Known, lost
from flows.settings import Settings
from scheduling.ledger.store import Ledger
from scheduling.runs import running

Make = Callable[[Path], Settings]
AT = "2026-03-01T10:00:00.000Z"


def finding(claim: str, quote: str, confidence: Confidence = "medium", status: Status = "written") -> Finding:
    cited = Quote("e" * 16, "human", "s1", AT, "/logs/s1.jsonl", 1, quote)
    return Finding(
        id="f-1",
        domain="shop",
        kind="fix",
        claim=claim,
        key=claim,
        page="notes",
        confidence=confidence,
        status=status,
        valid_from=AT[:10],
        superseded_by="",
        rule="fix",
        seen=1,
        warnings=(),
        evidence=(cited,),
    )


@pytest.fixture
def known(tmp_path: Path) -> Known:
    ledger = Ledger(tmp_path / "ledger.db")
    archive = Archive(tmp_path / "archive", ledger)
    text = "the nightly mirror holds the seal of the archive"
    event = Event("a" * 16, "s1", "session", AT, "human", "message", text, "/logs/s1.jsonl", 1)
    with running(ledger, "operator", "collect") as run:
        archive.append("shop", [event], run=run)
    found = [
        finding("The pool is closed at six.", "we close the pool at six because of the bank"),
        finding("The tide table is read at noon.", "read it at noon"),
        finding("The gauge stands on the pier.", "on the pier", "low", "waiting"),
    ]
    return Known(found, archive, "shop")


def question(must: list[list[str]], answer: str = "") -> Question:
    groups = tuple(tuple(re.compile(one, re.IGNORECASE) for one in group) for group in must)
    return Question(1, "what is it?", "shop", groups, answer)


@pytest.mark.parametrize(
    ("must", "answer", "kind"),
    [
        ([["closed at (six|6)"]], "", "not retrieved"),
        ([["closed at six"], ["read at noon"]], "", "not retrieved"),
        ([], "the tide table is read at noon", "not retrieved"),
        ([["because of the bank"]], "", "badly worded"),
        ([["pool"], ["closed"], ["by the ferry"]], "", "badly worded"),
        ([["gauge"]], "", "held back"),
        ([["mirror"], ["seal"]], "", "not found"),
        ([], "the mirror holds the seal", "not found"),
        ([["whales"]], "", "not collected"),
        ([], "whales sing under the harbour", "not collected"),
    ],
)
def test_the_last_place_that_holds_the_answer_decides(
    known: Known, must: list[list[str]], answer: str, kind: Kind
) -> None:
    assert lost(question(must, answer), known) == kind


def test_eval_counts_and_lists_what_was_missed_by_kind(after_a_night: Make, tmp_path: Path) -> None:
    settings = after_a_night(tmp_path / "workspace")
    path = tmp_path / "questions.jsonl"
    rows = [
        {"question": "why were tide times one hour off?", "must": [["fixed offset|fixed \\+"]]},
        {"question": "which whales sing?", "must": [["whales of the harbour"]]},
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")

    def run(*words: str) -> str:
        return (
            CliRunner()
            .invoke(cli, ["eval", "--questions", str(path), *words, "--workspace", str(settings.root)])
            .output
        )

    told = json.loads(run("--json"))["questions"]
    assert (told["asked"], told["answered"]) == (2, 1)
    assert told["missed"] == [{"question": "which whales sing?", "kind": "not collected"}]
    assert told["missed_by_kind"] == {**dict.fromkeys(EXPLAINED, 0), "not collected": 1}
    assert "1 not collected: nothing in the record holds the answer" in run()
    assert "    not collected: which whales sing?" in run()
