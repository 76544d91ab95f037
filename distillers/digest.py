"""The digest of a session or ticket: what a model is shown of it, a few per cent of its tokens.

Structure is kept and bulk is dropped: what a person typed stands almost whole, calls take one line, of results only the
last lines of failing ones are shown. Each line begins with the handle of its event (``e12``: the unit's thirteenth),
so that a quote can be found again. The same unit always has the same digest.

A short session has a short digest, and one whose share would not hold a single order or cause has none: nobody is asked
about it. The rules read it whole, and a question would cost more than the session itself.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from distillers.claims import public
from distillers.cues import BROKE
from distillers.evidence import GAP
from distillers.record.events import Event
from distillers.record.units import Unit

SHARE = 5
"""Per cent of a unit's tokens that its digest may have, however short it is …"""
LEAST = 40
"""… if that comes to so many tokens: one sentence with its handle, or the name of what failed and its last line …"""
CEILING = 12_000
"""… and to no more than these."""
SMALL = 200
"""Tokens below which a digest shows less of each text, so that it shows more of them."""
CHARS = 4
"""Characters a token, for everything that is counted before a model counts."""
LINE = 400
"""Characters shown of one line of text."""
BRIEF = 320
"""Where an agent's texts are cut to so many characters or fewer, the lines that name a cause are shown alone."""

_HIDDEN = re.compile(
    r"(?:\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|.)"  # ANSI
    r"|[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\U000e0000-\U000e007f])+"
)


@dataclass(frozen=True, slots=True)
class Detail:
    """How much is shown: characters of each typed and each written text, lines of a failure, characters of a call."""

    typed: int
    said: int
    failed: int
    call: int


DETAILS = (
    Detail(4000, 4000, 30, 400),
    Detail(2000, 1200, 12, 240),
    Detail(1200, 600, 6, 160),
    Detail(800, 320, 4, 120),
    Detail(600, 200, 3, 100),
    Detail(400, 140, 2, 80),
)
"""From everything to the bare structure; the first that fits is taken."""
FINE = (Detail(240, 100, 2, 60), Detail(120, 60, 1, 40))
"""The same for small digests."""


@dataclass(frozen=True, slots=True)
class Digest:
    """``text`` is what is shown; ``events`` are those it shows something of, by handle."""

    text: str
    events: Mapping[str, Event]
    tokens: int
    of_tokens: int
    """Tokens of the whole unit."""
    critical: bool
    """A person refused, answered or set something right in it."""

    @property
    def hash(self) -> str:
        """Changes if and only if what is shown changes."""
        return hashlib.blake2b(self.text.encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()


@dataclass(frozen=True, slots=True)
class _Entry:
    """What is shown of one event. The lower ``rank``, the longer it is kept."""

    handle: str
    event: Event
    rank: int
    text: str


def digest(unit: Unit) -> Digest:
    """What a model is shown of ``unit``: at most :data:`SHARE` per cent of its tokens; nothing if those are few."""
    whole = tokens(sum(len(event.text) for event in unit.events))
    share = min(whole * SHARE // 100, CEILING)
    entries = _fitting(unit.events, share) if share >= LEAST else []
    return Digest(
        text="\n".join(entry.text for entry in entries),
        events={entry.handle: entry.event for entry in entries},
        tokens=tokens(_size(entries)),
        of_tokens=whole,
        critical=any(e.origin == "human" and e.kind in {"rejection", "answer"} for e in unit.events),
    )


def tokens(characters: int) -> int:
    """About how many tokens so many characters are."""
    return -(-characters // CHARS)


def _fitting(events: Sequence[Event], share: int) -> list[_Entry]:
    entries: list[_Entry] = []
    room = share * CHARS
    for detail in DETAILS if share >= SMALL else (*DETAILS, *FINE):
        entries = list(_entries(events, detail))
        if _size(entries) <= room:
            return entries
    return _cut(entries, room)


def _cut(entries: Sequence[_Entry], room: int) -> list[_Entry]:
    """The entries of lowest rank that fit, from the end backwards: how a session ended tells more than how it began."""
    kept: set[str] = set()
    for _, entry in sorted(enumerate(entries), key=lambda pair: (pair[1].rank, -pair[0])):
        if len(entry.text) + 1 <= room:
            kept.add(entry.handle)
            room -= len(entry.text) + 1
    return [entry for entry in entries if entry.handle in kept]


def _size(entries: Iterable[_Entry]) -> int:
    return sum(len(entry.text) + 1 for entry in entries)


def _entries(events: Sequence[Event], detail: Detail) -> Iterator[_Entry]:
    failed = {event.call for event in events if event.kind == "result" and event.failed and event.call}
    for number, event in enumerate(events):
        shown = _SHOWN.get(event.kind)
        if shown is None or event.origin in {"recalled", "web", "program"}:
            continue
        rank, body = shown(event, detail, failed)
        if body:
            yield _Entry(f"e{number}", event, rank, f"e{number} {_who(event)}: {body}")


def _who(event: Event) -> str:
    named = {"call": f"call {event.tool}".strip(), "result": "failed", "section": _heading(event)}
    return named.get(event.kind) or (event.origin if event.kind == "message" else f"{event.origin} {event.kind}")


def _heading(event: Event) -> str:
    return f"section {_plain(event.title.rpartition(' > ')[2])[:80]}".strip()


def _message(event: Event, detail: Detail, _failed: set[str]) -> tuple[int, str]:
    if event.origin in {"human", "ticket"}:
        return 0, _text(event.text, detail.typed)
    if event.origin == "pasted":
        return 4, _text(event.text, min(detail.said, 300))
    causes = "\n".join(line for line in event.text.split("\n") if BROKE.search(line))
    if causes:
        return 1, _text(event.text if detail.said > BRIEF else causes, detail.said)
    return 2, _text(event.text, detail.said)


def _typed(event: Event, detail: Detail, _failed: set[str]) -> tuple[int, str]:
    return 0, _text(event.text, detail.typed)


def _thought(event: Event, detail: Detail, _failed: set[str]) -> tuple[int, str]:
    return 5, _text(event.text, detail.said // 2)


def _called(event: Event, detail: Detail, failed: set[str]) -> tuple[int, str]:
    first = next((line for line in event.text.split("\n") if line.strip()), "")
    return (1 if event.call in failed else 4), _line(first, detail.call)


def _returned(event: Event, detail: Detail, _failed: set[str]) -> tuple[int, str]:
    if not event.failed:
        return 9, ""
    lines = [line for line in event.text.split("\n") if line.strip()][-detail.failed :]
    return 1, _joined(_line(line, LINE) for line in lines)


_SHOWN: Mapping[str, Callable[[Event, Detail, set[str]], tuple[int, str]]] = {
    "message": _message,
    "answer": _typed,
    "rejection": _typed,
    "section": _typed,
    "thinking": _thought,
    "call": _called,
    "result": _returned,
}
"""What is shown of an event, by its kind. Summaries, notices and fields of tickets are no evidence and not shown."""


def _text(text: str, room: int) -> str:
    """The lines of a text until ``room`` is used up."""
    lines = [line for line in text.split("\n") if line.strip()]
    kept: list[str] = []
    for line in lines:
        shown = _line(line, min(LINE, room)) if room > 20 else ""
        if not shown:
            break
        kept.append(shown)
        room -= len(shown) + 1
    if len(kept) < len(lines):
        kept.append(f"({len(lines) - len(kept)} more)")
    return _joined(kept)


def _line(line: str, room: int) -> str:
    shown = _plain(line)
    return shown if len(shown) <= room else shown[: room - 1] + GAP


def _plain(text: str) -> str:
    """What is visible of a text; the rest becomes the sign for what a quote leaves out, so that quotes still hold."""
    return _HIDDEN.sub(GAP, public(text).strip())


def _joined(lines: Iterable[str]) -> str:
    """Further lines are marked, so that no text can pass for the head of an event."""
    return "\n  | ".join(lines)
