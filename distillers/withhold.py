"""What of a file is kept out of the record: what people marked "do not use", and what was purged."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter

from distillers.barred import PURGED, Barred
from distillers.consent import Consent, reason_of
from distillers.record.events import Event
from distillers.record.rows import Row

ALL, NONE = Consent(), Barred()
"""Everything may be used; nothing was purged."""
NO_UNITS: Mapping[str, str] = {}
_PLACE = attrgetter("event.unit", "event.folder")


@dataclass(frozen=True, slots=True)
class Withhold:
    """What decides it. A session is kept out whole as far as it stands in the file."""

    consent: Consent = ALL
    barred: Barred = NONE

    def file(self, path: str) -> str:
        """Why the file is not to be opened; "" if it is."""
        mark = self.consent.mark_of_file(path)
        return reason_of(frozenset({mark})) if mark else ""

    def kept(self, rows: Sequence[Row], known: Mapping[str, str] = NO_UNITS) -> tuple[Sequence[Row], str]:
        """The rows that may be stored, in their order, and what is to be said of the others ("" if there are none).

        ``known`` are the sessions that are kept out for what stands elsewhere in the file, as from :meth:`units`.
        """
        units = self.units(map(_PLACE, rows))
        if known:
            units |= {row.event.unit: known[row.event.unit] for row in rows if row.event.unit in known}
        purged = self.barred.holding([_all(row.event) for row in rows]) if self.barred.texts else set[int]()
        if not units and not purged:
            return rows, ""
        left = [row for place, row in enumerate(rows) if place not in purged and row.event.unit not in units]
        return left, self._said(units, purged, bool(left))

    def units(self, places: Iterable[tuple[str, str]]) -> dict[str, str]:
        """The sessions that are kept out, with the mark that does it ("" of one that was purged).

        ``places`` are the sessions of a file, each with each of the folders in which it worked.
        """
        pairs = dict.fromkeys(places)
        found: dict[str, str] = {}
        for unit in dict.fromkeys(unit for unit, _ in pairs):
            mark = self.consent.mark_of_session(unit)
            if mark or self.barred.bars(unit):
                found[unit] = mark
        for unit, folder in pairs:
            if unit not in found and (mark := self.consent.mark_of_folder(folder)):
                found[unit] = mark
        return found

    @staticmethod
    def _said(units: dict[str, str], purged: set[int], left: bool) -> str:
        marks = frozenset(mark for mark in units.values() if mark)
        why = reason_of(marks) if marks else PURGED
        if not left:
            return why
        told = [f"{len(units)} of its sessions"] if units else []
        return f"{why}: {' and '.join([*told, *([f'{len(purged)} of its events'] if purged else [])])} left out"


def _all(event: Event) -> str:
    """Everything of an event that a person could have meant."""
    said = (event.text, event.title, event.folder, event.file, event.unit, event.tool, event.call)
    return "\0".join((*said, *event.labels, *event.refs))


NOTHING = Withhold()
"""Nothing is kept out."""
