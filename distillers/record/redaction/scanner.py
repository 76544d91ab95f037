"""One pass over much text with Hyperscan, which looks for hundreds of patterns at once at the speed of memory.

It proposes places and decides nothing: each is tried again with the exact patterns. A place too many costs a moment,
so its own patterns are wide where the two disagree (letters and spaces beyond ASCII), and no place is missing.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Final, NamedTuple

import hyperscan
import numpy as np

from distillers.record.redaction import codes
from distillers.record.redaction.breaks import Breaks

EDGE: Final = 12
"""Characters looked at on each side of a line end."""
_RIGHT: Final = EDGE + 4
"""Bytes, so that what follows a literal may be longer than one."""

KELVIN: Final = "\u212a"
"""The one sign beyond ASCII whose lower case is an ASCII letter."""
_KELVIN: Final = KELVIN.encode()

_WIDER: Final = {r"\s": r"[\s\x1c-\x1f\x80-\xff]", r"\d": r"[\d\x80-\xff]"}
_APART: Final = b"\n\x1e"
"""Stands between texts that are scanned together."""
_ZERO: Final = np.zeros(1, np.int64)
_LATER: Final = -0x40
"""Bytes below, taken as signed, do not begin a character."""
_NOISE: Final = (
    r"\x1b|\^\[\[|\x00|\[REDACTED|\\(?:u001[bB]|x1[bB]|033|e)[\[\]]|\\(?:u0000|x00)"
    r"|\xc2\xad|\xe2\x80[\x8b-\x8f\xaa-\xae]|\xe2\x81[\xa0-\xa9]|\xef\xbb\xbf"
)
"""What :func:`~distillers.record.redaction.views.clean` takes out, in UTF-8."""
_RUN: Final = r"(?:^|[^A-Za-z0-9+/_-]|k)[CDI-Za-f][A-Za-z0-9+/_-]{3}(?:[CDI-Za-f][A-Za-z0-9+/_-]{3}){4}"
"""How a block of base64 begins, as in :mod:`~distillers.record.redaction.blocks`; ``k`` may be the Kelvin sign."""


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


class Scanner:
    """Looks for ``literals`` (lower case), each followed by its pattern in ``after`` if it has one.

    ``compiled`` is what :meth:`dumped` gave for the same two, on this machine: loading it takes no time.
    """

    def __init__(self, literals: Iterable[str], after: Mapping[str, str], compiled: bytes = b"") -> None:
        self._literals = sorted(set(literals))
        self._sizes = [len(literal.encode()) for literal in self._literals]
        self._breaks = Breaks(self._literals)
        self._lock = threading.Lock()  # the library scans without the interpreter's lock, in one scratch space
        self._database = _loaded(compiled) if compiled else self._compiled(after)

    def dumped(self) -> bytes:
        """The compiled patterns, for another process."""
        return hyperscan.dumpb(self._database)

    def _compiled(self, after: Mapping[str, str]) -> hyperscan.Database:
        patterns = [re.escape(literal) + _wider(after.get(literal, "")) for literal in self._literals]
        placed = hyperscan.HS_FLAG_CASELESS | hyperscan.HS_FLAG_SOM_LEFTMOST
        flags = [placed] * len(patterns) + [0, 0, 0]
        patterns += [_RUN, codes.BEGINS, _NOISE]
        database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
        database.compile(
            expressions=[pattern.encode() for pattern in patterns],
            ids=list(range(len(patterns))),
            elements=len(patterns),
            flags=flags,
        )
        return database

    def places(self, texts: Sequence[str]) -> dict[int, Places]:
        """The places of ``texts``, by the index of the text; those without any are left out."""
        batch = _Batch(texts)
        rows = [_grouped(batch.shared(offsets)) for offsets in self._found(batch.data)]
        return {i: Places(*[row.get(i, ()) for row in rows]) for i in sorted(set[int]().union(*rows))}

    def anchors(self, texts: Sequence[str]) -> list[list[int]]:
        """Where in each of ``texts`` an anchor may begin, ascending."""
        batch, count = _Batch(texts), len(self._literals)
        out: list[list[int]] = [[] for _ in texts]
        found = [hit for hit in self._scan(batch.data) if hit[0] < count]
        for i, at in batch.shared(self._starts(batch.data, found)):
            out[i].append(at)
        return out

    def _found(self, data: bytes) -> Places:
        anchors: list[tuple[int, int, int]] = []
        others: tuple[list[int], ...] = ([], [], [])
        count = len(self._literals)
        for hit in self._scan(data):
            if hit[0] < count:
                anchors.append(hit)
            else:
                others[hit[0] - count].append(hit[2] - 1)
        return Places(self._starts(data, anchors), self._broken(data), *others)

    def _starts(self, data: bytes, found: Iterable[tuple[int, int, int]]) -> list[int]:
        """Where the anchors of ``found`` begin. Of those that end at one place only the first is found by itself."""
        starts: list[int] = []
        for kind, start, end in found:
            starts.append(start)
            if end - start > self._sizes[kind]:
                literal, inner = self._literals[kind].encode(), data[start:end].lower()
                starts += (start + at for at in range(1, len(inner)) if inner.startswith(literal, at))
        starts.sort()
        return starts

    def _scan(self, data: bytes) -> list[tuple[int, int, int]]:
        """What matches in ``data``: number of the pattern, start (of a literal), end."""
        found: list[tuple[int, int, int]] = []

        def note(kind: int, start: int, end: int, _flags: int, _context: object) -> None:
            found.append((kind, start, end))

        with self._lock:
            self._database.scan(data, match_event_handler=note)
        return found

    def _broken(self, data: bytes) -> list[int]:
        """The first signs of the lines into which a literal runs."""
        near = self._breaks.find(data)
        edges = b"\n".join(_edge(data, at, end) for at, end in near)
        found: set[int] = set()
        for kind, start, _ in self._scan(edges) if edges else ():
            line, column = divmod(start, EDGE + _RIGHT + 1)
            if kind < len(self._literals) and column < EDGE < column + self._sizes[kind]:
                found.add(near[line][0])
        return sorted(found)


def _grouped(pairs: Iterable[tuple[int, int]]) -> dict[int, list[int]]:
    out: dict[int, list[int]] = {}
    for i, at in pairs:
        if i in out:
            out[i].append(at)
        else:
            out[i] = [at]
    return out


def _edge(data: bytes, at: int, end: int) -> bytes:
    """What stands on both sides of the line that ends at ``end`` and goes on at ``at``."""
    before = data[max(0, end - EDGE - 4) : end].rstrip(b" \t\r")[-EDGE:]
    return (before.rjust(EDGE) + data[at : at + _RIGHT].ljust(_RIGHT)).replace(b"\n", b" ")


def _wider(pattern: str) -> str:
    for narrow, wide in _WIDER.items():
        pattern = pattern.replace(narrow, wide)
    return pattern


def _loaded(compiled: bytes) -> hyperscan.Database:
    database = hyperscan.loadb(compiled, mode=hyperscan.HS_MODE_BLOCK)
    database.scratch = hyperscan.Scratch(database)
    return database


class _Batch:
    """Texts as one run of bytes, and the way back from its offsets to their characters."""

    def __init__(self, texts: Sequence[str]) -> None:
        sizes = np.fromiter(map(len, texts), np.int64, len(texts)) + len(_APART)
        self._starts = np.concatenate((_ZERO, np.cumsum(sizes)))
        self.data = _joined(texts)
        self._later = None
        if len(self.data) + len(_APART) > self._starts[-1]:
            self._later = np.flatnonzero(np.frombuffer(self.data, np.int8) < _LATER)

    def shared(self, offsets: Sequence[int]) -> Iterable[tuple[int, int]]:
        """For each of the ascending ``offsets``: the index of its text, and the character of it that stands there."""
        if not offsets:
            return ()
        at = np.array(offsets)
        if self._later is not None:
            at -= np.searchsorted(self._later, at)
        text = np.searchsorted(self._starts, at, "right") - 1
        return zip(text.tolist(), (at - self._starts[text]).tolist(), strict=True)


def _joined(texts: Sequence[str]) -> bytes:
    with suppress(UnicodeEncodeError):
        data = _APART.join(map(str.encode, texts))
        if _KELVIN not in data:
            return data
    return _APART.join(map(_encoded, texts))


def _encoded(text: str) -> bytes:
    return text.encode() if text.isascii() else text.replace(KELVIN, "k").encode("utf-8", "surrogatepass")
