"""Standing orders: what a person typed as a rule for all work to come. Rare, and worth most."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from distillers.claims import Statement, clean, identifiers, quotes, tokens
from distillers.cues import WHY, cue
from distillers.findings import Candidate, Confidence
from distillers.record.units import Unit
from distillers.rules.base import Rule, normal
from distillers.rules.lasting import bare
from distillers.rules.meant import meant, placed, unquoted
from distillers.rules.speech import NORMATIVE, STANDING, evades
from distillers.rules.topics import topics_of
from distillers.rules.turns import LONG, Turn, sentences, typed

FEWEST = 3
"""Words of weight of an order that says something by itself."""

_ALWAYS = re.compile(
    r"(?:^|[,;:.(]\s*|\b(?:and|but|so|please|also|you (?:should|must|need to)|to|we|i)\s+)"
    r"(always|never|don't ever|do not ever|must (?:always|never|not))\s+\w+|\bmust (?:always|never)\s+\w+",
    re.IGNORECASE,
)
_WE = re.compile(
    r"^\W*(?:(?:in|on|for) (?:this|our|the) [\w-]+,? )?we (?:always|never) "
    r"(?!\w+ed\b|(?:had|saw|got|were|was|did|knew|made|found|went|came|really|quite)\b)\w+",
    re.IGNORECASE,
)
"""What a group does or does not do as a matter of course."""
_ORDERED = re.compile(
    r"\b(?:from now on|from here on|going forward|(?:in|for) (?:the )?future|remember to)[\s,:]+(?:please )?"
    r"(?!(?:we|i|you|it|the|this|that|these|a|an|every|all|is|are|our)\b)[a-z]{2,}",
    re.IGNORECASE,
)
"""A standing order as a bare imperative: from now on, run …"""
_WEAK = cue(
    r"remember (?:that|to|this), keep in mind that, (?:make|take) a note, whenever you, (?:every|each) time you"
)
"""Phrases of an order that people use for much else."""
_RULES = cue(r"always, never, must(?:n'?t)?, should(?:n'?t)?, don'?t, do not, only, has to, have to, needs? to, not")
_AT_WORK = cue(
    r"you (?:add|change|touch|edit|write|create|commit|push|merge|release|deploy|run|rename|delete|remove|update|fix"
    r"|build|test|open|close|move|refactor|install|start|finish|make|bump|tag|review|generate|call)"
)
_AHEAD = re.compile(r"^\W*(?:\w+,? )?(?:in|for) (?:the )?future,", re.IGNORECASE)
_POINTS = re.compile(r"^\W*(?:this|that|these|those|it)\b", re.IGNORECASE)
"""An opening that says what is on the screen."""
_ASKED = re.compile(r"^\W*(?:can|could|would|will) you\b", re.IGNORECASE)
"""How a person asks for one piece of work."""
_NO_ORDER = cue(
    r"(?:i(?:'ve| have)?|it|that|this|he|she|they|there|which|who) (?:(?!we |must |should )\w+ )?(?:never|always),",
    r"we(?:'ve| have) (?:\w+ )?(?:never|always), we (?:never|always) (?:\w+ed|had|saw|got|were|was|did|knew),",
    r"(?:it|that|this|which|there) (?:\w+ )?(?:was|is|has|does|will|would|can|should) (?:never|always),",
    r"not (?:true|the case) that, you wo[n']?'?t, why, did you, do you, have you, would it, is it, are we, can we,",
    r"should we, think about, how (?:can|will|do), i hate",
)
_POINTS_BACK = re.compile(
    r"^\W*(?:and |also |please |so )*(?:add|note|put|write|document|record|remember|make (?:a note"
    r"|a rule)) (?:of )?(?:this|that|it)\b(?!(?:\W+\w+){0,3}\W+(?:is|are|should|must|we|it)\b)",
    re.IGNORECASE,
)
"""An order to keep what was said in the sentence before."""
_KEPT = re.compile(
    r"^\W*(?:please )?(?:add|note|put|write|document|record) (?:this|that|it)"
    r" (?:[\w.-]+ ){0,3}[\w.-]+:\s+(?=\S+ \S+ \S)"
    r"|^\W*(?:please )?remember:\s+|^\W*(?:house |project |team )?rule(?: for (?:this|our|the) [\w-]+)?:\s+",
    re.IGNORECASE,
)
"""An order to keep what follows the colon."""
_RULE = re.compile(
    r"^\W*(?:(?:please|now|also|and|ok(?:ay)?|so|then|let'?s|go ahead and|can you|could you|i want you to)[\s,]+)*"
    r"(?:create|make|add|write|record|update|extend|change) (?:(?:an?|the|that|this|our|another|new|cursor|global"
    r"|project|house|[\w-]+\.mdc?)\s+)*rules? (?:that|to|which)\s+(?:clearly |explicitly |always )?"
    r"(?:specif(?:y|ies)|says?|states?|records?|requires?|enforces?|tells? \w+)\s+(?:that |to )?"
    r"(?:what (?:we|you|i)(?:'ve| have| just)* learned (?:re|about|on|regarding) )?(?P<what>.+)$",
    re.IGNORECASE | re.DOTALL,
)
"""An order to write a rule down, and what the rule is to say."""
_INSTRUCTS = re.compile(
    r"\.mdc\b|\.cursor/?rules|\b(?:CLAUDE|AGENTS|GEMINI)\.md\b|copilot-instructions|\.(?:windsurf|cline)rules"
)
"""A file that tells agents how to work: a rule that goes there is none of the product's."""
_REMINDS = re.compile(
    r"^.*?\b(?:(?:wanted|want|like|have) to remind you|(?:please|again,) (?:recall|remember)) (?:to |that )",
    re.IGNORECASE | re.DOTALL,
)
"""What stands before an order that a person reminds of."""


def find(unit: Unit) -> Iterator[Candidate]:
    """Sentences that a person typed as an order for later work too."""
    for turn in typed(unit):
        said = sentences(turn.event)
        for statement, following in zip(said, [*said[1:], None], strict=False):
            kept = following is not None and bool(_POINTS_BACK.match(following.text))
            tier = _tier(turn, statement, kept=kept)
            if tier is not None:
                tier = "high" if tier == "medium" and _written(statement.text) and _for_agents(unit, turn) else tier
                cited = (statement, following) if kept and following else (statement,)
                yield _candidate(unit, turn, cited, tier)


def _tier(turn: Turn, statement: Statement, *, kept: bool) -> Confidence | None:
    text = unquoted(statement.text)
    standing = kept or any(cue.search(text) for cue in (STANDING, _KEPT, _AHEAD))
    ruled = len(tokens(_written(text))) >= FEWEST
    ordered = standing or ruled or _ALWAYS.search(text) or _WE.match(text)
    if not ordered or text.endswith("?") or (_POINTS_BACK.match(text) and not _KEPT.match(text)):
        return None
    if _NO_ORDER.search(text) or _ASKED.match(text) or not FEWEST <= len(tokens(text)) <= 60:
        return None
    if evades(text) or not meant(text) or _POINTS.match(text):
        return "low"
    if ruled:
        return "medium"
    if not (standing or placed(bare(text))) or (standing and not kept and not _firm(text)):
        return "low"
    firm = NORMATIVE.search(text) or _ORDERED.search(text) or _KEPT.match(text)
    return "high" if standing and firm and len(turn.event.text) <= LONG * 2 else "medium"


def _for_agents(unit: Unit, turn: Turn) -> bool:
    """Whether a file with instructions for agents is named from the person's turn before to the one after."""
    place = unit.events.index(turn.event)
    turns = [at for at, event in enumerate(unit.events) if event.origin == "human" and event.kind == "message"]
    start = max((at for at in turns if at < place), default=0)
    end = min((at for at in turns if at > place), default=len(unit.events))
    return any(_INSTRUCTS.search(event.text) for event in unit.events[start:end])


def _written(text: str) -> str:
    """What the rule says that a person wants written; "" if they want none, or say nothing of it."""
    found = _RULE.match(text)
    return found["what"] if found else ""


def _firm(text: str) -> bool:
    """Whether its phrase is one of orders only, or it names something, gives a reason, or rules something at work."""
    rest = _WEAK.sub("", text)
    strong = any(cue.search(rest) for cue in (STANDING, _KEPT, _AHEAD))
    return strong or bool(identifiers(text)) or any(cue.search(text) for cue in (WHY, _RULES, _AT_WORK))


def _candidate(unit: Unit, turn: Turn, cited: Sequence[Statement], tier: Confidence) -> Candidate:
    text = _KEPT.sub("", " ".join(one.text for one in cited))
    said = clean(bare(_written(text) or _REMINDS.sub("", text)))
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
