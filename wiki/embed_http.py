"""Embedders behind an address: Ollama, and whatever speaks OpenAI's embeddings API, hosted or on a machine of yours.

What is sent is what the index holds, so secrets are masked in it. No redirect is followed: the key is for one host.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, cast
from urllib.parse import urlsplit

import httpx
import numpy as np

from wiki.embed import EmbedderError, Vectors, unit

TOGETHER = 64
"""Texts in one request."""
TRIES = 3
PAUSE = 0.5
"""Seconds before the second try, doubled before the third."""
TIMEOUT = 60.0
"""Seconds for an answer in a night …"""
HURRIED = 5.0
"""… and, tried once, while somebody waits for what a search finds."""
LONGEST = 8000
"""Characters of a text that are sent: more than any model of today embeds of one."""
OLLAMA, OPENAI = "http://127.0.0.1:11434", "https://api.openai.com/v1"


@dataclass(frozen=True)
class Endpoint:
    """Where an embedder answers: ``url`` above its API, ``key`` if it wants one, ``proxy`` if there is one.

    ``hurried`` if somebody waits: then it is asked once, and not for long.
    """

    url: str
    key: str = ""
    proxy: str = ""
    hurried: bool = False

    def ask(self, path: str, body: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """The JSON object that ``path`` answers to ``body``, or to a GET without one. Raises :class:`EmbedderError`."""
        problem = ""
        for turn in range(1 if self.hurried else TRIES):
            if turn:
                time.sleep(PAUSE * 2 ** (turn - 1))
            try:
                reply = self._http.request("POST" if body else "GET", self.url.rstrip("/") + path, json=body)
            except httpx.HTTPError as error:
                problem = self._silence(error)
                continue
            if reply.status_code == 200:
                return self._object(reply)
            problem = f"HTTP {reply.status_code}"
            if reply.status_code != 429 and reply.status_code < 500:
                break
        raise EmbedderError(f"{self._host} does not embed: {problem}", hint="see [retrieval] in stillhouse.toml")

    def _object(self, reply: httpx.Response) -> dict[str, Any]:
        try:
            value: Any = reply.json()
        except ValueError:
            value = None
        if not isinstance(value, dict):
            raise EmbedderError(f"{self._host} answers something that is no JSON object")
        return cast("dict[str, Any]", value)

    def _silence(self, error: httpx.HTTPError) -> str:
        """Why there is no reply, for a person."""
        if isinstance(error, httpx.ConnectError):
            return "nobody answers there"
        if isinstance(error, httpx.TimeoutException):
            return f"no answer in {self._patience:.0f} seconds"
        return "the connection broke"

    @property
    def _patience(self) -> float:
        return HURRIED if self.hurried else TIMEOUT

    @property
    def _host(self) -> str:
        return urlsplit(self.url).netloc

    @cached_property
    def _http(self) -> httpx.Client:
        headers = {"authorization": f"Bearer {self.key}"} if self.key else {}
        return httpx.Client(headers=headers, timeout=self._patience, proxy=self.proxy or None, trust_env=False)


class Ollama:
    """A model that Ollama serves: the :class:`~wiki.embed.Embedder` ``ollama:<model>``."""

    def __init__(self, model: str, endpoint: Endpoint) -> None:
        self.id = f"ollama:{model}"
        self._model = model
        self._endpoint = endpoint

    @property
    def revision(self) -> str:
        """The model's digest as Ollama tells it; "" if it does not."""
        return self._digest

    @cached_property
    def _digest(self) -> str:
        listed = self._endpoint.ask("/api/tags").get("models")
        named = {one.get("name", ""): str(one.get("digest", "")) for one in cast("list[dict[str, Any]]", listed or [])}
        return (named.get(self._model) or named.get(f"{self._model}:latest") or "")[:12]

    def encode(self, texts: Sequence[str]) -> Vectors:
        """See :class:`~wiki.embed.Embedder`."""
        return _stacked(self.id, texts, self._some)

    def _some(self, texts: Sequence[str]) -> Any:
        return self._endpoint.ask("/api/embed", {"model": self._model, "input": texts}).get("embeddings")


class OpenAI:
    """A model behind an OpenAI-compatible API: the :class:`~wiki.embed.Embedder` ``openai:<model>``."""

    revision = ""

    def __init__(self, model: str, endpoint: Endpoint) -> None:
        self.id = f"openai:{model}"
        self._model = model
        self._endpoint = endpoint

    def encode(self, texts: Sequence[str]) -> Vectors:
        """See :class:`~wiki.embed.Embedder`."""
        return _stacked(self.id, texts, self._some)

    def _some(self, texts: Sequence[str]) -> Any:
        body = {"model": self._model, "input": texts, "encoding_format": "float"}
        rows = cast("list[dict[str, Any]]", self._endpoint.ask("/embeddings", body).get("data") or [])
        return [row.get("embedding") for row in sorted(rows, key=lambda row: row.get("index", 0))]


def _stacked(name: str, texts: Sequence[str], some: Any) -> Vectors:
    """The vectors of ``texts`` by the embedder ``name``, some at a time: one a text, all of one width."""
    parts: list[Any] = []
    for start in range(0, len(texts), TOGETHER):
        asked = [text[:LONGEST] or " " for text in texts[start : start + TOGETHER]]
        try:
            made = np.asarray(some(asked), np.float32)
        except (TypeError, ValueError) as error:
            raise EmbedderError(f"the answer of {name} holds no vectors of one width") from error
        if made.ndim != 2 or len(made) != len(asked):
            raise EmbedderError(f"{name} answers {len(made) if made.ndim else 0} vectors for {len(asked)} texts")
        if not np.isfinite(made).all():
            raise EmbedderError(f"{name} answers a vector with something that is no number")
        parts.append(made)
    return unit(np.concatenate(parts)) if parts else np.zeros((0, 0), np.float32)
