"""What the files of sources hold, in order: read here while workers start, and by these if it is much."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from operator import itemgetter
from pathlib import Path

from distillers.reading import Bundle, Order, Piece, Reading, Setup, read_piece
from distillers.routes import Routes, routes
from distillers.survey import Survey
from scheduling.base.pool import Pool
from scheduling.base.worker import Died

DIED = "reading it ended its worker; it is tried again the next night"
PIECE_BYTES = 512 * 1024
POOL_FROM = 8 * 1024 * 1024
"""Below so many bytes to read, starting workers costs more than it saves."""
LIGHT = 2 * 1024 * 1024
"""Bytes of a piece up to which it is read here while workers start: what is larger takes room, or long."""


def bundles_of(
    setup: Setup, surveys: Sequence[Survey], folders: Mapping[str, Sequence[Path]], workers: int
) -> Generator[Bundle]:
    """What there is to read of each source, file by file in order; by ``workers`` processes if it is much."""
    pieces = (piece for one in surveys for piece in _pieces(one, routes(one.spec.via, folders)))
    if workers < 2 or sum(one.bytes for one in surveys) < POOL_FROM:
        for piece in pieces:
            yield from read_piece(setup, piece)
        return
    with Pool(read_piece, setup, workers, pieces) as pool:
        for piece in pool.meanwhile(lambda piece: piece.size <= LIGHT):
            yield from read_piece(setup, piece)
        for piece, told in groupby(pool, key=itemgetter(0)):
            yield from _told(setup, piece, (answer for _, answer in told))


def of_files(bundles: Iterator[Bundle], count: int) -> Iterator[Bundle]:
    """The bundles of the next ``count`` files."""
    while count and (bundle := next(bundles, None)):
        yield bundle
        count -= _whole(bundle)


def _whole(bundle: Bundle) -> int:
    """How many files end in ``bundle``."""
    return sum(1 for reading in bundle.readings if not reading.more)


def _told(setup: Setup, piece: Piece, answers: Iterable[Bundle | Died]) -> Iterator[Bundle]:
    """The bundles of a piece. Files that its worker did not live to tell of are tried again, each by itself."""
    count = 0
    for answer in answers:
        if isinstance(answer, Bundle):
            yield answer
            count += _whole(answer)
    left = piece.orders[count:]
    if len(piece.orders) == 1:
        yield from (Bundle((Reading(order.name, "quarantined", DIED, later=True),), {}) for order in left)
    elif left:
        with Pool(read_piece, setup, 1, (replace(piece, orders=(order,)) for order in left)) as pool:
            for one, told in groupby(pool, key=itemgetter(0)):
                yield from _told(setup, one, (answer for _, answer in told))


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
