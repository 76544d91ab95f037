"""What a sentence says apart from its frame: its words, its numbers, and whether it orders a thing or denies it.

    "No, from now on never fire cone 6 at 1240 degrees, because …"  →  fire cone # at # degrees · 6, 1240 · denied

Two sentences that deny unequally, or give other numbers, do not say the same, however many words they share.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from distillers.cues import COMMON, words

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


_ASIDE = re.compile(
    r"[,;:.] (?:nobody|nothing|everybody|no one|it|that|this|they|we|he|she|there|otherwise|else)\b.*",
    re.IGNORECASE | re.DOTALL,
)
"""A reason without a because."""
_RATHER = re.compile(r",? (?:not|never|no|nor)\b(?=[^,]*$)|,? (?:instead of|rather than)\b", re.IGNORECASE)
_STOPS = words(
    "be is are am was were been being we you i our your my here in on at of to for by from it this that and or as"
)
_PAST: dict[str, str] = {
    **{"sent": "send", "built": "build", "ran": "run", "wrote": "write", "written": "write", "kept": "keep"},
    **{"made": "make", "done": "do", "held": "hold", "taken": "take", "given": "give", "shown": "show"},
}
_WAYS = words("from to into onto before after over under")
"""Words that tell what a thing is to the rest: copied from it, or to it."""
_ENDING = re.compile(r"(?<=\w{3})(?:ing|ed|es|s|e)$")
_LONG = re.compile(r"[A-Za-z0-9_]{3,}")
_INSIDE = re.compile(r"[A-Z]?[a-z]{2,}|[A-Z]{3,}(?![a-z])|\d{3,}")
"""The words of a name."""
_SUFFIX = re.compile(r"(?<=\w{3})(?:ings?|ed|es|s|e|ions?|ations?|ments?|ers?|ly)$")
ORDER = 3
"""Words of weight from which two orders can be known as one."""


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


def agree(one: str, other: str) -> bool:
    """Whether neither of two texts denies what the other says, nor gives another number; one may say more."""
    said, heard = frozenset(_words(one)), frozenset(_words(other))
    turned = any(_OPPOSITE[word] in heard for word in (said - heard) & _OPPOSITE.keys()) or any(
        _OPPOSITE[word] in said for word in (heard - said) & _OPPOSITE.keys()
    )
    return not turned and any(map(_denies, said)) == any(map(_denies, heard)) and same_numbers(one, other)


def same_numbers(one: str, other: str) -> bool:
    """Whether one of two texts gives no number that the other does not."""
    given, taken = numbers(one), numbers(other)
    return given <= taken or taken <= given


def numbers(text: str) -> frozenset[str]:
    """The numbers of a text, without those of tickets and criteria (``#4``)."""
    return frozenset(found.group() for found in _NUMBER.finditer(text) if text[: found.start()][-1:] != "#")


def roots(text: str) -> frozenset[str]:
    """The words of a text cut to their roots, those of its names apart: ``readRepoFiles`` reads a file of a repo."""
    parts = (part.lower() for word in _LONG.findall(text) for part in (_INSIDE.findall(word) or [word]))
    return frozenset(_root(part) for part in parts if part not in COMMON)


def _root(word: str) -> str:
    cut = _SUFFIX.sub("", word)
    cut = f"{cut[:-1]}y" if cut.endswith("i") else cut
    return cut[:-1] if len(cut) > 3 and cut[-1] == cut[-2] else cut


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


def order(text: str) -> tuple[object, ...]:
    """What a sentence orders, whatever its words stand like: equal for two that order the same in other words.

    Its words of weight before and after a "not" or "instead of" that sets one thing against another, its numbers, and
    what it and its reason deny; empty if it says too little.
    """
    whole = plain(text)
    said = _ASIDE.sub("", _REASON.sub("", whole))
    against_it = [found for found in _RATHER.finditer(said) if _weight(said[: found.start()])]
    cut = against_it[-1].start() if against_it and _sets_apart(against_it[-1].group()) else len(said)
    one, other = _weight(said[:cut]), _weight(said[cut:])
    denies = (_denial(said), _denial(whole[len(said) :]))
    return (one, other, frozenset(_NUMBER.findall(said)), denies) if len(one | other) >= ORDER else ()


def _sets_apart(turn: str) -> bool:
    """Whether a "not" stands behind what holds, and is not the verb's: amounts are Decimal, not f64."""
    return turn.startswith(",") or " " in turn.strip()


def _weight(said: str) -> frozenset[str]:
    found, way = set[str](), ""
    for word in _words(said):
        if word in _WAYS:
            way = word
        elif word not in _FRAME and word not in _STOPS and not _denies(word):
            found.add(f"{way} {_ENDING.sub('', _PAST.get(word, word))}".strip())
            way = ""
    return frozenset(found)


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
