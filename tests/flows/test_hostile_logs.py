"""What a log may say of itself ends no night and is no command: its session's id, and its times."""

import json
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from distillers.findings_store import load as findings
from flows import founding, stages
from flows.commands import cli
from flows.settings import Settings, load
from scheduling.ledger.store import Ledger

ID = "-rf $(touch pwn); 'x' `y`"


def found(root: Path, *sessions: dict[str, str]) -> Settings:
    """A workspace after a night over sessions in which a person gives an order each."""
    logs = root / "logs"
    logs.mkdir()
    for n, told in enumerate(sessions):
        row = {
            "uuid": f"{n:08x}-0000-4000-8000-000000000000",
            "cwd": "/kiln",
            "version": "2.0.1",
            "type": "user",
            **told,
        }
        said = {"role": "user", "content": f"From now on: Always fire kiln {n} with `fan_v{n}`, because it is quiet."}
        (logs / f"{n}.jsonl").write_text(json.dumps({**row, "isSidechain": False, "message": said}) + "\n")
    founding.found(root / "workspace", founding.Plan({"kiln": [logs]}))
    settings = load(root / "workspace")
    with stages.opened(settings, "nightly") as opened:
        stages.nightly(opened)
    return settings


@pytest.mark.parametrize("at", ["2999-01-01T00:00:00.000Z", "9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00"])
def test_a_time_that_no_clock_shows_costs_nothing_but_itself(tmp_path: Path, at: str) -> None:
    settings = found(
        tmp_path, {"sessionId": "a", "timestamp": at}, {"sessionId": "b", "timestamp": "2026-11-02T09:00:00.000Z"}
    )
    assert {one.status for one in findings(Ledger(settings.workspace.ledger))} == {"written"}
    page = "".join(path.read_text() for path in settings.workspace.wiki.rglob("*.md"))
    assert "`fan_v0`" in page
    assert "`fan_v1`" in page


def test_a_command_that_a_purge_prints_names_the_session_as_one_word(tmp_path: Path) -> None:
    settings = found(tmp_path, {"sessionId": ID, "timestamp": "2026-11-02T09:00:00.000Z"})
    done = CliRunner().invoke(
        cli, ["purge", f"--session={ID}", "--yes", "--json", "--workspace", str(settings.root)], catch_exceptions=False
    )
    told = next(line for line in json.loads(done.stdout)["unreachable"] if "--rewrite-history" in line)
    words = shlex.split(told.partition("stillhouse ")[2])
    assert words == ["purge", f"--session={ID}", "--rewrite-history", "--workspace", str(settings.root)]
