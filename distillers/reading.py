"""Reading one file: recognise, read, mask, route. Runs in a worker when there is much to read; stores nothing.

Whatever a file holds, what comes back is a :class:`Reading`: no file ends a night.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from distillers.masking import Masker, masked
from distillers.record.events import Event
from distillers.record.rows import Columns, Row, columns_of, row_of
from distillers.routes import Routes, route
from distillers.sources.base import HEAD_BYTES, Reader, Skip, SourceFile, Unreadable
from distillers.sources.database import MAGIC, is_database
from distillers.sources.lines import BadLine
from distillers.sources.registry import BY_KIND
from distillers.walk import State
from distillers.withhold import NOTHING, Withhold
from scheduling.base.errors import StillhouseError

LONGEST_LINE = 64 * 1024 * 1024

Recognise = Callable[[SourceFile], Reader | Skip]


@dataclass(frozen=True, slots=True)
class Setup:
    """What all files are read with."""

    recognise: Recognise
    masker: Masker
    withhold: Withhold = NOTHING


@dataclass(frozen=True, slots=True)
class Order:
    """A file to read: ``path`` opens it, ``name`` is stored."""

    path: str
    name: str


@dataclass(frozen=True, slots=True)
class Piece:
    """Some files of one source: as much as is worth sending to a worker."""

    routes: Routes
    orders: tuple[Order, ...]
    kind: str = "auto"
    """Of the source, as its settings say."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What came of one file. ``columns`` hold its rows, masked; empty unless ``state`` is ``read``."""

    name: str
    state: State
    reason: str = ""
    format: str = ""
    bad_lines: int = 0
    columns: Columns = field(default_factory=dict[str, list[object]])

    @property
    def rows(self) -> int:
        """How many events it holds."""
        return len(self.columns.get("part", ()))


def read_piece(setup: Setup, piece: Piece) -> Iterator[Reading]:
    """The readings of the files of ``piece``, in order."""
    if recognise := BY_KIND.get(piece.kind):
        setup = replace(setup, recognise=recognise)
    for order in piece.orders:
        yield read_file(setup, piece.routes, order)


def read_file(setup: Setup, routes: Routes, order: Order) -> Reading:
    """The reading of one file; what is wrong with it becomes its state and reason."""
    why = setup.withhold.file(order.name)
    if why:
        return Reading(order.name, "skipped", why)
    try:
        return _read(setup, routes, order)
    except Unreadable as error:
        why = error.message
    except OSError as error:
        why = f"cannot be read: {error.strerror or type(error).__name__}"
    except MemoryError:
        why = "too large for the memory there is"
    except RecursionError:
        why = "nested too deep"
    except StillhouseError as error:
        why = error.message
    except Exception as error:  # noqa: BLE001 (a reader that trips over one file must not end the night)
        why = f"its reader failed: {type(error).__name__}: {error}"
    return Reading(order.name, "quarantined", setup.masker.mask(why)[:300])


def _read(setup: Setup, routes: Routes, order: Order) -> Reading:
    data, cut = load(order.path)
    file = SourceFile(Path(order.path), data)
    reader = setup.recognise(file)
    if isinstance(reader, Skip):
        return Reading(
            order.name, "skipped", f"line too long: {cut} cut" if cut and not data.strip() else reader.reason
        )
    found = list(reader.read(file))
    events = [item for item in found if isinstance(item, Event)]
    bad = sum(isinstance(item, BadLine) for item in found) + cut
    domains = route(routes, events)
    rows, why = setup.withhold.kept(_rows(domains, masked(events, setup.masker, order.name)))
    state: State = "skipped" if why and not rows else "read"
    return Reading(order.name, state, why, reader.name, bad, columns_of(rows))


def _rows(domains: Sequence[str], events: Sequence[Event]) -> list[Row]:
    rows: list[Row] = []
    place, part = ("", -1), 0
    for domain, event in zip(domains, events, strict=True):
        part = part + 1 if (event.unit, event.line) == place else 0
        place = event.unit, event.line
        rows.append(row_of(domain, part, event))
    return rows


def load(path: str) -> tuple[bytes, int]:
    """The bytes of a regular file, and how many lines over :data:`LONGEST_LINE` were emptied in it.

    Of a database, which has no lines and is asked where it stands, the first bytes alone. Raises OSError; what is no
    regular file (any more) is refused, so that no pipe can hang the night.
    """
    handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(handle, "rb", buffering=0) as stream:
        seen = os.fstat(handle)
        if not stat.S_ISREG(seen.st_mode):
            raise OSError(0, "no regular file")
        if is_database(os.pread(handle, len(MAGIC), 0)):
            return stream.read(HEAD_BYTES), 0
        if seen.st_size <= LONGEST_LINE:
            return stream.read(), 0
        return _cut(iter(lambda: stream.read(4 * 1024 * 1024), b""))


def _cut(blocks: Iterator[bytes]) -> tuple[bytes, int]:
    """The concatenated ``blocks`` with lines over :data:`LONGEST_LINE` emptied, never holding such a line."""
    kept = bytearray()
    start = cut = 0
    dropping = False
    for block in blocks:
        for piece in _pieces(block):
            if not dropping:
                kept += piece
            ends = piece.endswith(b"\n")
            if len(kept) - start > LONGEST_LINE:
                del kept[start:]
                dropping, cut = True, cut + 1
            if ends:
                if dropping:
                    kept += b"\n"
                dropping, start = False, len(kept)
    return bytes(kept), cut


def _pieces(block: bytes) -> Iterator[bytes]:
    """``block`` cut after each line feed (and nowhere else, unlike ``splitlines``)."""
    at = 0
    while at < len(block):
        end = block.find(b"\n", at)
        stop = len(block) if end < 0 else end + 1
        yield block[at:stop]
        at = stop
