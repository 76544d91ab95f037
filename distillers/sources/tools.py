"""What the name and the arguments of a tool say: whose words its result holds, and how a call reads as text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import cast

from distillers.record.events import Origin

_RECALLED = re.compile(r"^(mcp_+)?\w*stillhouse\w*?[_.-]", re.IGNORECASE)
"""``mcp__stillhouse__search``, ``mcp_stillhouse_search``, ``stillhouse_search``, ``stillhouse-search``."""
_RECALLING_COMMAND = re.compile(r"(^|[\s;&|/(])stillhouse\s+(search|show|trace|findings|read)\b")
_WEB = re.compile(
    r"^(web_?(fetch|search)|web_?search_call|search_web|fetch_url|google_web_search|codesearch|browser\w*)$"
    r"|^mcp__\w*(fetch|browser|playwright|puppeteer|chrome|firecrawl|tavily|exa|brave|context7|deepwiki|web)\w*__",
    re.IGNORECASE,
)
_AGENT = frozenset(
    {"Task", "Agent", "TaskOutput", "AgentOutputTool", "spawn_agent", "wait_agent"} | {"task", "read_agent"}
)
_PROGRAM = frozenset(
    {"Skill", "ExitPlanMode", "EnterPlanMode", "TodoWrite", "TaskCreate", "TaskUpdate", "update_plan"}
    | {"skill", "todowrite", "todoread", "todo_write", "write_todos", "update_todo", "report_intent"}
)
_COMMAND = ("command", "cmd", "script")


def result_origin(tool: str, command: str = "") -> Origin:
    """Whose words the result of ``tool`` holds; ``command`` is the command line it ran, if it ran one."""
    if "stillhouse" in command and _RECALLING_COMMAND.search(command):
        return "recalled"
    return _named_origin(tool)


@lru_cache(maxsize=256)
def _named_origin(tool: str) -> Origin:
    if _RECALLED.match(tool):
        return "recalled"
    if _WEB.match(tool):
        return "web"
    if tool in _AGENT:
        return "agent"
    return "program" if tool in _PROGRAM else "tool"


def command_of(arguments: object) -> str:
    """The command line among the arguments of a call, "" if it has none; a list is its last part (``bash -lc …``)."""
    if not isinstance(arguments, dict):
        return ""
    fields = cast("dict[str, object]", arguments)
    for name in _COMMAND:
        value = fields.get(name)
        if isinstance(value, list) and value:
            value = cast("list[object]", value)[-1]
        if isinstance(value, str) and value:
            return value
    return ""


def call_text(arguments: object) -> str:
    """A call as text: its command line, its one free text, or its arguments as ``name: value`` lines."""
    if isinstance(arguments, str):
        return arguments
    if not isinstance(arguments, dict):
        return ""
    fields = cast("Mapping[str, object]", arguments)
    return command_of(fields) or "\n".join(_pairs(fields))


def _pairs(fields: Mapping[str, object]) -> Iterator[str]:
    for name, value in fields.items():
        yield from (f"{name}: {text}" for text in _flat(value))


def _flat(value: object) -> Iterator[str]:
    """The strings and numbers inside a value, each of them whole."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in cast("dict[str, object]", value).values():
            yield from _flat(inner)
    elif isinstance(value, list):
        for inner in cast("list[object]", value):
            yield from _flat(inner)
    elif value is not None:
        yield str(value)
