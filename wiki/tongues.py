"""Endings of languages other than English, cut lightly after Savoy's stemmers ("Light stemming approaches for the
French, Portuguese, German and Hungarian languages", 2006; Dolamic and Savoy for Russian, 2009).

Cyrillic words are told by their letters. German is told by the small words of a text, and there the English reading of
a word stays beside the German one, for people who write German write of servers and tokens.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

SHORT = 6
"""In texts of so few words one small word tells the language; else it takes two."""

_SMALL = re.compile(
    r"aber|auch|das|dass|dem|der|eine?|eine[mnrs]|für|haben|hat|ist|kann|keine?|kommt|müssen|muss|nach|nicht|nie|oder"
    r"|sich|sind|soll|sollen|sondern|und|vo[mn]|wann|warum|weil|welche[mnrs]?|wenn|wer|werden|weshalb|wie|wieso|wir|wird"
    r"|wo|woher|wohin|womit|wurden?|zu[mr]",
    re.IGNORECASE,
)
_SMALLER = re.compile(r"als|am|an|auf|bei|de[ns]|die|es|im|in|mit|sie|so|um|war|waren|was|zu", re.IGNORECASE)
"""Small words as well, that other languages have too."""
_GERMAN = re.compile(r"(?<=\w{4})(?:ern|e[mnrs]?|[ns])$")
_RETURNING = re.compile(r"(?<=\w{3})с[яь]$")
_RUSSIAN = re.compile(
    r"(?<=\w{3})(?:иями|[яа]ми|[оеи]го|[ое]му|[ыи]ми|и?ей|[уюае]ет|[аяую]ют|[аяеиуы]ть|[еи]шь|[еи]те|[аиыео]л[аио]"
    r"|ен[оыа]|[ыиоея]й|[ая]я|[оеыи]е|[ую]ю|[ое]в|[аяоеи]м|[ая]х|[еиуюая]т|и[яюи]|ть|л[аои]|н[аоы]|[аяоеуюыиьй])$"
)


def german(words: Sequence[str]) -> bool:
    """Whether a text of these words is German."""
    told = sum(1 for word in {*words} if _is_small(word))
    return told >= 2 or (told == 1 and len(words) <= SHORT)


def says_nothing(word: str) -> bool:
    """Whether ``word`` is one of the small ones that every German text has."""
    return _is_small(word) or bool(_SMALLER.fullmatch(word))


def german_stem(word: str) -> str:
    """A German ``word``, in small letters without umlauts, without its ending."""
    return _GERMAN.sub("", word)


def russian_stem(word: str) -> str:
    """A Russian ``word``, in small letters, without its ending and without the ending of verbs that come back on it."""
    return _RUSSIAN.sub("", _RETURNING.sub("", word))


def cyrillic(word: str) -> bool:
    """Whether ``word`` begins with a Cyrillic letter."""
    return "\u0400" <= word[:1] <= "\u04ff"


@lru_cache(maxsize=1 << 16)
def _is_small(word: str) -> bool:
    return bool(_SMALL.fullmatch(word))
