"""The record as collecting asks it, batch by batch: where copies of a batch's events stand already."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from distillers.record import shards as disk
from distillers.record.archive import Archive
from distillers.record.shards import Shard


@dataclass(frozen=True, slots=True)
class Beside:
    """Some units of some domains."""

    domains: frozenset[str]
    units: frozenset[str]


class Apart(Archive):
    """The record for a job of its own that asks little at a time, and closes it when it is done."""

    @classmethod
    def of(cls, archive: Archive) -> Apart:
        """The same record as ``archive``."""
        return cls(archive.root, archive.ledger, memory=archive.memory, threads=1)

    def copies(self, ids: Any, near: Beside) -> list[dict[str, Any]]:
        """The stored rows of ``near`` that have one of ``ids`` (Arrow): their domain, id, file, line, part and via.

        Unlike for :meth:`stored`, DuckDB is not needed for it.
        """
        with self._lock:
            chosen = self._beside(near)
            with self._naming(chosen):
                rows = disk.rows_with(self.root, chosen, ids)
        newest = {(via, file): generation for via, file, generation in self._rewritten}
        return [row for row in rows if row["generation"] >= newest.get((row["via"], row["file"]), 0)]

    def _beside(self, near: Beside) -> list[Shard]:
        with self.ledger.read() as rows:
            seen = self._refreshed(rows)
            own = [shard for shard in seen.shards if shard.domain in near.domains]
            names = disk.holders(rows, near.units) | seen.unlisted if own else set[str]()
        return [shard for shard in own if shard.name in names]
