"""Everything but the wiki's git and the logs is lost, and one command makes it again."""

from __future__ import annotations

import json
import os
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from distillers.findings_store import load as load_findings
from flows import founding, stages
from flows.commands import cli
from flows.purge_search import search
from flows.rebuild import rebuild
from flows.settings import Settings, load
from scheduling import editors, runs
from scheduling.base.errors import RefusedError
from scheduling.base.process import run as start
from scheduling.ledger.store import Ledger
from wiki.manifest import load as load_manifest


def silent(_text: str) -> None:
    pass


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A workspace after a night, a person's edits and another night."""
    place = tmp_path_factory.mktemp("rebuild")
    logs, root = place / "logs", place / "space"
    shutil.copytree(founding.SAMPLE, logs)
    founding.found(root, founding.Plan({"tidewatch": [logs / "sessions", logs / "codex", logs / "tickets"]}))
    chosen = load(root)
    night(chosen)
    page = max((chosen.workspace.wiki / "tidewatch").glob("*.md"), key=lambda path: path.read_text().count("^f-"))
    blocks = [line for line in page.read_text().splitlines() if "^f-" in line]
    page.write_text(
        page.read_text().replace(blocks[0] + "\n", "").replace(blocks[1], "- So says Ana. " + blocks[1][2:])
    )
    me = ["-c", "user.name=Ana", "-c", "user.email=ana@example.invalid"]
    start(["git", *me, "commit", "-q", "-a", "-m", "By hand"], cwd=chosen.workspace.wiki)
    night(chosen)
    return chosen


@pytest.fixture
def settings(first: Settings, tmp_path: Path) -> Settings:
    """A copy of it, to lose something; the logs are the same."""
    shutil.copytree(first.root, tmp_path / "space", symlinks=True)
    return load(tmp_path / "space")


def night(settings: Settings) -> None:
    with stages.opened(settings, "nightly") as opened:
        stages.nightly(opened)


def seen(settings: Settings) -> tuple[str, Any, str]:
    """What must be the same: the wiki's tree, all findings, and what the index was built from."""
    tree = start(["git", "rev-parse", "main^{tree}"], cwd=settings.workspace.wiki).text
    found = [
        (one.id, one.claim, one.page, one.confidence, one.status, one.evidence)
        for one in load_findings(Ledger(settings.workspace.ledger))
    ]
    kept = load_manifest(settings.workspace.index)
    return tree, found, kept.commit if kept else ""


def test_with_only_git_and_logs_left_all_is_as_it_was(settings: Settings) -> None:
    before = seen(settings)
    shutil.rmtree(settings.workspace.state)
    done = rebuild(settings, say=silent)
    assert done.aside is None
    assert seen(settings) == before


def test_what_only_people_said_is_carried_over_and_the_old_state_is_kept(settings: Settings) -> None:
    with runs.running(Ledger(settings.workspace.ledger), "operator", "test") as run:
        editors.enrol(run, "Ana")
    before = seen(settings)
    done = rebuild(settings, say=silent)
    assert seen(settings) == before
    assert editors.editors(Ledger(settings.workspace.ledger)) == ["Ana"]
    assert done.kept >= 1
    assert done.aside
    assert {path.name for path in done.aside.iterdir()} >= {"ledger.db", "archive", "index"}


def test_the_command_knows_all_tables_whatever_else_is_loaded(settings: Settings) -> None:
    words = ["purge", "--match", "make testdb", "--yes"]
    assert CliRunner().invoke(cli, [*words, "--workspace", str(settings.root)]).exit_code == 0
    with runs.running(Ledger(settings.workspace.ledger), "operator", "test") as run:
        editors.enrol(run, "Ana")
    assert search(settings.workspace, ["make testdb"]) == []
    alone = "import sys; from flows.commands import main; sys.argv[0] = 'stillhouse'; main()"
    done = start(
        [sys.executable, "-c", alone, "rebuild", "--json", "--workspace", str(settings.root)],
        env=dict(os.environ),
        cwd=settings.root,
    )
    assert json.loads(done.text)["kept"] >= 2
    assert editors.editors(Ledger(settings.workspace.ledger)) == ["Ana"]
    assert search(settings.workspace, ["make testdb"]) == [], "what was purged stays away"


def test_a_ledger_that_cannot_be_read_is_moved_aside_and_said(settings: Settings) -> None:
    before = seen(settings)
    for end in ("-wal", "-shm"):
        settings.workspace.ledger.with_name(f"ledger.db{end}").unlink(missing_ok=True)
    settings.workspace.ledger.write_bytes(b"no ledger" * 1000)
    said: list[str] = []
    done = rebuild(settings, say=said.append)
    assert done.kept == 0
    assert any("cannot be read" in line for line in said)
    assert seen(settings) == before


def test_logs_that_are_gone_are_said_before_anything_is_moved(settings: Settings) -> None:
    lost = next(iter(sorted(settings.sources[0].path.rglob("*.jsonl"))))
    elsewhere = lost.rename(lost.with_suffix(".away"))
    try:
        with pytest.raises(RefusedError, match="1 logs that the record rests on are gone"):
            rebuild(settings, say=silent)
        assert settings.workspace.ledger.exists()
        assert not list(settings.workspace.state.glob("aside-*"))
        assert rebuild(settings, without_lost=True, say=silent).aside
    finally:
        elsewhere.rename(lost)
