"""How servers elsewhere are reached from here: with which token, through which proxy."""

from __future__ import annotations

from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from distillers.fetch.base import Access
from flows.surroundings import variables


def proxy(address: str) -> str:
    """The proxy through which ``address`` is reached; "" for none."""
    parts = urlsplit(address)
    return "" if proxy_bypass(parts.netloc) else getproxies().get(parts.scheme, "")


def access(api: str) -> Access:
    """How to reach the API at ``api``: with the token of GITHUB_TOKEN or GH_TOKEN, through the proxy that is set."""
    return Access(api, next(iter(variables(("GITHUB_TOKEN", "GH_TOKEN")).values()), ""), proxy(api))
