"""Where in much text anything could stand: a few passes over all of it, each of which looks for many patterns at once.

They propose places and decide nothing: each is tried again with the exact patterns. A place too many costs a moment,
so these patterns are wide where the two disagree (letters and spaces beyond ASCII), and no place is missing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from distillers.record.redaction import codes, dressed, embedded, streams
from distillers.record.redaction.batch import Batch
from distillers.record.redaction.breaks import EDGE, ROW, Breaks
from distillers.record.redaction.engine import CASELESS, STARTS, Engine

_WIDER: Final = {r"\s": r"[\s\x1c-\x1f\x80-\xff]", r"\d": r"[\d\x80-\xff]"}
_NOISE: Final = (
    r"\x1b|\^\[\[|\x00|\[REDACTED|\\(?:u001[bB]|x1[bB]|033|e)[\[\]]|\\(?:u0000|x00)"
    r"|\xc2\xad|\xe2\x80[\x8b-\x8f\xaa-\xae]|\xe2\x81[\xa0-\xa9]|\xef\xbb\xbf"
)
"""What :func:`~distillers.record.redaction.views.clean` takes out, in UTF-8."""
_RUN: Final = r"(?:^|[^A-Za-z0-9+/_-])[CDI-Za-f][A-Za-z0-9+/_-]{3}(?:[CDI-Za-f][A-Za-z0-9+/_-]{3}){4}"
"""How a block of base64 begins, as in :mod:`~distillers.record.redaction.blocks`."""
_SINGLE: Final = 2
"""Bytes behind a literal that are too few for another one to begin within its match."""


class Places(NamedTuple):
    """Offsets in a text, ascending."""

    anchors: Sequence[int] = ()
    """Where an anchor may begin."""
    breaks: Sequence[int] = ()
    """Line ends that may run through an anchor."""
    runs: Sequence[int] = ()
    """Inside of what may be base64 of text."""
    codes: Sequence[int] = ()
    """Inside of what may be text in another code."""
    noise: Sequence[int] = ()
    """Inside of colours, zero-width characters and masks."""
    streams: Sequence[int] = ()
    """Inside of what begins a piece of an answer that came in pieces."""
    dressed: Sequence[int] = ()
    """Inside of what reads otherwise where it is shown."""


class Scanner:
    """Looks for ``literals`` (lower case), each followed by its pattern in ``after`` if it has one.

    ``compiled`` is what :meth:`dumped` gave for the same two, on this machine: loading it takes no time.
    """

    def __init__(self, literals: Iterable[str], after: Mapping[str, str], compiled: Sequence[bytes] = ()) -> None:
        self._literals = sorted(set(literals))
        self._sizes = [len(literal.encode()) for literal in self._literals]
        self._breaks = Breaks(self._literals)
        words = [re.escape(literal) + _wider(after.get(literal, "")) for literal in self._literals]
        # Patterns that are slow together, or take long to compile, are quick one after the other.
        rows = (
            (words, CASELESS | STARTS), ((_RUN,), 0), ((*codes.BEGINS, _NOISE, streams.BEGINS), 0),
            (dressed.BEGINS, 0), (embedded.BEGINS, 0),
        )  # fmt: skip
        ready = compiled or (b"",) * len(rows)
        self._engines = [Engine(patterns, flags, one) for (patterns, flags), one in zip(rows, ready, strict=True)]

    def dumped(self) -> list[bytes]:
        """The compiled patterns, for another process."""
        return [engine.dumped() for engine in self._engines]

    def places(self, texts: Sequence[str]) -> dict[int, Places]:
        """The places of ``texts``, by the index of the text; those without any are left out."""
        batch = Batch(texts)
        rows = [_grouped(batch.shared(offsets)) for offsets in self._found(batch)]
        return {i: Places(*[row.get(i, ()) for row in rows]) for i in sorted(set[int]().union(*rows))}

    def anchors(self, texts: Sequence[str]) -> list[list[int]]:
        """Where in each of ``texts`` an anchor may begin, ascending."""
        batch = Batch(texts)
        out: list[list[int]] = [[] for _ in texts]
        for i, at in batch.shared(self._starts(batch.data)):
            out[i].append(at)
        return out

    def _found(self, batch: Batch) -> Places:
        _, runs, others, worn, within = self._engines
        coded: list[int] = []
        noise: list[int] = []
        pieces: list[int] = []
        kinds = [*[coded] * len(codes.BEGINS), noise, pieces]
        for kind, _, end in others.scan(batch.data):
            kinds[kind].append(end - 1)
        coded = sorted([*coded, *_ends(within, batch.data)])
        starts, broken = self._starts(batch.data), self._broken(batch.data)
        return Places(starts, broken, _ends(runs, batch.bare), coded, noise, pieces, _ends(worn, batch.data))

    def _starts(self, data: bytes) -> list[int]:
        """Where the literals in ``data`` begin. Of those that end at one place only the first is found by itself."""
        starts: list[int] = []
        for kind, start, end in self._engines[0].scan(data):
            starts.append(start)
            if end - start > self._sizes[kind] + _SINGLE:
                literal, inner = self._literals[kind].encode(), data[start:end].lower()
                starts += (start + at for at in range(1, len(inner)) if inner.startswith(literal, at))
        starts.sort()
        return starts

    def _broken(self, data: bytes) -> list[int]:
        """The first signs of the lines into which a literal runs."""
        starts, rows = self._breaks.find(data)
        found: set[int] = set()
        for kind, start, _ in self._engines[0].scan(rows) if rows else ():
            line, column = divmod(start, ROW)
            if column < EDGE < column + self._sizes[kind]:
                found.add(starts[line])
        return sorted(found)


def _ends(engine: Engine, data: bytes) -> list[int]:
    """The last byte of each match."""
    return [end - 1 for _, _, end in engine.scan(data)]


def _grouped(pairs: Iterable[tuple[int, int]]) -> dict[int, list[int]]:
    out: dict[int, list[int]] = {}
    for i, at in pairs:
        if i in out:
            out[i].append(at)
        else:
            out[i] = [at]
    return out


def _wider(pattern: str) -> str:
    for narrow, wide in _WIDER.items():
        pattern = pattern.replace(narrow, wide)
    return pattern
