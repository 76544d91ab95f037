"""The YAML front matter of task files, as far as task files use it: scalars, lists and folded text.

A whole YAML library would do more than is wanted here: dates must stay text, and a broken value must cost one field
and not the ticket.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache

_NAME = re.compile(r"[A-Za-z_][\w-]*")
_FOLDED = re.compile(r"[>|][+-]?\d?$")
_FOLDS = frozenset(">|")


@dataclass(slots=True)
class FrontMatter:
    """The fields of a front matter, each a text or a list of texts, and the line each stands on (from 1)."""

    fields: dict[str, str | list[str]] = field(default_factory=dict[str, str | list[str]])
    lines: dict[str, int] = field(default_factory=dict[str, int])
    raw: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    """The same values line by line as they are written, the outer quotes of the first line left out."""
    end: int = 0
    """How many lines the front matter takes; 0 if the text has none."""

    def text(self, *names: str) -> str:
        """The first of the named fields that is a non-empty text."""
        for name in names:
            value = self.fields.get(name)
            if value and isinstance(value, str):
                return value
        return ""

    def list(self, *names: str) -> tuple[str, ...]:
        """All texts of the named fields, lists and single ones."""
        values = [value for name in names if (value := self.fields.get(name))]
        return tuple([item for value in values for item in ((value,) if isinstance(value, str) else value) if item])


def front_matter(lines: list[str]) -> FrontMatter:
    """The front matter that stands between ``---`` lines at the top of ``lines``, empty if there is none."""
    if not lines or lines[0].rstrip() != "---":
        return FrontMatter()
    end = next((number for number in range(1, len(lines)) if lines[number].rstrip() in ("---", "...")), 0)
    return _between(tuple(lines[1:end])) if end else FrontMatter()


@lru_cache(maxsize=4)
def _between(lines: tuple[str, ...]) -> FrontMatter:
    """The front matter that consists of ``lines``. A file is asked for it several times: to know it, and to read it."""
    found = FrontMatter(end=len(lines) + 2)
    name = ""
    for number, line in enumerate(lines, 2):
        name = _take(found, name, line, number)
    return found


def _take(found: FrontMatter, name: str, line: str, number: int) -> str:
    """Takes one line in and returns the field that the next one may go on with."""
    named, colon, rest = line.partition(":")
    if colon and (not rest or rest[0].isspace()) and _NAME.fullmatch(named):
        name, written = named, rest.strip()
        folded = written[:1] in _FOLDS and bool(_FOLDED.match(written))
        found.fields[name] = "" if folded else _value(written)
        found.lines[name] = number
        found.raw[name] = [] if folded else [written[1:-1] if _quoted(written) else written]
    elif name and (item := line.lstrip())[:1] == "-" and item[1:2].isspace():
        held = found.fields[name]
        held = held if isinstance(held, list) else []
        found.fields[name] = [*held, _bare(item[1:])]
    elif name and line[:1].isspace() and isinstance(held := found.fields[name], str):
        found.fields[name] = f"{held} {line.strip()}".strip()
        found.lines[name] = found.lines[name] if found.raw[name] else number
        found.raw[name].append(line.strip())
    return name


def _value(text: str) -> str | list[str]:
    if text.startswith("[") and text.endswith("]"):
        return [_bare(part) for part in text[1:-1].split(",") if part.strip()]
    return _bare(text)


def _bare(text: str) -> str:
    text = text.strip()
    if _quoted(text):
        return text[1:-1].replace("''", "'") if text[0] == "'" else text[1:-1].replace('\\"', '"')
    return text


def _quoted(text: str) -> bool:
    return len(text) >= 2 and text[0] == text[-1] and text[0] in "'\""
