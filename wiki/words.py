"""Words as the index and a query both see them: one analysis, so that what is counted is what is asked for.

    text → words → identifiers also in their parts → stop words left out → endings cut, accents folded

Scripts that are written without spaces become pairs of letters, so a query in them finds its text too.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise
from pathlib import Path

from wiki.tongues import cyrillic, german, german_stem, russian_stem, says_nothing

LONGEST = 40
SYNONYM = 0.5
"""What a synonym counts beside the word that was asked for."""

_WORD = re.compile(r"\w+")
_PARTS = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+")
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]+")
_ENDINGS = (
    ("ies", "y"),
    ("ied", "y"),
    ("sses", "ss"),
    ("ically", "ic"),
    ("ing", ""),
    ("edly", ""),
    ("ed", ""),
    ("ly", ""),
    ("ation", "ate"),
    ("ss", "ss"),
    ("s", ""),
)
_NONE: frozenset[str] = frozenset()
_PARTICLES = frozenset({"about", "by", "in", "on"})
"""Stop words that are the second half of some words."""
_STOP = frozenset(
    [
        "a",
        "about",
        "an",
        "and",
        "any",
        "are",
        "as",
        "at",
        "be",
        "been",
        "but",
        "by",
        "can",
        "could",
        "did",
        "do",
        "does",
        "for",
        "from",
        "had",
        "has",
        "have",
        "how",
        "i",
        "if",
        "in",
        "into",
        "is",
        "it",
        "must",
        "no",
        "not",
        "of",
        "on",
        "or",
        "our",
        "should",
        "so",
        "such",
        "than",
        "that",
        "the",
        "their",
        "then",
        "there",
        "these",
        "they",
        "this",
        "to",
        "was",
        "we",
        "were",
        "what",
        "when",
        "where",
        "which",
        "who",
        "why",
        "will",
        "with",
        "would",
        "you",
        "your",
    ]
)


@dataclass(frozen=True, slots=True)
class Concept:
    """One thing that a query asks for: the term itself, and its synonyms, each with what it counts."""

    term: str
    terms: tuple[tuple[str, float], ...]
    """The term at 1.0 first, then its synonyms."""


def analyse(text: str) -> list[str]:
    """The terms of ``text`` in order, stop words left out."""
    words = _WORD.findall(text)
    read = _german_terms if german(words) else _terms
    return [term for word in words for term in read(word)]


def concepts(query: str) -> tuple[Concept, ...]:
    """What ``query`` asks for, each concept once, in the order of its words; empty if it holds stop words only."""
    words = _WORD.findall(query)
    read = _german_terms if german(words) else _terms
    phrases = _phrases([_stem(word.lower()) for word in words])
    written = _compounds([word.lower() for word in words])
    found: dict[str, Concept] = {}
    for place, word in enumerate(words):
        for rank, term in enumerate(read(word)):
            spoken = phrases.get(place, _NONE) | written.get(place, _NONE) if rank == 0 else _NONE
            found.setdefault(term, _concept(term, _synonyms().get(term, _NONE) | spoken))
    return tuple(found.values())


class Weighing:
    """What the words of a text count together, each once; ``worth`` says it of terms, of each word it is found once."""

    def __init__(self, worth: Mapping[str, float]) -> None:
        self._known = _Worth(worth)

    def __call__(self, text: str) -> float:
        """The sum over the words of ``text``."""
        return sum(map(self._known.__getitem__, {*_WORD.findall(text)}))


class _Worth(dict[str, float]):
    def __init__(self, worth: Mapping[str, float]) -> None:
        super().__init__()
        self._worth = worth

    def __missing__(self, word: str) -> float:
        known = [self._worth[term] for term in _terms(word) if term in self._worth]
        best = self[word] = max(known) if known else 0.0
        return best


@lru_cache(maxsize=1 << 16)
def _terms(word: str) -> tuple[str, ...]:
    if len(word) > LONGEST:
        return ()
    if not word.isascii():
        return tuple(_foreign(word))
    whole = word.lower()
    parts = [part.lower() for part in _PARTS.findall(word)]
    return tuple(_stem(part) for part in ([whole, *parts] if len(parts) > 1 else [whole]) if part not in _STOP)


@lru_cache(maxsize=1 << 14)
def _german_terms(word: str) -> tuple[str, ...]:
    """As everywhere else, and as German, where that is another term; of words that say nothing none."""
    if says_nothing(word):
        return ()
    usual = _terms(word)
    return tuple(dict.fromkeys((*usual, *(german_stem(term) for term in usual if term.isalpha()))))


def _foreign(word: str) -> Iterator[str]:
    folded = "".join(c for c in unicodedata.normalize("NFKD", word) if not unicodedata.combining(c)).casefold()
    folded = unicodedata.normalize("NFC", folded)
    at = 0
    for run in _UNSPACED.finditer(folded):
        if run.start() > at:
            yield _stem(folded[at : run.start()])
        letters = run[0]
        yield from (letters[i : i + 2] for i in range(max(1, len(letters) - 1)))
        at = run.end()
    if at < len(folded):
        rest = folded[at:]
        yield russian_stem(rest) if cyrillic(rest) else _stem(rest)


@lru_cache(maxsize=1 << 16)
def _stem(word: str) -> str:
    """``word`` without its English ending, a light cut after Harman's S stemmer; others pass nearly unchanged."""
    for ending, put in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            word = word[: -len(ending)] + put
            if ending in {"ing", "ed"} and len(word) > 3 and word[-1] == word[-2] and word[-1] not in "ls":
                word = word[:-1]
            break
    return word[:-1] if word.endswith("e") and len(word) > 3 else word


def _concept(term: str, related: Iterable[str]) -> Concept:
    return Concept(term, ((term, 1.0), *((other, SYNONYM) for other in sorted(related) if other != term)))


def _phrases(stems: Sequence[str]) -> dict[int, frozenset[str]]:
    """For the place of each word that stands in a known phrase, the synonyms of that phrase."""
    found: dict[int, frozenset[str]] = {}
    for size in (2, 3, 4):
        for start in range(len(stems) - size + 1):
            related = _synonyms().get(" ".join(stems[start : start + size]))
            if related:
                for place in range(start, start + size):
                    found[place] = found.get(place, _NONE) | related
    return found


def _compounds(words: Sequence[str]) -> dict[int, frozenset[str]]:
    """For the place of each word what it and its neighbour are in one word: who shuts down speaks of a shutdown."""
    found: dict[int, frozenset[str]] = {}
    for place, (first, second) in enumerate(pairwise(words)):
        if first not in _STOP and (second not in _STOP or second in _PARTICLES) and (first + second).isalpha():
            joined = frozenset({_stem(first + second), _stem(_stem(first) + second)})
            for at in (place, place + 1):
                found[at] = found.get(at, _NONE) | joined
    return found


@cache
def _synonyms() -> dict[str, frozenset[str]]:
    """Stemmed word or phrase → stemmed words that it finds too, as ``synonyms.txt`` has them."""
    related: dict[str, set[str]] = {}
    for line in (Path(__file__).parent / "synonyms.txt").read_text("utf-8").splitlines():
        told, oneway, meant = ("" if line.startswith("#") else line).partition(" > ")
        names = [_named(name) for name in told.split()]
        finds = {name for name in (map(_named, meant.split()) if oneway else names) if " " not in name}
        for name in names:
            related.setdefault(name, set()).update(finds)
    return {name: frozenset(group) for name, group in related.items()}


def _named(name: str) -> str:
    return " ".join(_stem(part) for part in name.split("_"))
