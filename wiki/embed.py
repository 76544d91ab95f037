"""The seam for embedders: texts in, vectors out. Which one an index was made with stands in its manifest.

Without one there is full text alone, which needs no model; an answer says which of the two it is.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any, Protocol, TypeAlias

import numpy as np

from scheduling.base.errors import StillhouseError
from wiki.words import analyse

Vectors: TypeAlias = "np.ndarray[tuple[int, int], np.dtype[np.float32]]"
"""float32 [n, dim], each row of length 1."""


class EmbedderError(StillhouseError):
    """An embedder that cannot be used: not installed, not reachable, or not the one that the index was made with."""


class Embedder(Protocol):
    """Anything that turns texts into vectors which lie near each other when the texts mean alike."""

    @property
    def id(self) -> str:
        """The name of the adapter and its model, such as ``ollama:nomic-embed-text``."""
        ...

    @property
    def revision(self) -> str:
        """What changes when the same id would make other vectors; "" if that cannot be told."""
        ...

    def encode(self, texts: Sequence[str]) -> Vectors:
        """A vector a text, in their order: float32 [n, dim], of length 1. Raises :class:`EmbedderError`."""
        ...


class Hashed:
    """An embedder without a model: every term falls into a place by its hash. For tests, and for trying out the seam.

    Equal words give equal vectors on every machine (feature hashing: Weinberger et al. 2009).
    """

    def __init__(self, dim: int = 64, revision: str = "1") -> None:
        self.dim = dim
        self.id = f"hashed:{dim}"
        self.revision = revision

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Vectors of length 1; of a text without any term all zero."""
        made = np.zeros((len(texts), self.dim), np.float32)
        for row, text in enumerate(texts):
            for term in analyse(text):
                place = int.from_bytes(hashlib.blake2b(term.encode(), digest_size=8).digest(), "little")
                made[row, place % self.dim] += 1.0 if place >> 63 else -1.0
        return unit(made)


def unit(vectors: Any) -> Vectors:
    """``vectors`` as float32, each row of length 1, or zero if it was zero."""
    made = np.asarray(vectors, np.float32)
    lengths = np.linalg.norm(made, axis=1, keepdims=True)
    return made / np.where(lengths == 0, 1, lengths).astype(np.float32)


def named(embedder: Embedder | None) -> str:
    """``id@revision``: what the manifest of an index says, and what must be equal; "" without one."""
    return f"{embedder.id}@{embedder.revision}" if embedder else ""


def unfit(embedder: Embedder, made_with: str, dim: int) -> str:
    """Why ``embedder`` cannot ask an index that was ``made_with`` vectors of ``dim`` numbers; "" if it can.

    Asks it for one vector. Raises :class:`EmbedderError` if it gives none.
    """
    if named(embedder) != made_with:
        return f"made {f'with {made_with}' if made_with else 'without vectors'}, the settings name {named(embedder)}"
    width = embedder.encode(["dimension"]).shape[1]
    return "" if width == dim else f"made of vectors of {dim} numbers, {made_with} answers {width}"
