"""Narrowing decoded JSON: whatever a field holds, a reader gets the type it asks for, empty if it is another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import cast

Fields = Mapping[str, object]


def string(value: object) -> str:
    """``value`` if it is a string, else ""."""
    return value if isinstance(value, str) else ""


def fields(value: object) -> Fields:
    """``value`` if it is an object, else an empty one."""
    return cast("Fields", value) if isinstance(value, dict) else {}


def items(value: object) -> list[object]:
    """``value`` if it is a list, else an empty one."""
    return cast("list[object]", value) if isinstance(value, list) else []


def several(value: object) -> list[object]:
    """The items of ``value`` if it is a list, else ``value`` as the only one."""
    return cast("list[object]", value) if isinstance(value, list) else [value]


def blocks(content: object) -> Iterator[Fields]:
    """The blocks of a message's content; plain text is one text block."""
    if isinstance(content, str):
        yield {"type": "text", "text": content}
    for block in items(content):
        yield {"type": "text", "text": block} if isinstance(block, str) else fields(block)
