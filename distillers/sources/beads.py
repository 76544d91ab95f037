"""beads and other issue trackers that export one issue a line: text fields side by side, a state, dependencies."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

from distillers.record.events import Event
from distillers.sources.base import Head, SourceFile, Unreadable, when
from distillers.sources.build import Builder
from distillers.sources.documents import Row, rows
from distillers.sources.lines import BadLine, Json
from distillers.sources.tickets import listed, mentions, named, parts, state, unique

_SECTIONS: tuple[tuple[str, str], ...] = (
    ("description", ""),
    ("body", ""),
    ("design", "Design"),
    ("acceptance_criteria", "Acceptance criteria"),
    ("acceptance", "Acceptance criteria"),
    ("notes", "Notes"),
    ("resolution", "Resolution"),
    ("close_reason", "Close reason"),
)
"""The text fields of an issue and the heading that each gets."""
_WHEN = ("closed_at", "updated_at", "created_at")


def _text(row: Json, name: str) -> str:
    value = row.get(name)
    return value if isinstance(value, str) else ""


def is_issue(row: Json) -> bool:
    """Whether a row is an issue: an id in words, a title and a state."""
    return bool(_text(row, "id") and _text(row, "title") and (_text(row, "status") or _text(row, "state")))


def is_interaction(row: Json) -> bool:
    """Whether a row is a change of an issue."""
    return bool(_text(row, "issue_id") and _text(row, "kind"))


def _dependencies(row: Json) -> tuple[str, ...]:
    found: Any = row.get("dependencies")
    items = cast("list[Any]", found) if isinstance(found, list) else []
    return unique(cast("Json", item).get("depends_on_id") if isinstance(item, dict) else item for item in items)


def _issue(file: str, row: Row) -> Iterator[Event]:
    value = row.value
    title, number = _text(value, "title"), _text(value, "id")
    texts = [_text(value, name) for name, _ in _SECTIONS]
    build = Builder(
        file=file,
        medium="ticket",
        unit=number,
        at=next((at for name in _WHEN if (at := when(value.get(name)))), ""),
        title=title,
        labels=unique(
            [state(value.get("status") or value.get("state"), value.get("close_reason")), _text(value, "issue_type")],
            listed(value.get("labels")),
        ),
        refs=unique([number], _dependencies(value), [_text(value, "external_ref")], mentions(" ".join(texts))),
    )
    yield named(title, row.line_of(title), build)
    for (_, heading), text in zip(_SECTIONS, texts, strict=True):
        if text.strip():
            yield from parts(build, text, row.line_of(text), (heading,) if heading else ())
    comments: Any = value.get("comments")
    for comment in cast("list[Any]", comments) if isinstance(comments, list) else []:
        text = _text(cast("Json", comment), "text") or _text(cast("Json", comment), "body")
        if text.strip():
            yield from parts(build, text, row.line_of(text), ("Comment",))


def _change(file: str, row: Row) -> Iterator[Event]:
    """The reason that was given for a change; the change itself shows in the issue."""
    extra: Any = row.value.get("extra")
    reason = _text(cast("Json", extra), "reason") if isinstance(extra, dict) else ""
    if not reason.strip():
        return
    number, at = _text(row.value, "issue_id"), when(row.value.get("created_at"))
    build = Builder(file, "ticket", number, at, title=number, labels=("state:Done",), refs=(number,))
    yield from parts(build, reason, row.line_of(reason), ("Close reason",))


class Beads:
    """Reader of issue exports whose ids are words (``kiln-7``)."""

    name = "beads"

    def claims(self, head: Head) -> bool:
        """The first row is an issue or a change of one."""
        return bool(head.rows) and (is_issue(head.rows[0]) or is_interaction(head.rows[0]))

    def read(self, file: SourceFile) -> Iterator[Event | BadLine]:
        """Each issue's title as ``status`` and its text fields as sections; rows that are none pass by."""
        good = bad = 0
        for row in rows(file.data):
            if isinstance(row, BadLine):
                bad += 1
                yield row
                continue
            good += 1
            if is_issue(row.value):
                yield from _issue(str(file.path), row)
            elif is_interaction(row.value):
                yield from _change(str(file.path), row)
        if bad and not good:
            raise Unreadable(f"{file.path}: none of its {bad} lines is a record", hint="export it again")
