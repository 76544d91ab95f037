"""Whether an order was meant for good: not for an hour or one job, not in jest, and by who typed it.

"From now on until lunch use the mock server."      over with lunch
"My grandmother always said: never trust a build."  somebody else's
"Suppose we always retried."                        supposed
"You never listen."                                 a reproach
"""

from __future__ import annotations

import re

from distillers.cues import cue

_SPAN = cue(
    r"until (?:\w+ )?(?:lunch|noon|tonight|tomorrow|then|\w+day|release|demo|deadline|meeting|launch|freeze|further"
    r"|i (?:say|tell|am|get)|we (?:meet|talk|ship|release)),",
    r"(?:just |only )?this (?:once|time|session|afternoon|morning|evening|week|sprint),",
    r"(?:in|for|of) this (?:\w+ )?(?:session|chat"
    r"|conversation|demo|screenshot|recording|run|commit|branch|pr|test|task|ticket|job),",
    r"for (?:now|once|today|tonight|tomorrow|a (?:moment|while|minute)|the (?:moment|time being|rest of \w+)),",
    r"for the (?:next|coming) (?:\w+ )?(?:minutes?|hours?|days?|weeks?|turns?|steps?|messages?|commits?),",
    r"(?:for|in|during|when|while) the (?:\w+ )?(?:screenshots?"
    r"|slides|demo|talk|presentation|meeting|video|recording|interview|workshop),",
    r"as long as \w+ \w+ (?:lasts|runs|goes), the \w+ \w+ (?:above|below), before (?:lunch|noon|tonight|tomorrow),",
)
"""A stretch of time, or one occasion."""
_UNREAL = cue(
    r"suppose, supposing, imagine, pretend, hypothetically, (?:just )?kidding, (?:just )?joking, haha+, lol, lmao, jk,",
    r"for fun, what if, (?:if|when) (?:\w+ ){1,3}ever (?:\w+ed|were|was|had),",
    r"if (?:i|we|you|it|they|this|that) (?:were|was|had) .*would, let'?s say",
)
_SARCASM = re.compile(
    r"(?:^|\s)/s\W*$|^\W*(?:oh,? (?:great|joy|wonderful|lovely|sure|of course)|yeah,? right|how lovely|as if)\b",
    re.IGNORECASE,
)
_STATES = re.compile(
    r"\b(?:from now on|from here on|henceforth|going forward|(?:in|for) (?:the )?future|as a (?:general )?rule)[\s,]+"
    r"(?:i|he|she|they|it|the|this|that|these|those|our|my|your|everything|nothing)\b"
    r"(?![^`]*(?:`|\b(?:must|shall|should|needs?|has to|have to|only|always|never|may|can|not)\b))",
    re.IGNORECASE,
)
"""Says how things are or will be from then on, of nothing that has a name."""
_RECALLS = re.compile(
    r"\b(?:never|don't ever) forget (?!to\b|that\b)|\balways remember (?!to\b|that\b)"
    r"|\bnever in (?:my|all|your|our)\b",
    re.IGNORECASE,
)
"""Asks to keep something in mind, or exclaims, and asks for nothing to be done."""
_OTHERS = re.compile(
    r"\b(?:always|never) (?:said|says|say|saying|told|tells?|claimed|complain\w*)\b"
    r"|^\W*(?:(?:he|she|they|somebody|someone) |(?:my|our|their|his|her|the|an?|some) (?:[\w'’-]+ ){1,4}?)"
    r"(?:said|says|told (?:me|us)|complains?|complained|claims?|claimed) (?:that |to )?\w*"
    r"|, as (?:they|people|some) (?:always )?(?:say|put it)\b",
    re.IGNORECASE,
)
"""Somebody else's words."""
_REPROACH = re.compile(
    r"(?:^\W*|, |\b(?:why|do|did) )you (?:always|never) (?!(?:have|need|must|should|want)\b)", re.IGNORECASE
)
_QUOTED = re.compile(r"\"[^\"]{3,}\"|“[^”]{3,}”|(?<!\w)'[^']{12,}'(?!\w)")
"""A stretch between quotation marks; a command or a word in code marks is none."""
_NOT_MEANT = (_SPAN, _UNREAL, _SARCASM, _STATES, _RECALLS, _OTHERS, _REPROACH)

_MARK = re.compile(r"\b(?P<must>must )?(?:always|never)\b(?= (?P<next>[\w'`]+))?", re.IGNORECASE)
_NO_VERB = re.compile(
    r"(?:mind|seen|heard|have|had|been|an?|the|so|too|such|fails|works|happy|glad|nice|good|great|fun|welcome|\w+ed)$",
    re.IGNORECASE,
)
"""What follows an always or a never that orders nothing: never mind, always a pleasure."""
_CLAUSE = re.compile(r".*[,;:.—–-]\s*(?:but|and|so)\b", re.IGNORECASE | re.DOTALL)
_OPENS = (
    r"^\W*(?:(?:please|also|and|so|but|then|ok(?:ay)?|no|yes|remember|note|that|important|rule|again|just)\b\W*)*"
    r"(?:(?:make sure|ensure|in general|generally)\W+)?"
)
_LEADS = (
    re.compile(
        rf"{_OPENS}(?:(?:we|you|i(?:'d)?)(?: (?:should|must|need to|have to|can|want(?:ed)? you to|want(?:ed)? to"
        r"|(?:would )?like you to|wanted to remind you to))?|to|do not|don'?t|it|there)?\W*$",
        re.IGNORECASE,
    ),
    re.compile(
        rf"{_OPENS}(?:before|after|when(?:ever)?|if|unless|every time|each time) (?:you|we|an?|the|\w+ing|\w+s)\b"
        r"[^,]*,\W*(?:please|we|you(?: should| must)?)?\W*$",
        re.IGNORECASE,
    ),
    re.compile(
        rf"{_OPENS}(?:in|for|on|with|under|inside) (?:(?:this|our) (?:repo\w*|project|code ?base|code|package|app"
        r"|module|workspace|team)|(?:the )?`[^`]+`|[\w.-]*[/._][\w./-]*)(?: \w+)?,?\W*"
        r"(?:please|we|you(?: should| must)?)?\W*$",
        re.IGNORECASE,
    ),
)
"""What may stand before the always or never of an order: nothing, who it is for, when it holds, where it holds."""
_SUBJECT = re.compile(
    r"^\W*(?!(?:in|for|on|as|at|while|if|he|she|they|this|that|one|some\w+)\b)(?:[^\s,;:]+ ){1,8}?(?:and )?$",
    re.IGNORECASE,
)
"""Of what something must always or never hold."""


def placed(text: str) -> bool:
    """Whether the first always or never of a sentence, if there is one, stands where an order has it."""
    found = _MARK.search(text)
    return found is None or _ordering(found, text)


def _ordering(found: re.Match[str], text: str) -> bool:
    lead = _CLAUSE.sub("", text[: found.start()])
    if found["next"] and _NO_VERB.match(found["next"]):
        return False
    return any(shape.match(lead) for shape in _LEADS) or bool(found["must"] and _SUBJECT.match(lead))


def meant(text: str) -> bool:
    """Whether an order outlives its occasion, is no jest or thought, and is not only reported or a reproach."""
    return not any(said.search(text) for said in _NOT_MEANT)


def unquoted(text: str) -> str:
    """A text without what it quotes."""
    return _QUOTED.sub("…", text)
