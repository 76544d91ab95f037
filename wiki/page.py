"""A page of the wiki: any Markdown file, read line by line and printed back byte for byte.

A page is its lines; everything else (front matter, sections, blocks, footnotes) says where in them something stands.
Only ``\\n`` ends a line, bytes that are no UTF-8 survive as they are, and nothing is ever reformatted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, cast

import yaml
from frontmatter.default_handlers import YAMLHandler

from scheduling.base.errors import CorruptError
from wiki.outline import ANCHOR, Block, Note, Section, bare, opaque, outline

__all__ = [
    "ANCHOR",
    "Block",
    "Note",
    "Page",
    "Section",
    "bare",
    "parse",
    "quoted",
    "reparse",
    "split_lines",
    "with_fields",
]

HEAD_CHARS = 16 * 1024
HEAD_DEPTH = 4
HEADS = 1_024
"""Front matters that are kept as read: a page is read by the writer and by the verifier."""

_FIELD = re.compile(r"([A-Za-z_][\w-]*)[ \t]*:(?:[ \t]|$)")
_PLAIN = re.compile(r"[A-Za-z0-9][\w ./()-]*")
_NOT_TEXT = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})
"""Words that common YAML loaders take for something else."""


@dataclass(frozen=True)
class Page:
    """A parsed page. ``name`` is its path in the repository and stands in every error about it."""

    name: str
    lines: tuple[str, ...]
    """Each with its own line ending."""
    head: int
    """How many lines of front matter there are, fences included; 0 if there is none."""
    meta: Mapping[str, Any]
    """Front matter: strings, lists and mappings of strings; no value is guessed to be a date or a number."""
    sections: tuple[Section, ...]
    blocks: tuple[Block, ...]
    notes: tuple[Note, ...]

    @property
    def data(self) -> bytes:
        """The page's bytes; parsing and printing changes none."""
        return "".join(self.lines).encode("utf-8", "surrogateescape")

    @property
    def text(self) -> str:
        """The page as text, broken bytes replaced."""
        return self.data.decode("utf-8", "replace")

    @property
    def eol(self) -> str:
        """The line ending of the page, as its first line has it."""
        return "\r\n" if self.lines and self.lines[0].endswith("\r\n") else "\n"

    @cached_property
    def anchors(self) -> frozenset[str]:
        """The ids of all blocks."""
        return frozenset(block.id for block in self.blocks)

    @cached_property
    def opaque(self) -> list[bool]:
        """For each line whether it is code or comment, where nothing means what it seems."""
        return opaque([bare(line) for line in self.lines], self.head)

    @property
    def title(self) -> str:
        """The title of the front matter, else the first heading, else the file's name."""
        first = next((s.title for s in self.sections if s.level == 1), "")
        return self.field("title") or first or self.name.rpartition("/")[2].removesuffix(".md")

    def field(self, name: str) -> str:
        """A front-matter field as text, "" if it is not there or no single value."""
        value = self.meta.get(name)
        return value if isinstance(value, str) else ""


def parse(name: str, data: bytes) -> Page:
    """The page that ``data`` holds.

    Raises :class:`CorruptError` naming the page if its front matter cannot be trusted: broken, oversize, too deep, or
    with duplicate keys, anchors or tags.
    """
    lines = split_lines(data.decode("utf-8", "surrogateescape"))
    head, meta = _front(name, lines)
    return Page(name, lines, head, meta, *outline(lines, head))


def reparse(page: Page, lines: tuple[str, ...]) -> Page:
    """``page`` with other lines."""
    same_front = page.head and lines[: page.head] == page.lines[: page.head]
    head, meta = (page.head, page.meta) if same_front else _front(page.name, lines)
    return Page(page.name, lines, head, meta, *outline(lines, head))


def split_lines(text: str) -> tuple[str, ...]:
    """``text`` cut after each ``\\n``; joined again it is the same text."""
    parts = text.split("\n")
    return (*(part + "\n" for part in parts[:-1]), *([parts[-1]] if parts[-1] else []))


def quoted(value: str) -> str:
    """``value`` as a YAML scalar on one line that reads back as the same text; ``true`` and ``false`` stay bare."""
    if value in {"true", "false"}:
        return value
    if _PLAIN.fullmatch(value) and value == value.strip() and value.lower() not in _NOT_TEXT:
        return value
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def with_fields(page: Page, fields: Mapping[str, str]) -> Page:
    """``page`` with front-matter ``fields`` set, each on a line of its own; a page without front matter stays as it is.

    A field's comment and all other lines stay. A field that spans lines is left alone.
    """
    lines = list(page.lines)
    head = page.head
    for name, value in fields.items():
        if not head or page.meta.get(name) == value:
            continue
        at = next((i for i in range(1, head - 1) if (m := _FIELD.match(lines[i])) and m[1] == name), None)
        if at is None:
            lines.insert(head - 1, f"{name}: {quoted(value)}{page.eol}")
            head += 1
        elif isinstance(page.meta.get(name), str):
            lines[at] = _set(lines[at], name, value)
    return page if tuple(lines) == page.lines else reparse(page, tuple(lines))


def _set(line: str, name: str, value: str) -> str:
    text = bare(line)
    comment = re.search(r"\s#.*$", text)
    return f"{name}: {quoted(value)}{comment[0] if comment else ''}{line[len(text) :]}"


class _Strict(yaml.BaseLoader):
    """YAML whose scalars all stay text."""


def _front(name: str, lines: tuple[str, ...]) -> tuple[int, Mapping[str, Any]]:
    if not lines or bare(lines[0]).removeprefix("\ufeff").rstrip() != "---":
        return 0, {}
    stop = next((i for i in range(1, len(lines)) if bare(lines[i]).rstrip() == "---"), None)
    if stop is None:
        return 0, {}
    meta = _meta(name, "".join(lines[1:stop]).replace("\r\n", "\n"))
    return (0, {}) if meta is None else (stop + 1, meta)


@lru_cache(maxsize=HEADS)
def _meta(name: str, text: str) -> Mapping[str, Any] | None:
    """What front matter says; None if it is no mapping."""
    if len(text) > HEAD_CHARS:
        raise _corrupt(name, f"is larger than {HEAD_CHARS} characters")
    try:
        _guard(name, text)
        meta: object = YAMLHandler().load(text, Loader=_Strict)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise _corrupt(name, "is no valid YAML") from error
    return cast("dict[str, Any]", meta) if isinstance(meta, dict) else None


def _guard(name: str, text: str) -> None:
    """Refuses what a page never needs and an attacker does: anchors, aliases, tags, depth, a key given twice."""
    seen: list[set[str] | None] = []
    is_key: list[bool] = []
    for event in cast("Iterator[Any]", yaml.parse(text, Loader=yaml.BaseLoader)):
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise _corrupt(name, "holds an anchor")
        if getattr(event, "tag", None):
            raise _corrupt(name, "holds a tag")
        if isinstance(event, yaml.CollectionEndEvent):
            seen.pop()
            is_key.pop()
        if isinstance(event, yaml.ScalarEvent | yaml.CollectionStartEvent) and seen:
            _count_key(name, event, seen[-1], is_key)
        if isinstance(event, yaml.CollectionStartEvent):
            seen.append(set() if isinstance(event, yaml.MappingStartEvent) else None)
            is_key.append(True)
            if len(seen) > HEAD_DEPTH:
                raise _corrupt(name, f"is nested deeper than {HEAD_DEPTH}")


def _count_key(name: str, event: Any, keys: set[str] | None, is_key: list[bool]) -> None:
    if keys is None:
        return
    if is_key[-1]:
        if not isinstance(event, yaml.ScalarEvent):
            raise _corrupt(name, "has a key that is no text")
        if event.value in keys:
            raise _corrupt(name, f"has the key {event.value[:40]!r} twice")
        keys.add(event.value)
    is_key[-1] = not is_key[-1]


def _corrupt(name: str, what: str) -> CorruptError:
    return CorruptError(f"the front matter of {name} {what}", hint="mend the lines between the two --- by hand")
