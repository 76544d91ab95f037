"""What of a ticket's sentence is told: the part about the product, without what it says besides about the work.

    Addressed review feedback: the list keeps its order, and added tests.  ──→  The list keeps its order.

The label of an answer to a review, places given as numbers of lines, and at its end that tests, docs or checks came
along are the ticket's own bookkeeping, and no reason to leave the sentence out. Its quote keeps all of it.
"""

from __future__ import annotations

import re

LEAST = 30
"""Characters of what is left of a sentence that is cut …"""
MOST = 600
"""… and of one that is looked at: nothing longer is told."""
_PLAIN = re.compile(r"[a-z-]+(?=[\s,])")
"""A first word that is no name."""
_ANSWERS = re.compile(
    r"^\W*(?:(?![^:]*(?:identif|found|\bbug\b|request|correct|unresolved))"
    r"(?:address(?:ed|es|ing)? [^:`]{0,30}\b(?:review|feedback|comments?|threads?)\b[^:`]{0,20}"
    r"|(?:[\w#]+ ){0,3}(?:follow-?up|review) (?:follow-?up |review )*"
    r"(?:fix(?:es)?|refinement|clarification|applied|completed?|implemented)(?: \w+){0,5}"
    r"|no (?:code|runtime) changes? (?:is |are |was |were )?(?:needed|required)):\s+(?=\S)"
    r"|(?:[\w#]+ ){0,3}(?:review )?follow-?up:\s+(?=[a-z]+ed\b))",
    re.IGNORECASE,
)
"""A label that says that a review, or what came after it, is answered."""
_LINES = re.compile(
    r"\s*\((?:(?:at|around|see|approx\.?) )?lines? ~?\d+(?:\s*(?:[-–,&]|and|to)\s*~?\d+)*\)"
    r"|,? (?:at|on|around) lines? ~?\d+(?:\s*[-–]\s*\d+)?(?=\W*$|[,;:])",
    re.IGNORECASE,
)
"""A place that the next edit moves."""
_CAME = r"(?:added|adds|extended|extends|expanded|wrote|updated|updates|updating|refreshed|aligned|strengthened)"
_KIND = (
    r"(?:(?:a|an|the|new|focused|targeted|matching|some|more|broad|unit|integration|regression|e2e|automated"
    r"|comprehensive|extensive|full|test|shared|installer|\w+[/-]\w+) ){1,4}"
)
_TESTS = (
    r"(?:tests?|test suites?|test cases|coverage)"
    r"(?=\W*$| (?:for|to|in|on|of|around|covering|proving|asserting|accordingly)\b)"
)
_PAPERS = r"(?:docs?|documentation|readme|changelog|guidance|instructions|guides)\b[^;:,]*$"
_CHANGED = rf"{_CAME} (?:[^\s,;:]+ ){{0,6}}?(?:{_TESTS}|{_PAPERS})"
_WENT = r"(?:validation|verification|checks|tests|test suite|lint) (?:now )?(?:pass(?:es|ed)?|(?:is|are) green)\b"
_ALONG = re.compile(
    rf"(?:(?:,|;)?(?: and| plus| with)+|[,;]) (?:{_CHANGED}|adding {_KIND}{_TESTS}|{_KIND}{_TESTS}"
    rf"|(?:(?:full|all|final|the) )*{_WENT}"
    r"|(?:re-?)?(?:verified|validated) (?:with|by|via|in|on|against|that|it)\b)[^;:]*$",
    re.IGNORECASE,
)
"""At the end of a sentence: that tests, docs or checks came along."""


def trimmed(text: str) -> str:
    """The sentence without its bookkeeping; as it is if too little would be left."""
    if len(text) > MOST:
        return text
    bare = _LINES.sub("", _ANSWERS.sub("", text))
    found = _ALONG.search(bare)
    if found:
        bare = bare[: found.start()].rstrip(" ,;-") + ("." if text.rstrip().endswith(".") else "")
    if bare == text or len(bare) < LEAST:
        return text
    return bare[:1].upper() + bare[1:] if _PLAIN.match(bare) else bare
