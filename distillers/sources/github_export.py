"""Exports of pull requests, issues and commits as JSON: one object a line, one array, or one object.

Read by their fields, whoever wrote them: ``gh pr list --json …``, the REST API, ``git log`` turned into JSON. A row is
a ticket if it has a title (or a message) and a number or a commit hash. Comments, reviews and issues weigh by who
wrote them where the export says so: anybody may comment on a public ticket. What was merged is the team's, or a
program's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, cast

from distillers.record.events import Event, Origin
from distillers.sources.authors import ORIGINS, author
from distillers.sources.base import Head, SourceFile, Unreadable, when
from distillers.sources.build import Builder
from distillers.sources.documents import Row, rows
from distillers.sources.lines import BadLine, Json
from distillers.sources.narrow import Fields, fields, items
from distillers.sources.tickets import listed, mentions, named, parts, state, unique
from distillers.sources.trailers import pointed, split

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


def _first(row: Fields, names: tuple[str, ...]) -> Any:
    for name in names:
        if value := row.get(name):
            return value
    return None


def _text(row: Fields, names: tuple[str, ...]) -> str:
    value = _first(row, names)
    return value if isinstance(value, str) else ""


def _hash(row: Json) -> str:
    for name in _HASH:
        if isinstance(value := row.get(name), str) and _SHA.fullmatch(value):
            return value
    return ""


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
            links,
            mentions(title),
            mentions(body),
            listed(row.get("files")),
            [f"branch:{branch}"] if branch else (),
            (ref for trailer in split(body)[1] for ref in pointed(*trailer)),
        ),
    )


def _events(file: str, row: Row) -> Iterator[Event]:
    title, body = _text(row.value, _TITLE), _text(row.value, _BODY)
    if not title:
        title, _, body = _message(row.value).partition("\n")
    number = row.value.get("number")
    build, origin = _build(file, row.value, title or f"#{number}", body), _own_origin(row.value)
    if title:
        yield _by(named(title, row.line_of(title), build), origin)
    if body.strip():
        yield from (_by(event, origin) for event in parts(build, body, row.line_of(body)))
    yield from _talk(build, row)


def _origin(item: Fields) -> Origin:
    return ORIGINS[author(item) or "team"]


def _own_origin(row: Json) -> Origin:
    """What a ticket's own title and text weigh: whoever merged a change stands by it, unless a program wrote it."""
    origin = _origin(row)
    merged = str(row.get("state")).lower() == "merged"
    is_change = merged or bool(_hash(row)) or any(name in row for name in (*_MERGED, "pull_request"))
    return "ticket" if is_change and origin == "web" else origin


def _by(event: Event, origin: Origin) -> Event:
    return event if event.origin == origin else replace(event, origin=origin)


def _talk(build: Builder, row: Row) -> Iterator[Event]:
    """Comments and reviews, each under the heading of its own name."""
    for name in _TALK:
        for item in map(fields, items(row.value.get(name))):
            text = _text(item, _BODY)
            if text.strip():
                origin = _origin(item)
                yield from (_by(event, origin) for event in parts(build, text, row.line_of(text), (name,)))


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
