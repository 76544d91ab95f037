"""Exports of pull requests, issues and commits as JSON: one object a line, one array, or one object.

Read by their fields, whoever wrote them: ``gh pr list --json …``, the REST API, ``git log`` turned into JSON. A row is
a ticket if it has a title (or a message) and a number or a commit hash.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, cast

from distillers.record.events import Event
from distillers.sources.base import Head, SourceFile, Unreadable, when
from distillers.sources.build import Builder
from distillers.sources.documents import Row, rows
from distillers.sources.lines import BadLine, Json
from distillers.sources.tickets import listed, mentions, named, parts, state, unique

_TITLE = ("title", "subject")
_BODY = ("body", "description", "bodyText")
_HASH = ("commit", "sha", "hash", "oid")
_SHA = re.compile(r"[0-9a-fA-F]{7,64}")
_WHEN = (
    "merged_at",
    "mergedAt",
    "closed_at",
    "closedAt",
    "committed_at",
    "committedDate",
    "date",
    "created_at",
    "createdAt",
)
_MERGED = ("merged_at", "mergedAt", "merged")
"""Fields that say whether, or when, a pull request was merged; what has none of them is no pull request."""
_LINKS = (
    "merge_commit",
    "mergeCommit",
    "merge_commit_sha",
    "url",
    "html_url",
    "closingIssuesReferences",
    "checkpoints",
)
_TALK = ("comments", "reviews", "review_comments", "latestReviews")


def _first(row: Json, names: tuple[str, ...]) -> Any:
    return next((row[name] for name in names if row.get(name)), None)


def _text(row: Json, names: tuple[str, ...]) -> str:
    value = _first(row, names)
    return value if isinstance(value, str) else ""


def _hash(row: Json) -> str:
    values = (row[name] for name in _HASH if isinstance(row.get(name), str))
    return next((value for value in values if _SHA.fullmatch(value)), "")


def _message(row: Json) -> str:
    inner: Any = row.get("commit")
    return _text(cast("Json", inner), ("message",)) if isinstance(inner, dict) else _text(row, ("message",))


def is_ticket(row: Json) -> bool:
    """Whether a row is a pull request, an issue or a commit."""
    number = row.get("number", row.get("iid"))
    if isinstance(number, int) and isinstance(row.get("title"), str):
        return bool(row.keys() & {*_BODY, *_WHEN, "state"})
    return bool(_hash(row)) and bool(_text(row, _TITLE) or _message(row))


def _committed(row: Json) -> str:
    """When a commit was made, as the REST API says it."""
    inner: Any = row.get("commit")
    for name in ("committer", "author"):
        person: Any = cast("Json", inner).get(name) if isinstance(inner, dict) else None
        if isinstance(person, dict) and (at := when(cast("Json", person).get("date"))):
            return at
    return ""


def _state(row: Json) -> str:
    """Done if it was merged or, of what is not for merging, if it was closed: one closed unmerged was declined."""
    request: Any = row.get("pull_request")
    told = {**row, **cast("Json", request)} if isinstance(request, dict) else row
    word = "done" if _hash(row) and "state" not in row else row.get("state")
    if any(told.get(name) for name in _MERGED):
        return state("merged")
    if str(word).lower() == "closed" and any(name in told for name in _MERGED):
        return state("declined")
    return state(word, row.get("stateReason") or row.get("state_reason"))


def _flat(value: object) -> tuple[str, ...]:
    if isinstance(value, dict):
        return listed([cast("object", value)])
    return listed(value)


def _build(file: str, row: Json, title: str, body: str) -> Builder:
    number, sha = row.get("number", row.get("iid")), _hash(row)
    unit = f"#{number}" if isinstance(number, int) else f"commit-{sha[:12]}"
    links = unique([unit if isinstance(number, int) else sha], *(_flat(row.get(name)) for name in _LINKS))
    branch = _text(row, ("head", "headRefName"))
    return Builder(
        file=file,
        medium="ticket",
        unit=unit,
        at=when(_first(row, _WHEN)) or _committed(row),
        title=title,
        labels=unique([_state(row)], _flat(row.get("labels"))),
        refs=unique(
            links, mentions(title), mentions(body), listed(row.get("files")), [f"branch:{branch}"] if branch else ()
        ),
    )


def _events(file: str, row: Row) -> Iterator[Event]:
    title, body = _text(row.value, _TITLE), _text(row.value, _BODY)
    if not title:
        title, _, body = _message(row.value).partition("\n")
    number = row.value.get("number")
    build = _build(file, row.value, title or f"#{number}", body)
    if title:
        yield named(title, row.line_of(title), build)
    if body.strip():
        yield from parts(build, body, row.line_of(body))
    yield from _talk(build, row)


def _talk(build: Builder, row: Row) -> Iterator[Event]:
    """Comments and reviews, each under the heading of its own name."""
    for name in _TALK:
        said: Any = row.value.get(name)
        for item in cast("list[Any]", said) if isinstance(said, list) else ():
            text = _text(cast("Json", item), _BODY) if isinstance(item, dict) else ""
            if text.strip():
                yield from parts(build, text, row.line_of(text), (name,))


class GithubExport:
    """Reader of pull request, issue and commit exports."""

    name = "github-export"

    def claims(self, head: Head) -> bool:
        """The first rows are tickets."""
        found = head.rows
        return bool(found) and is_ticket(found[0]) and sum(map(is_ticket, found)) * 2 > len(found)

    def read(self, file: SourceFile) -> Iterator[Event | BadLine]:
        """Each ticket's title as ``status`` and its sections; rows that are none pass by."""
        good = bad = 0
        for row in rows(file.data):
            if isinstance(row, BadLine):
                bad += 1
                yield row
                continue
            good += 1
            if is_ticket(row.value):
                yield from _events(str(file.path), row)
        if bad and not good:
            raise Unreadable(f"{file.path}: none of its {bad} lines is a record", hint="export it again")
