"""Reading some files: recognise, read, mask, route. Runs in a worker when there is much to read; stores nothing.

Whatever a file holds, what comes back of it is a :class:`Reading`: no file ends a night. Several small files are masked
and answered together, in one :class:`Bundle`: that costs less than each by itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import NamedTuple, TypeVar

from distillers.masking import Masker, masked, masked_id
from distillers.opening import Recognise, opened
from distillers.record.events import Event
from distillers.record.rows import Packed, Row, pack, rows_of
from distillers.routes import Routes, route
from distillers.sources.base import Reader, Skip, SourceFile, Unreadable
from distillers.sources.lines import BadLine
from distillers.sources.registry import BY_KIND
from distillers.sources.unreadable import NotYet
from distillers.walk import State
from distillers.withhold import NOTHING, Withhold
from scheduling.base.errors import StillhouseError

PART = 1024 * 1024
"""Characters of text in a part of a file."""


@dataclass(frozen=True, slots=True)
class Setup:
    """What all files are read with."""

    recognise: Recognise
    masker: Masker
    withhold: Withhold = NOTHING


class Order(NamedTuple):
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
    size: int = 0
    """Bytes of its files."""


class Reading(NamedTuple):
    """What came of a file or a part of it."""

    name: str
    state: State
    reason: str = ""
    format: str = ""
    bad_lines: int = 0
    more: bool = False
    """Another part of the file follows. The last one tells its state."""
    later: bool = False
    """It is to be read again, whether or not it changes."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """The readings of some files of a piece, in order, and the rows of all of them, masked."""

    readings: tuple[Reading, ...]
    rows: Packed


@dataclass(slots=True)
class _File:
    """A file that is being read, part by part."""

    name: str
    format: str = ""
    bad: int = 0
    rows: int = 0
    why: str = ""
    out: Mapping[str, str] = field(default_factory=dict[str, str])
    """Sessions that are kept out, with what marks them; only told of a file in several parts."""


@dataclass(frozen=True, slots=True)
class _Part:
    """Events of a file, not masked yet."""

    file: _File
    events: list[Event]
    domains: list[str]
    last: bool

    def size(self) -> int:
        """Characters of text in it."""
        return sum(len(event.text) for event in self.events)


def read_piece(setup: Setup, piece: Piece) -> Iterator[Bundle]:
    """The readings of the files of ``piece``, in order."""
    if recognise := BY_KIND.get(piece.kind):
        setup = replace(setup, recognise=recognise)
    held: list[Reading | _Part] = []
    size, ended = 0, set[str]()
    for order in piece.orders:
        for item in _guarded(setup, order.name, _read(setup, piece.routes, order)):
            held.append(item)
            size += 0 if isinstance(item, Reading) else item.size()
            if size >= PART:
                yield _finished(setup, held, ended)
                held, size = [], 0
    if held:
        yield _finished(setup, held, ended)


_Item = TypeVar("_Item")


def _guarded(setup: Setup, name: str, items: Iterator[_Item]) -> Iterator[_Item | Reading]:
    """``items`` of the file ``name``; what is wrong with it becomes the state and the reason of its last reading."""
    try:
        yield from items
        return
    except NotYet as error:
        yield Reading(name, "skipped", error.message, later=True)
        return
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
    yield Reading(name, "quarantined", setup.masker.mask(why)[:300])


def _read(setup: Setup, routes: Routes, order: Order) -> Iterator[Reading | _Part]:
    if why := setup.withhold.file(order.name):
        yield Reading(order.name, "skipped", why)
        return
    file, reader, cut = opened(setup.recognise, order.path, routes.homes)
    if isinstance(reader, Skip):
        long = f"line too long: {cut} cut" if cut and not file.data.strip() else ""
        yield Reading(order.name, "skipped", long or reader.reason)
        return
    bad: list[BadLine] = []
    told, here = _File(order.name, reader.name), dict[str, str]()
    for number, (events, last) in enumerate(_parts(file, reader, bad)):
        if number == 0 and not last:
            told.out = setup.withhold.units(_places(setup.masker, file, reader))
        told.bad = len(bad) + cut
        yield _Part(told, events, route(routes, events, here), last)


def _places(masker: Masker, file: SourceFile, reader: Reader) -> Iterator[tuple[str, str]]:
    """The sessions of a large file, each with the folders it worked in, to its end.

    A session may come to a folder that is marked "do not use" when much of it is read: none of it may be stored.
    """
    with suppress(Exception):  # what is wrong with the file is said when it is read
        stored: dict[str, str] = {}
        for item in reader.read(file):
            if not isinstance(item, BadLine):
                stored[item.unit] = stored.get(item.unit) or masked_id(masker, item.unit)
                yield stored[item.unit], item.folder


def _finished(setup: Setup, items: Sequence[Reading | _Part], ended: set[str]) -> Bundle:
    """``items`` with the events of all parts masked. The files in ``ended`` failed in the middle: no more of them."""
    parts = [(item.events, item.file.name) for item in items if isinstance(item, _Part)]
    try:
        done = iter(masked(parts, setup.masker))
    except Exception:  # noqa: BLE001 (one text that cannot be masked must not take other files with it)
        done = None
    readings: list[Reading] = []
    rows: list[Row] = []
    for item in items:
        if isinstance(item, Reading):
            told = [item]
        else:
            events = next(done) if done else None
            told = list(_guarded(setup, item.file.name, _reading(setup, item, events, rows)))
        name = item.name if isinstance(item, Reading) else item.file.name
        if name not in ended:
            readings += told
        if any(reading.state == "quarantined" for reading in told):
            ended.add(name)
    return Bundle(tuple(readings), pack(rows))


def _reading(setup: Setup, part: _Part, events: list[Event] | None, rows: list[Row]) -> Iterator[Reading]:
    """The reading of ``part``, whose masked ``events`` may be known already; what is kept of them goes to ``rows``."""
    file = part.file
    if events is None:
        (events,) = masked([(part.events, file.name)], setup.masker)
    kept, said = setup.withhold.kept(rows_of(part.domains, events), file.out)
    file.rows, file.why = file.rows + len(kept), said or file.why
    rows += kept
    if part.last:
        state: State = "skipped" if file.why and not file.rows else "read"
        yield Reading(file.name, state, file.why, file.format, file.bad)
    elif kept:
        yield Reading(file.name, "read", "", file.format, more=True)


def _parts(file: SourceFile, reader: Reader, bad: list[BadLine]) -> Iterator[tuple[list[Event], bool]]:
    """The file's events, in parts if it is a large one (cut between two lines), and which part is the last."""
    held: list[Event] = []
    size = 0
    for item in reader.read(file):
        if isinstance(item, BadLine):
            bad.append(item)
            continue
        if size >= PART and file.blocks and item.line != held[-1].line:
            yield held, False
            held, size = [], 0
        held.append(item)
        size += len(item.text)
    yield held, True
