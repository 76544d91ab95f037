"""Asking a JSON API over HTTP: conditional, page by page, patient within limits, and never telling the token.

The only module that reaches the network. Requests go to the API's own host alone, one after the other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cache
from ssl import SSLContext
from typing import Any

import httpx
import orjson

from distillers.fetch.base import Access, DeferredError, FetchError
from scheduling.base.clock import now

TRIES = 3
"""How often a request is tried that meets a broken connection or a server's fault."""
PATIENCE = 90.0
"""Seconds that one wait for a rate limit may take; a longer one is left to the next night."""
WAITS = 5
REDIRECTS = 3
SECONDARY = 60.0
"""Seconds to wait where a limit names none (GitHub's documentation of its secondary limits)."""
LARGEST = 32 * 1024 * 1024
TIMEOUT = 30.0


class MissingError(FetchError):
    """What was asked for is not there, or this token may not see it."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a request brought: its JSON value (None if it is unchanged), its ETag, and where the next page is."""

    value: Any
    etag: str = ""
    next: str = ""
    unchanged: bool = False


@dataclass(frozen=True, slots=True)
class _Reply:
    url: httpx.URL
    status: int
    headers: httpx.Headers
    content: bytes
    next: str


@cache
def _trusted() -> SSLContext:
    """The authorities that are believed; reading them takes longer than many an answer, so they are read once."""
    context = httpx.create_ssl_context(trust_env=False)
    context.load_default_certs()  # a company's own authority, beside the public ones
    return context


class Client:
    """Requests to one API. Use it as a context manager."""

    def __init__(self, access: Access) -> None:
        self._access = access
        self._base = httpx.URL(access.api.rstrip("/") + "/")
        headers = {
            "accept": "application/vnd.github+json",
            "user-agent": "stillhouse",
            "x-github-api-version": "2022-11-28",
        }
        if access.token:
            headers["authorization"] = f"Bearer {access.token}"
        self._http = httpx.Client(
            headers=headers,
            timeout=TIMEOUT,
            verify=_trusted(),
            proxy=access.proxy or None,
            trust_env=False,
        )
        self._mend = "check GITHUB_TOKEN" if access.token else "set GITHUB_TOKEN"

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def get(self, path: str, etag: str = "", **params: str | int) -> Answer:
        """Asks for ``path`` (below the API's address, or a whole address that an answer gave).

        With the ``etag`` of an earlier answer an unchanged page comes back empty. Raises :class:`MissingError` for what
        is not there, :class:`DeferredError` for a limit that lasts too long, :class:`FetchError` for all else.
        """
        url = self._own(self._base, path)
        url = url.copy_merge_params(params) if params else url
        for _ in range(WAITS):
            reply = self._follow(url, etag)
            pause = _pause(reply)
            if pause is None:
                return self._read(reply)
            if pause > PATIENCE:
                raise self._deferred(pause)
            self._access.sleep(pause + 1)
        raise self._deferred(SECONDARY)

    def all(self, path: str, limit: int = 10, **params: str | int) -> Iterator[Any]:
        """The items of all pages of a list, at most ``limit`` pages."""
        at = path
        for _ in range(limit):
            answer = self.get(at, "", **params)
            yield from answer.value if isinstance(answer.value, list) else ()
            if not answer.next:
                return
            at, params = answer.next, {}

    def _own(self, base: httpx.URL, path: str) -> httpx.URL:
        """``path`` seen from ``base``, if it leads to the API's own host: the token is for nobody else."""
        try:
            url = base.join(path)
        except httpx.InvalidURL as error:
            raise FetchError(f"{self._base.host} points to something that is no address") from error
        if (url.scheme, url.host, url.port) != (self._base.scheme, self._base.host, self._base.port):
            raise FetchError(f"{self._base.host} points to another host, {url.host}", hint="nothing was asked there")
        return url

    def _deferred(self, pause: float) -> DeferredError:
        until = datetime.fromtimestamp(now().timestamp() + pause, UTC)
        return DeferredError(
            f"{self._base.host} allows no more requests until {until:%H:%M} UTC",
            hint="the next night goes on from there",
        )

    def _follow(self, url: httpx.URL, etag: str) -> _Reply:
        """The reply, also of a repository that was renamed."""
        for _ in range(REDIRECTS):
            reply = self._send(url, etag)
            if reply.status not in (301, 302, 307, 308):
                return reply
            url = self._own(url, reply.headers.get("location", ""))
        raise FetchError(f"{url.host} sends {url.path} in circles")

    def _send(self, url: httpx.URL, etag: str) -> _Reply:
        """One request, tried again after a broken connection or a server's fault."""
        headers = {"if-none-match": etag} if etag else {}
        problem = ""
        for turn in range(TRIES):
            if turn:
                self._access.sleep(2.0**turn)
            try:
                with self._http.stream("GET", url, headers=headers) as answer:
                    reply = _Reply(url, answer.status_code, answer.headers, _body(answer), _next(answer))
            except httpx.ConnectError as error:
                raise FetchError(f"cannot reach {url.host}: {_said(error)}", hint="offline?") from error
            except httpx.RequestError as error:
                problem = _said(error)
            else:
                if reply.status < 500:
                    return reply
                problem = f"it answered {reply.status}"
        raise FetchError(f"{url.host} fails at {url.path}: {problem}", hint="the next night tries again")

    def _read(self, reply: _Reply) -> Answer:
        host, path = reply.url.host, reply.url.path
        match reply.status:
            case 304:
                return Answer(None, next=reply.next, unchanged=True)
            case 200:
                return Answer(_json(reply), reply.headers.get("etag", ""), reply.next)
            case 404 | 406 | 410 | 422:
                raise MissingError(f"{host} does not show {path} ({reply.status})", hint=self._mend)
            case 401 | 403:
                raise FetchError(f"{host} refuses {path} ({reply.status})", hint=self._mend)
            case _:
                raise FetchError(f"{host} answers {path} with {reply.status}")


def _body(answer: httpx.Response) -> bytes:
    """The body, up to a size that no honest page has."""
    kept = bytearray()
    for block in answer.iter_bytes():
        kept += block
        if len(kept) > LARGEST:
            raise FetchError(f"{answer.url.host} sent more than {LARGEST} bytes for one page")
    return bytes(kept)


def _next(answer: httpx.Response) -> str:
    """The address of the next page that the Link header names, "" for the last page."""
    return answer.links.get("next", {}).get("url", "")


def _json(reply: _Reply) -> Any:
    try:
        return orjson.loads(reply.content)
    except orjson.JSONDecodeError as error:
        raise FetchError(f"{reply.url.host} answers {reply.url.path} with something that is no JSON") from error


def _pause(reply: _Reply) -> float | None:
    """How many seconds a limit asks to wait, None if there is none. Measured by the server's own clock."""
    if reply.status not in (403, 429):
        return None
    headers = reply.headers
    with suppress(ValueError, KeyError):
        if "retry-after" in headers:
            return max(0.0, float(headers["retry-after"]))
        if headers.get("x-ratelimit-remaining") == "0":
            return max(0.0, float(headers["x-ratelimit-reset"]) - _clock(headers))
    return SECONDARY if reply.status == 429 or b"rate limit" in reply.content[:4096].lower() else None


def _clock(headers: Mapping[str, str]) -> float:
    with suppress(KeyError, ValueError):
        return parsedate_to_datetime(headers["date"]).timestamp()
    return now().timestamp()


def _said(error: Exception) -> str:
    return str(error) or type(error).__name__
