"""Whether a sentence out of a session can be read without it, and still holds once the session is over.

What an agent says is told by its build, as elsewhere: a sentence about "the issue" or "the default" leaves to the talk
before it what it is about, one with a label of its own is an item of a summary, and one in the past tells what was so
before the session mended it.
"""

from __future__ import annotations

import re

from distillers.claims import identifiers, tokens
from distillers.cues import ANAPHORA

_UNTOLD = re.compile(
    r"^\W*(?:(?:and|so|also|but|now|here),? )?(?:the (?:(?:actual|real|main|only|key|root) )?(?:issue|problem|bug|error"
    r"|fix|solution|cause|reason|correct \w+|relevant \w+|proper \w+|right \w+|trick|catch|difference|answer)"
    r"|the (?:default|optional|new|old|first|second|last|other|remaining|tests?)|optional|both|neither|styling)\b"
    r"|\b(?:if|when) `?\w+`? (?:is|are) (?:not )?(?:provided|set|given|found|passed|empty|missing)\b",
    re.IGNORECASE,
)
"""An opening that leaves to the talk what it is about."""
_FLAG = re.compile(r"^\W*(?:the )?[`\"']?--?[a-z][\w-]*", re.IGNORECASE)
"""A flag, of a command that is not said."""
_COMMAND = re.compile(r"`[\w./-]+ [^`]+`|\w\(\)|[\w/-]+\.[a-z]{1,4}\b|[a-z][A-Z]")
_ITEM = re.compile(
    r"^\W*\d{1,2}[.)] |^[\"“]|^\W*(?:not )?(?:\w+ly )?[a-z]+ing\b(?! (?:is|are)\b)"
    r"|^\W*[\w./-]+\.[a-z]{1,4}\W{0,3}(?: \([^)]*\))? [—–-] ",
    re.IGNORECASE,
)
"""A numbered item, a printed text, a gerund instead of a sentence, or what was done file by file."""
_LABEL = re.compile(r"^\W*(?P<label>[^`.:—]{3,60}?)(?: [—–-] |: )")
_OVER = re.compile(
    r"\b(?:was|were|had been) (?:\w+ly )?(?:\w+(?:ing|ed)|kept|left|set|sent|lost|put)\b|\brelied on\b|\bused to\b"
    r"|\byour\b|\blooks? good\b|\btrivial\b|\bas requested\b|\bdefinitely\b|\bcandidates?\b|\blogged in\b"
    r"|\bnon-issue\b|\bwe can\b|\bshould be fine\b",
    re.IGNORECASE,
)
"""How it was before the session, and talk about what is on the screen."""
ENOUGH = 5
"""Words of weight of a typed sentence that says itself what it is about."""
_VAGUE = re.compile(
    r"\b(?:stuff|things|something)\b|^\W*(?:all |the |any )?(?:relevant|respective|corresponding) \w+", re.IGNORECASE
)
"""A word for whatever the talk is about."""
_THEIRS = re.compile(
    r"^(?:(?!\b(?:the|an?|our|your|my|each|every|any|all|no|this|that|these|those)\b)[a-z'’, ])*\b(?:its|their)\b",
    re.IGNORECASE,
)
"""Whose it is was said before: no noun stands before it."""
_PROPER = re.compile(r"(?<=[\w,] )[A-Z][\w-]+|\w+ \d+\b|\"[^\"]{2,}\"|@[\w-]+/")
"""A name inside a sentence."""
_THING = re.compile(r"\b(?:this|that|these|those|them|it)\b(?! (?:is|are|was|the|we|you|they)\b)", re.IGNORECASE)


def alone(text: str) -> bool:
    """Whether a sentence of an agent says what it is about, and tells no state that its session ended."""
    return told(text) and not passed(text)


def told(text: str) -> bool:
    """Whether a sentence of an agent says itself what it is about."""
    label = _LABEL.match(text)
    unlabelled = label is None or bool(identifiers(label["label"]))
    return unlabelled and not (_UNTOLD.search(text) or (_FLAG.match(text) and not _COMMAND.search(text)))


def passed(text: str) -> bool:
    """Whether a sentence of an agent is an item of a summary, or tells what its session ended."""
    return bool(_ITEM.match(text) or _OVER.search(text))


def says_itself(text: str) -> bool:
    """Whether what a person typed names its object, or is long enough to say it, and leaves nothing to the talk."""
    if text.lstrip().startswith("(") or any(one.search(text) for one in (_VAGUE, _THEIRS)) or _UNTOLD.match(text):
        return False
    bare = re.sub(r"^@\S+\s*$", "", text)
    named = bool(identifiers(bare) or _PROPER.search(bare))
    return bool(tokens(bare)) and (named or len(tokens(bare)) >= ENOUGH)


def leans(text: str) -> bool:
    """Whether a sentence opens with, or ends on, a word for something said before it."""
    return bool(ANAPHORA.match(text) or _UNTOLD.match(text) or _THING.search(text))
