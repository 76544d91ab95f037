"""Whether what an agent found wrong was mended before its session ended, and how that is told.

agent: `resume()` blocks until the upload is through.    ─→ edit of `resume()` in the same session: over since
… and the test that had failed passes after the edit     ─→ a cause that the work bears out, told with its end
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import takewhile

from distillers.claims import clean, identifiers, quote_of
from distillers.cues import cue, words
from distillers.findings import Candidate
from distillers.record.events import Event
from distillers.record.units import Unit
from distillers.rules.fate import Course
from distillers.rules.speech import FOUND
from distillers.rules.stood import wrong
from distillers.senses import roots

WRITTEN = 0.55
"""Share of the words of a sentence by which an edit has it …"""
WORDS = 6
"""… and words that a sentence needs for that."""
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

_PATCH = "*** Begin Patch"
"""How a patch opens that is given to a shell."""
_FIGURE = re.compile(r"(?<![\w.])\d{3,}(?![\w.])")
_SWAP = re.compile(r"^old_string: (?P<old>.*?)^new_string: (?P<new>.*)", re.MULTILINE | re.DOTALL)
_OLD, _NEW = (re.compile(rf"^\{sign}(?!\{sign})(.*)$", re.MULTILINE) for sign in "-+")


def with_end(candidate: Candidate, unit: Unit, course: Course, place: int, text: str) -> Candidate:
    """The candidate with what became of the thing that ``text``, said at ``place``, found wrong.

    Edited since, it is over, and low; if a command that had failed passes after the edit, it is told with that.
    """
    edited = _mended(unit, place, text)
    if edited is None:
        return replace(candidate, tier="low") if _over(unit, place, text) else candidate
    run = course.passed(edited)
    checked = run is not None and _CHECKS.search(run.family) and course.fate(place).took != "objects"
    quote = quote_of(run.call, run.command.split("\n")[0]) if run and checked else None
    if quote is None:
        return replace(candidate, tier="low")
    end = f"Mended in that session: `{clean(quote.text, 60)}` passed afterwards."
    return replace(candidate, claim=f"{_closed(candidate.claim)} {end}", evidence=(*candidate.evidence, quote))


def _changed(unit: Unit, place: int, text: str) -> bool:
    """Whether the session takes a figure that ``text``, said at ``place``, gives out of a file after it."""
    figures = _FIGURE.findall(text)
    return bool(figures) and any(_takes_out(event.text, figures) for event in unit.events[place + 1 :] if edits(event))


def _takes_out(edit: str, figures: Sequence[str]) -> bool:
    """Whether an edit, a patch or what stood and what stands, has one of the figures in the old text only."""
    swap = _SWAP.search(edit)
    old, new = (swap["old"], swap["new"]) if swap else ("\n".join(_OLD.findall(edit)), "\n".join(_NEW.findall(edit)))
    return any(one in _FIGURE.findall(old) and one not in _FIGURE.findall(new) for one in figures)


def _closed(claim: str) -> str:
    return claim if claim.endswith((".", "!", "?", "…")) else f"{claim}."


def _mended(unit: Unit, place: int, text: str) -> int | None:
    """Where the session edited a thing of which ``text``, said at ``place``, tells what is wrong; None if nowhere."""
    if not wrong(text) or _ENDED.search(text):
        return None
    return edited_after(unit, place, text)


def _over(unit: Unit, place: int, text: str) -> bool:
    """Whether the message at ``place`` opens by having found what is wrong, and a file is edited before it is a
    person's turn, or a later edit takes out a figure that ``text`` gives."""
    found = FOUND.match(unit.events[place].text)
    announced = found is not None and not found[0].lower().endswith("confirmed") and not _ENDED.search(text)
    return (announced and _edits_next(unit, place)) or _changed(unit, place, text)


def _edits_next(unit: Unit, place: int) -> bool:
    return any(map(edits, takewhile(lambda event: event.origin != "human", unit.events[place + 1 :])))


def written_after(unit: Unit, place: int, text: str) -> bool:
    """Whether an edit after ``place`` writes what ``text``, said there, tells, nearly in its words."""
    words = roots(text)
    shares = (len(words & roots(event.text)) for event in unit.events[place + 1 :] if edits(event))
    return len(words) >= WORDS and any(share >= WRITTEN * len(words) for share in shares)


def edited_after(unit: Unit, place: int, text: str) -> int | None:
    """Where, after ``place``, the session edited something with a name that ``text`` has; None if nowhere."""
    names = {name.strip("().") for name in identifiers(text) if len(name) >= LETTERS}
    edited = ((at, event.text.lower()) for at, event in enumerate(unit.events) if at > place and edits(event))
    return next((at for at, edit in edited if any(name in edit for name in names)), None)


def edits(event: Event) -> bool:
    """Whether an event is a call that changes a file, with a tool for that or a patch given to a shell."""
    return event.kind == "call" and (event.tool.lower().replace("_", "") in EDITORS or _PATCH in event.text)
