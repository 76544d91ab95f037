"""Fetching: from ticket sources that are no files to files that collect reads. Comes before collect.

One task a source. A source that fails costs its own news and one line of the report, never the night: what it gave
before it failed is stored, and its task is blocked until the next night tries again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from distillers.fetch.base import FetchError, Making, Page, Target
from distillers.fetch.shelf import Shelf
from distillers.reading import Masker
from scheduling import tasks
from scheduling.base.locks import hold
from scheduling.ledger.store import Ledger
from scheduling.runs import Run
from scheduling.tasks import Checkout

__all__ = ["Fetched", "Target", "fetch", "retire", "stale"]


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came of one source: new or changed tickets, and why there may be more ("" if there are not)."""

    domain: str
    source: str
    tickets: int
    problem: str = ""


@dataclass(frozen=True, slots=True)
class _Desk:
    """What fetching a source needs."""

    run: Run
    masker: Masker
    make: Making
    on_progress: Callable[[str, int], None] | None


def fetch(
    run: Run,
    folder: Path,
    masker: Masker,
    targets: Sequence[Target],
    make: Making,
    *,
    on_progress: Callable[[str, int], None] | None = None,
) -> list[Fetched]:
    """Brings the files below ``folder`` up to date with ``targets``, in a fixed order; returns what came of each.

    ``make`` gives the fetcher of a target; ``on_progress`` hears a source's name and how many tickets it gave so far.
    Raises :class:`BusyError` if another run is fetching.
    """
    chosen = {target.subject: target for target in targets}
    if not chosen:
        return []
    desk = _Desk(run, masker, make, on_progress)
    with hold(folder / ".lock", f"fetching by run {run.id}"):
        return [_source(desk, Shelf(run.ledger, folder, chosen[name]), chosen[name]) for name in sorted(chosen)]


def stale(ledger: Ledger, targets: Sequence[Target]) -> list[str]:
    """The blocked tasks of sources that are no longer among ``targets``, which are all that the settings name."""
    named = {target.subject for target in targets}
    blocked = tasks.listed(ledger, "blocked")
    return [row["id"] for row in blocked if row["kind"] == "fetch" and row["subject"] not in named]


def retire(run: Run, ids: Sequence[str]) -> None:
    """Closes tasks that :func:`stale` found: nobody will fetch from those sources again."""
    for checkout in tasks.checkout_many(run, ids):
        with run.change("retire", checkout.task) as rows:
            checkout.finish(rows, note="no longer in the settings")


def _source(desk: _Desk, shelf: Shelf, target: Target) -> Fetched:
    with desk.run.change("offer", target.subject) as rows:
        task = tasks.offer(rows, "fetch", target.subject, domain=target.domain, depends_on=desk.run.id)
    checkout = tasks.checkout(desk.run, task)
    if checkout is None:
        return Fetched(target.domain, target.name, 0)
    count = 0
    try:
        for page in desk.make(target).pages(shelf.cursor, shelf):
            count += _keep(desk, checkout, shelf, page, target)
            if desk.on_progress:
                desk.on_progress(target.name, count)
    except FetchError as error:
        problem = " ".join(desk.masker.mask(str(error)).split())
        with desk.run.change("fetch failed", target.subject, tickets=count, problem=problem) as rows:
            checkout.block(rows, problem)
        return Fetched(target.domain, target.name, count, problem)
    with desk.run.change("fetched", target.subject, tickets=count) as rows:
        checkout.finish(rows)
    return Fetched(target.domain, target.name, count)


def _keep(desk: _Desk, checkout: Checkout, shelf: Shelf, page: Page, target: Target) -> int:
    """Stores a page: the file first, then, in one transaction, that it counts and where to go on."""
    count = shelf.put(page.tickets, desk.masker)
    if count or page.cursor != shelf.cursor:
        with desk.run.change("fetch", target.subject, tickets=count) as rows:
            shelf.note(rows, page.cursor, desk.run.id)
            checkout.extend(rows)
    return count
