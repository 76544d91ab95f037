"""Collect: from the files of all sources to the record, as little work as possible for what did not change.

    walk ──→ stat against cursors ──→ recognise, read, mask, route (workers) ──→ plan ──→ store

One task a source. Its input is a hash of what the walk saw, so an untouched source costs its walk and two selects. What
is read is stored batch by batch; a killed collect goes on where the last batch ended.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection

from distillers import cursors
from distillers.accounts import Collected, Counts, FileNote, Tally, account
from distillers.intake import Batch, Growing, plan, store
from distillers.reading import Masker, Order, Reading, Recognise, Setup, read_group
from distillers.record.archive import Archive
from distillers.record.compact import compact
from distillers.record.shards import registered, sweep
from distillers.routes import routes
from distillers.sources.registry import recognise_file
from distillers.survey import LATER, Survey, survey
from distillers.walk import SourceSpec, nested
from scheduling import tasks
from scheduling.base.locks import hold
from scheduling.base.pool import Pool
from scheduling.runs import Run
from scheduling.tasks import Checkout

__all__ = ["Collected", "Counts", "FileNote", "Progress", "SourceSpec", "collect"]

BATCH_BYTES = 16 * 1024 * 1024
GROUP_BYTES = 2 * 1024 * 1024
POOL_FROM = 8 * 1024 * 1024
"""Below this many bytes to read, starting workers costs more than it saves."""
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
) -> Collected:
    """Brings ``archive`` up to date with all sources; returns what there is and what was new.

    ``folders`` are the working folders of each domain; ``since`` leaves files alone that were last changed before it
    and never collected. Raises :class:`BusyError` if another run is collecting.
    """
    desk = _Desk(run, archive, recognise, redactor, folders, workers, on_progress, Tally())
    with hold(archive.root / ".lock", f"collecting by run {run.id}"):
        with run.ledger.read() as rows:
            sweep(archive.root, registered(rows))
        found: list[Survey] = []
        for _ in range(PASSES):
            before = desk.tally.rewritten
            found = [_source(desk, spec, inner, since) for spec, inner in nested(specs)]
            if desk.tally.rewritten == before:
                break  # nothing was rewritten, so nothing that leant on it is to be read again
        compact(archive.root, run.ledger, run)
    return account(run.ledger, found, desk.tally)


def _source(desk: _Desk, spec: SourceSpec, inner: Sequence[Path], since: datetime | None) -> Survey:
    seen = survey(desk.run.ledger, spec, inner, desk.folders, since)
    if not seen.settled:
        with desk.run.change("offer", spec.subject) as rows:
            tasks.offer(rows, "collect", spec.subject, domain=spec.via, depends_on=seen.input)
        checkout = tasks.checkout(desk.run, seen.task)
        if checkout:
            _take(desk, seen, checkout)
    return seen


def _take(desk: _Desk, seen: Survey, checkout: Checkout) -> None:
    """Reads what is to be read of a source and finishes its task with the last batch."""
    total = sum(file.size for file in seen.changed)
    done = read = 0
    for batch, last in _batches(desk, seen, total):
        _keep(desk, seen, checkout, batch, last=last)
        done += len(batch.cursors)
        read += sum(max(cursor.size, 0) for cursor in batch.cursors)
        if desk.on_progress:
            desk.on_progress(Progress(seen.spec.subject, done, len(seen.changed), read, total))


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


def _batches(desk: _Desk, seen: Survey, total: int) -> Iterator[tuple[Batch, bool]]:
    """The changed files, read in order, about :data:`BATCH_BYTES` of file at a time, and which batch is the last."""
    batch = Growing(seen.spec.via)
    for file, reading in zip(seen.changed, _readings(desk, seen, total), strict=True):
        if batch.size > BATCH_BYTES:
            yield batch.cut(), False
            batch = Growing(seen.spec.via)
        batch.add(reading, seen.moved(file, reading))
    yield batch.cut(), True


def _readings(desk: _Desk, seen: Survey, total: int) -> Iterator[Reading]:
    """One reading for each changed file, in order."""
    orders = [Order(file.path, file.name, file.size) for file in seen.changed]
    setup = Setup(desk.recognise, desk.masker, routes(seen.spec.via, desk.folders))
    if total < POOL_FROM or desk.workers < 2:
        yield from read_group(setup, orders)
        return
    pool: Pool[Setup, list[Order], Reading] = Pool(read_group, setup, desk.workers)
    told: set[str] = set()
    for group, answer in pool.map(_groups(orders)):
        fresh = [answer] if isinstance(answer, Reading) else _untold(group, told)
        told.update(reading.name for reading in fresh)
        yield from fresh


def _untold(group: Sequence[Order], told: set[str]) -> list[Reading]:
    """What a worker that died leaves to be said of its files."""
    return [Reading(order.name, "quarantined", LATER) for order in group if order.name not in told]


def _groups(orders: Sequence[Order]) -> Iterator[list[Order]]:
    """``orders`` cut into pieces of work that are worth sending."""
    group: list[Order] = []
    held = 0
    for order in orders:
        group.append(order)
        held += order.size
        if held >= GROUP_BYTES:
            yield group
            group, held = [], 0
    if group:
        yield group
