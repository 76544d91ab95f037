"""How far a long stage is, said now and then to whoever waits for it."""

from __future__ import annotations

import time
from collections.abc import Callable

from distillers.collect import Progress


class Teller:
    """Says how far a stage is, at most every few seconds, with an estimate of what is left once it can be told."""

    EVERY = 5.0

    def __init__(self, say: Callable[[str], object]) -> None:
        self._say = say
        self._started = self._told = time.monotonic()

    def files(self, at: Progress) -> None:
        """Progress of collecting."""
        self._tell(f"{at.source}: {at.files} of {at.of_files} files", at.bytes, at.of_bytes)

    def tickets(self, source: str, count: int) -> None:
        """Progress of fetching, of which nobody knows the end."""
        self._tell(f"{source}: {count} tickets", 0, 0)

    def asked(self, domain: str, done: int, of: int) -> None:
        """Progress of asking an agent."""
        self._tell(f"{domain}: {done} of {of} sessions asked about", done, of)

    def units(self, domain: str, done: int, of: int) -> None:
        """Progress of distilling."""
        self._tell(f"{domain}: {done} of {of} sessions and tickets", done, of)

    def _tell(self, text: str, done: int, of: int) -> None:
        now = time.monotonic()
        if now - self._told < self.EVERY:
            return
        self._told = now
        left = (now - self._started) * (of - done) / done if done else 0.0
        self._say(f"  {text}{f', about {left:.0f} s left' if left > 1 else ''}")
