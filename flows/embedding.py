"""The ``[retrieval]`` table: by which embedder the index is made and asked, and what counts how much."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from wiki.embed_names import KINDS, is_embedder
from wiki.priors import Weights


def _embedder(name: str) -> str:
    if name and not is_embedder(name):
        raise ValueError(f"{name!r} is no embedder: write {', '.join(KINDS)}")
    return name


def _address(url: str) -> str:
    parts = urlsplit(url)
    here = parts.hostname in ("127.0.0.1", "::1", "localhost")
    if url and not (parts.hostname and (parts.scheme == "https" or (parts.scheme == "http" and here))):
        raise ValueError(f"{url!r} is no https address: what is embedded, and the key, would be read on the way")
    return url


USUAL = Weights()
Share = Annotated[float, Field(ge=0, le=2)]


class WeightsTable(BaseModel):
    """What passages count by confidence, tier, author and age; what vectors count beside text."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    high: Share = USUAL.high
    medium: Share = USUAL.medium
    talk: Share = USUAL.talk
    tool: Share = USUAL.tool
    refuted: Share = USUAL.refuted
    human: Share = USUAL.human
    firm: Share = USUAL.firm
    recent: Share = USUAL.recent
    vector: Annotated[float, Field(ge=0, le=1)] = USUAL.vector


class RetrievalTable(BaseModel):
    """Without an embedder the retrieval call asks by full text alone. ``key_env`` names a variable, never a key."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    embedder: Annotated[str, AfterValidator(_embedder)] = ""
    url: Annotated[str, AfterValidator(_address)] = ""
    key_env: str = ""
    weights: WeightsTable = WeightsTable()

    def weighing(self) -> Weights:
        """As the retrieval call takes them."""
        return Weights(**self.weights.model_dump())
