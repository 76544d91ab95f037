"""What must not be collected because it was purged. Needs no library, so that workers stay small."""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from distillers.record.readings import readings
from scheduling.base.forms import bytes_of

PURGED = "purged"


@dataclass(frozen=True, slots=True)
class Window:
    """What is kept of a text: how many bytes it has, sixteen bits of a keyed sum, and a keyed hash."""

    length: int
    glimpse: int
    mark: str


@dataclass(frozen=True, slots=True)
class Barred:
    """Keyed hashes of sessions (and tickets), and of texts in all their forms."""

    key: bytes = b""
    sessions: frozenset[str] = frozenset()
    texts: tuple[Window, ...] = ()

    def bars(self, unit: str) -> bool:
        """Whether this session or ticket was purged."""
        return bool(self.sessions) and session_mark(self.key, unit) in self.sessions

    def holding(self, texts: Sequence[str]) -> set[int]:
        """Which of ``texts``, by place, hold a text that was purged, as they are or behind their codes."""
        if not self.texts or not texts:
            return set()
        from distillers.windows import hits  # noqa: PLC0415 (Arrow, which workers need only for this)

        seen = [(place, shown) for place, text in enumerate(texts) for shown in readings(text)]
        data = [bytes_of(shown) for _, shown in seen]
        starts = [0]
        for one in data:
            starts.append(starts[-1] + len(one) + 1)
        return {seen[bisect_right(starts, at) - 1][0] for at in hits(self.key, self.texts, b"\0".join(data))}


def session_mark(key: bytes, unit: str) -> str:
    """The keyed hash of a session's id."""
    return hashlib.blake2b(bytes_of(unit), key=key[:64], digest_size=16, person=b"session").hexdigest()
