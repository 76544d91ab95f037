"""The formats in the order in which they are asked, and the question what a file is."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

from distillers.record.events import Event
from distillers.sources.aider import Aider
from distillers.sources.backlog import Backlog
from distillers.sources.base import Head, Reader, Skip, SourceFile, Unreadable
from distillers.sources.beads import Beads
from distillers.sources.claude_code import ClaudeCode
from distillers.sources.codex import Codex
from distillers.sources.codex_stream import CodexStream
from distillers.sources.console import Console
from distillers.sources.copilot import Copilot
from distillers.sources.cursor import Cursor
from distillers.sources.cursor_chat import CursorChat
from distillers.sources.database import is_database
from distillers.sources.fetched import Fetched
from distillers.sources.gemini import Gemini
from distillers.sources.github_export import GithubExport
from distillers.sources.lines import BadLine
from distillers.sources.markdown_ticket import MarkdownTicket
from distillers.sources.notes import recognise_note
from distillers.sources.opencode import OpenCode
from distillers.sources.opencode_files import OpenCodeFiles
from distillers.sources.recap import Recap
from distillers.sources.specstory import SpecStory
from distillers.sources.tool_results import ToolResults
from distillers.sources.transcript import Transcript

PLACED: tuple[Reader, ...] = (ToolResults(),)
"""Readers of files that are known by where they lie, whatever they hold."""

DATABASES: tuple[Reader, ...] = (OpenCode(), CursorChat(), Cursor())
"""Readers of SQLite databases; no other is asked for one, and they for nothing else."""

RECORDS: tuple[Reader, ...] = (
    ClaudeCode(),
    Codex(),
    CodexStream(),
    Copilot(),
    Gemini(),
    OpenCodeFiles(),
    Fetched(),
    GithubExport(),
    Beads(),
)
"""Readers of JSON: records line by line, or one document."""

PROSE: tuple[Reader, ...] = (Aider(), SpecStory(), Backlog(), Console(), Transcript(), Recap(), MarkdownTicket())
"""Readers of text; only they are asked for a file that neither holds nor begins JSON."""

READERS: tuple[Reader, ...] = (*PLACED, *RECORDS, *PROSE, *DATABASES)
"""Most particular first: the first reader that claims a file reads it."""

BY_KIND: dict[str, Callable[[SourceFile], Reader | Skip]] = {"notes": recognise_note}
"""How the files of a source are recognised whose settings say what they are."""


class Broken:
    """Reader of last resort, for what was a JSONL log once."""

    name = "broken"

    def claims(self, head: Head) -> bool:
        """Nothing: it is chosen when all others declined."""
        del head
        return False

    def read(self, file: SourceFile) -> Iterator[Event | BadLine]:
        """Raises :class:`Unreadable`, always."""
        raise Unreadable(f"{file.path}: begins like a log of JSON records, but no line is one", hint="restore it")


_JSON = re.compile(rb"(?:\xef\xbb\xbf)?\s*[{\[]")
_BINARY = (b"\x1f\x8b", b"%PDF-", b"\x89PNG", b"PK\x03\x04")


def recognise(path: Path) -> Reader | Skip:
    """The reader for the file at ``path``, or why it is skipped. Raises ``Unreadable`` if it cannot be opened."""
    return recognise_file(SourceFile.open(path))


def recognise_file(file: SourceFile) -> Reader | Skip:
    """:func:`recognise` for a file that is in memory already."""
    return _choose(file.head())


def _choose(head: Head) -> Reader | Skip:
    if not head.data or head.data.isspace():
        return Skip("empty")
    if is_database(head.data):
        found = next((reader for reader in DATABASES if reader.claims(head)), None)
        return found or Skip("a database: no reader for it")
    if head.data.startswith(_BINARY) or (b"\x00" in head.data[:1024] and not head.objects):
        return Skip("binary")
    placed = next((reader for reader in PLACED if reader.claims(head)), None)
    if placed:
        return placed
    among = (*RECORDS, *PROSE) if head.rows or _JSON.match(head.data) else PROSE
    return next((reader for reader in among if reader.claims(head)), None) or _unclaimed(head)


def _unclaimed(head: Head) -> Reader | Skip:
    """A file that begins like a record but holds none is broken, or its first line is not finished yet."""
    if not head.data.lstrip().startswith(b'{"') or head.rows:
        return Skip("no format of a log or ticket")
    return Broken() if b"\n" in head.data.strip() else Skip("its first line is not finished")
