"""What outlives its moment: sentences that still say something to who reads them without the talk around them.

Most of what people type steers the work at hand. It is known by its build: it points at what is on the screen
("this", "that one", "line 75"), speaks of a step ("let's first", "for now", "proceed"), of the agent, or of a feeling.
"""

from __future__ import annotations

import re

from distillers.claims import identifiers, tokens
from distillers.cues import cue
from distillers.rules.speech import CONTRAST

_NAMES = re.compile(r"`[^`]*`|@\S+")
LONG = 7
"""A sentence with as many words of weight can say itself what its last word means."""
ENOUGH = 4
"""Words of weight of a sentence that says something by itself."""

_GOES_ON = (
    r"\s*[,.!:;…–—]|\s+-|\s+(?:no|i|i'm|we|you|it|he|they|the|that|this|there|these|those|my|your|our|don'?t|do|not"
    r"|never|always|please|just|use|let|let's|leave|keep|make|put|only|but|and|because|should|must)\b"
)
"""What follows a "no" that objects; before anything else it denies: no mocks in tests."""
_HALTS = (
    r"stop for a second|hold on|wait|stop|sorry for interrupting|sorry|well|good|right|great|sure|thanks|fair enough"
    r"|kidding|by the way|remember|note"
)
"""Openers that are verbs or say something of what follows, unless a sign stands after them: stop, never write."""
_OPENERS = re.compile(
    rf"^(?:\W*(?:(?:{_HALTS})(?=\s*[,.!:;…–—]|\s+-)"
    rf"|mention that|note that|remember that|nope|nah|no+(?={_GOES_ON})|yes|yeah|ok(?:ay)?|also|and|but|so|actually"
    r"|please|pls|btw|hm+|oh|ah)\b(?:(?:\s*[,.!:;…–—]+\s*|\s+-+\s+|\s+)+(?=\w|[`\"'(@])))+",
    re.IGNORECASE,
)
_POINTS = re.compile(
    r"^\W*(?:it|its|it's|that|thats|that's|this|these|those|they|he|she|here|here's|there|there's|then|there'?re"
    r"|both|same"
    r"|neither|either|one|we would have|(?:if|when) (?:so|not|that)|re:?\s|RE:)\b"
    r"|\b(?:this|these|those|herer?|the (?:above|former|latter|following|first one|second one|last one)"
    r"|(?:lines?|option|stage|day|phase|step|point) \d+|(?:the )?other one)\b"
    r"|\b(?:to|in|of|with|use|using|fix|do|like|about|from|into|for|on|at|by|after|before|want|need|remove|keep|add"
    r"|against|than|without|is|was|and|but) that\b(?! (?:the|we|it|i|you|they|there)\b)"
    r"|\bdo(?:es)?n'?t add\b",
    re.IGNORECASE,
)
_DANGLES = re.compile(r"\b(?:it|them|that)\W*$", re.IGNORECASE)
_REASON = re.compile(r"\W*\b(?:because|since|so that|otherwise|to avoid|in order to)\b.*$", re.IGNORECASE)
_STEP = cue(
    r"now, yet, just now, first, for now, later, this time, so far, again, today, next steps?, to-?do, todo\.md, "
    r"the plan,",
    r"your (?:last |original |previous |brief |new )?\w+, commit message, commit(?:ting|ted)?, proceed, continue,",
    r"go ahead, put a pin,",
    r"revise, ultrathink, think (?:har\w+|about|really), consider, reproduce, summari[sz]e, explain, teach, remind,",
    r"feel (?:free|like), meticulously, verif\w+, session (?:back|log), at the same time, orient (?:yourself"
    r"|ourselves),",
    r"wants?ed you, you (?:to|should(?! not|n't)|shoudl|need|can|know|could|might), for you, tell me, show me, "
    r"let me, give me, what i want,",
    r"as (?:i|we)(?:'ve| have)? (?:\w+ )?(?:said|discussed|agreed), (?:just|previously) (?:\w+ed|told|said),",
    r"previsously, before we, so you can, in my opinion, imo, would've, would have, should have (?!an?\b|the\b|\d),",
    r"i meant we, i want to (?:only )?(?:change|update), before \w+ing, a bit, from main, we just, next feature,",
    r"simulate, pretend, as part of the work, after completing, don'?t add to[o]? many, something like,",
    r"a while ago, the (?:explanation|suggestion|proposal|answer|question|comment|summary)s?",
)
_ASKS = re.compile(
    r"^\W*(?:(?:ok(?:ay)?|so|now|then|and|also|yes|please|great|good|let'?s|lets|we should|can you|could you|i want us"
    r"|i want you|focus|just)[\s,]+)*(?:(?:let'?s|lets)(?! (?:keep|use|stick|only|not|always|never)\b)|focus|help"
    r"|look|orient|remove|replace|stop(?! \w+ing\b)|wait|revert|analy[sz]e"
    r"|make (?:a|sure (?:we|the \w+ (?:mentions?|says?|includes?|lists?|covers?|explains?)))|note in|remember|work"
    r"|setup|set up|go|get|explain|summari[sz]e)\b",
    re.IGNORECASE,
)
_WORK = re.compile(r"^\W*the (?:new )?(?:refactoring|change|commit|fix|\w+ feature)s?\b", re.IGNORECASE)
"""A sentence about the piece of work that is under way."""
_DID = re.compile(r"^\W*you (?:\w+ed|put|made|wrote|did|ran|left|took)\b", re.IGNORECASE)
"""What the agent did, told to it."""
_FEELING = cue(
    r"worried, afraid, happy, confus\w+, unhappy, hate, love, sad, throwing me, impressed, seems?, feels?, hygiene,",
    r"don'?t like, hygene, i'm thinking, im thinking, i(?:'m| am) (?:\w+ing),",
    r"i (?:agree|disagree|hope|wonder|wish|thought|guess)",
)
NORM = re.compile(
    r"\b(?:always|never|ever|must(?:n'?t)?|should(?:n'?t)?|do(?:n'?| no)t (?:want|need|use|care|put|write|add|mock"
    r"|have|do)"
    r"|no need|prefer|only|instead of|rather than|in favou?r of|we (?:are|use|want|don'?t|can|do not|need)"
    r"|we have (?!\w+(?:ed|en)\b)|(?:locked|pinned|limited) to|we're"
    r"|not supposed|has to|have to|must be|use|without|by default|supports?|anymore|no longer|obsolete|deprecated"
    r"|phased out|stop \w+ing|because|due to|the (?:issue|problem|cause|reason) (?:is|was))\b",
    re.IGNORECASE,
)
"""How a sentence says what holds, as opposed to what is to be done next."""


_NOT = re.compile(r",? (?:but |and )?not (?:through|via|by|in|on|from|with|an?|the|its|our) \w+", re.IGNORECASE)
"""What something is set against: the domain module, not the command."""


def bare(text: str) -> str:
    """A typed sentence without its openers ("no, also, …"), with a capital letter if it lost any."""
    rest = _OPENERS.sub("", text).strip()
    if not re.search(r"\w{2}", rest) or rest == text:
        return text
    return rest[:1].upper() + rest[1:] if re.match(r"[a-z]+\s", rest) else rest


def told(text: str) -> str:
    """A typed sentence as a claim tells it: with a capital letter, unless it opens with a name, and with an end."""
    opened = text[:1].upper() + text[1:] if re.match(r"[a-z]+['’]?[a-z]*[\s,]", text) else text
    return opened if re.search(r"[.!?…][)\"'`”]*$", opened) else f"{opened}."


def lasting(text: str) -> bool:
    """Whether a typed sentence says what holds beyond its moment, and says it of something that it names."""
    said = bare(text)
    plain = _NAMES.sub("_", said)
    held = NORM.search(plain) or _NOT.search(plain) or (CONTRAST.search(said) and identifiers(said))
    return bool(held) and len(tokens(said)) >= ENOUGH and not passing(said)


def passing(said: str) -> bool:
    """Whether a sentence, its reason left aside, points at what only its moment shows, or steers the step at hand."""
    bared = _REASON.sub("", said)
    text = bared if len(tokens(bared)) >= ENOUGH else said
    dangles = len(tokens(text)) < LONG and _DANGLES.search(text)
    opens = _WORK.match(text) or _ASKS.match(text) or _DID.match(text)
    return bool(dangles or opens or _POINTS.search(text) or _STEP.search(text) or _FEELING.search(text))


def points(text: str) -> bool:
    """Whether a sentence opens with a word for something said before it."""
    found = _POINTS.search(text)
    return found is not None and found.start() == 0
