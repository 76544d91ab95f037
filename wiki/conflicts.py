"""Lines that a person wrote and that newer evidence says otherwise: both versions before a person, who decides.

    a person changes a line ──→ theirs; nothing of it is touched
         └── its finding changes later ──→ a request with both versions ──→ theirs, ours, or words that join them
                                                                                └──→ the librarian's next run

Until somebody decides, the line stays as the person left it. A decision is about the bytes that were shown: if the line
was edited since, it is void, and asked again.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Literal, get_args

from scheduling.base.errors import UsageError
from scheduling.requests import Request
from wiki.text import CLAIM_CHARS, inert, visible

KIND = "page"
Word = Literal["theirs", "ours", "merged"]
"""theirs  the person's line stays
ours    the line that the evidence gives takes its place
merged  other words take the place of both, and are the person's
"""


@dataclass(frozen=True, slots=True)
class Conflict:
    """One line in two versions, as they stand on a page and as they would."""

    domain: str
    block: str
    path: str
    theirs: str
    ours: str
    saw: str
    """Hash of the person's version with its footnotes."""
    gist: str
    """Hash of what its finding says now."""

    @property
    def subject(self) -> str:
        """What a request about it is about."""
        return f"{KIND}:{self.domain}:{self.block}"

    @property
    def body(self) -> str:
        """What is decided about, and hashed: both versions as code, so that nothing in them is active."""
        return (
            f"`{self.path}` says, in a person's words:\n\n{_quoted(self.theirs)}\n"
            f"Newer evidence says:\n\n{_quoted(self.ours)}"
        )

    @property
    def body_sha256(self) -> str:
        """The hash that a decision is bound to."""
        return hashlib.sha256(self.body.encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True, slots=True)
class Decided:
    """What a person decided about a line, and which version of it they saw; the librarian has yet to carry it out."""

    ruling: str
    conflict: Conflict
    word: Word
    text: str

    @property
    def claim(self) -> str:
        """The words that take the place of both, as a page has them; "" unless it is ``merged``."""
        return inert(self.text, CLAIM_CHARS) if self.word == "merged" else ""


def page(conflict: Conflict, request: str) -> str:
    """What a person reads: how to answer, then both versions."""
    return (
        "**A line of the wiki that a person wrote, and that newer evidence says otherwise.** Keep `theirs`, take `ours`"
        " (what the evidence says), or write words of your own and choose `merged`. The next nightly does it.\n\n"
        f"{conflict.body}\nYou decide about exactly the text above. Request `{request}`,"
        f" SHA-256 of the text `{conflict.body_sha256}`.\n"
    )


def of(request: Request) -> Conflict:
    """The conflict that a request is about."""
    return Conflict(**{name: str(request.detail[name]) for name in Conflict.__slots__})


def notes_of(word: str, text: str) -> str:
    """A decision as a ruling keeps it. Raises :class:`UsageError` for one that cannot be understood."""
    if word not in get_args(Word):
        raise UsageError(f"{word[:40]!r} is no decision", hint=f"one of: {', '.join(get_args(Word))}")
    said = visible(text)
    if (word == "merged") != bool(inert(said, CLAIM_CHARS)):
        raise UsageError("words of your own go with merged, and only with it", hint="choose merged, or leave them out")
    return f"{word}: {said}" if said else word


def _quoted(text: str) -> str:
    return "".join(f"    {visible(line)}\n" for line in text.split("\n"))
