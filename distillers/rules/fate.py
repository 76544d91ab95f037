"""What became of something an agent said: how the person took it, and whether the work bore it out."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from distillers.claims import clean
from distillers.findings import Candidate
from distillers.record.events import Event
from distillers.record.units import Unit
from distillers.rules.base import normal
from distillers.rules.runs import Ran, runs
from distillers.rules.turns import Reaction, reaction, sentences

_SHIPS = re.compile(r"\bgit\s+(?:commit|push|merge)\b|\bgh\s+pr\s+(?:create|merge)\b")


@dataclass(frozen=True, slots=True)
class Fate:
    """``borne_out``: a command that had failed passed afterwards; ``shipped``: work was committed afterwards."""

    took: Reaction
    by: Event | None
    """The turn in which the person took it so."""
    borne_out: bool
    shipped: bool

    @property
    def holds(self) -> bool:
        """The person did not object, and something besides the agent's word speaks for it."""
        return self.took != "objects" and (self.borne_out or self.shipped or self.took == "accepts")


def refuted(candidate: Candidate, fate: Fate) -> Candidate:
    """The candidate as it is, or, if the person objected, as what their correction replaced."""
    if fate.took != "objects" or fate.by is None:
        return candidate
    said = sentences(fate.by)
    key = correction_key(said[0].text) if said else candidate.key
    return replace(candidate, key=key, tier="low", refuted=True)


def correction_key(said: str) -> str:
    """The key of what a person set right with the sentence ``said``."""
    return f"correction:{normal(clean(said, 300))}"


class Course:
    """The course of one session, to be asked about any place in it."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit
        self._ran = list(runs(unit))

    def fate(self, place: int) -> Fate:
        """What became of the event at ``place`` of the unit's events."""
        took, by = reaction(self._unit.events, place)
        return Fate(took, by, self.passed(place) is not None, self._shipped(place))

    def looked(self, start: int, end: int) -> bool:
        """Whether any tool returned something between two places."""
        return any(event.kind == "result" and not event.failed for event in self._unit.events[start:end])

    def passed(self, place: int) -> Ran | None:
        """The run by which a command that last failed before ``place`` passes when it next runs after it."""
        before = {run.family: run.failed for run in self._ran if run.place < place and run.family}
        after = {run.family: run for run in reversed(self._ran) if run.place > place and run.family}
        return next((after[name] for name, failed in before.items() if failed and _passes(after.get(name))), None)

    def _shipped(self, place: int) -> bool:
        return any(_ships(run) and run.place > place for run in self._ran)


def _passes(run: Ran | None) -> bool:
    return run is not None and not run.failed


def _ships(run: Ran) -> bool:
    return not run.failed and bool(_SHIPS.search(run.command))
