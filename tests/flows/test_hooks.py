"""Hooks from a new user's position: put into a project with settings of its own, called as an agent calls them."""

import json
import subprocess
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from flows import harness, stages
from flows.harness import Wiring
from flows.settings import Settings
from scheduling import tasks
from scheduling.base.errors import RefusedError
from scheduling.ledger.store import Ledger

THEIRS = {
    ".mcp.json": {"mcpServers": {"other": {"command": "other"}}, "extra": [1, "ü"]},
    ".claude/settings.json": {
        "permissions": {"allow": ["Bash(ls:*)"]},
        "hooks": {
            "SessionStart": [{"matcher": "startup", "hooks": [{"type": "command", "command": "echo hooks start"}]}],
            "PreToolUse": [{"matcher": "Bash", "hooks": [{"type": "command", "command": "check"}]}],
        },
    },
}
Stillhouse = Callable[..., subprocess.CompletedProcess[str]]
WIRING = Wiring("/opt/my tools/stillhouse", "shop", Path("/home/mara/house"))


@pytest.fixture
def stillhouse(line: Callable[..., subprocess.CompletedProcess[str]]) -> Stillhouse:
    """Calls a command with what an agent says to it, which is JSON."""

    def call(*words: str, said: Any = None, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
        return line(*words, text=json.dumps(said) if said is not None else "", cwd=cwd)

    return call


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    for name, table in THEIRS.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(json.dumps(table), "utf-8")
    return folder


@pytest.fixture(scope="session")
def distilled(after_a_night: Callable[[Path], Settings], tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A workspace after one night."""
    return after_a_night(tmp_path_factory.mktemp("hooks") / "workspace")


def read(project: Path) -> dict[str, Any]:
    return {name: json.loads((project / name).read_text("utf-8")) for name in THEIRS if (project / name).exists()}


def test_what_a_project_had_stays_and_comes_back(project: Path) -> None:
    harness.apply(harness.claude_code(project, WIRING))
    wired = read(project)
    assert wired[".mcp.json"]["mcpServers"]["other"] == {"command": "other"}
    assert wired[".mcp.json"]["extra"] == [1, "ü"]
    assert wired[".mcp.json"]["mcpServers"]["stillhouse"]["args"][:3] == ["mcp", "--domain", "shop"]
    hooks = wired[".claude/settings.json"]["hooks"]
    assert hooks["SessionStart"][0] == THEIRS[".claude/settings.json"]["hooks"]["SessionStart"][0]
    assert hooks["SessionStart"][1]["hooks"][0]["command"].startswith("'/opt/my tools/stillhouse' hooks start --domain")
    assert "hooks end" in hooks["SessionEnd"][0]["hooks"][0]["command"]
    assert harness.claude_code(project, WIRING) == [], "installing again changes nothing"
    harness.apply(harness.claude_code(project, Wiring("/elsewhere/stillhouse", "shop", Path("/x"))))
    assert len(read(project)[".claude/settings.json"]["hooks"]["SessionStart"]) == 2, "ours is replaced"
    harness.apply(harness.claude_code(project, None))
    assert read(project) == THEIRS


def test_files_that_held_nothing_else_are_removed(tmp_path: Path) -> None:
    harness.apply(harness.claude_code(tmp_path, WIRING))
    assert set(read(tmp_path)) == set(THEIRS)
    harness.apply(harness.claude_code(tmp_path, None))
    assert read(tmp_path) == {}


@pytest.mark.parametrize("text", ["// a comment\n{}", "[]", '{"mcpServers": 3}', "{", "\x00"])
def test_a_file_that_is_something_else_is_refused_and_left(project: Path, text: str) -> None:
    (project / ".mcp.json").write_text(text, "utf-8")
    with pytest.raises(RefusedError, match=r"\.mcp\.json"):
        harness.claude_code(project, WIRING)
    assert (project / ".mcp.json").read_text("utf-8") == text


def test_what_is_printed_for_other_agents_can_be_parsed() -> None:
    codex = harness.printed("codex", WIRING)
    table = tomllib.loads(codex[codex.index("[mcp_servers") : codex.index(".codex/hooks.json")])
    assert table["mcp_servers"]["stillhouse"]["command"] == WIRING.program
    for agent in ("gemini", "cursor"):
        text = harness.printed(agent, WIRING)
        tables = [json.loads(part[: part.rindex("}") + 1]) for part in text.split(".json:\n")[1:]]
        assert "stillhouse" in tables[0]["mcpServers"]
        assert any("hooks start" in json.dumps(one) for one in tables)


def test_a_person_installs_tries_and_uninstalls(stillhouse: Stillhouse, project: Path, distilled: Settings) -> None:
    where = ("--workspace", str(distilled.root))
    shown = stillhouse("hooks", "install", "--dry-run", *where, cwd=project)
    assert shown.returncode == 0, shown.stderr
    assert '"stillhouse"' in shown.stdout
    assert read(project) == THEIRS
    assert stillhouse("hooks", "install", *where, cwd=project).returncode == 0
    assert read(project) != THEIRS
    assert stillhouse("hooks", "uninstall", cwd=project).returncode == 0
    assert read(project) == THEIRS
    printed = stillhouse("hooks", "install", "--agent", "gemini", *where, cwd=project)
    assert "mcpServers" in printed.stdout


def test_a_session_is_briefed_and_one_that_goes_on_only_of_changes(stillhouse: Stillhouse, distilled: Settings) -> None:
    where = ("--workspace", str(distilled.root), "--seat", "claude-code")
    first = stillhouse("hooks", "start", *where, said={"source": "startup"})
    assert "make testdb" in first.stdout
    assert stillhouse("hooks", "start", *where, said={"source": "resume"}).stdout == ""
    assert stillhouse("hooks", "start", *where, said={"source": "clear"}).stdout == first.stdout
    told = json.loads(stillhouse("hooks", "start", *where, "--style", "gemini", said={}).stdout)
    assert told["hookSpecificOutput"]["additionalContext"] == first.stdout
    broken = stillhouse("hooks", "start", "--workspace", str(distilled.root / "nowhere"))
    assert (broken.returncode, broken.stdout) == (0, ""), "nothing that goes wrong stops a session"
    assert "no workspace" in broken.stderr


def test_a_session_that_ended_is_queued_and_settled(
    stillhouse: Stillhouse, distilled: Settings, tmp_path: Path
) -> None:
    ledger = Ledger(distilled.workspace.ledger)
    known = next(distilled.sources[0].path.rglob("*.jsonl"))
    elsewhere = tmp_path / "elsewhere.jsonl"
    elsewhere.write_text("{}\n")
    for log in (known, elsewhere):
        done = stillhouse("hooks", "end", "--workspace", str(distilled.root), said={"transcript_path": str(log)})
        assert done.returncode == 0, done.stderr
    assert stillhouse("hooks", "end", "--workspace", str(distilled.root), said={}).returncode == 0
    assert [row["state"] for row in sessions(ledger)] == ["todo", "todo"]
    with stages.opened(distilled, "nightly") as night:
        stages.collect(night)
    states = {row["subject"]: (row["state"], row["note"]) for row in sessions(ledger)}
    assert states[str(known)] == ("done", "collected")
    assert states[str(elsewhere)] == ("blocked", "no source of tidewatch holds this file")


def sessions(ledger: Ledger) -> list[dict[str, Any]]:
    return [row for row in tasks.listed(ledger) if row["kind"] == "session"]
