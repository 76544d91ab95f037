"""What a person purges is gone from every store, stays gone, and what cannot be reached is named."""

import json
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pyotp
import pytest

from content import articles
from distillers.findings_store import load
from flows import desk, launch
from flows.settings import Settings
from flows.stages import writing
from scheduling.approvals import get_request
from scheduling.base.process import run as start
from scheduling.ledger.store import Ledger
from tests.flows.purging import TEXT, night, places, purge, purged

SESSION = "db5b5fab-8f4d-4e27-9da1-494c73cf256d"

Make = Callable[[Path], Settings]


def claims(settings: Settings) -> list[str]:
    return [finding.claim for finding in load(Ledger(settings.workspace.ledger))]


def test_without_yes_it_is_only_said_what_would_go(drafted: Settings) -> None:
    before = places(drafted)
    done = purge(drafted, "--match", TEXT)
    assert done.exit_code == 2
    assert "7  events" in done.output
    assert "tidewatch-2026-10-20 (in_review)" in done.output
    assert places(drafted) == before != []


def test_a_text_is_in_no_byte_of_the_workspace_and_stays_away(settled: Settings) -> None:
    told = purged(settled, "--match", TEXT)
    assert told["found"]["findings"] == 2
    assert told["left"] == []
    assert places(settled) == []
    report = night(settled)
    assert report.events == 0
    assert night(settled).pages == 0
    assert places(settled) == []
    assert not [claim for claim in claims(settled) if TEXT in claim]


def test_what_cannot_be_reached_is_named(settled: Settings) -> None:
    said = "\n".join(purged(settled, "--match", TEXT)["unreachable"])
    assert f"{SESSION}.jsonl still holds it" in said
    assert "git history: 2 objects" in said  # of the page, and of the index that names what it is about
    assert "--rewrite-history" in said
    assert "backups" in said


def test_the_text_can_come_from_standard_input(settled: Settings) -> None:
    done = purge(settled, "--match", "-", "--yes", "--json", stdin=f"{TEXT}\n")
    assert json.loads(done.output)["left"] == []
    assert places(settled) == []


def test_a_session_is_gone_with_its_own_words_and_is_skipped_from_then_on(settled: Settings) -> None:
    told = purged(settled, "--session", SESSION[:8])
    assert told["found"]["events"] == 19
    assert told["looked_for"] > 10
    report = night(settled)
    assert report.files["skipped"] == 1
    assert any(note.reason == "purged" for note in report.notes)
    evidence = [quote.unit for finding in load(Ledger(settled.workspace.ledger)) for quote in finding.evidence]
    assert evidence
    assert SESSION not in evidence
    again = purged(settled, "--session", SESSION)
    assert again["found"] == {}
    assert f"{SESSION}.jsonl still holds it" in "\n".join(again["unreachable"])


def test_what_other_sessions_support_too_is_found_again(settled: Settings) -> None:
    ledger = Ledger(settled.workspace.ledger)
    shared = next(f for f in load(ledger) if len({quote.unit for quote in f.evidence}) > 1)
    *others, last = sorted({quote.unit for quote in shared.evidence}, key=[q.unit for q in shared.evidence].index)
    purged(settled, "--session", last)
    left = next(finding for finding in load(ledger) if finding.id == shared.id)
    assert {quote.unit for quote in left.evidence} == {*others}
    assert left.status == "written" or left.confidence == "low"


def test_a_published_article_is_withdrawn_and_an_editor_is_asked_anew(
    settled: Settings, enrol: Callable[[Settings, str], str]
) -> None:
    asked = desk.waiting(settled)[0]
    slug = str(asked.detail["slug"])
    code = pyotp.TOTP(enrol(settled, "Ann")).now()
    sha = asked.body_sha256
    desk.decide(settled, asked.id, "approve", editor="Ann", code=code, body_sha256=sha, notes="")
    published = settled.workspace.published / f"{slug}.md"
    assert TEXT in published.read_text()

    told = purged(settled, "--match", TEXT)
    assert told["articles"] == {slug: "an editor is asked anew"}
    assert not published.exists()
    draft = settled.workspace.drafts / f"{slug}.md"
    assert "status: draft" in draft.read_text()
    ledger = Ledger(settled.workspace.ledger)
    record = articles.get(ledger, slug)
    assert record.state == "in_review"
    assert get_request(ledger, asked.id).state == "void"
    assert get_request(ledger, record.request).body_sha256 != sha
    assert writing.draft(settled, None).request_id == record.request
    assert articles.published(ledger, settled.workspace) == []


def test_artifacts_states_and_logs_of_the_server_are_cleaned_while_it_serves(
    tmp_path: Path, make: Make, serving: Callable[[Settings], AbstractContextManager[Any]], api: Any
) -> None:
    settings = make(tmp_path / "workspace")
    with serving(settings):
        launch.launch_nightly(settings, only=None, since=None, say=lambda _text: None)
        drafted = launch.launch_daily(settings, pillar=None, say=lambda _text: None)
        here = api.of(settings)
        here.question(drafted.request_id, 1)
        assert any("prefect" in place for place in places(settings))
        done = purge(settings, "--match", TEXT, "--yes", "--json")
        assert done.exit_code == 0, done.output
        assert "(purged)" in here.artifact("nightly-report")["data"]
        here.ended(drafted.request_id)
    assert places(settings) == []


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ((), "name one thing"),
        (("--session", "a", "--match", "b"), "name one thing"),
        (("--match", "abc"), "stands everywhere"),
        (("--session", "no-such-session"), "there is no session"),
    ],
)
def test_a_wrong_wish_is_refused(drafted: Settings, words: tuple[str, ...], says: str) -> None:
    done = purge(drafted, *words, "--yes")
    assert says in str(done.exception)


def test_what_nothing_holds_needs_no_purge(drafted: Settings) -> None:
    assert "Nothing here holds it." in purge(drafted, "--match", "a text that nobody wrote", "--yes").output


KILLED = """
import os, signal, sys
from contextlib import contextmanager
from scheduling.runs import Run
change, step = Run.change, sys.argv.pop(1)
@contextmanager
def watched(run, action, *words, **more):
    with change(run, action, *words, **more) as rows:
        yield rows
    if action == step:
        os.kill(os.getpid(), signal.SIGKILL)
Run.change = watched
from flows.commands import main
main()
"""
"""A purge that dies as soon as a step was written down."""


def test_a_purge_that_was_killed_after_any_step_is_finished_by_the_next(settled: Settings) -> None:
    words = ["purge", "--match", TEXT, "--yes", "--workspace", str(settled.root)]
    for step in ("withdraw", "erase", "settle", "purge"):
        done = subprocess.run([sys.executable, "-c", KILLED, step, *words], capture_output=True)
        assert done.returncode == -signal.SIGKILL, (step, done)
    purged(settled, "--match", TEXT)
    assert places(settled) == []
    assert night(settled).events == 0
    assert start(["git", "status", "--porcelain"], cwd=settled.workspace.wiki).out == b""
