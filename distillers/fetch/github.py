"""Merged pull requests of a GitHub repository: text, reviews, review comments, and the issues they closed.

The list of issues is asked, oldest change first, from a watermark on. Once a page moves the watermark the list is asked
anew from there, not for its second page: a request that changes meanwhile moves to the end of the list, and what stood
behind it would slip onto a page that was read already. The ``next`` link is followed where one moment fills a page.

Over REST (https://docs.github.com/rest), where a closed issue shows only in the words of the request that closed it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta

from distillers.fetch.base import Cursor, FetchError, Known, Page, Said, Ticket
from distillers.fetch.client import Client, MissingError
from distillers.sources.authors import Author, author
from distillers.sources.narrow import Fields, fields, items, string
from distillers.sources.tickets import listed, unique
from scheduling.base.clock import parse

PER_PAGE = 100
STRETCH = 10
"""Tickets that are stored together: what a limit in the middle of a page cannot take away."""
OVERLAP = timedelta(seconds=60)
"""Changes this close to the watermark are looked at again: a server may show them late."""
ISSUES = 10
FILES = 300

_CLOSES = re.compile(
    r"\b(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?)\b:?\s+"
    r"(?:(?P<repo>[\w.-]+/[\w.-]+)?#|https?://[^\s/]+/(?P<path>[\w.-]+/[\w.-]+)/issues/)(?P<number>\d+)\b",
    re.IGNORECASE,
)
"""GitHub's closing keywords (its documentation, "Linking a pull request to an issue")."""


class GitHub:
    """Fetches from the repository ``repo`` (``owner/name``). The client is closed when the last page is taken."""

    def __init__(self, client: Client, repo: str) -> None:
        self._client = client
        self._repo = repo
        self._listing = "issues"

    def pages(self, cursor: Cursor, known: Known) -> Iterator[Page]:
        """What was merged or changed since the watermark, oldest first."""
        with self._client:
            try:
                yield from self._pages(cursor, known)
            except MissingError:
                if self._listing == "pulls":
                    raise
                self._listing = "pulls"  # a repository without issues lists its requests alone, and from no watermark
                yield from self._pages(cursor, known)

    def _pages(self, cursor: Cursor, known: Known) -> Iterator[Page]:
        since, told = string(cursor.get("since")), fields(cursor.get("pages"))
        pages: dict[str, list[str]] = {}
        asked: set[str] = set()
        url = self._list(since)
        while url and url not in asked:
            asked.add(url)
            etag, after = (string(one) for one in (*items(told.get(url)), "", "")[:2])
            answer = self._client.get(url, etag)
            if answer.unchanged:
                pages[url], url = [etag, answer.next or after], answer.next or after
                continue
            rows = [fields(row) for row in items(answer.value)]
            here: Cursor = {"since": since, "pages": dict(pages)}
            yield from self._stretches([row for row in rows if self._is_news(row, known)], here)
            if answer.etag and (answer.next or len(rows) < PER_PAGE):  # a full last page may get a next one unnoticed
                pages[url] = [answer.etag, answer.next]
            since = max([since, *(string(row.get("updated_at")) for row in rows)])
            url, pages = (answer.next, pages) if self._list(since) in asked else (self._list(since), {})
            yield Page((), {"since": since, "pages": dict(pages)})

    def _list(self, since: str) -> str:
        asked = "state=closed&sort=updated&direction=asc"
        moment = parse(since)
        margin = f"&since={moment - OVERLAP:%Y-%m-%dT%H:%M:%SZ}" if moment and self._listing == "issues" else ""
        return f"repos/{self._repo}/{self._listing}?{asked}&per_page={PER_PAGE}{margin}"

    def _key(self, row: Fields) -> str:
        return f"{self._repo}#{row.get('number')}"

    def _is_news(self, row: Fields, known: Known) -> bool:
        request = fields(row.get("pull_request")) if self._listing == "issues" else row
        merged = bool(request) and bool(request.get("merged_at", "perhaps"))
        return merged and known.version(self._key(row)) != row.get("updated_at")

    def _stretches(self, rows: list[Fields], cursor: Cursor) -> Iterator[Page]:
        """The tickets of a page, a few at a time; also those that were whole before the source failed."""
        held: list[Ticket] = []
        for row in rows:
            try:
                ticket = self._ticket(row)
            except FetchError:
                yield Page(held, cursor)
                raise
            held += [ticket] if ticket else []
            if len(held) == STRETCH:
                yield Page(held, cursor)
                held = []
        yield Page(held, cursor)

    def _ticket(self, row: Fields) -> Ticket | None:
        """A merged request with all that was said about it; None if it is none."""
        at = f"repos/{self._repo}/pulls/{row.get('number')}"
        try:
            pull = fields(self._client.get(at).value)
        except MissingError:
            return None
        if not pull.get("merged_at"):
            return None
        body = string(pull.get("body"))
        branch = string(fields(pull.get("head")).get("ref"))
        files = [string(file.get("filename")) for file in self._all(f"{at}/files")]
        return Ticket(
            key=self._key(row),
            version=string(row.get("updated_at")),
            at=string(pull["merged_at"]),
            title=string(pull.get("title")),
            by="bot" if _author(pull) == "bot" else "team",
            labels=listed(pull.get("labels")),
            refs=unique(
                [f"#{row.get('number')}", pull.get("html_url"), pull.get("merge_commit_sha")],
                [f"branch:{branch}"] if branch else (),
                files[:FILES],
            ),
            said=(
                Said(body, by="bot" if _author(pull) == "bot" else "team"),
                *self._closed(f"{pull.get('title')}\n{body}"),
                *self._talk(f"{at}/reviews", "Review"),
                *(self._talk(f"{at}/comments", "Review comment") if pull.get("review_comments") else ()),
                *(
                    self._talk(f"{at.replace('/pulls/', '/issues/')}/comments", "Comment")
                    if pull.get("comments")
                    else ()
                ),
            ),
        )

    def _talk(self, path: str, heading: str) -> Iterator[Said]:
        for item in self._all(path):
            if (text := string(item.get("body"))).strip():
                yield Said(text, heading, _author(item))

    def _closed(self, text: str) -> Iterator[Said]:
        """The issues of this repository that a request says it closes."""
        named = ((match["repo"] or match["path"], match["number"]) for match in _CLOSES.finditer(text))
        own = [number for repo, number in named if not repo or repo.lower() == self._repo.lower()]
        for number in list(dict.fromkeys(own))[:ISSUES]:
            try:
                issue = fields(self._client.get(f"repos/{self._repo}/issues/{number}").value)
            except MissingError:
                continue  # it was deleted, or moved elsewhere
            texts = [text for name in ("title", "body") if (text := string(issue.get(name))).strip()]
            if texts and not issue.get("pull_request"):
                yield Said("\n\n".join(texts), f"Issue #{number}", _author(issue))

    def _all(self, path: str) -> Iterator[Fields]:
        """A list that belongs to a request; empty if it is not shown (a change too large to list its files)."""
        with suppress(MissingError):
            yield from map(fields, self._client.all(path, per_page=PER_PAGE))


def _author(item: Fields) -> Author:
    """Who wrote it; somebody from outside if GitHub does not say."""
    return author(item) or "outside"
