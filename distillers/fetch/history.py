"""The history of a git repository: each commit of its main branch is a piece of merged work.

What a branch gained since last time is asked as a range. A branch that no longer holds the commit it stood at was
rewritten: then all of its history is looked through, and commits it does not hold any more are taken back.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from distillers.fetch.base import Cursor, FetchError, Gone, Known, Page, Ticket
from distillers.fetch.commits import key_of, parse, ticket
from distillers.fetch.repository import Repository
from distillers.sources.narrow import fields, string

STRETCH = 500


class History:
    """Reads ``repository``: ``branches``, or its main branch if none is named."""

    def __init__(self, repository: Repository, branches: Sequence[str] = ()) -> None:
        self._repository = repository
        self._branches = tuple(branches)

    def pages(self, cursor: Cursor, known: Known) -> Iterator[Page]:
        """The commits since ``cursor``, parents before children, then those that were rewritten away."""
        heads = self._heads()
        left = {name: string(commit) for name, commit in fields(cursor.get("heads")).items()}
        if heads == left:
            return
        stay = {name: commit for name, commit in left.items() if name in heads and self._holds(commit, heads[name])}
        ids = self._repository.history(heads.values(), without=stay.values())
        news = [one for one in ids if not known.version(key_of(one))]
        for start in range(0, len(news), STRETCH):
            yield Page(self._tickets(news[start : start + STRETCH]), cursor)
        if rewritten := {name for name in left if name in heads and name not in stay}:
            yield Page(self._gone(heads, known, sorted(rewritten)), cursor)
        yield Page((), {"heads": heads})

    def _heads(self) -> dict[str, str]:
        repository = self._repository
        if not self._branches:
            head = repository.head()
            return repository.heads(repository.branch()) or ({"HEAD": head} if head else {})
        found = {branch: repository.heads(branch) for branch in self._branches}
        if missing := [branch for branch, heads in found.items() if not heads]:
            raise FetchError(f"{repository.folder} has no branch {missing[0]}", hint="mend stillhouse.toml")
        return {name: commit for heads in found.values() for name, commit in heads.items()}

    def _holds(self, old: str, new: str) -> bool:
        return old == new or self._repository.holds(old, new)

    def _tickets(self, ids: Sequence[str]) -> list[Ticket]:
        files = self._repository.files(ids)
        return [ticket(parse(one, raw), files.get(one, [])) for one, raw in self._repository.commits(ids)]

    def _gone(self, heads: dict[str, str], known: Known, rewritten: Sequence[str]) -> list[Gone]:
        """What the rewritten branches held and no branch holds. A shallow history says nothing about what it lacks."""
        if self._repository.is_shallow():
            return []
        held = {key_of(one) for one in self._repository.history(heads.values())}
        return [Gone(key, ",".join(heads[name] for name in rewritten)) for key in sorted(known.keys() - held)]
