"""The gate before everything that is served over HTTP: who may knock, how often, how loudly, and as whom.

    forged Host 421 · foreign Origin 403 · body too large 413, too slow 408 · no token 401 · too often 429

It is asked before any route is looked up, so that no answer depends on what there is behind it.
"""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from wiki.server import faults
from wiki.server.binding import LOOPBACK
from wiki.tokens import Holder

OPEN = frozenset({"/healthz", "/openapi.json"})
"""What says nothing about any domain and needs no token."""
_HOST = re.compile(r"(?:\[([0-9a-fA-F:.]+)\]|([A-Za-z0-9.-]+))(?::\d{1,5})?")
_BEARER = re.compile(r"[Bb]earer +(\S+)")


@dataclass(frozen=True, slots=True)
class Limits:
    """What the gate lets through. ``hosts`` are names beside loopback; ``rate`` is requests a minute for each token."""

    hosts: frozenset[str] = frozenset()
    body: int = 64 * 1024
    rate: int = 1200
    wrong: int = 60
    """Requests a minute without a token that is known, from all callers together."""
    patience: float = 10.0
    """Seconds in which a body must arrive."""


@dataclass(slots=True)
class _Bucket:
    """A token bucket: as many at once as in a minute, refilled evenly."""

    left: float
    at: float

    def take(self, rate: int) -> bool:
        now = time.monotonic()
        self.left = min(float(rate), self.left + (now - self.at) * rate / 60)
        self.at = now
        if self.left < 1:
            return False
        self.left -= 1
        return True


@dataclass
class Gate:
    """An ASGI app before ``app``. ``known`` says whose a token is; the holder is then ``scope["state"]["holder"]``."""

    app: ASGIApp
    known: Callable[[str], Holder | None]
    limits: Limits = field(default_factory=Limits)
    _buckets: dict[str, _Bucket] = field(default_factory=dict[str, _Bucket])

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers itself, or hands on."""
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self.app(scope, receive, send)
            return
        headers = _headers(scope)
        refused = self._refused(scope, headers)
        if refused is not None:
            await refused.send(send)
            return
        body = await self._body(headers, receive)
        if isinstance(body, Refusal):
            await body.send(send)
            return
        begun = False

        async def noting(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self.app(scope, _replayed(body, receive), noting)
        except Exception as error:  # noqa: BLE001 (the last place before a library would log it with all it held)
            faults.note(error)
            if not begun:
                await Refusal(500, faults.FAILED).send(send)

    def _refused(self, scope: Scope, headers: Mapping[str, list[str]]) -> Refusal | None:
        hosts = LOOPBACK | self.limits.hosts
        if _host(headers.get("host", [])) not in hosts:
            return Refusal(421, "this server does not answer to that host name")
        if any(_origin(one) not in hosts for one in headers.get("origin", [])):
            return Refusal(403, "requests from that origin are refused")
        if scope["path"] in OPEN:
            return None
        return self._unknown(scope, headers)

    def _unknown(self, scope: Scope, headers: Mapping[str, list[str]]) -> Refusal | None:
        shown = _BEARER.fullmatch(" ".join(headers.get("authorization", [])).strip())
        holder = self.known(shown[1]) if shown else None
        if not self._bucket(holder.name if holder else "").take(self.limits.rate if holder else self.limits.wrong):
            return Refusal(429, "too many requests", {"retry-after": "5"})
        if holder is None:
            return Refusal(401, "a valid token is needed", {"www-authenticate": 'Bearer realm="stillhouse"'})
        scope.setdefault("state", {})["holder"] = holder
        return None

    def _bucket(self, name: str) -> _Bucket:
        """The bucket of a holder; "" is that of all who are none, so there are never more than holders and one."""
        rate = self.limits.rate if name else self.limits.wrong
        return self._buckets.setdefault(name, _Bucket(float(rate), time.monotonic()))

    async def _body(self, headers: Mapping[str, list[str]], receive: Receive) -> bytes | Refusal:
        """The whole body, at most :attr:`Limits.body` of it."""
        if "content-length" not in headers and "transfer-encoding" not in headers:
            return b""
        sizes = headers.get("content-length", [])
        if any(size.isdecimal() and int(size[:12]) > self.limits.body for size in sizes):
            return Refusal(413, f"a request may have {self.limits.body} bytes", {"connection": "close"})
        parts: list[bytes] = []
        try:
            async with asyncio.timeout(self.limits.patience):
                while True:
                    message = await receive()
                    parts.append(message.get("body", b""))
                    if sum(map(len, parts)) > self.limits.body:
                        return Refusal(413, f"a request may have {self.limits.body} bytes", {"connection": "close"})
                    if message["type"] != "http.request" or not message.get("more_body"):
                        return b"".join(parts)
        except TimeoutError:
            return Refusal(408, "the request did not arrive in time", {"connection": "close"})


@dataclass(frozen=True, slots=True)
class Refusal:
    """An answer of the gate's own: one line of JSON that repeats nothing of what was asked."""

    status: int
    error: str
    headers: Mapping[str, str] = field(default_factory=dict[str, str])

    async def send(self, send: Send) -> None:
        """Answers with it."""
        body = json.dumps({"error": self.error}).encode()
        named = {"content-type": "application/json", "content-length": str(len(body)), **self.headers}
        pairs = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in named.items()]
        await send({"type": "http.response.start", "status": self.status, "headers": pairs})
        await send({"type": "http.response.body", "body": body})


def _headers(scope: Scope) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in scope["headers"]:
        found.setdefault(name.decode("latin-1").lower(), []).append(value.decode("latin-1"))
    return found


def _host(values: Iterable[str]) -> str:
    """The host that exactly one header names, without its port; "" otherwise."""
    named = list(values)
    match = _HOST.fullmatch(named[0]) if len(named) == 1 else None
    return (match[1] or match[2]).lower() if match else ""


def _origin(value: str) -> str:
    try:
        parts = urlsplit(value)
    except ValueError:
        return ""
    return _host([parts.netloc]) if parts.scheme in {"http", "https"} and not parts.path else ""


def _replayed(body: bytes, receive: Receive) -> Receive:
    """``receive`` with the body that was read already as its first message."""
    waiting = [body]

    async def replay() -> Message:
        if waiting:
            return {"type": "http.request", "body": waiting.pop(), "more_body": False}
        return await receive()

    return replay
