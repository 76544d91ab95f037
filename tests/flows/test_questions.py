"""`stillhouse questions`: what agents asked, and what of it nothing answered."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from flows.commands import cli
from flows.founding import found, sample
from flows.settings import load
from scheduling.ledger.store import Ledger
from wiki.questions import Notebook

KEY = "hunter2"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    place = tmp_path / "space"
    found(place, sample())
    notebook = Notebook(Ledger(load(place).workspace.ledger), lambda text: text.replace(KEY, "[REDACTED:key:0a1b2c3d]"))
    for text, answered in (("how do tests run", True), ("How do tests run?", True), (f"what opens {KEY}", False)):
        notebook.note("tidewatch", text, answered=answered)
    notebook.close()
    return place


def called(root: Path, *words: str) -> str:
    done = CliRunner().invoke(cli, ["questions", *words, "--workspace", str(root)])
    assert done.exit_code == 0, done.output
    return done.output


def test_what_was_asked_is_listed_the_commonest_first_and_masked(root: Path) -> None:
    first, second = called(root).splitlines()
    assert first.startswith("tidewatch  how do tests run  (2×, last ")
    assert second.startswith("tidewatch  what opens [REDACTED:key]  (1×, 1× without an answer, last ")
    assert KEY not in called(root, "--json")


def test_what_nothing_answered_is_listed_alone(root: Path) -> None:
    (row,) = [json.loads(line) for line in called(root, "--missed", "--json", "--domain", "tidewatch").splitlines()]
    assert (row["text"], row["missed"]) == ("what opens [REDACTED:key]", 1)


def test_an_unknown_domain_is_refused(root: Path) -> None:
    done = CliRunner().invoke(
        cli, ["questions", "--domain", "nowhere", "--workspace", str(root)], standalone_mode=False
    )
    assert done.exception is not None
    assert "nowhere" in str(done.exception)
