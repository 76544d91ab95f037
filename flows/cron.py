"""Cron lines, checked where they are written: ``serve`` would only find out when it makes its schedules."""

from __future__ import annotations

import re
from zoneinfo import ZoneInfo

FIELDS = (
    ("minute", 0, 59, ""),
    ("hour", 0, 23, ""),
    ("day of the month", 1, 31, ""),
    ("month", 1, 12, "jan feb mar apr may jun jul aug sep oct nov dec"),
    ("day of the week", 0, 7, "sun mon tue wed thu fri sat"),
)
NAMED = frozenset({"@hourly", "@daily", "@midnight", "@weekly", "@monthly", "@yearly", "@annually"})
PART = re.compile(r"(?:\*|(?P<low>\w+)(?:-(?P<high>\w+))?)(?:/(?P<step>[1-9]\d*))?", re.ASCII)


def cron_line(line: str) -> str:
    """``line`` if it is five fields of a cron line or a name such as @daily, else ValueError saying what is wrong."""
    if line.strip().lower() in NAMED:
        return line
    fields = line.lower().split()
    if len(fields) != len(FIELDS):
        raise ValueError(f"{line!r} is no cron line: write five fields, such as 0 2 * * * for two at night")
    for text, (name, least, most, words) in zip(fields, FIELDS, strict=True):
        if not all(_fits(part, least, most, words.split()) for part in text.split(",")):
            raise ValueError(f"{line!r} is no cron line: {text} is no {name} ({least} to {most}, or *)")
    return line


def time_zone(name: str) -> str:
    """``name`` if it is a time zone that this machine knows, else ValueError."""
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise ValueError(f"{name!r} is no time zone: write a name such as Europe/London") from error
    return name


def _fits(part: str, least: int, most: int, words: list[str]) -> bool:
    found = PART.fullmatch(part)
    if not found:
        return False
    ends = [_number(text, least, words) for text in found.group("low", "high") if text]
    return all(least <= end <= most for end in ends)


def _number(text: str, least: int, words: list[str]) -> int:
    if text in words:
        return words.index(text) + least
    return int(text) if text.isdecimal() else -1
