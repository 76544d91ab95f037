"""What embedders are called in settings. Apart, because reading settings must not load what embedders need."""

from __future__ import annotations

KINDS = ("minilm", "fastembed:MODEL", "ollama:MODEL", "openai:MODEL")


def is_embedder(name: str) -> bool:
    """Whether ``name`` is the name of an embedder: ``minilm``, or a kind, a colon and a model."""
    kind, _, model = name.partition(":")
    if kind == "hashed":
        return model.isdecimal() and int(model) > 0
    return name == "minilm" or (kind in ("fastembed", "ollama", "openai") and bool(model))
