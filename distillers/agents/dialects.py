"""The dialects of the command-line agents and of plain programs.

Each takes the tools away with the program's own flags, as their public references describe them (Claude Code CLI
reference; Codex non-interactive mode; Gemini CLI headless mode, configuration and policy engine). That the installed
program knows these flags is asked of its ``--help`` before it is used.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from distillers.agents.base import MILLION, AgentSpec, Usage
from distillers.agents.program import ANSWER, Dialect
from distillers.agents.words import (
    BusyAnswerError,
    LockedAnswerError,
    UnreadableError,
    busy,
    count,
    locked,
    read_json,
)
from distillers.digest import CHARS


def _model(spec: AgentSpec) -> list[str]:
    return ["--model", spec.model] if spec.model else []


def _object(value: Any, what: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise UnreadableError(f"no {what}")
    return value  # pyright: ignore[reportUnknownVariableType] (untrusted JSON)


def _refuse(said: Any) -> None:
    text = said if isinstance(said, str) else json.dumps(said)
    if busy(text):
        raise BusyAnswerError(text[:120])
    if locked(text):
        raise LockedAnswerError(text[:120])
    raise UnreadableError(f"an error: {text[:120]}")


# Claude Code


def _claude(spec: AgentSpec, _given: Path, schema: Mapping[str, Any]) -> list[str]:
    """``--tools ""`` leaves no tool; the rest keeps out MCP servers, settings and hooks, commands, sessions."""
    quiet = ["--tools", "", "--strict-mcp-config", "--setting-sources", "", "--disable-slash-commands"]
    form = ["--output-format", "json", "--json-schema", json.dumps(schema), "--no-session-persistence"]
    return ["-p", *quiet, *form, *_model(spec)]


def _from_claude(said: str) -> tuple[Any, Usage | None]:
    printed = read_json(said)
    last: Any = printed[-1] if isinstance(printed, list) and printed else printed  # pyright: ignore[reportUnknownVariableType] (untrusted JSON)
    envelope = _object(last, "result of Claude Code")
    if envelope.get("is_error") or envelope.get("type") != "result":
        _refuse(envelope.get("result") or envelope.get("subtype") or "no result")
    answer = envelope.get("structured_output")
    data = answer if answer is not None else read_json(str(envelope.get("result", "")))
    used, dollars = envelope.get("usage"), envelope.get("total_cost_usd")
    read = count(used, "input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens")
    micros = round(dollars * MILLION) if isinstance(dollars, (int, float)) and 0 <= dollars < MILLION else None
    return data, Usage(read, count(used, "output_tokens"), micros) if used else None


CLAUDE = Dialect(
    "claude",
    _claude,
    _from_claude,
    flags=("--tools", "--strict-mcp-config", "--setting-sources", "--disable-slash-commands", "--json-schema"),
    overhead=20_000,
)


# Codex

_CODEX_OFF = (
    *("shell_tool", "unified_exec", "code_mode", "browser_use", "browser_use_external", "in_app_browser"),
    *("computer_use", "image_generation", "multi_agent", "goals", "tool_suggest", "apps", "plugins", "hooks"),
    *("memories", "skill_mcp_dependency_install", "workspace_dependencies"),
)
"""Its features that give a model tools, or that load what others made; a release that lacks one ignores its name."""


def _codex(spec: AgentSpec, given: Path, _schema: Mapping[str, Any]) -> list[str]:
    """Codex has no flag for no tools at all: its shell is switched off, and the sandbox below it can only read."""
    quiet = ["--sandbox", "read-only", "--ephemeral", "--ignore-user-config", "--ignore-rules", "--skip-git-repo-check"]
    off = [word for name in _CODEX_OFF for word in ("-c", f"features.{name}=false")]
    plain = [
        "-c",
        'web_search="disabled"',
        "-c",
        "project_doc_max_bytes=0",
        "-c",
        'approval_policy="never"',
        "-c",
        "mcp_servers={}",
    ]
    plain += ["-c", "analytics.enabled=false"]
    form = ["--json", "--color", "never", "--output-schema", str(given / "schema.json")]
    return ["exec", *quiet, *off, *plain, *form, *_model(spec), "-"]


def _codex_files(schema: Mapping[str, Any]) -> Mapping[str, str]:
    return {"schema.json": json.dumps(schema)}


def _from_codex(said: str) -> tuple[Any, Usage | None]:
    answer, usage = "", None
    for line in said.splitlines():
        event = _event(line)
        item = event.get("item")
        match event.get("type"):
            case "item.completed" if isinstance(item, dict) and item.get("type") == "agent_message":  # pyright: ignore[reportUnknownMemberType] (untrusted JSON)
                answer = str(item.get("text", ""))  # pyright: ignore[reportUnknownArgumentType, reportUnknownMemberType] (as above)
            case "turn.completed":
                used = event.get("usage")
                usage = Usage(count(used, "input_tokens"), count(used, "output_tokens"))
            case "turn.failed" | "error":
                _refuse(event.get("error") or event.get("message") or "the turn failed")
            case _:
                pass
    return read_json(answer), usage


def _event(line: str) -> dict[str, Any]:
    try:
        return _object(json.loads(line), "event")
    except ValueError:
        return {}


CODEX = Dialect(
    "codex",
    _codex,
    _from_codex,
    files=_codex_files,
    flags=("--sandbox", "--ephemeral", "--ignore-user-config", "--ignore-rules", "--output-schema"),
    help=("exec", "--help"),
    overhead=15_000,
)


# Gemini CLI

_POLICY = '[[rule]]\ntoolName = "*"\ndecision = "deny"\npriority = 999\n'
_GEMINI_SETTINGS: dict[str, Any] = {
    "tools": {"core": []},
    "mcp": {"allowed": []},
    "mcpServers": {},
    "hooksConfig": {"enabled": False},
    "context": {"fileName": "none"},
    "privacy": {"usageStatisticsEnabled": False},
    "telemetry": {"enabled": False},
    "general": {"enableAutoUpdate": False},
    "security": {"folderTrust": {"enabled": False}},
}


def _gemini(spec: AgentSpec, given: Path, _schema: Mapping[str, Any]) -> list[str]:
    """The policy denies every tool; the system settings, which nothing overrides, leave the list of tools empty."""
    quiet = ["--policy", str(given / "policy.toml"), "--extensions", "none", "--approval-mode", "default"]
    return ["--prompt", "Give the answer.", "--output-format", "json", *quiet, *_model(spec)]


def _gemini_files(_schema: Mapping[str, Any]) -> Mapping[str, str]:
    return {"policy.toml": _POLICY, "settings.json": json.dumps(_GEMINI_SETTINGS)}


def _gemini_env(given: Path) -> Mapping[str, str]:
    return {"GEMINI_CLI_SYSTEM_SETTINGS_PATH": str(given / "settings.json"), "NO_BROWSER": "true"}


def _from_gemini(said: str) -> tuple[Any, Usage | None]:
    envelope = _object(read_json(said), "answer of Gemini CLI")
    if envelope.get("error"):
        _refuse(envelope["error"])
    models = _object(_object(envelope.get("stats") or {}, "statistics").get("models") or {}, "models")
    used = [_object(model, "model").get("tokens") for model in models.values()]
    read, written = (sum(count(each, *names) for each in used) for names in (("prompt",), ("candidates", "thoughts")))
    return read_json(str(envelope.get("response", ""))), Usage(read, written) if used else None


GEMINI = Dialect(
    "gemini",
    _gemini,
    _from_gemini,
    files=_gemini_files,
    env=_gemini_env,
    flags=("--policy", "--extensions", "--output-format"),
    overhead=10_000,
)


# Any program, and any API or local model through a worker that is one


def _nothing(_spec: AgentSpec, _given: Path, _schema: Mapping[str, Any]) -> list[str]:
    return []


def _from_any(said: str) -> tuple[Any, Usage | None]:
    """The answer itself, or ``{"output": answer, "usage": {"input_tokens", "output_tokens", "usd"}}``."""
    printed = _object(read_json(said), "JSON object")
    if printed.get("error") and "findings" not in printed:
        _refuse(printed["error"])
    if "output" not in printed:
        return printed, None
    used = printed.get("usage")
    dollars: Any = _object(used, "usage").get("usd") if used else None
    micros = round(dollars * MILLION) if isinstance(dollars, (int, float)) and 0 <= dollars < MILLION else None
    usage = Usage(count(used, "input_tokens"), count(used, "output_tokens"), micros)
    return printed["output"], usage if used else None


THOUGHT = 8000
"""Tokens that a model gets for its answer and what it thinks before; it cannot take more."""


def _worker(spec: AgentSpec, _given: Path, _schema: Mapping[str, Any]) -> list[str]:
    return ["-m", "distillers.agents.worker", spec.model, str(THOUGHT)]


COMMAND = Dialect("", _nothing, _from_any, limit=ANSWER * CHARS)
"""What it prints is what it took, as long as it tells nothing else: it is ended with the room for its answer."""
API = Dialect(sys.executable, _worker, _from_any, overhead=500, answer=THOUGHT)
