"""What the retrieval call answers, and how it fits a budget of tokens."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any, TypeVar

from wiki.citations import Citation
from wiki.rows import Layer

T = TypeVar("T")

TOKEN = 4
"""Characters a token."""
SHORTEST = 80
"""Less text than this is not worth cutting a passage for."""
_SENTENCE_END = re.compile(r"[.!?…][)\"'”’\]]*(?=\s)|[。！？]|\n")
_WORD_END = re.compile(r"\s+\S*$")


@dataclass(frozen=True, slots=True)
class Result:
    """One passage. ``page`` is ``domain/slug``, "" in the record; ``confidence`` there is ``raw``."""

    layer: Layer
    page: str
    title: str
    heading: str
    anchor: str
    text: str
    confidence: str
    score: float
    updated: str
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """All that was found for one query, best first."""

    query: str
    domain: str
    confident: bool
    mode: str
    took_ms: float
    commit: str
    """Commit of the wiki that the index shows."""
    results: tuple[Result, ...]

    @property
    def tokens(self) -> int:
        """What the texts of all results together cost."""
        return -(-sum(len(result.text) for result in self.results) // TOKEN)

    def to_json(self) -> dict[str, Any]:
        """The answer as ``search --json`` prints it."""
        return {
            "query": self.query,
            "domain": self.domain,
            "confident": self.confident,
            "mode": self.mode,
            "took_ms": round(self.took_ms, 1),
            "tokens": self.tokens,
            "commit": self.commit,
            "results": [asdict(result) for result in self.results],
        }


def fitting(items: Iterable[T], text_of: Callable[[T], str], characters: int | None) -> Iterator[tuple[T, str]]:
    """``items`` in order with their texts while these, and what parts them, together fit ``characters``.

    The last may be cut, at the end of a sentence; only if it is also the first, and has none, at a word.
    """
    left = characters
    for item in items:
        text = text_of(item)
        if left is None or len(text) <= left:
            yield item, text
            left = None if left is None else left - len(text) - 1
            continue
        if left >= SHORTEST and (left == characters or _sentences(text, left)):
            yield item, cut(text, left)
        return


def cut(text: str, characters: int) -> str:
    """``text`` cut to at most ``characters``, ending in ``…`` if something was left out.

    It is cut where a sentence or line ends, or at a word if none does beyond the half.
    """
    if len(text) <= characters:
        return text
    whole = _sentences(text, characters)
    return f"{whole} …" if whole else _WORD_END.sub("", text[: characters - 1])[: characters - 1] + "…"


def _sentences(text: str, characters: int) -> str:
    """The whole sentences with which ``text`` begins, or "" if they fill less than half of ``characters``."""
    ends = [end.end() for end in _SENTENCE_END.finditer(text, 0, characters - 2)]
    return text[: ends[-1]].rstrip() if ends and ends[-1] >= characters // 2 else ""
