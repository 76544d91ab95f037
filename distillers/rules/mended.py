"""Whether what an agent found wrong was mended before its session ended, and how that is told.

agent: `resume()` blocks until the upload is through.    ─→ edit of `resume()` in the same session: over since
… and the test that had failed passes after the edit     ─→ a cause that the work bears out, told with its end
"""

from __future__ import annotations

import re
from dataclasses import replace

from distillers.claims import clean, identifiers, quote_of
from distillers.cues import cue, words
from distillers.findings import Candidate
from distillers.record.events import Event
from distillers.record.units import Unit
from distillers.rules.fate import Course
from distillers.rules.stood import wrong

LETTERS = 5
"""Letters of a name that tells one thing from others."""
EDITORS = words(
    "edit write multiedit notebookedit applypatch strreplaceeditor update create editfile searchreplace replace"
)
"""Tools that change files, in small letters, without dashes."""
_ENDED = cue(r"now, no longer, fix(?:es|ed), previously, used to")
"""How a sentence says itself that what was wrong is over."""

_CHECKS = re.compile(r"test|spec|check|lint|build|compil|\btsc\b|\bmake\b|\bvet\b|verify|\brun\b", re.IGNORECASE)
"""Commands whose passing shows that a thing works."""


def with_end(candidate: Candidate, unit: Unit, course: Course, place: int, text: str) -> Candidate:
    """The candidate with what became of the thing that ``text``, said at ``place``, found wrong.

    Edited since, it is over, and low; if a command that had failed passes after the edit, it is told with that.
    """
    edited = _mended(unit, place, text)
    if edited is None:
        return candidate
    run = course.passed(edited)
    checked = run is not None and _CHECKS.search(run.family) and course.fate(place).took != "objects"
    quote = quote_of(run.call, run.command.split("\n")[0]) if run and checked else None
    if quote is None:
        return replace(candidate, tier="low")
    end = f"Mended in that session: `{clean(quote.text, 60)}` passed afterwards."
    return replace(candidate, claim=f"{_closed(candidate.claim)} {end}", evidence=(*candidate.evidence, quote))


def _closed(claim: str) -> str:
    return claim if claim.endswith((".", "!", "?", "…")) else f"{claim}."


def _mended(unit: Unit, place: int, text: str) -> int | None:
    """Where the session edited a thing of which ``text``, said at ``place``, tells what is wrong; None if nowhere."""
    if not wrong(text) or _ENDED.search(text):
        return None
    names = {name.strip("()") for name in identifiers(text) if len(name) >= LETTERS}
    edits = ((at, event.text.lower()) for at, event in enumerate(unit.events) if at > place and _edits(event))
    return next((at for at, edit in edits if any(name in edit for name in names)), None)


def _edits(event: Event) -> bool:
    return event.kind == "call" and event.tool.lower().replace("_", "") in EDITORS
