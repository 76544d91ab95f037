"""`stillhouse wiki`: what pages hold, where it comes from, and taking a change set back."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from flows import stages
from flows.commands import cli
from flows.doctor import examine
from flows.settings import Settings, load
from wiki import guard
from wiki.git import open_repo


@pytest.fixture(scope="module")
def root(after_a_night: Callable[[Path], Settings], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace after one night over the sample."""
    return after_a_night(tmp_path_factory.mktemp("wiki") / "space").root


def called(root: Path, *words: str) -> Result:
    return CliRunner().invoke(cli, ["wiki", *words, "--workspace", str(root)])


def test_lint_changes_diff_history_and_blame_print_what_they_promise(root: Path) -> None:
    assert called(root, "lint").output == "Every page is well formed.\n"
    (change,) = [json.loads(row) for row in called(root, "changes", "--json").output.splitlines()]
    assert (change["state"], change["verdict"], change["lint"], change["health"]) == (
        "merged",
        "pass",
        "clean",
        "green",
    )
    assert change["id"] in called(root, "diff").output.splitlines()[0]
    page = next(p for p in sorted((root / "wiki" / "tidewatch").glob("*.md")) if p.name != "index.md")
    rows = [json.loads(row) for row in called(root, "blame", f"tidewatch/{page.stem}", "--json").output.splitlines()]
    assert all(row["change"] == change["id"] and row["evidence"] for row in rows)
    (event,) = [json.loads(row) for row in called(root, "history", rows[0]["id"], "--json").output.splitlines()]
    assert (event["action"], event["page"]) == ("added", f"tidewatch/{page.stem}")


def test_doctor_tells_whether_main_is_guarded(root: Path) -> None:
    def said() -> bool:
        return next(check.ok for check in examine(root).checks if check.name == "gate")

    assert said()
    hook = open_repo(root / "wiki").folder / "hooks" / guard.NAME
    hook.unlink()
    assert not said()
    guard.ensure(root / "wiki")
    assert said()


def test_a_revert_takes_a_change_set_back_at_once_and_for_good(root: Path) -> None:
    change = json.loads(called(root, "changes", "--json").output.splitlines()[0])["id"]
    done = called(root, "revert", change, "--reason", "only a trial", "--name", "Ana")
    assert "are rejected: only a trial" in done.output
    assert not (root / "wiki" / "tidewatch").exists() or called(root, "blame", "tidewatch/index").output == ""
    with stages.opened(load(root), "nightly") as night:
        report = stages.nightly(night)
    assert report.commits == {}
    assert called(root, "revert", "c-000000000000", "--reason", "x").exit_code != 0
