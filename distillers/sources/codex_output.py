"""The output of a command as Codex records it."""

from __future__ import annotations

import re

import orjson

from distillers.sources.narrow import fields, string

_EXIT = re.compile(r"(?:Process exited with code|Exit code:) (?P<code>-?\d+)")
_OUTPUT = re.compile(r"^(?:Output|Total output lines: \d+\n\nOutput):\n", re.MULTILINE)
_HEADER = ("Chunk ID:", "Wall time:", "Exit code:", "Process exited", "Original token count:", "Total output")
_ESCAPED = re.compile(r'\\[^n"\\/]')


def unpack(output: str) -> tuple[str, bool]:
    """What a command printed, without the header that Codex puts over it, and whether it failed.

    Older versions wrap both into JSON within the string; it is opened only where that leaves every line as it stands.
    """
    if output.startswith('{"output":'):
        return _unwrap(output)
    if not output.startswith(_HEADER):
        return output, False
    body = _OUTPUT.search(output)
    header = output[: body.start()] if body else output[:400]
    code = _EXIT.search(header)
    return (output[body.end() :] if body else output), bool(code and code["code"] != "0")


def _unwrap(output: str) -> tuple[str, bool]:
    try:
        inner = fields(orjson.loads(output))
    except orjson.JSONDecodeError:
        return output, False
    code = fields(inner.get("metadata")).get("exit_code", 0)
    plain = not _ESCAPED.search(output)
    return (string(inner.get("output")) if plain else output), isinstance(code, int) and code != 0
