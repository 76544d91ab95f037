"""Collect: from the files of all sources to the record, as little work as possible for what did not change.

    walk ──→ stat against cursors ──→ recognise, read, mask, route (workers) ──→ plan ──→ store

One task a source. Its input is a hash of what the walk saw, so an untouched source costs its walk and two selects. What
is read is stored batch by batch; a killed collect goes on where the last batch ended.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection

from distillers import cursors, tombstones
from distillers.accounts import Collected, Counts, FileNote, Tally, account
from distillers.bundles import bundles_of, of_files
from distillers.consent import Consent
from distillers.cursors import Cursor
from distillers.intake import Batch, Growing, plan, store
from distillers.masking import masked_id
from distillers.opening import Recognise
from distillers.reading import PART, Bundle, Masker, Reading, Setup
from distillers.record.apart import Apart
from distillers.record.archive import Archive
from distillers.record.compact import compact
from distillers.record.shards import registered, sweep
from distillers.retract import retract, unseen
from distillers.sources.registry import recognise_file
from distillers.survey import Survey, surveys
from distillers.walk import Seen, SourceSpec, nested
from distillers.withhold import Withhold
from scheduling import tasks
from scheduling.base.locks import hold
from scheduling.base.memory import fewer_looks, give_back
from scheduling.runs import Run
from scheduling.tasks import Checkout

__all__ = ["Collected", "Counts", "FileNote", "Progress", "SourceSpec", "collect"]

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
    archive: Apart
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
        closing(Apart.of(archive)) as own,
        fewer_looks(),
    ):
        marked = unseen(rows, _as_stored(consent or Consent(), redactor))
        withhold = Withhold(marked, tombstones.load(rows, key))
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


def _as_stored(consent: Consent, masker: Masker) -> Consent:
    return replace(consent, sessions=frozenset(masked_id(masker, unit) for unit in consent.sessions))


def _pass(desk: _Desk, specs: Sequence[SourceSpec], since: datetime | None) -> list[Survey]:
    found = _surveys(desk, specs, since)
    taken = retract(desk.run, desk.archive, desk.withhold.consent, found)
    if taken.stirred:
        desk.tally.domains |= taken.domains
        found = _surveys(desk, specs, since)
    stirred = [one for one in found if not one.settled]
    held = _held(desk.run, stirred)
    setup = Setup(desk.recognise, desk.masker, desk.withhold)
    with closing(bundles_of(setup, stirred, desk.folders, desk.workers)) as bundles:
        for one in stirred:
            _source(desk, one, held.get(one.task), of_files(bundles, len(one.changed)))
    return found


def _surveys(desk: _Desk, specs: Sequence[SourceSpec], since: datetime | None) -> list[Survey]:
    return surveys(desk.run.ledger, nested(specs), desk.folders, since, desk.edition)


def _held(run: Run, stirred: Sequence[Survey]) -> dict[str, Checkout]:
    """The tasks of the sources, all checked out at once: nobody else collects meanwhile."""
    if not stirred:
        return {}
    with run.change("offer", f"{len(stirred)} sources", tasks=[one.task for one in stirred]) as rows:
        for one in stirred:
            tasks.offer(rows, "collect", one.spec.subject, domain=one.spec.via, depends_on=one.input)
    return {one.task: one for one in tasks.checkout_many(run, [one.task for one in stirred])}


def _source(desk: _Desk, seen: Survey, checkout: Checkout | None, bundles: Iterator[Bundle]) -> None:
    """Stores the ``bundles`` of a source, and finishes its task with the last batch."""
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
