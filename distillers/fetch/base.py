"""What a fetcher is, what it is given and what it gives back.

A fetcher brings tickets from where they live; :mod:`distillers.fetch.fetching` masks them and appends them to a file of
JSON lines, one for each version of a ticket. That file is the source that collect reads, so evidence has a line to
point at that does not depend on the network.
"""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from distillers.sources.authors import Author
from scheduling.base.errors import StillhouseError

Kind = Literal["github", "git"]
Cursor = dict[str, Any]
"""Where a source was left, as JSON; empty before the first time. Only its fetcher knows what is in it."""


class FetchError(StillhouseError):
    """A source could not be asked, or gave up half-way. What came before is kept; the next night goes on from there."""


class DeferredError(FetchError):
    """A source asked for more patience than a night has; the message says until when."""


@dataclass(frozen=True, slots=True)
class Target:
    """A source to fetch from. ``place`` is ``owner/name`` of a GitHub repository, or the path of a git repository."""

    domain: str
    kind: Kind
    place: str
    api: str = ""
    """Address of the GitHub API; of no meaning for git."""
    branches: tuple[str, ...] = ()
    """Branches whose history counts as merged; empty: the main one. Of no meaning for GitHub."""

    @property
    def name(self) -> str:
        """How a person knows it."""
        return f"{self.kind}:{self.place}"

    @property
    def subject(self) -> str:
        """How the ledger names it."""
        return f"{self.domain} {self.name}"

    @property
    def file(self) -> str:
        """Where its tickets are kept, relative to the folder of all that is fetched."""
        shown = self.place if self.kind == "github" else self.place.rstrip("/").rpartition("/")[2]
        words = re.sub(r"[^a-z0-9]+", "-", shown.lower()).strip("-")
        number = hashlib.blake2b(f"{self.api}\0{self.place}".encode("utf-8", "surrogatepass"), digest_size=3)
        return f"{self.domain}/{self.kind}-{words or 'root'}-{number.hexdigest()}.jsonl"


@dataclass(frozen=True, slots=True)
class Said:
    """One text of a ticket, under a heading of its own unless it is empty."""

    text: str
    heading: str = ""
    by: Author = "team"


@dataclass(frozen=True, slots=True)
class Ticket:
    """One version of a ticket. The same ``key`` with another ``version`` is a later state of it."""

    key: str
    version: str
    at: str
    """When it was merged, ISO 8601."""
    title: str
    state: str = "merged"
    by: Author = "team"
    """Who wrote the title."""
    labels: tuple[str, ...] = ()
    refs: tuple[str, ...] = ()
    said: tuple[Said, ...] = ()


@dataclass(frozen=True, slots=True)
class Gone:
    """A ticket that its source does not stand by any more: a commit that was rewritten away."""

    key: str
    version: str


@dataclass(frozen=True, slots=True)
class Page:
    """Tickets to store, and where to go on once they are stored."""

    tickets: Sequence[Ticket | Gone]
    cursor: Cursor


class Known(Protocol):
    """What was fetched of a source before."""

    def version(self, key: str) -> str:
        """The newest stored version of a ticket; "" if there is none or it is gone."""
        ...

    def keys(self) -> set[str]:
        """The keys of all tickets that are not gone."""
        ...


class Fetcher(Protocol):
    """Asks one source."""

    def pages(self, cursor: Cursor, known: Known) -> Iterator[Page]:
        """What is new since ``cursor``, oldest first. Each page is stored before the next one is asked for.

        Raises :class:`FetchError`; what was yielded before holds.
        """
        ...


@dataclass(frozen=True, slots=True)
class Access:
    """How an API is reached: its address, a token and a proxy ("" for none), and what waits so many seconds."""

    api: str
    token: str = field(default="", repr=False)
    proxy: str = field(default="", repr=False)
    sleep: Callable[[float], None] = time.sleep


Making = Callable[[Target], Fetcher]
"""Makes the fetcher of a target."""
