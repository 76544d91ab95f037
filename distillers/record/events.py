"""What a reader yields: one event for each thing said, called or returned, with who made it and where it stands.

Readers decide ``origin`` from structure (record type, flags, wrappers, the shape of a paste), never from words in it.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

Origin = Literal["human", "pasted", "ticket", "agent", "tool", "web", "program", "recalled"]
"""Who made a text.

human     typed by a person in this session
pasted    put into a person's turn but not typed there: a plan, a log, a file, a rules text
ticket    the text of a merged unit of work outside: pull request, issue, task file, commit message
agent     written by the model: messages, reasoning, summaries
tool      returned by a tool that ran here: command output, file contents
web       returned by a tool that read the web
program   written by the harness itself: reminders, hooks, notices, slash-command output
recalled  our own retrieval coming back
"""

Kind = Literal["message", "thinking", "call", "result", "answer", "rejection", "summary", "section", "status"]
"""What a text is.

message    a turn of a person or of the agent
thinking   the agent's reasoning
call       a tool call; ``text`` is the command line, or the arguments as ``name: value`` lines
result     what the call with the same ``call`` id returned; ``failed`` says whether it reported an error
answer     a person's answer to a multiple-choice question; ``text`` is "question" newline "→ answer"
rejection  a person refused a tool call; ``text`` is the reason alone ("" if none was given), ``call`` names the call
summary    a compaction summary or a recap, written by the agent about itself: a finding aid, never evidence
section    one section of a ticket; ``title`` is its heading path
status     ticket fields, links, notices, anything else worth keeping
"""

Medium = Literal["session", "ticket"]

NOTE = "note:"
"""How the ids of notes begin: units that people wrote beside their work, like tickets, but that nobody merged."""


@dataclass(frozen=True, slots=True)
class Event:
    """One normalised record.

    ``text`` is exact: a stretch of one string value after one JSON decoding, or the lines of a prose file with their
    turn markers removed, ANSI and markup kept. With ``prose`` the k-th line of ``text`` (from 0) stands at line
    ``line + k`` of ``file``; otherwise all of it stands in the record at ``line`` (1-based; only ``\\n`` ends a line).
    """

    id: str
    """16 hex digits from :func:`event_id`; a copy of the same record in another file has the same id."""
    unit: str
    """The session's or ticket's own id. Segments of one session in several files share it."""
    medium: Medium
    at: str
    """When it was said, ISO 8601 UTC with ``Z``; "" if the source does not say."""
    origin: Origin
    kind: Kind
    text: str
    file: str
    """Absolute path as collected."""
    line: int
    prose: bool = False
    tool: str = ""
    """Name of the tool of a call, result or rejection, as the agent knows it (``Bash``, ``exec_command``)."""
    call: str = ""
    failed: bool = False
    title: str = ""
    """Session title, ticket title, or ``ticket title > heading`` of a section."""
    folder: str = ""
    """The working folder that the session recorded at this point."""
    labels: tuple[str, ...] = ()
    """Ticket labels, components and the like; ``state:Done`` style for fields that rules need."""
    refs: tuple[str, ...] = ()
    """Links to other units: commits, pull requests, tickets, files a ticket touches."""
    sidechain: bool = False
    """Said inside a subagent."""

    def line_of(self, offset: int) -> int:
        """The 1-based line of ``file`` at which the character ``offset`` of ``text`` stands."""
        return self.line + self.text.count("\n", 0, offset) if self.prose else self.line


if TYPE_CHECKING:
    made = Event
else:

    class made:  # noqa: N801 (it is called like a function)
        """An :class:`Event` of all its fields, in order: made in a fifth of the time that a frozen class takes."""

        __slots__ = Event.__slots__

        def __init__(self, *fields: object) -> None:
            (
                self.id, self.unit, self.medium, self.at, self.origin, self.kind, self.text, self.file, self.line,
                self.prose, self.tool, self.call, self.failed, self.title, self.folder, self.labels, self.refs,
                self.sidechain,
            ) = fields  # fmt: skip
            self.__class__ = Event


def event_id(unit: str, record: str, part: int = 0) -> str:
    """The id of an event: the same for every copy of the same ``record`` of ``unit``.

    ``record`` is the record's own id where the format has one, else a hash of its content (and of how many equal ones
    came before it); ``part`` counts the events made from one record.
    """
    return hashlib.blake2b(f"{unit}\0{record}\0{part}".encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
