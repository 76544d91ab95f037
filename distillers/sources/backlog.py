"""Backlog.md task files, decisions and documents: YAML front matter with ``id`` and ``title``, then sections."""

from __future__ import annotations

from collections.abc import Iterator

from distillers.record.events import Event
from distillers.sources.base import Head, SourceFile, when
from distillers.sources.build import Builder
from distillers.sources.frontmatter import FrontMatter, front_matter
from distillers.sources.lines import BadLine
from distillers.sources.tickets import mentions, named, parts, state, unique

_WHEN = ("completed_date", "updated_date", "date", "created_date", "updated", "created", "closed_at", "merged_at")
_TITLE = ("title", "name", "summary")
_KEY = ("id", "key", "ticket", "issue")
_STATE = ("status", "state")
_LABELS = ("labels", "tags")
_NAMED = ("milestone", "priority", "type")
_LINKS = (
    "dependencies",
    "parent_task_id",
    "references",
    "modified_files",
    "documentation",
    "depends_on",
    "related",
    "files",
    "pr",
)


class Backlog:
    """Reader of Markdown tickets with front matter."""

    name = "backlog"

    def claims(self, head: Head) -> bool:
        """A front matter with two of a title, a key and a state; beside a title, a type will do."""
        matter = front_matter(head.lines)
        title, key, ended = (bool(matter.text(*names)) for names in (_TITLE, _KEY, _STATE))
        return title + key + ended >= 2 or (title and bool(matter.text("type")))

    def read(self, file: SourceFile) -> Iterator[Event | BadLine]:
        """The ticket's title as ``status``, then one ``section`` for each section with text."""
        lines = file.lines
        matter = front_matter(lines)
        field = next((name for name in _TITLE if matter.text(name)), "")
        title, line = ("\n".join(matter.raw[field]), matter.lines[field]) if field else _headed(lines, matter.end)
        build = _build(file, matter, title if line > matter.end else matter.text(*_TITLE))
        if build.title:
            yield named(title, line, build)
        yield from parts(build, "\n".join(lines[matter.end :]), matter.end + 1)


def _headed(lines: list[str], end: int) -> tuple[str, int]:
    """The heading with which the text below the front matter begins, and its line; ("", 0) if it begins otherwise."""
    first = next((number for number, line in enumerate(lines[end:], end) if line.strip()), len(lines))
    head = lines[first] if first < len(lines) else ""
    return (head[2:].strip(), first + 1) if head.startswith("# ") else ("", 0)


def _build(file: SourceFile, matter: FrontMatter, title: str) -> Builder:
    number = matter.text(*_KEY) or f"{file.path.parent.name}/{file.path.stem}"
    has_state = any(name in matter.fields for name in _STATE)
    labels = unique(
        [state(matter.text(*_STATE))] if has_state else (),
        *(matter.list(name) for name in _LABELS),
        (f"{name}:{value}" for name in _NAMED if (value := matter.text(name))),
    )
    return Builder(
        file=str(file.path),
        medium="ticket",
        unit=number,
        at=when(matter.text(*_WHEN)),
        prose=True,
        title=title,
        labels=labels,
        refs=unique([number], *(matter.list(name) for name in _LINKS), mentions(title)),
    )
