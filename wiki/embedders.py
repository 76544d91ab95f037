"""The embedders there are, by the name that settings give them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from scheduling.base.errors import UsageError
from wiki.embed import Embedder, EmbedderError, Hashed, Vectors, unit
from wiki.embed_names import KINDS, is_embedder


class FastEmbed:
    """A model of the ``fastembed`` package, which downloads it: the embedder ``fastembed:<model>``."""

    revision = ""

    def __init__(self, model: str, folder: Path) -> None:
        if find_spec("fastembed") is None:
            raise EmbedderError("fastembed is not installed", hint="run: .venv/bin/python -m pip install fastembed")
        self.id = f"fastembed:{model}"
        self._name = model
        self._folder = folder

    def encode(self, texts: Sequence[str]) -> Vectors:
        """See :class:`~wiki.embed.Embedder`."""
        return unit(np.stack(list(self._model.embed(list(texts)))))

    @cached_property
    def _model(self) -> Any:
        try:
            return import_module("fastembed").TextEmbedding(self._name, cache_dir=str(self._folder))
        except Exception as error:  # whatever a download or a model's runtime raises
            raise EmbedderError(f"fastembed cannot load {self._name}: {error}") from error


@dataclass(frozen=True, slots=True)
class Home:
    """Where an embedder lives: ``folder`` for a model that runs here, ``url`` and the rest for one that is asked.

    ``hurried`` if somebody waits for what it answers.
    """

    folder: Path
    url: str = ""
    key: str = ""
    proxy: str = ""
    hurried: bool = False


def choose(name: str, home: Home) -> Embedder | None:
    """The embedder that is called ``name``; None for "".

    Raises :class:`UsageError` for a name that is none, :class:`EmbedderError` if its packages are not installed.
    """
    if not name:
        return None
    if not is_embedder(name):
        raise UsageError(f"there is no embedder {name!r}", hint=f"known: {', '.join(KINDS)}")
    kind, _, model = name.partition(":")
    match kind:
        case "minilm":
            from wiki.embed_minilm import MiniLM  # noqa: PLC0415 (its packages are optional)

            return MiniLM(home.folder)
        case "fastembed":
            return FastEmbed(model, home.folder)
        case "hashed":
            return Hashed(int(model))
        case _:
            return _asked(kind, model, home)


def _asked(kind: str, model: str, home: Home) -> Embedder:
    from wiki.embed_http import OLLAMA, OPENAI, Endpoint, Ollama, OpenAI  # noqa: PLC0415 (text alone needs no HTTP)

    usual = OLLAMA if kind == "ollama" else OPENAI
    endpoint = Endpoint(home.url or usual, home.key, home.proxy, home.hurried)
    return Ollama(model, endpoint) if kind == "ollama" else OpenAI(model, endpoint)
