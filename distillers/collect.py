"""Collect: from the files of all sources to the record, as little work as possible for what did not change.

    walk ──→ stat against cursors ──→ recognise, read, mask, route (workers) ──→ plan ──→ store

One task a source. Its input is a hash of what the walk saw, so an untouched source costs its walk and two selects. What
is read is stored batch by batch; a killed collect goes on where the last batch ended.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain, groupby
from operator import itemgetter
from pathlib import Path

from sqlalchemy import Connection

from distillers import cursors, tombstones
from distillers.accounts import Collected, Counts, FileNote, Tally, account
from distillers.consent import Consent
from distillers.cursors import Cursor
from distillers.intake import Batch, Growing, plan, store
from distillers.opening import Recognise
from distillers.reading import PART, Bundle, Masker, Order, Piece, Reading, Setup, read_piece
from distillers.record.archive import Archive
from distillers.record.compact import compact
from distillers.record.shards import registered, sweep
from distillers.retract import retract
from distillers.routes import Routes, routes
from distillers.sources.registry import recognise_file
from distillers.survey import LATER, Survey, surveys
from distillers.walk import Seen, SourceSpec, nested
from distillers.withhold import Withhold
from scheduling import tasks
from scheduling.base.locks import hold
from scheduling.base.memory import fewer_looks, give_back
from scheduling.base.pool import Pool
from scheduling.base.worker import Died
from scheduling.runs import Run
from scheduling.tasks import Checkout

__all__ = ["Collected", "Counts", "FileNote", "Progress", "SourceSpec", "collect"]

PIECE_BYTES = 256 * 1024
POOL_FROM = 8 * 1024 * 1024
"""Below so many bytes to read, starting workers costs more than it saves; a quarter of it is read while they start."""
PASSES = 3


@dataclass(frozen=True, slots=True)
class Progress:
    """Where collecting stands: files and bytes that are to be read in ``source``, and how many were."""

    source: str
    files: int
    of_files: int
    bytes: int
    of_bytes: int


@dataclass(frozen=True, slots=True)
class _Desk:
    """What collecting a source needs."""

    run: Run
    archive: Archive
    recognise: Recognise
    masker: Masker
    folders: Mapping[str, Sequence[Path]]
    workers: int
    on_progress: Callable[[Progress], None] | None
    tally: Tally
    withhold: Withhold
    edition: str


def collect(  # noqa: PLR0913 (the seams of the room: three it works on, two that say what, four options by name)
    run: Run,
    archive: Archive,
    redactor: Masker,
    specs: Sequence[SourceSpec],
    folders: Mapping[str, Sequence[Path]],
    *,
    since: datetime | None = None,
    on_progress: Callable[[Progress], None] | None = None,
    recognise: Recognise = recognise_file,
    workers: int = 2,
    consent: Consent | None = None,
    key: bytes = b"",
    edition: str = "",
) -> Collected:
    """Brings ``archive`` up to date with all sources; returns what there is and what was new.

    ``folders`` are the working folders of each domain; ``since`` leaves files alone that were last changed before it
    and never collected. ``consent`` is what people marked "do not use"; ``key`` is the workspace's, by which what was
    purged is known again. ``edition`` names the patterns of one's own that ``redactor`` has: when it changes, all that
    the sources hold is read again. Raises :class:`BusyError` if another run is collecting.
    """
    # As long as one connection is open, closing another one does not write the whole log back.
    with (
        hold(archive.root / ".lock", f"collecting by run {run.id}"),
        run.ledger.read() as rows,
        closing(archive.apart()) as own,
        fewer_looks(),
    ):
        withhold = Withhold(consent or Consent(), tombstones.load(rows, key))
        desk = _Desk(run, own, recognise, redactor, folders, workers, on_progress, Tally(), withhold, edition)
        sweep(archive.root, registered(rows))
        found: list[Survey] = []
        for _ in range(PASSES):
            before = desk.tally.rewritten
            found = _pass(desk, specs, since)
            if desk.tally.rewritten == before:
                break  # nothing was rewritten, so nothing that leant on it is to be read again
        compact(archive.root, run.ledger, run)
        return account(run.ledger, found, desk.tally)


def _pass(desk: _Desk, specs: Sequence[SourceSpec], since: datetime | None) -> list[Survey]:
    found = _surveys(desk, specs, since)
    taken = retract(desk.run, desk.archive, desk.withhold.consent, found)
    if taken.stirred:
        desk.tally.domains |= taken.domains
        found = _surveys(desk, specs, since)
    stirred = [one for one in found if not one.settled]
    with closing(_bundles(desk, stirred)) as bundles:
        for one in stirred:
            _source(desk, one, _of_files(bundles, len(one.changed)))
    return found


def _surveys(desk: _Desk, specs: Sequence[SourceSpec], since: datetime | None) -> list[Survey]:
    return surveys(desk.run.ledger, nested(specs), desk.folders, since, desk.edition)


def _source(desk: _Desk, seen: Survey, bundles: Iterator[Bundle]) -> None:
    """Checks the source's task out, stores its ``bundles``, and finishes the task with the last batch."""
    with desk.run.change("offer", seen.spec.subject) as rows:
        tasks.offer(rows, "collect", seen.spec.subject, domain=seen.spec.via, depends_on=seen.input)
    checkout = tasks.checkout(desk.run, seen.task)
    if checkout is None:
        deque(bundles, maxlen=0)
        return
    done = read = 0
    for batch, last in _batches(seen, bundles):
        _keep(desk, seen, checkout, batch, last=last)
        done += len(batch.cursors) - (batch.open is not None)
        read += batch.size
        del batch
        if desk.on_progress:
            desk.on_progress(Progress(seen.spec.subject, done, len(seen.changed), read, seen.bytes))


def _keep(desk: _Desk, seen: Survey, checkout: Checkout, batch: Batch, *, last: bool) -> None:
    def also(rows: Connection) -> None:
        if not last:
            checkout.extend(rows)
            return
        cursors.mark(rows, seen.task, seen.gone, gone=True)
        cursors.mark(rows, seen.task, seen.back, gone=False)
        checkout.finish(rows)

    planned = plan(desk.archive, batch)
    store(desk.run, desk.archive, batch, planned, seen.spec.subject, also)
    desk.tally.add(planned)
    give_back()


def _batches(seen: Survey, bundles: Iterator[Bundle]) -> Iterator[tuple[Batch, bool]]:
    """The changed files, read in order, a batch at a time, and which batch is the last."""
    batch = Growing(seen.spec.via)
    files = _Files(seen)
    for bundle in bundles:
        if batch.full:
            done = batch.cut()
            batch = Growing(seen.spec.via, done.open)
            yield done, False
            del done  # while the next one grows there is room for one alone
        told = [files.moved(reading) for reading in bundle.readings]
        batch.add(bundle, [cursor for cursor, _ in told], sum(size for _, size in told))
    yield batch.cut(), True


class _Files:
    """The changed files of a source, in order, as their readings come in."""

    def __init__(self, seen: Survey) -> None:
        self._seen = seen
        self._next = iter(seen.changed)
        self._file: Seen | None = None
        self._left = 0

    def moved(self, reading: Reading) -> tuple[Cursor, int]:
        """The cursor of the file whose reading comes next, and how many bytes were read of it."""
        file = self._file or next(self._next)
        left = self._left if self._file else file.size
        size = min(left, PART) if reading.more else left
        self._file, self._left = (file, left - size) if reading.more else (None, 0)
        return self._seen.moved(file, reading), size


def _of_files(bundles: Iterator[Bundle], count: int) -> Iterator[Bundle]:
    """The bundles of the next ``count`` files."""
    while count and (bundle := next(bundles, None)):
        yield bundle
        count -= _whole(bundle)


def _whole(bundle: Bundle) -> int:
    """How many files end in ``bundle``."""
    return sum(1 for reading in bundle.readings if not reading.more)


def _bundles(desk: _Desk, surveys: Sequence[Survey]) -> Generator[Bundle]:
    """What there is to read of each source, file by file in order; by workers if it is much."""
    setup = Setup(desk.recognise, desk.masker, desk.withhold)
    pieces = (piece for one in surveys for piece in _pieces(one, routes(one.spec.via, desk.folders)))
    if desk.workers < 2 or sum(one.bytes for one in surveys) < POOL_FROM:
        for piece in pieces:
            yield from read_piece(setup, piece)
        return
    first, others = _first(pieces, POOL_FROM // 4)
    with Pool(read_piece, setup, desk.workers, others) as pool:
        for piece in first:
            yield from read_piece(setup, piece)
        for piece, told in groupby(pool, key=itemgetter(0)):
            yield from _told(setup, piece, (answer for _, answer in told))


def _told(setup: Setup, piece: Piece, answers: Iterable[Bundle | Died]) -> Iterator[Bundle]:
    """The bundles of a piece. Files that its worker did not live to tell of are tried again, each by itself."""
    count = 0
    for answer in answers:
        if isinstance(answer, Bundle):
            yield answer
            count += _whole(answer)
    left = piece.orders[count:]
    if len(piece.orders) == 1:
        yield from (Bundle((Reading(order.name, "quarantined", LATER),), {}) for order in left)
    elif left:
        with Pool(read_piece, setup, 1, (replace(piece, orders=(order,)) for order in left)) as pool:
            for one, told in groupby(pool, key=itemgetter(0)):
                yield from _told(setup, one, (answer for _, answer in told))


def _first(pieces: Iterator[Piece], size: int) -> tuple[list[Piece], Iterator[Piece]]:
    """The first pieces, of up to ``size`` bytes together, and the others."""
    first: list[Piece] = []
    for piece in pieces:
        size -= piece.size
        if size < 0:
            return first, chain((piece,), pieces)
        first.append(piece)
    return first, pieces


def _pieces(seen: Survey, ways: Routes) -> Iterator[Piece]:
    orders: list[Order] = []
    held = 0
    for file in seen.changed:
        orders.append(Order(file.path, file.name))
        held += file.size
        if held >= PIECE_BYTES:
            yield Piece(ways, tuple(orders), seen.spec.kind, held)
            orders, held = [], 0
    if orders:
        yield Piece(ways, tuple(orders), seen.spec.kind, held)
