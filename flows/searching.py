"""The retrieval call as the settings want it: with their embedder and their weights."""

from __future__ import annotations

from flows.reaching import proxy
from flows.settings import Settings
from flows.surroundings import variables
from scheduling.ledger.store import Ledger
from wiki.embed import Embedder, EmbedderError
from wiki.search import Searcher


def embedder(settings: Settings, *, hurried: bool = False) -> Embedder | None:
    """The embedder that the settings name; None without one. ``hurried`` if somebody waits for what it answers.

    Raises EmbedderError if its key is not in the environment, or its packages are not installed.
    """
    wanted = settings.retrieval
    if not wanted.embedder:
        return None
    from wiki.embed_http import OLLAMA, OPENAI  # noqa: PLC0415 (who asks by text alone loads neither)
    from wiki.embedders import Home, choose  # noqa: PLC0415 (the same)

    key = variables([wanted.key_env]).get(wanted.key_env, "") if wanted.key_env else ""
    if wanted.key_env and not key:
        raise EmbedderError(
            f"retrieval.key_env names {wanted.key_env}, which is not set", hint=f"export {wanted.key_env}=…"
        )
    address = wanted.url or (OPENAI if wanted.embedder.startswith("openai:") else OLLAMA)
    return choose(wanted.embedder, Home(settings.workspace.state / "models", wanted.url, key, proxy(address), hurried))


def searcher(settings: Settings, ledger: Ledger) -> Searcher:
    """A searcher of the settings' index; by text alone where the embedder cannot be used, and its answers say so."""
    try:
        made = embedder(settings, hurried=True)
    except EmbedderError:
        made = None
    return Searcher(settings.workspace.index, ledger, made, settings.retrieval.weighing())
