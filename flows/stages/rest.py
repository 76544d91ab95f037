"""Whether a stage of a night has anything to do, told from the ledger and from stats alone.

Only a nightly lets stages rest, and only what a nightly did stands: who purges, reverts or mends has all of it done.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from flows.stages import keys
from flows.stages.night import Night
from scheduling import standing
from scheduling.standing import Stage

NIGHTLY = "nightly"
LINE = ("fetch", "collect", "distil", "file", "index", "verify disputes", "brief", "ask a person", "report")
"""The stages in their order: each reads what those before it stored, and nothing of those after it."""


@dataclass(frozen=True, slots=True)
class Turn:
    """A stage's turn in a night."""

    night: Night
    stage: Stage
    key: str
    since: int
    """The newest audit row when the turn began."""
    told: str | None
    """What the stage told when it was done, if that still stands."""
    began: float = field(default_factory=time.monotonic)

    @property
    def over(self) -> bool:
        """Whether there is nothing to do; then that is said."""
        if self.told is None:
            return False
        self.night.seconds[self.stage.name] = round(time.monotonic() - self.began, 3)
        self.night.say(f"{self.stage.name}: nothing changed")
        return True

    def done(self, told: str = "", *, key: str | None = None) -> None:
        """Notes that the stage was done and what it told; ``key`` is what it rests on now, if it changed that itself.

        Without a key (``""``) nothing is noted, and the next night does it again.
        """
        rests_on = self.key if key is None else key
        if self.night.run.kind == NIGHTLY and rests_on:
            standing.settle(self.night.run, self.stage, rests_on, self.since, told)


def turn(night: Night, name: str, *parts: str) -> Turn:
    """The turn of the stage ``name``, which rests on ``parts`` beside settings, program and ledger."""
    stage = Stage(name, night.only or "", NIGHTLY, LINE[LINE.index(name) :])
    key = on(night, *parts)
    since = standing.newest(night.ledger)
    told = standing.told(night.ledger, stage, key) if key and night.run.kind == NIGHTLY else None
    if told is None and night.run.kind == NIGHTLY:  # what it rested on before may come again
        standing.begin(night.run, stage)
    return Turn(night, stage, key, since, told)


def on(night: Night, *parts: str) -> str:
    """``parts``, settings and program as one key; "" if one of the parts cannot be told."""
    return keys.digest(keys.common(night.settings), *parts) if all(parts) else ""
