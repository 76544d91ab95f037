"""What agents are about to delete of their own logs that was not collected yet.

Claude Code deletes sessions that rested for ``cleanupPeriodDays`` (30) when it starts; Gemini CLI those older than
``general.sessionRetention.maxAge`` (30d). Other agents whose stores are read here keep theirs until somebody deletes
them. What was archived stays, whatever the agent does.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, cast

from distillers.cursors import Cursor
from distillers.survey import survey
from distillers.walk import Seen, SourceSpec, nested
from flows.settings import Settings
from scheduling.ledger.store import Ledger

DEFAULT = 30.0
SOON = 7.0
"""Days before a file goes at which it is worth a warning."""
_DAY = 86_400.0
_SPAN = re.compile(r"\s*(\d+(?:\.\d+)?)\s*([hdwm])\s*", re.I)
_DAYS = {"h": 1 / 24, "d": 1.0, "w": 7.0, "m": 30.0}


@dataclass(frozen=True, slots=True)
class Keeper:
    """An agent that deletes its own logs after ``days`` of rest, as ``file`` says, or would if it had ``key``."""

    agent: str
    days: float
    file: Path
    key: str


@dataclass(frozen=True, slots=True)
class Risk:
    """Files of a source that were not collected as they are now, and the days until the first of them goes."""

    keeper: Keeper
    files: int
    left: float


def keeper_of(path: Path) -> Keeper | None:
    """The agent that deletes below ``path``, if it is a store of one that does."""
    for folder in (path, *path.parents):
        if folder.name == "projects" and (
            folder.parent.name == ".claude" or os.path.exists(folder.parent / "settings.json")  # noqa: PTH110 (as below)
        ):
            return _claude(folder.parent / "settings.json")
        if folder.name == ".gemini":
            return _gemini(folder / "settings.json")
    return None


def risks(settings: Settings, moment: datetime) -> list[Risk]:
    """What is about to be lost, source by source; ``moment`` is now. Opens none of the logs."""
    ledger = Ledger(settings.workspace.ledger)
    found: list[Risk] = []
    for spec, inner in nested(settings.sources):
        keeper = keeper_of(spec.path)
        if keeper is None or not os.path.exists(spec.path):  # noqa: PTH110 (False where one may not look)
            continue
        left = [keeper.days - age for age in _ages(settings, ledger, spec, inner, moment)]
        due = [days for days in left if days <= SOON]
        if due:
            found.append(Risk(keeper, len(due), min(due)))
    return found


def _ages(
    settings: Settings, ledger: Ledger, spec: SourceSpec, inner: Sequence[Path], moment: datetime
) -> Iterator[float]:
    """Days since each file was last changed that was not collected as it is now."""
    seen = survey(ledger, spec, inner, settings.folders, None)
    for file in seen.changed:
        if not _is_collected(file, seen.known.get(file.name)):
            yield (moment.timestamp() - file.mtime_ns / 1e9) / _DAY


def _is_collected(file: Seen, cursor: Cursor | None) -> bool:
    return cursor is not None and (cursor.size, cursor.mtime_ns) == (file.size, file.mtime_ns)


def _claude(file: Path) -> Keeper:
    days: object = _json(file).get("cleanupPeriodDays")
    given = isinstance(days, int | float) and not isinstance(days, bool) and days >= 0
    return Keeper("Claude Code", float(cast("float", days)) if given else DEFAULT, file, "cleanupPeriodDays")


def _gemini(file: Path) -> Keeper | None:
    table = _table(_table(_json(file).get("general")).get("sessionRetention"))
    if table.get("enabled") is False:
        return None
    span = _SPAN.fullmatch(str(table.get("maxAge", "")))
    days = float(span[1]) * _DAYS[span[2].lower()] if span else DEFAULT
    return Keeper("Gemini CLI", days, file, "general.sessionRetention.maxAge")


def _table(value: object) -> Mapping[str, Any]:
    return cast("Mapping[str, Any]", value) if isinstance(value, dict) else {}


def _json(file: Path) -> Mapping[str, Any]:
    """What the settings file of an agent says; nothing if there is none, or it cannot be read: the defaults hold."""
    try:
        value: object = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return _table(value)


def told(risk: Risk) -> str:
    """``risk`` in words."""
    files = "one file is" if risk.files == 1 else f"{risk.files} files are"
    when = "as soon as it starts again" if risk.left <= 0 else f"within {max(1, round(risk.left))} days"
    keeper = risk.keeper
    return f"{keeper.agent} deletes logs after {keeper.days:g} days: {files} not collected, the first goes {when}"
