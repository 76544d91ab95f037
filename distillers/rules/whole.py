"""Whether what an agent said is a whole statement: a sentence that says of something with a name how it is.

Closing messages are full of fragments: items without a verb, steps, praise of the work just done, states of the run.
"""

from __future__ import annotations

import re

from distillers.cues import cue
from distillers.rules.speech import EDITED

_NAMED = re.compile(r"`[^`]+`|\w\(\)|\w+\.(?:md|py|ts|go|json)\b|\w_\w|[a-z][A-Z]|\d+ \w|[a-z] [A-Z]\w")
VERB = re.compile(
    r"\b(?:is|are|was|were|has|have|does|do|did|can|cannot|can't|doesn't|isn't|don't|won't|must|should|now|only)\b"
    r"|\b(?:kept|set|made|came|went|took|gave|held|left|led|lost|meant|ran|sent|got|became|broke|built|chose|wrote"
    r"|found"
    r"|put|let|began|caught|threw|forgot|hid|stood|shown?|grew|drew|fell|cut|hit|hung|fed|bound|rose|saw|said|split)\b"
    r"|\b[a-z-]{2,}(?:[^\Ws]s|ed)\b(?=\s+[\w`\"'(])",
)
"""Something that may be a verb; a fragment of nouns has none."""
FRAGMENT = re.compile(
    r"^\W*(?:[\w ]{3,30}: (?:test|use|add|run|write|keep|check)\b|\w+ing\b(?! is\b)|not \w+ing|with\b|write\b"
    r"|use\b|test\b|instructions?\b|for example|e\.g|and\b|no longer"
    r"|after \w+ attempts|implementation:|important\b|all the\b|all tests|the (?:new |following )?(?:tests?"
    r"|output)\b|a\)|i\b|we\b|you\b)",
    re.IGNORECASE,
)
"""A gerund, a step or a remark instead of a sentence about a thing."""
PRAISE = cue(
    r"success\w*, comprehensive\w*, reliably, excellent, substantial, robust\w*, perfect\w*, cleaner, cleanly, "
    r"properly,",
    r"also updated, significant\w*, crisis, quality, (?:is|are) (?:now )?(?:resolved|fixed|working|complete), "
    r"python versions?",
)
_STEP_DONE = cue(
    r"line ~?\d+, lines? \d+, session named, in this repo, we can successfully, task #\d+(?:'s)?, phase \d"
)
"""Where the talk was, not how things are."""


SUBJECT = 40
"""Characters of a sentence in which it says what it is about."""
_MOMENT = re.compile(
    r"\b(?:is|are|am|isn't|aren't|'s|'re) (?:now |still |not |\w+ly )?(?!missing|nothing|being\b|using\b)\w{3,}ing\b"
    r"|^\W*(?:there (?:is|are|was|were)|here (?:is|are)|the (?:short|long) |the (?:screenshot|output|log|message|error"
    r"|command|commit|branch|push|merge|build)\b)"
    r"|^\W*(?:\S+ ){1,4}(?:command |file )?"
    r"(?:failed|succeeded|passed|worked|refused|returned|confirmed|ran|appeared)\b",
    re.IGNORECASE,
)
"""What was seen at one moment: something going on, that there is something, what a command came to."""


_GENERIC = re.compile(
    r"^\W*(?:(?:if|when|once|after|by default|in that case)\b[^,`]*, ?)?the (?:\w+ )?(?:command|script|function|method"
    r"|class|file|option|flag|rule|test|tests|code|task|tool|field|value|page|component|section|step"
    r"|feature|system|user|session|output) (?![`\"'(])",
    re.IGNORECASE,
)
_UNNAMED = re.compile(
    r"^\W*(?:if not (?:provided|set|given|found)|(?:both|all|neither|each|one) (?:of )?(?:them|these|those))\b", re.I
)


def dangles(text: str) -> bool:
    """Whether a sentence is about "the command" or the like, which only the talk before it names."""
    found = _GENERIC.match(text)
    unnamed = found is not None and not _NAMED.search(text[: found.end() + 1])
    return bool(unnamed and not _NAMED.search(text[:SUBJECT])) or bool(_UNNAMED.match(text))


def of_moment(text: str) -> bool:
    """Whether a sentence tells what was seen at one moment instead of how a thing is."""
    return bool(_MOMENT.search(text))


def whole(text: str) -> bool:
    """Whether a claim out of an agent's report says of something that it names how it is."""
    if not _NAMED.search(text) or not VERB.search(text) or of_moment(text) or dangles(text):
        return False
    return not (FRAGMENT.match(text) or EDITED.match(text) or PRAISE.search(text) or _STEP_DONE.search(text))
