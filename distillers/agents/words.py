"""What programs print, read: JSON, what they used, that they take no more for now or let nobody in."""

from __future__ import annotations

import json
import re
from typing import Any

_BUSY = re.compile(
    r"rate.?limit|\b429\b|\b529\b|too many requests|overloaded|resource.?exhausted|(?:usage|session|weekly) limit"
    r"|quota|hit your limit|insufficient.?(?:credit|balance|funds)",
    re.IGNORECASE,
)
_LOCKED = re.compile(
    r"please run /login|not logged in|log ?in again|invalid (?:api|bearer|access|x-api)[ -]?(?:key|token)"
    r"|api.?key.{0,20}(?:not valid|invalid|missing|not set)|authentication.?(?:error|failed|required)|\b401\b"
    r"|unauthori[sz]ed",
    re.IGNORECASE,
)
_LATER = re.compile(
    r"(?:retry[ _-]?(?:after|delay|in)(?:[ _-]?(?P<milli>ms))?|try(?: it)? again (?:in|after))[\s\"':=]{0,6}"
    r"(?P<count>\d{1,9}(?:\.\d{1,9})?)\s{0,2}(?P<unit>ms|milli|h|m)?",
    re.IGNORECASE,
)
"""When to come back, as services and the programs before them say it: in seconds, unless a unit stands beside."""
_UNITS = {"ms": 0.001, "milli": 0.001, "m": 60.0, "h": 3600.0}


class UnreadableError(ValueError):
    """What was printed is not what the program's dialect prints."""


class BusyAnswerError(ValueError):
    """The answer says that the service takes no more for now."""


class LockedAnswerError(ValueError):
    """The answer says that whoever asks is not let in."""


def read_json(text: str) -> Any:
    """The JSON in what a program printed: all of it, or the first object in it. Raises UnreadableError."""
    bare = text.strip()
    try:
        return json.loads(bare)
    except ValueError:
        start = bare.find("{")
    try:
        if start >= 0:
            return json.JSONDecoder().raw_decode(bare, start)[0]
    except ValueError as error:
        raise UnreadableError("no whole JSON object") from error
    raise UnreadableError("no JSON object")


def busy(text: str) -> bool:
    """Whether words of an error say that the service takes no more for now."""
    return bool(_BUSY.search(text))


def later(text: str) -> float:
    """The seconds after which words of an error say to come back, a day at most; 0 if they do not say."""
    waits = (
        float(found["count"]) * _UNITS.get((found["milli"] or found["unit"] or "").lower(), 1.0)
        for found in _LATER.finditer(text)
    )
    return min(max(waits, default=0.0), 86_400.0)


def locked(text: str) -> bool:
    """Whether words of an error say that whoever asks is not let in: no key, or one that is not taken."""
    return bool(_LOCKED.search(text))


def count(values: Any, *names: str) -> int:
    """The sum of the numbers that ``values``, an untrusted object, has under these names."""
    found = (values.get(name) for name in names) if isinstance(values, dict) else ()  # pyright: ignore[reportUnknownVariableType] (untrusted JSON)
    return sum(int(value) for value in found if isinstance(value, (int, float)) and 0 <= value < 10**12)  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType] (as above)
