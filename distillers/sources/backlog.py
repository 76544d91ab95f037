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
        """A front matter with a title and an id, status or type."""
        matter = front_matter(head.lines)
        return bool(matter.text("title", "name")) and any(matter.text(name) for name in ("id", "status", "type"))

    def read(self, file: SourceFile) -> Iterator[Event | BadLine]:
        """The ticket's title as ``status``, then one ``section`` for each section with text."""
        lines = file.lines
        matter = front_matter(lines)
        build = _build(file, matter)
        field = "title" if matter.text("title") else "name"
        if build.title:
            yield named("\n".join(matter.raw[field]), matter.lines[field], build)
        yield from parts(build, "\n".join(lines[matter.end :]), matter.end + 1)


def _build(file: SourceFile, matter: FrontMatter) -> Builder:
    title = matter.text("title", "name")
    number = matter.text("id") or f"{file.path.parent.name}/{file.path.stem}"
    has_state = "status" in matter.fields
    labels = unique(
        [state(matter.text("status"))] if has_state else (),
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
