"""The calls of a Codex rollout, and what they returned."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

import orjson

from distillers.sources import replies
from distillers.sources.codex_output import unpack
from distillers.sources.codex_rollout import UNKNOWN, Call, Payload, Rollout, texts_of
from distillers.sources.narrow import fields, items, string
from distillers.sources.tools import call_text, command_of, result_origin

_REFUSED = frozenset({"exec command rejected by user", "patch rejected by user", "rejected by user"})


def called(rollout: Rollout, payload: Payload) -> None:
    """The call of a function, or of a tool that takes free text."""
    space, name = string(payload.get("namespace")), string(payload.get("name"))
    arguments = _arguments(payload)
    tool = f"{space}__{name}" if space else name
    _call(rollout, payload, tool, arguments)


def _call(rollout: Rollout, payload: Payload, tool: str, arguments: object) -> None:
    number = string(payload.get("call_id")) or string(payload.get("id"))
    rollout.calls[number] = Call(tool, command_of(arguments), fields(arguments))
    rollout.add("agent", "call", call_text(arguments), call=number, tool=tool)


def _arguments(payload: Payload) -> object:
    """The arguments of a call: JSON inside a string for functions, plain text for custom tools."""
    given = payload.get("arguments", payload.get("input"))
    if not isinstance(given, str) or not given.startswith("{"):
        return given
    try:
        return orjson.loads(given)
    except orjson.JSONDecodeError:
        return given


def shell(rollout: Rollout, payload: Payload) -> None:
    """A command that ran without a tool of a name."""
    _call(rollout, payload, "local_shell", fields(payload.get("action")))


def searched(rollout: Rollout, payload: Payload) -> None:
    """A search in the web."""
    action = fields(payload.get("action"))
    _call(rollout, payload, "web_search", string(action.get("query")) or string(action.get("url")))


def returned(rollout: Rollout, payload: Payload) -> None:
    """What a call returned: output, a person's refusal, or a person's answers."""
    number, output = string(payload.get("call_id")), payload.get("output")
    call = rollout.calls.get(number, UNKNOWN)
    if isinstance(output, dict):
        inner = fields(cast("object", output))
        output = inner.get("content", inner.get("output"))
    for text in texts_of(output) or [""]:
        _result(rollout, number, call, text)


def _result(rollout: Rollout, number: str, call: Call, output: str) -> None:
    if output.strip() in _REFUSED:
        rollout.add("human", "rejection", "", call=number, tool=call.tool)
    elif call.tool in replies.ASKING and (answers := list(_answers(call, output))):
        for answer in answers:
            rollout.add("human", "answer", answer, call=number, tool=call.tool)
    else:
        text, failed = unpack(output)
        origin = result_origin(call.tool, call.command)
        rollout.add(origin, "result", text, call=number, tool=call.tool, failed=failed)


def _answers(call: Call, output: str) -> Iterator[str]:
    try:
        given = fields(fields(orjson.loads(output)).get("answers"))
    except orjson.JSONDecodeError:
        return
    for row in map(fields, items(call.arguments.get("questions"))):
        for answer in items(fields(given.get(string(row.get("id")))).get("answers")):
            yield f"{string(row.get('question'))}\n→ {answer}"
