"""Standing orders: what a person typed as a rule for all work to come. Rare, and worth most."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from distillers.claims import Statement, clean, quotes, tokens
from distillers.cues import cue
from distillers.findings import Candidate, Confidence
from distillers.record.units import Unit
from distillers.rules.base import Rule, normal
from distillers.rules.lasting import bare
from distillers.rules.speech import NORMATIVE, STANDING, evades
from distillers.rules.topics import topics_of
from distillers.rules.turns import LONG, Turn, sentences, typed

_ALWAYS = re.compile(
    r"(?:^|[,;:.(]\s*|\b(?:and|but|so|please|also|you (?:should|must|need to)|we|i)\s+)"
    r"(always|never|don't ever|do not ever|must (?:always|never|not))\s+\w+",
    re.IGNORECASE,
)
_ASKED = re.compile(r"^\W*(?:can|could|would|will) you\b", re.IGNORECASE)
"""How a person asks for one piece of work."""
_NO_ORDER = cue(
    r"(?:i(?:'ve| have)?|we(?:'ve| have)?|it|that|this|he|she|they|there|which|who) (?:\w+ )?(?:never|always),",
    r"(?:it|that|this|which|there) (?:\w+ )?(?:was|is|has|does|will|would|can|should) (?:never|always),",
    r"you wo[n']?'?t, why, did you, do you, have you, would it, is it, are we, can we, should we, think about, "
    r"how (?:can|will|do),",
    r"i hate",
)


_POINTS_BACK = re.compile(
    r"^\W*(?:and |also |please |so )*(?:add|note|put|write|document|record|remember|make (?:a note"
    r"|a rule)) (?:of )?(?:this|that|it)\b(?!(?:\W+\w+){0,3}\W+(?:is|are|should|must|we|it)\b)",
    re.IGNORECASE,
)
"""An order to keep what was said in the sentence before."""


def find(unit: Unit) -> Iterator[Candidate]:
    """Sentences that a person typed as an order for later work too."""
    for turn in typed(unit):
        said = sentences(turn.event)
        for statement, following in zip(said, [*said[1:], None], strict=False):
            kept = following is not None and bool(_POINTS_BACK.match(following.text))
            tier = _tier(turn, statement, kept=kept)
            if tier is not None:
                cited = (statement, following) if kept and following else (statement,)
                yield _candidate(unit, turn, cited, tier)


def _tier(turn: Turn, statement: Statement, *, kept: bool) -> Confidence | None:
    text = statement.text
    standing = kept or STANDING.search(text)
    if not (standing or _ALWAYS.search(text)) or text.endswith("?") or _POINTS_BACK.match(text):
        return None
    if _NO_ORDER.search(text) or _ASKED.match(text) or not 4 <= len(tokens(text)) <= 60:
        return None
    if evades(text):
        return "low"
    return "high" if standing and NORMATIVE.search(text) and len(turn.event.text) <= LONG * 2 else "medium"


def _candidate(unit: Unit, turn: Turn, cited: Sequence[Statement], tier: Confidence) -> Candidate:
    said = clean(bare(" ".join(one.text for one in cited)))
    return Candidate(
        domain=unit.domain,
        kind="rule",
        claim=f"Standing order: {said}",
        key=f"order:{normal(said)}",
        page="",
        rule="standing-order",
        tier=tier,
        evidence=tuple(quote for one in cited for quote in quotes(turn.event, one)),
        topics=topics_of(unit, said),
    )


RULE = Rule("standing-order", "rule", "high", find)
