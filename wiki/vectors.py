"""Vectors of rows: what is embedded of a passage, and the column they make. What was embedded once is not again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import numpy as np
import orjson
import pyarrow

from wiki.embed import Embedder, EmbedderError, named
from wiki.rows import VECTOR, ArrowTable

pa = cast("Any", pyarrow)  # ships no types

SOME = 256
"""Texts that are handed to the embedder together."""


class OtherWidthError(EmbedderError):
    """The embedder makes vectors of another width than those that the index has."""


def voiced(meta: str, text: str) -> str:
    """What is embedded of a row: its text under its title and heading."""
    told = orjson.loads(meta)
    path = " > ".join(part for part in (told["title"], told["heading"]) if part)
    return f"{path}\n{text}"


def spoken(rows: ArrowTable) -> dict[str, Any]:
    """Text → its vector, of ``rows`` that can be found."""
    if VECTOR not in rows.column_names:
        return {}
    columns = (rows[name].to_pylist() for name in ("meta", "text", "terms", VECTOR))
    return {voiced(meta, text): vector for meta, text, terms, vector in zip(*columns, strict=True) if terms}


def with_vectors(rows: ArrowTable, had: Mapping[str, Any], embedder: Embedder, dim: int) -> ArrowTable:
    """``rows`` with their vectors: those that ``had`` one keep it.

    A row that is not to be found gets one that says nothing, for LanceDB wants one of each. Raises
    :class:`OtherWidthError` if the embedder makes others than of ``dim`` numbers.
    """
    metas, texts, terms = (rows[name].to_pylist() for name in ("meta", "text", "terms"))
    said = [voiced(meta, text) if words else None for meta, text, words in zip(metas, texts, terms, strict=True)]
    wanted = sorted({one for one in said if one is not None and one not in had}, key=lambda one: (len(one), one))
    made: dict[str, Any] = dict(had)
    for start in range(0, len(wanted), SOME):
        some = wanted[start : start + SOME]
        vectors = embedder.encode(some)
        if vectors.shape[1] != dim:
            raise OtherWidthError(
                f"{named(embedder)} answers {vectors.shape[1]} numbers, the index was made with {dim}"
            )
        made |= zip(some, vectors, strict=True)
    nothing = np.eye(1, dim, dtype=np.float32)[0]
    column = [nothing if one is None else np.asarray(made[one], np.float32) for one in said]
    return rows.append_column(
        pa.field(VECTOR, pa.list_(pa.float32(), dim)), pa.array(column, pa.list_(pa.float32(), dim))
    )
