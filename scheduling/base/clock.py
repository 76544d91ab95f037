"""The one place that reads the clock. Times are UTC and written as ISO 8601 with a trailing ``Z``."""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> datetime:
    """The current time in UTC."""
    return datetime.now(UTC)


def stamp(moment: datetime | None = None) -> str:
    """``moment`` (default: now) as ISO 8601 in UTC with milliseconds, such as ``2026-11-20T02:00:00.000Z``."""
    return (moment or now()).astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def parse(text: str) -> datetime | None:
    """The time that an ISO 8601 text names, in UTC (a time without zone is taken as UTC), or None if it names none."""
    try:
        moment = datetime.fromisoformat(text.strip())
        return (moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment).astimezone(UTC)
    except (ValueError, OverflowError):  # the last hour of the year 9999 is no time in another zone
        return None
