"""What a sentence says apart from its frame: its words, its numbers, and whether it orders a thing or denies it.

    "No, from now on never fire cone 6 at 1240 degrees, because …"  →  fire cone # at # degrees · 6, 1240 · denied

Two sentences that deny unequally, or give other numbers, do not say the same, however many words they share.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from distillers.cues import words

_OPENS = re.compile(
    r"^\W*(?:(?:no+|nope|nah|yes|yeah|ok(?:ay)?|right|wait|stop|sorry|actually|well|hm+|oh|ah)\s*[,.:;!…—–-]+\s*"
    r"|(?:and|also|but|so|please|pls|from now on|going forward|as a (?:general )?rule|in (?:the )?future"
    r"|remember(?: that)?|note that)\b[\s,:;]*)+",
    re.IGNORECASE,
)
_REASON = re.compile(r"(?:[,;:]? (?:because|since|so that|otherwise)|, as)\b.*", re.IGNORECASE | re.DOTALL)
_NUMBER = re.compile(r"\d+(?:\.\d+)*")
_WORD = re.compile(r"[\w#]+(?:['’]\w+)?")
_NOT = re.compile(r"(?:do|does|did|is|are|was|were|has|have|had|should|must|would|could|need|wo|ca)n['’]?t")
_DENIES = words("no not never cannot none nothing nor neither")
_FRAME = frozenset(
    {"always", "must", "should", "shall", "do", "does", "can", "may", "ever", "please", "a", "an", "the"}
)
"""Words that turn or open a sentence and are not what it is about."""
_OPPOSITE = {
    "without": "with",
    "disable": "enable",
    "disabled": "enabled",
    "exclude": "include",
    "excluded": "included",
    "forbid": "allow",
    "forbidden": "allowed",
    "disallow": "allow",
    "disallowed": "allowed",
    "remove": "add",
    "removed": "added",
    "after": "before",
    "off": "on",
    "false": "true",
}
"""Words that deny by themselves, by what they deny."""
_GLUED = re.compile(r"(?:(?<![a-z])[a-uw-z]|[a-z]{2}|\w[-_]|#)$", re.IGNORECASE)
_NAMED = re.compile(r"([a-z]{2,})\s+$", re.IGNORECASE)
_GIVES = words("at to of than by for from is are be in on with under over above below most least about use")
"""Words before a number that is a value; after any other word it tells which thing is meant: cone 6, table 0."""
_CHOOSES = re.compile(r"\b(?:use|pin|target|require)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Sense:
    """What a sentence says before it gives a reason. ``words`` has ``#`` for each number."""

    words: tuple[str, ...]
    names: tuple[str, ...]
    """The numbers that tell which thing is meant, in order; "" where one is a value."""
    values: tuple[str, ...]
    """The numbers that are values, in order; "" where one tells which thing is meant."""
    denied: bool


def plain(text: str) -> str:
    """A sentence without its openers: "no, please, from now on"."""
    return _OPENS.sub("", text)


def signs(text: str) -> tuple[object, ...]:
    """The numbers of a text in order, and what it denies before and in its reason: equal in what says the same."""
    said = plain(text)
    ruled = _REASON.sub("", said)
    return tuple(_NUMBER.findall(said)), _denial(ruled), _denial(said[len(ruled) :])


def sense(text: str) -> Sense:
    """What a sentence says, without openers and reason."""
    said = _REASON.sub("", plain(text))
    found = list(_NUMBER.finditer(said))
    lone = len(found) == 1 and _CHOOSES.search(said) is not None
    denied, reverses = _denial(said)
    names = [_names(said[: one.start()], one.group(), lone=lone) for one in found]
    return Sense(
        words=tuple(
            _OPPOSITE.get(word, word)
            for word in _words(_NUMBER.sub("#", said))
            if word not in _FRAME and not _denies(word)
        ),
        names=tuple(one.group() if name else "" for one, name in zip(found, names, strict=True)),
        values=tuple("" if name else one.group() for one, name in zip(found, names, strict=True)),
        denied=denied != bool(reverses % 2),
    )


def against(old: Sense, new: Sense) -> bool:
    """Whether ``new`` takes the place of ``old``: the same words deny it, or give the same thing another value.

    Two things that are both denied stand side by side.
    """
    if old.words != new.words or old.names != new.names or not old.words:
        return False
    if old.denied != new.denied:
        return old.values == new.values
    return old.values != new.values and not new.denied


def _words(text: str) -> list[str]:
    return _WORD.findall(text.lower())


def _denies(word: str) -> bool:
    return word in _DENIES or _NOT.fullmatch(word) is not None


def _denial(text: str) -> tuple[bool, int]:
    """Whether a text denies, once or with emphasis, and how many of its words deny by themselves."""
    said = _words(text)
    return any(map(_denies, said)), sum(word in _OPPOSITE for word in said)


def _names(before: str, number: str, *, lone: bool) -> bool:
    """Whether a number after these words tells which thing is meant, and is no value."""
    if "." in number:
        return False
    if _GLUED.search(before):
        return True
    word = _NAMED.search(before)
    return word is not None and word[1].lower() not in _GIVES and not lone
