"""What people typed: their turns, sentence by sentence, with what the agent had said or done just before."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from distillers.claims import Statement, clean, statements
from distillers.record.events import Event
from distillers.record.units import Unit

LONG = 600
"""A typed turn that is longer was most likely pasted, or is a task description: no correction."""
_PASTED = re.compile(r"^\s*(#{1,6}\s|```|diff --git|@@ |[|+-]{3,}|\s*at .+:\d+\)?$|Traceback|\$ )", re.MULTILINE)
_DULL = re.compile(
    r"wants? to clarify|\[Request interrupted|^\s*<[\w-]+>|^/\w+|caveat:"
    r"|^\s*(?:yes|ok(?:ay)?|no|go ahead|continue|proceed|thanks?( you)?|please|sure|great|perfect|do it|stop)[\s.!,]*$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Turn:
    """One typed turn; ``before`` is the newest thing the agent said, ``call`` what it last ran, before the turn."""

    event: Event
    before: Event | None
    call: Event | None


def typed(unit: Unit) -> Iterator[Turn]:
    """The turns of a session that a person typed, without boilerplate, commands and pastes."""
    said: Event | None = None
    called: Event | None = None
    for event in unit.events:
        if event.origin == "human" and event.kind in {"message", "rejection"} and not dull(event.text):
            yield Turn(event, said, called)
        elif event.origin == "agent" and event.kind == "message":
            said = event
        elif event.kind == "call":
            called = event


def dull(text: str) -> bool:
    """Whether a turn says nothing by itself: boilerplate, a bare yes, a command, a paste."""
    return not re.search(r"\w{2}", text) or bool(_DULL.search(text)) or bool(_PASTED.search(text))


def sentences(event: Event) -> list[Statement]:
    """The sentences of a typed turn."""
    return [one for one in statements(event.text) if re.search(r"\w{2,}.*\w{2,}", one.text)]


def context(turn: Turn, limit: int = 140) -> str:
    """What the turn answers, in a few words: the end of what the agent said, or the command it ran; "" if nothing."""
    if turn.before is None:
        return clean(turn.call.text.split("\n")[0], limit) if turn.call else ""
    said = [one for one in statements(turn.before.text) if len(one.text) > 20]
    return clean(said[-1].text, limit) if said else ""
