"""How a value is made, whatever it is called: do its letters pair as in words, how various are its signs?"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Final

from distillers.record.redaction.views import MASKED

_PAIR_TEXT: Final = """
    th he in er an re on at en nd ti es or te of ed is it al ar st to nt ng se ha as ou io le ve co me
    de hi ri ro ic ne ea ra ce li ch ll be ma si om ur ca el ta la ns di fo ho pe ec pr no ct us ac ot
    il tr ly nc et ut ss so rs un lo wa ge ie wh ee wi em ad ol rt po we na ul ni ts mo ow pa im mi ai
    sh ir su id os iv ia am fi ci vi pl ig tu ev
    """
PAIRS: Final = frozenset(_PAIR_TEXT.split())
"""Pairs of letters that English uses."""

_PLAIN: Final = re.compile(
    r"""(?:
      v?\d+(?:[._,:/ -]\d+)*(?:[a-z]{1,3}\d{0,2})?[%+]?                         # numbers, versions, dates
    | \d{4}-\d\d-\d\d[T ][\d:.,+Z-]+
    | (?:sha\d{1,3}|md5)[-:=].*
    | (?:toolu|msg|req|call|chatcmpl|resp|run|evt|conv|item|fc|rs|sess|session|thread|asst|file|org|proj|user|cus|sub
        |price|prod|pi|ch|in|acct|pk_live|pk_test)_[A-Za-z0-9]{6,}
    | (?:claude|gpt|gemini|llama|mistral|qwen|deepseek|o\d)-[\w.:-]+
    )""",
    re.X | re.I,
)
_HEX: Final = re.compile(r"[0-9a-f]{16,}|[0-9A-F]{16,}")
_TURNS: Final = re.compile(r"(?<=[A-Za-z])(?=\d)|(?<=\d)(?=[A-Za-z])")
CHUNK: Final = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")


def looks_random(value: str) -> bool:
    """Whether ``value`` was made by a machine: long enough, and its letters do not pair as in words."""
    if len(value) < 8 or _PLAIN.fullmatch(value) or len(set(value)) < 6:
        return False
    if _HEX.fullmatch(value):
        return any(c.isdigit() for c in value) and any(c.isalpha() for c in value)
    digits = sum(c.isdigit() for c in value)
    letters = sum(c.isalpha() for c in value)
    if letters < 2:
        return False
    low = value.lower()
    pairs = [low[i : i + 2] for i in range(len(low) - 1) if low[i].isalpha() and low[i + 1].isalpha()]
    share = sum(pair in PAIRS for pair in pairs) / max(1, len(pairs))
    lively = 2.6 * len(CHUNK.findall(value)) >= letters >= 10  # nobody writes names of such short words
    if len(value) >= 16 and turns(value) >= 4:
        return share <= 0.6 or 2 * len(pairs) < len(value)
    various = classes(value) >= 3
    if not digits:
        return share <= (0.55 if lively else 0.45 if various else 0.3) and (len(value) >= 12 or various)
    return share <= (0.55 if lively or (digits >= 2 and various) else 0.45) and (digits >= 2 or len(value) >= 12)


def turns(value: str) -> int:
    """How often letters follow digits in ``value``, or digits letters."""
    return len(_TURNS.findall(value))


def classes(value: str) -> int:
    """How many of lower case, upper case, digits and other signs ``value`` has."""
    return (
        any(c.islower() for c in value)
        + any(c.isupper() for c in value)
        + any(c.isdigit() for c in value)
        + any(not c.isalnum() and not c.isspace() for c in value)
    )


def is_generated(value: str) -> bool:
    """Whether a program made ``value`` of all signs there are: hardly two of a kind stand beside each other."""
    odd = {c for c in value if not c.isalnum()}
    various = classes(value) >= (3 if len(odd) > 3 else 4)
    if not (10 <= len(value) <= _LONGEST and odd and various) or MASKED in value or _TEMPLATE.search(value):
        return False
    kinds = ["a" if c.islower() else "A" if c.isupper() else "0" if c.isdigit() else c for c in value]
    return sum(one != other for one, other in pairwise(kinds)) >= _TURNED * (len(kinds) - 1)


_TURNED: Final = 0.55
_LONGEST: Final = 64
_TEMPLATE: Final = re.compile(
    r"\s|\$[{(]|[{%#]\{|\{%|\\\(|=>|\w\(\w*\)|%\(\w+\)[sd]"
    r"|^(?:<.*>|\[.*\]|\{.*\}|\(.*\)|[\w$.]+[(\[][\w$.,'\"=/\[\](-]*\)*[;,]?|[$%@][A-Za-z]\w*[%@]?|\w+://.*)$"
)
"""What is filled in or called, or stands in brackets of its own."""
