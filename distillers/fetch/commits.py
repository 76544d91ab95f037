"""A commit as a ticket: its message without what git or a tool put around it, and what it points to."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime

from distillers.fetch.base import Said, Ticket
from distillers.sources.tickets import mentions, unique
from scheduling.base.clock import stamp

FILES = 50
_TRAILER = re.compile(r"(?P<key>[A-Za-z][A-Za-z0-9-]*): *(?P<value>\S.*)$")
_PICKED = re.compile(r"\(cherry picked from commit (?P<commit>[0-9a-f]{7,64})\)$")
_PLAIN = frozenset(
    {"fixes", "closes", "resolves", "refs", "references", "related", "link", "bug", "issue", "see", "cc"}
)
"""Trailer keys of one word; any other one-word key may be a sentence that is meant to be read."""
_SESSION = re.compile(r"(?:^|-)session(?:-id|-url)?$")
_MERGED = re.compile(
    r"Merge (?:pull request (?P<number>#\d+) from [^/\s]+/(?P<head>\S+)"
    r"|(?:remote-tracking )?branch '(?:origin/)?(?P<branch>[^']+)'.*"
    r"|(?:branches|tag|commit)\b.*)$"
)
"""The titles that git and GitHub write for a merge."""
_REVERTED = re.compile(r"\bThis reverts commit (?P<commit>[0-9a-f]{7,64})")
_URL = re.compile(r"https?://[^\s<>]+")


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit, read from its object."""

    id: str
    parents: tuple[str, ...]
    at: str
    """When it was committed, ISO 8601."""
    message: str


def parse(commit: str, raw: bytes) -> Commit:
    """The commit whose object is ``raw`` (gitformat: headers, an empty line, the message)."""
    head, _, body = raw.partition(b"\n\n")
    headers = [line.partition(b" ") for line in head.split(b"\n") if not line.startswith(b" ")]
    found = {name: value for name, _, value in headers}
    encoding = found.get(b"encoding", b"utf-8").decode("ascii", "replace")
    return Commit(
        commit,
        tuple(value.decode("ascii", "replace") for name, _, value in headers if name == b"parent"),
        _moment(found.get(b"committer", b"")),
        _decoded(body, encoding).replace("\r\n", "\n").strip("\n"),
    )


def ticket(commit: Commit, files: Sequence[str]) -> Ticket:
    """``commit`` as a ticket that is merged; ``files`` are those it changed."""
    title, _, rest = commit.message.partition("\n")
    body, trailers = split(rest.strip("\n"))
    merge = _MERGED.match(title) if len(commit.parents) > 1 else None
    generated = merge is not None
    if merge and merge["number"] and body:  # GitHub puts the title of the request below its own words
        title, _, body = body.partition("\n")
        body, generated = body.strip("\n"), False
    branch = (merge["head"] or merge["branch"] or "") if merge else ""
    return Ticket(
        key=key_of(commit.id),
        version=commit.id,
        at=commit.at,
        title=title.strip(),
        by="bot" if generated else "team",
        refs=unique(
            [commit.id],
            [merge["number"]] if merge else (),
            [f"branch:{branch}"] if branch else (),
            (ref for trailer in trailers for ref in pointed(*trailer)),
            mentions(commit.message),
            _REVERTED.findall(body),
            files[:FILES],
        ),
        said=(Said(body),) if body else (),
    )


def key_of(commit: str) -> str:
    """The key of the ticket that a commit becomes."""
    return f"commit-{commit[:12]}"


def split(text: str) -> tuple[str, list[tuple[str, str]]]:
    """A message's text without its last paragraph if that holds trailers alone, and those trailers."""
    body, _, last = text.rpartition("\n\n") if "\n\n" in text else ("", "", text)
    trailers: list[tuple[str, str]] = []
    for line in last.strip().split("\n"):
        match, picked = _TRAILER.match(line), _PICKED.match(line)
        if picked:
            trailers.append(("cherry-picked-from", picked["commit"]))
        elif match and ("-" in match["key"] or match["key"].lower() in _PLAIN):
            trailers.append((match["key"].lower(), match["value"].strip()))
        elif not (trailers and line[:1].isspace()):
            return text, []
    return body.rstrip("\n"), trailers


def pointed(key: str, value: str) -> tuple[str, ...]:
    """What a trailer points to: a session, a checkpoint, a commit, tickets, addresses. People are left out."""
    if key == "cherry-picked-from":
        return (value,)
    if key.endswith("checkpoint"):
        return (f"checkpoint:{value}",)
    if _SESSION.search(key):
        return (f"session:{value.rstrip('/').rpartition('/')[2]}",)
    return (*mentions(value), *_URL.findall(value))


def _moment(person: bytes) -> str:
    """The time in ``Name <mail> 1790000000 +0200``."""
    words = person.split()
    with suppress(ValueError, IndexError, OverflowError, OSError):
        return stamp(datetime.fromtimestamp(int(words[-2]), UTC))
    return ""


def _decoded(text: bytes, encoding: str) -> str:
    try:
        return text.decode(encoding, "replace")
    except LookupError:
        return text.decode("utf-8", "replace")
