"""What is filed about code goes when the code goes, and comes back with it; a night in which it stands still rests."""

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from distillers.distil import Distilled
from distillers.findings import Finding
from distillers.findings_store import load as load_findings
from flows import stages
from flows.commands import cli
from flows.report import Report
from flows.settings import Settings, load
from scheduling.ledger.store import Ledger

TICKET = """\
---
id: T-1
title: Export loses rows
status: Done
labels: [storage]
---

## Root cause

`export_rows()` closed the cursor before it was read, because the `with` block ended too early. The default page size
hides it: tables of one page are exported even when the cursor is closed.
"""
Commit = Callable[[str], None]


@pytest.fixture
def code(tmp_path: Path) -> Path:
    return tmp_path / "shop"


@pytest.fixture
def commit(code: Path) -> Commit:
    def commit(text: str) -> None:
        (code / "export.py").write_text(text, "utf-8")
        who = ["-c", "user.name=Mara", "-c", "user.email=mara@shop.example"]
        env = {"PATH": os.environ["PATH"], "GIT_CONFIG_GLOBAL": "/dev/null"}
        for words in (["add", "export.py"], [*who, "commit", "-q", "-m", "Change"]):
            subprocess.run(["git", *words], cwd=code, env=env, check=True)

    code.mkdir()
    subprocess.run(["git", "init", "-q", "--initial-branch=main", "."], cwd=code, check=True)
    commit("def export_rows(): ...\n")
    return commit


@pytest.fixture
def settings(tmp_path: Path, code: Path, commit: Commit) -> Settings:
    (tickets := tmp_path / "tickets").mkdir()
    (tickets / "task-1 - export.md").write_text(TICKET, "utf-8")
    (root := tmp_path / "house").mkdir()
    lines = f'[domains.shop]\nsources = [{{ path = "{tickets}" }}]\npaths = ["{code}"]\n'
    (root / "stillhouse.toml").write_text(lines, "utf-8")
    return load(root)


def night(settings: Settings, *, file: bool = False) -> tuple[Distilled | None, list[str]]:
    """The stages of a night that this is about; what was distilled, and what a report says of it."""
    with stages.opened(settings, "nightly") as opened:
        collected = stages.collect(opened)
        distilled = stages.distil(opened)
        filed = stages.file(opened) if file else []
    report = Report.of("r-1", collected, distilled, filed, {})
    return distilled, [*report.lines(), *report.to_json()["code_not_read"]]


def told(settings: Settings) -> Finding:
    (one,) = [one for one in load_findings(Ledger(settings.workspace.ledger)) if "export_rows" in one.claim]
    return one


def on_pages(settings: Settings) -> bool:
    wiki = settings.workspace.wiki
    names = subprocess.run(["git", "grep", "-l", "export_rows", "HEAD"], cwd=wiki, capture_output=True, text=True)
    return bool(names.stdout)


def test_a_claim_leaves_the_pages_with_its_code_and_returns_with_it(settings: Settings, commit: Commit) -> None:
    night(settings, file=True)
    assert (told(settings).status, on_pages(settings)) == ("written", True)
    commit("def write_rows(): ...\n")
    night(settings, file=True)
    gone = told(settings)
    assert (gone.confidence, gone.warnings) == ("low", ("`export_rows` stands nowhere in the code any more",))
    assert on_pages(settings) is False
    shown = CliRunner().invoke(cli, ["findings", "--json", "--workspace", str(settings.root)]).output
    assert list(gone.warnings) in [json.loads(line)["warnings"] for line in shown.splitlines()]
    commit("def write_rows(): ...\n\n\nexport_rows = write_rows\n")
    night(settings, file=True)
    assert (told(settings).status, told(settings).warnings, on_pages(settings)) == ("written", (), True)


def test_distilling_rests_while_the_code_stands_still_and_fails_for_none(
    settings: Settings, commit: Commit, code: Path
) -> None:
    night(settings)
    assert night(settings)[0] is None
    commit("def write_rows(): ...\n")
    (code / ".git" / "objects").rename(code / ".git" / "lost")
    distilled, said = night(settings)
    assert told(settings).status == "accepted", "what was seen last holds"
    assert distilled is not None
    assert "taken as it was last seen" in distilled.unread[0]
    assert f"code      {said[-1]}" in said
