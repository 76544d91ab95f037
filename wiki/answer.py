"""What the retrieval call answers, and how it fits a budget of tokens."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

from wiki.citations import Citation
from wiki.rows import Layer

TOKEN = 4
"""Characters a token."""
SHORTEST = 80
"""Less text than this is not worth cutting a passage for."""
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


def within(texts: Iterable[str], characters: int) -> Iterator[str]:
    """``texts`` in order while together they fit ``characters``; the last one may be cut, at a word."""
    left = characters
    for text in texts:
        if len(text) > left:
            if left >= SHORTEST:
                yield cut(text, left)
            return
        left -= len(text)
        yield text


def cut(text: str, characters: int) -> str:
    """``text`` cut at a word to at most ``characters``, ending in ``…`` if something was left out."""
    if len(text) <= characters:
        return text
    return _WORD_END.sub("", text[: characters - 1])[: characters - 1] + "…"
