"""Stillhouse in the hands of coding agents: the MCP entry, the brief when a session starts, the queue when it ends.

Claude Code's files are merged: other keys, other hooks and their order stay. For other agents the text is printed, with
the file that it belongs to. The formats are those that each agent documents for its project settings.
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from scheduling.base.errors import RefusedError
from wiki.marked import replace_file

NAME = "stillhouse"
SECONDS = 30
"""How long an agent waits for a hook; a brief takes about one. Some versions of Claude Code give all hooks at the end
of a session 1.5 seconds together, whatever each asks for.
"""


@dataclass(frozen=True, slots=True)
class Wiring:
    """What is wired up: how the program is called, for which domain of which workspace."""

    program: str
    domain: str
    workspace: Path

    def server(self, seat: str) -> list[str]:
        """The arguments that start the MCP server."""
        return ["mcp", "--domain", self.domain, "--seat", seat, "--workspace", str(self.workspace)]

    def hook(self, event: str, seat: str, style: str = "") -> str:
        """The shell command for ``start`` or ``end``."""
        words = [self.program, "hooks", event, "--domain", self.domain, "--seat", seat]
        styled = ["--style", style] if style else []
        return shlex.join([*words, *styled, "--workspace", str(self.workspace)])


@dataclass(frozen=True, slots=True)
class Edit:
    """A file of a project and what it is to hold; ``text`` None takes it away."""

    path: Path
    text: str | None


def claude_code(project: Path, wiring: Wiring | None) -> list[Edit]:
    """What changes in ``project`` so that Claude Code has exactly ``wiring`` (None: nothing of ours any more).

    Raises :class:`RefusedError` if one of its files holds no JSON object.
    """
    edits = (
        _edit(project / ".mcp.json", lambda table: _servers(table, wiring)),
        _edit(project / ".claude" / "settings.json", lambda table: _hooks(table, wiring)),
    )
    return [edit for edit in edits if edit is not None]


def apply(edits: Sequence[Edit]) -> None:
    """Writes the edits, each file in one step."""
    for edit in edits:
        if edit.text is None:
            edit.path.unlink()
            continue
        edit.path.parent.mkdir(parents=True, exist_ok=True)
        replace_file(edit.path.resolve(), edit.text.encode())


def printed(agent: str, wiring: Wiring) -> str:
    """What a person puts where, for an agent whose files are not ours to merge."""
    texts = {"codex": _codex, "gemini": _gemini, "cursor": _cursor}
    words = [wiring.program, "brief", wiring.domain, "--write", "AGENTS.md", "--workspace", str(wiring.workspace)]
    return f"{texts[agent](wiring)}\nStanding rules for agents that read AGENTS.md:\n  {shlex.join(words)}\n"


def told(style: str, text: str) -> str:
    """A brief in the shape in which an agent takes text from a hook: Gemini CLI and Cursor want JSON."""
    if style == "gemini":
        return _json(
            {"hookSpecificOutput": {"hookEventName": "SessionStart", "additionalContext": text}} if text else {}
        )
    if style == "cursor":
        return _json({"additional_context": text} if text else {})
    return text


def _servers(table: dict[str, Any], wiring: Wiring | None) -> None:
    servers = _inner(table, "mcpServers")
    if wiring is None:
        servers.pop(NAME, None)
    else:
        servers[NAME] = {"type": "stdio", "command": wiring.program, "args": wiring.server("claude-code")}
    _tidy(table, "mcpServers")


def _hooks(table: dict[str, Any], wiring: Wiring | None) -> None:
    hooks = _inner(table, "hooks")
    for event, name in (("SessionStart", "start"), ("SessionEnd", "end")):
        entries = _without_ours(hooks.get(event, []), name)
        if wiring is not None:
            command = {"type": "command", "command": wiring.hook(name, "claude-code"), "timeout": SECONDS}
            entries.append({"hooks": [command]})
        hooks[event] = entries
        _tidy(hooks, event)
    _tidy(table, "hooks")


def _without_ours(entries: Any, name: str) -> list[Any]:
    """The entries of an event without our command; an entry that held nothing else goes with it."""
    if not isinstance(entries, list):
        raise TypeError("hooks are not a list")
    kept: list[Any] = []
    for entry in cast("list[Any]", entries):
        inner = cast("dict[str, Any]", entry).get("hooks") if isinstance(entry, dict) else None
        if not isinstance(inner, list):
            kept.append(entry)
            continue
        others = [one for one in cast("list[Any]", inner) if not _is_ours(one, name)]
        if len(others) == len(cast("list[Any]", inner)):
            kept.append(entry)
        elif others:
            kept.append({**cast("dict[str, Any]", entry), "hooks": others})
    return kept


def _is_ours(hook: Any, name: str) -> bool:
    command = str(cast("dict[str, Any]", hook).get("command", "")) if isinstance(hook, dict) else ""
    program = command.partition(" hooks ")[0].strip("'\"")
    return f" hooks {name} --domain " in command and Path(program).name == NAME


def _edit(path: Path, change: Callable[[dict[str, Any]], None]) -> Edit | None:
    """What ``change`` makes of the JSON object in ``path``; None if it stays as it is."""
    old = path.read_text("utf-8") if path.exists() else None
    try:
        table: dict[str, Any] = json.loads(old) if old is not None and old.strip() else {}
        before = json.dumps(table)
        change(table)
    except (ValueError, TypeError, AttributeError) as error:
        raise RefusedError(
            f"{path} holds something else than expected", hint="mend it by hand; nothing was written"
        ) from error
    if json.dumps(table) == before:
        return None
    return Edit(path, _json(table) if table else None)


def _inner(table: dict[str, Any], name: str) -> dict[str, Any]:
    inner = table.setdefault(name, {})
    if not isinstance(inner, dict):
        raise TypeError(f"{name} is no table")
    return cast("dict[str, Any]", inner)


def _tidy(table: dict[str, Any], name: str) -> None:
    if not table.get(name):
        table.pop(name, None)


def _json(value: Mapping[str, Any]) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def _codex(wiring: Wiring) -> str:
    hooks = {
        "SessionStart": [{"hooks": [{"type": "command", "command": wiring.hook("start", "codex")}]}],
        "Stop": [{"hooks": [{"type": "command", "command": wiring.hook("end", "codex")}]}],
    }
    args = json.dumps(wiring.server("codex"))
    trust = "Codex runs them once you have trusted them: /hooks in a session there."
    return (
        f".codex/config.toml (in a trusted project) or ~/.codex/config.toml:\n\n[mcp_servers.{NAME}]\n"
        f"command = {json.dumps(wiring.program)}\nargs = {args}\n\n.codex/hooks.json:\n\n{_json({'hooks': hooks})}"
        f"\n{trust}\n"
    )


def _gemini(wiring: Wiring) -> str:
    def hook(event: str) -> list[dict[str, Any]]:
        command = wiring.hook(event, "gemini", "gemini")
        # Gemini CLI counts in milliseconds.
        return [{"hooks": [{"name": NAME, "type": "command", "command": command, "timeout": SECONDS * 1000}]}]

    table = {
        "mcpServers": {NAME: {"command": wiring.program, "args": wiring.server("gemini")}},
        "hooks": {"SessionStart": hook("start"), "SessionEnd": hook("end")},
    }
    return f".gemini/settings.json:\n\n{_json(table)}"


def _cursor(wiring: Wiring) -> str:
    servers = {NAME: {"command": wiring.program, "args": wiring.server("cursor")}}
    hooks = {
        "sessionStart": [{"command": wiring.hook("start", "cursor", "cursor")}],
        "sessionEnd": [{"command": wiring.hook("end", "cursor", "cursor")}],
    }
    return (
        f".cursor/mcp.json:\n\n{_json({'mcpServers': servers})}\n"
        f".cursor/hooks.json:\n\n{_json({'version': 1, 'hooks': hooks})}"
    )
