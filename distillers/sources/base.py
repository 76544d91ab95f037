"""What a reader is, what it is given and what it gives back."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any, Protocol, overload

from distillers.record.events import Event
from distillers.sources.database import Snapshot, is_database
from distillers.sources.documents import first_rows
from distillers.sources.lines import BadLine, Json, Record, objects, records, streamed
from distillers.sources.packed import is_packed, unpack
from distillers.sources.unreadable import Unreadable
from scheduling.base.clock import parse, stamp

HEAD_BYTES = 64 * 1024
LONGEST_LINE = 64 * 1024 * 1024
HEAD_LINES = 3
"""A head holds at least so many whole lines, however long they are."""
_EARLIEST, _LATEST = 946_684_800_000, 4_102_444_800_000
"""Milliseconds since 1970 from which on, and up to which, a number is taken for a time: the years 2000 to 2099."""
_FIRST, _LAST = "1970", "2100"
"""The same of a text."""


@dataclass(frozen=True, slots=True)
class Skip:
    """A file that is no log and no ticket, with the reason that a person sees."""

    reason: str


@dataclass(frozen=True)
class SourceFile:
    """A whole file: its absolute path and its bytes, unpacked if they were packed.

    Of a database the bytes need only be the first few; what it holds is asked of :attr:`database`. Raises
    :class:`Unreadable` if it is packed and cut or broken.
    """

    path: Path
    data: bytes
    blocks: Callable[[], Iterator[bytes]] | None = None
    """Gives all of a file that is too large to hold, block by block; ``data`` is its beginning then."""
    folders: Sequence[str] = ()
    """Working folders that are known of: of which one it is, a file may hold a hash alone."""

    def __post_init__(self) -> None:
        if is_packed(self.data):
            try:
                object.__setattr__(self, "data", unpack(self.data))
            except ValueError as error:
                raise Unreadable(f"cannot unpack {self.path}: {error}", hint="restore it from a copy") from error

    @classmethod
    def open(cls, path: Path) -> SourceFile:
        """Reads ``path``; raises :class:`Unreadable` if the system does not allow it."""
        try:
            return cls(path.absolute(), path.read_bytes())
        except OSError as error:
            raise Unreadable(f"cannot read {path}: {error.strerror}", hint="check its permissions") from error

    def head(self) -> Head:
        """The part of the file that readers recognise it by."""
        end = HEAD_BYTES
        if len(self.data) > end and self.data.count(b"\n", 0, end) < HEAD_LINES:  # the first record may be huge
            at = -1
            for _ in range(HEAD_LINES):
                at = self.data.find(b"\n", at + 1)
                if at < 0:
                    break
            end = max(end, at + 1 or len(self.data))
        tables = self.database.tables if is_database(self.data) else dict[str, frozenset[str]]()
        whole = len(self.data) <= end and self.blocks is None
        return Head(self.path, self.data[:end], whole=whole, tables=tables, file=self if whole else None)

    @cached_property
    def database(self) -> Snapshot:
        """The database as it stands. Raises :class:`Unreadable` if the file is none, or broken."""
        if not is_database(self.data):
            raise Unreadable(f"{self.path} is no database", hint="restore it from a copy")
        return Snapshot(self.path)

    def records(self) -> Iterator[Record | BadLine]:
        """The JSON objects of the file, line by line, and the lines that hold something else."""
        return streamed(self.blocks(), LONGEST_LINE) if self.blocks else records(self.data)

    def holds(self, word: bytes) -> bool:
        """Whether ``word`` stands anywhere in the file."""
        if self.blocks is None:
            return word in self.data
        edge = b""
        for block in self.blocks():
            if word in edge + block[: len(word)] or word in block:
                return True
            edge = block[-len(word) :]
        return False

    def text(self) -> str:
        """The file as text; broken UTF-8 is replaced, a byte order mark is kept out."""
        return _text(self.data)

    @cached_property
    def lines(self) -> list[str]:
        """:attr:`text` line by line, for prose formats."""
        return self.text().split("\n")


class Lazily(Sequence[Json]):
    """What an iterator yields, taken from it only as far as it is asked for."""

    def __init__(self, items: Iterator[Json]) -> None:
        self._items = items
        self._taken: list[Json] = []

    @overload
    def __getitem__(self, at: int) -> Json: ...
    @overload
    def __getitem__(self, at: slice[Any, Any, Any]) -> list[Json]: ...
    def __getitem__(self, at: int | slice[Any, Any, Any]) -> Json | list[Json]:
        """What stands ``at``, as in a list."""
        if isinstance(at, int) and at >= 0:
            self._taken += islice(self._items, max(0, at + 1 - len(self._taken)))
        else:
            self._taken += self._items
        return self._taken[at]

    def __len__(self) -> int:
        """How many there are in all."""
        return len(self[:])

    def __bool__(self) -> bool:
        """Whether there is one at all."""
        return bool(self._taken) or next(iter(self), None) is not None


@dataclass(frozen=True)
class Head:
    """The first :data:`HEAD_BYTES` of a file, seen three ways."""

    path: Path
    data: bytes
    whole: bool = True
    """Whether the head is the whole file."""
    tables: Mapping[str, frozenset[str]] = field(default_factory=dict[str, frozenset[str]])
    """The columns of each table, if the file is a database."""
    file: SourceFile | None = None
    """The file itself, if the head is all of it: what was made of the one need not be made of the other."""

    @cached_property
    def objects(self) -> Sequence[Json]:
        """The JSON objects on the first lines (at most 40 are looked at), for JSONL formats: decoded when asked."""
        return Lazily(objects(self.data, self.whole, 40))

    @cached_property
    def rows(self) -> Sequence[Json]:
        """:attr:`objects`, or the rows of a whole JSON document, for exports."""
        return self.objects or tuple(first_rows(self.data))

    @cached_property
    def lines(self) -> list[str]:
        """The text lines, for prose formats."""
        return self.file.lines if self.file else _text(self.data).split("\n")


class Reader(Protocol):
    """One format; of the readers in ``registry.READERS`` the first that claims a file reads it."""

    @property
    def name(self) -> str:
        """Short name of the format, such as ``claude-code``."""
        ...

    def claims(self, head: Head) -> bool:
        """Whether the file is of this format, decided from its content alone."""
        ...

    def read(self, file: SourceFile) -> Iterator[Event | BadLine]:
        """The events of the file in its order, and its bad lines; raises :class:`Unreadable` if all is broken."""
        ...


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace").removeprefix("\ufeff")


def when(value: object) -> str:
    """``value`` as ISO 8601 UTC with ``Z`` and milliseconds if it is a time, else "".

    A time without a zone is taken as UTC; one that is written that way already is kept as it is. A number counts the
    milliseconds since 1970, and is no time if it lies before 2000 (some clocks count from the start of a program).
    What lies before 1970 or after 2099 is a broken clock's, and no time either.
    """
    if isinstance(value, str):
        if len(value) == 24 and value[23] == "Z" and value[10] == "T" and value[19] == ".":
            return value if _FIRST <= value < _LAST else ""
        moment = parse(value)
        at = stamp(moment) if moment else ""
        return at if _FIRST <= at < _LAST else ""
    if isinstance(value, int | float) and _EARLIEST <= value < _LATEST:
        return stamp(datetime.fromtimestamp(value / 1000, UTC))
    return ""
