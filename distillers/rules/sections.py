"""What a section of a ticket is for, read from its heading, and whether the ticket's work is settled."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

from distillers.cues import cue
from distillers.record.events import NOTE
from distillers.record.units import Unit

Section = Literal["cause", "decision", "outcome", "criteria", "problem", "body", "other", "skip"]
"""cause     why something broke
decision  what was chosen and why
outcome   what was done in the end
criteria  what had to hold for the work to be done: it holds where its box is ticked
problem   what was wrong or wanted
body      the text of a merged change without headings
other     anything else that may state something
skip      plans, criteria, verification logs, lists of files: nothing that lasts
"""

_HEADINGS: tuple[tuple[Section, re.Pattern[str]], ...] = (
    ("criteria", cue(r"accept\w*, criteria")),
    (
        "skip",
        cue(
            r"definition of done, plans?, steps?, to-?dos?, check-?list,",
            r"test(?:s|ing|ed)?, verif\w*,",
            r"validat\w*, screenshots?, files?, next, future, follow-?ups?, references?, evidence, related,",
            r"links?, usage, examples?, statistics?, metrics?,",
            r"dependenc\w+, open questions?, scope, risks?, estimates?, effort, remaining, progress,",
            r"status, deliverables?, branch(?:es)?, commits?, part of,",
            r"commands?, symptoms?, environment, reproduc\w*, hypothes\w+, impact, unknown,",
            r"assumptions?, diff, template,",
            r"expected, actual, logs?, options? considered, alternatives, gates?, framing, effort, priority, parent",
        ),
    ),
    (
        "problem",
        re.compile(r"\W*(?:current|existing|previous) (?:behaviou?r|state|situation|flow|limitations?)\W*$", re.I),
    ),
    (
        "cause",
        cue(
            r"root[ -]?causes?, causes?, why(?! (?:this|it|that) works), analysis, diagnos\w+, reasons?,",
            r"findings?, investigat\w+, discover\w*",
        ),
    ),
    (
        "decision",
        cue(
            r"decisions?, decided, rationale, approach, trade-?offs?, conclusions?, consequences?, principles?,",
            r"conventions?, rules?",
        ),
    ),
    (
        "outcome",
        cue(
            r"final summary, summary, resol\w+, solutions?, fix(?:es|ed)?, outcome, results?,",
            r"close[ _]?\w*, implement\w*,",
            r"notes?, changes?, changed, what, how, lessons?, learn\w*, behaviou?r, work ?log,",
            r"technical, details, completed",
        ),
    ),
    (
        "problem",
        cue(
            r"problems?, issues?, motivation, context, background, bugs?, description, purpose, goals?,",
            r"objectives?, overview",
        ),
    ),
    ("body", re.compile(r"^(?:body|message|text|)$")),
)

_CODE = re.compile(r"`[^`]*`|(?<= )\([^)]*\)$|\S*[/_(]\S*")
"""Names in a heading, and how many there are, say nothing about what the section is for."""
_DONE = cue(
    r"state:\s*(?:done|merged|closed|complete|completed|resolved|implemented|committed|accepted|fixed|shipped)",
)
_OPEN = re.compile(r"^state:", re.IGNORECASE)


@lru_cache(maxsize=4096)
def section_of(heading: str) -> Section:
    """What a heading announces; "other" if it says nothing we know."""
    named = _CODE.sub("", heading).strip()
    for section, pattern in _HEADINGS:
        if pattern.search(named):
            return section
    return "other"


def settled(unit: Unit) -> bool | None:
    """Whether the ticket's work was done or merged: True, False, or None if the ticket does not say.

    A ticket without a state whose criteria are all ticked counts as done, one with an open box as not done. A note
    never says it: nobody merged it, whatever is ticked in it.
    """
    if unit.unit.startswith(NOTE):
        return None
    states = [label for event in unit.events for label in event.labels if _OPEN.match(label)]
    if states:
        return any(_DONE.match(label) for label in states)
    boxes = [box for event in unit.events for box in re.findall(r"^\s*[-*] \[([ xX])\]", event.text, re.MULTILINE)]
    if not boxes:
        return None
    return all(box != " " for box in boxes)
