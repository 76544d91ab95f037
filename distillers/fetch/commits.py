"""A commit as a ticket: its message without what git or a tool put around it, and what it points to."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime

from distillers.fetch.base import Said, Ticket
from distillers.sources.tickets import mentions, unique
from distillers.sources.trailers import pointed, split
from scheduling.base.clock import stamp

FILES = 50
_MERGED = re.compile(
    r"Merge (?:pull request (?P<number>#\d+) from [^/\s]+/(?P<head>\S+)"
    r"|(?:remote-tracking )?branch '(?:origin/)?(?P<branch>[^']+)'.*"
    r"|(?:branches|tag|commit)\b.*)$"
)
"""The titles that git and GitHub write for a merge."""
_REVERTED = re.compile(r"\bThis reverts commit (?P<commit>[0-9a-f]{7,64})")


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
