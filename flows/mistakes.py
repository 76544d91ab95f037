"""What is wrong with a settings file, in one line that names the key and the way out."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from pydantic import ValidationError

from flows.source_tables import KINDS

WANTED = {
    "tuple_type": 'it must be a list, such as ["one", "two"]',
    "list_type": 'it must be a list, such as ["one", "two"]',
    "dict_type": "it must be a table",
    "model_type": "it must be a table",
    "model_attributes_type": "it must be a table",
    "string_type": "it must be text, in quotes",
}
"""What people are told instead of pydantic's own words, by the type of the mistake."""


Keys = Callable[[Iterable[int | str]], Iterable[str]]
"""Tells the keys that may stand where a key does: those that a misspelt one may have meant."""


def first_mistake(error: ValidationError, keys: Keys) -> str:
    """The first mistake in one line."""
    mistake = error.errors()[0]
    loc = mistake["loc"]
    tags = [at for at, part in enumerate(loc) if at and part in KINDS and isinstance(loc[at - 1], int)]
    where = ".".join(str(part) for at, part in enumerate(loc) if part != "[key]" and at not in tags)
    match mistake["type"]:
        case "missing":
            return f"the key {where} is missing"
        case "extra_forbidden":
            return f"the key {where} is not known{_suggestion(mistake, keys)}"
        case "union_tag_invalid":
            return f"the kind of {where} is not known; it is one of {', '.join(KINDS)}"
        case _:
            return f"{where}: {WANTED.get(mistake['type'], _said(mistake['msg']))}".removeprefix(": ")


def _said(message: str) -> str:
    return message.removeprefix("Value error, ").replace("Input should be", "it must be", 1)


def _suggestion(mistake: Mapping[str, Any], keys: Keys) -> str:
    near = difflib.get_close_matches(str(mistake["loc"][-1]), list(keys(mistake["loc"])), n=1)
    return f"; did you mean {near[0]}?" if near else ""
