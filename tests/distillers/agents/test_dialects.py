"""Each command-line agent is called without tools, and its envelope is read. The programs here are stand-ins.

A case is what a program prints, with its exit code in the name; beside it stands what is read from it.
"""

import json
from pathlib import Path
from typing import Any

import agentry
import pytest

from distillers import prompt
from distillers.agents.base import AgentError, AgentSpec, Usage
from distillers.agents.dialects import CLAUDE, CODEX, GEMINI
from distillers.agents.program import Dialect
from distillers.agents.registry import ApiAgent, build, keys

CASES = Path(__file__).parent / "cases"
FORM = prompt.schema(("notes",))
DIALECTS = {"claude": CLAUDE, "codex": CODEX, "gemini": GEMINI}

STANDIN = """
import json, os, pathlib, sys
if "--help" in sys.argv:
    print({help!r})
    sys.exit(0)
given = [word for word in sys.argv if word.startswith("/")]
seen = dict(argv=sys.argv[1:], env=dict(os.environ), prompt=sys.stdin.read(),
    files={{word: pathlib.Path(word).read_text() for word in given if os.path.isfile(word) and word != sys.argv[0]}})
path = os.environ.get("GEMINI_CLI_SYSTEM_SETTINGS_PATH")
seen["settings"] = json.loads(pathlib.Path(path).read_text()) if path else None
pathlib.Path({seen!r}).write_text(json.dumps(seen))
print({out!r})
sys.exit({code})
"""


def standin(folder: Path, kind: str, case: Path, **more: Any) -> Any:
    code = int(case.stem.rpartition("-")[2])
    shown = "\n".join(f"  {flag} <value>" for flag in DIALECTS[kind].flags)
    text = STANDIN.format(help=shown, seen=str(folder / "seen.json"), out=case.read_text("utf-8"), code=code)
    return build(AgentSpec(kind, kind, (str(agentry.program(folder, text)),), seconds=20.0, **more))


@pytest.mark.parametrize("case", sorted(CASES.glob("*.out")), ids=lambda path: path.stem)
def test_an_envelope_is_unwrapped(case: Path, tmp_path: Path) -> None:
    wanted = json.loads(case.with_suffix(".json").read_text("utf-8"))
    agent = standin(tmp_path, case.stem.partition("-")[0], case)
    if "error" in wanted:
        with pytest.raises(AgentError) as raised:
            agent.run("prompt", FORM)
        assert type(raised.value).__name__ == wanted["error"]
        assert getattr(raised.value, "after", 0) == wanted.get("after", 0)
    else:
        reply = agent.run("prompt", FORM)
        assert (reply.data, reply.usage) == (wanted["data"], Usage(*wanted["usage"]))


@pytest.mark.parametrize("kind", sorted(DIALECTS))
def test_the_tools_are_taken_away(kind: str, tmp_path: Path) -> None:
    standin(tmp_path, kind, CASES / f"{kind}-answer-0.out", model="small").run("the prompt", FORM)
    seen = json.loads((tmp_path / "seen.json").read_text())
    argv = " ".join(word or "''" for word in seen["argv"])
    wanted = {
        "claude": ["-p --tools '' --strict-mcp-config --setting-sources ''", "--no-session-persistence"],
        "codex": [
            "exec --sandbox read-only --ephemeral --ignore-user-config",
            "features.shell_tool=false",
            "features.goals=false",
            "disabled",
        ],
        "gemini": ["--policy", "--extensions none"],
    }[kind]
    assert all(part in argv for part in [*wanted, "--model small"]), argv
    assert seen["prompt"].startswith("the prompt")
    assert not {"--dangerously-skip-permissions", "--yolo", "--full-auto"} & set(seen["argv"])
    if kind == "codex":
        assert FORM in [json.loads(text) for text in seen["files"].values()]
    if kind == "gemini":
        assert any('decision = "deny"' in text for text in seen["files"].values())
        assert seen["settings"]["tools"] == {"core": []}


@pytest.mark.parametrize("kind", sorted(DIALECTS))
def test_a_program_that_does_not_know_the_flags_is_not_asked(kind: str, tmp_path: Path) -> None:
    agent = standin(tmp_path, kind, CASES / f"{kind}-answer-0.out")
    assert agent.ready() == ""
    old = build(
        AgentSpec(kind, kind, (str(agentry.program(tmp_path, "print('usage: --prompt')", "old")),), seconds=9.0)
    )
    assert f"does not know {DIALECTS[kind].flags[0]}" in old.ready()


@pytest.mark.parametrize("dialect", DIALECTS.values(), ids=DIALECTS)
def test_a_program_that_is_not_installed_is_named(
    dialect: Dialect, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert f"cannot find the program {dialect.program}" in build(AgentSpec("a", dialect.program)).ready()


def test_a_model_behind_an_api_names_the_extra_that_it_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("distillers.agents.registry.LIBRARY", "no_such_library_anywhere")
    agent = build(AgentSpec("a", "api", model="openai:small"))
    assert isinstance(agent, ApiAgent)
    assert "pip install -e '.[agents]'" in agent.ready()


def test_only_the_keys_of_its_own_provider_pass_to_a_model() -> None:
    assert keys("openai:small") == ("OPENAI_API_KEY", "OPENAI_BASE_URL")
    assert "ANTHROPIC_API_KEY" in keys("anthropic:small")
    assert "GEMINI_API_KEY" in keys("google-gla:small")
    assert keys("unheard-of:small") == ()


def test_no_dialect_lets_a_program_ask_for_permission_to_use_a_tool(tmp_path: Path) -> None:
    for kind, dialect in DIALECTS.items():
        argv = dialect.arguments(AgentSpec(kind, kind), tmp_path, FORM)
        assert not any("allowed" in word.lower() and "tool" in word.lower() for word in argv)
