"""Which fetcher asks a target."""

from __future__ import annotations

from pathlib import Path

from distillers.fetch.base import Access, Fetcher, Target
from distillers.fetch.history import History
from distillers.fetch.repository import open_repository


def fetcher(target: Target, access: Access) -> Fetcher:
    """The fetcher of ``target``; ``access`` is for one behind an API. Raises :class:`FetchError` if it is not there."""
    if target.kind == "git":
        return History(open_repository(Path(target.place)), target.branches)
    from distillers.fetch.client import Client  # noqa: PLC0415 (a night without an API does not pay for its client)
    from distillers.fetch.github import GitHub  # noqa: PLC0415 (as above)

    return GitHub(Client(access), target.place)
