"""What stood before an agent when it explained something: what a person had asked, and the line that a tool showed."""

from __future__ import annotations

import re
from collections.abc import Sequence

from distillers.claims import clean, identifiers, quote_of
from distillers.findings import Quote
from distillers.record.events import Event
from distillers.rules.lasting import bare
from distillers.rules.runs import SHELLS
from distillers.rules.turns import dull

ASKED = 12, 160
"""Characters of what a person typed that can say what an answer is about."""
LONG_LINE = 400
"""A line of output that is longer shows nothing."""
_QUESTION = re.compile(
    r"^\W*(?:(?:so|and|but|ok(?:ay)?|hm+)\W+)*"
    r"(?:what|why|how|where|when|which|who|does|do|did|is|are|was|can|could|would|should)\b",
    re.IGNORECASE,
)


def asked_of(event: Event) -> str:
    """What a person asked, or the bare name that they typed, if it is short enough to stand in a claim."""
    text = event.text.strip()
    asks = "?" in text or _QUESTION.match(text) or (identifiers(text) and " " not in text)
    short = ASKED[0] <= len(text) <= ASKED[1] and "\n" not in text
    return bare(clean(text)) if asks and short and not dull(text) else ""


def line_of(names: frozenset[str], seen: Sequence[Event]) -> Quote | None:
    """The newest line that a tool returned, or else that was run, with the longest of the names."""
    for name in sorted(names, key=lambda name: (-len(name), name)):
        for kind in ("result", "call"):
            for event in reversed([one for one in seen if one.kind == kind and _verbatim(one)]):
                at = event.text.lower().find(name)
                line = _line(event.text, at) if at >= 0 and len(name) > 2 else ""
                if line:
                    return quote_of(event, line)
    return None


def _verbatim(event: Event) -> bool:
    """Whether the text stands so in the log: of a call that is no command, arguments are put into lines."""
    return event.kind == "result" or event.tool.lower() in SHELLS


def _line(text: str, at: int) -> str:
    end = text.find("\n", at)
    line = text[text.rfind("\n", 0, at) + 1 : end if end >= 0 else len(text)].strip()
    return line if len(line) <= LONG_LINE else ""
