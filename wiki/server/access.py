"""What one caller may see: bound to the domains of its seat, and nothing that is said to a server later widens that."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from distillers.findings import GLOBAL
from scheduling.base.clock import now
from scheduling.base.errors import CorruptError, RefusedError, UsageError
from scheduling.base.workspace import Workspace
from scheduling.ledger.store import Ledger
from scheduling.runs import running
from wiki.ages import DAYS
from wiki.answer import cut
from wiki.briefs import Brief, brief
from wiki.disputes import Dispute, Found, dispute, disputed, marked
from wiki.inbox import leave
from wiki.names import is_name
from wiki.page import Page
from wiki.questions import Notebook
from wiki.rows import Layer
from wiki.search import Searcher
from wiki.server.fresh import Fresh
from wiki.stale import Touched, commits_of, newest, remembered, staleness, touched_in_git
from wiki.text import public
from wiki.tokens import Holder, Right
from wiki.trace import Chain, trace
from wiki.tree import Tree

DOUBTS = 10
"""Doubts that are told with a page."""


class NotHereError(UsageError):
    """What was asked for is not there for this caller, whether or not it is there for another."""


@dataclass(frozen=True, slots=True)
class PageShown:
    """A page as it is shown to an agent: ``text`` is Markdown, cut to the budget."""

    page: str
    title: str
    commit: str
    text: str
    complete: bool
    doubts: tuple[str, ...] = ()
    """Why findings on it may no longer hold, a line each: files that changed since, evidence that fell, or that nothing
    confirmed them for long."""


class House:
    """One workspace opened for reading, shared by all who are served; close it to keep what was asked last.

    ``mask`` takes secrets out of what callers say before any of it is kept. Without a ``searcher`` questions are
    answered by full text alone. ``folders`` are those of each domain's repositories: what changed in them puts findings
    in doubt, as does that nothing confirmed one for more than ``stale_days``.
    """

    def __init__(
        self,
        workspace: Workspace,
        mask: Callable[[str], str],
        searcher: Searcher | None = None,
        *,
        folders: Mapping[str, Sequence[Path]] | None = None,
        stale_days: int = DAYS,
    ) -> None:
        self.workspace = workspace
        self.ledger = Ledger(workspace.ledger)
        self.searcher = searcher or Searcher(workspace.index, self.ledger)
        self.mask = mask
        self.disputed = Fresh(self.ledger, disputed)
        self.notebook = Notebook(self.ledger, mask)
        self.stale_days = stale_days
        self._in_git = {name: _in_git(tuple(some)) for name, some in (folders or {}).items()}

    def touched(self, domain: str) -> Touched:
        """When files of ``domain`` last changed: by its repositories as they stand, and by its record as indexed."""
        recorded: Mapping[str, str] = {}
        with suppress(CorruptError):  # a page is read without an index too
            recorded = self.searcher.edited(domain)
        told = self._in_git.get(domain)
        return newest(lambda _names: recorded, *([told] if told else []))

    def close(self) -> None:
        """Writes down the questions that still wait."""
        self.notebook.close()

    def found(self, query: str, domain: str, limit: int | None, max_tokens: int | None, layer: Layer | None) -> Found:
        """What ``domain`` knows about ``query``, see :meth:`Searcher.search`; nothing disputed is above medium."""
        answer = self.searcher.search(query, domain, limit=limit, max_tokens=max_tokens, layer=layer)
        return marked(answer, self.disputed())


def _in_git(folders: Sequence[Path]) -> Touched:
    return remembered(touched_in_git(folders), lambda: commits_of(folders))


class Access:
    """The reading of a house in the name of ``holder``."""

    def __init__(self, house: House, holder: Holder) -> None:
        self._house = house
        self.holder = holder

    def require_indexed(self) -> None:
        """Returns if there is a domain to serve and the index knows them all; raises :class:`UsageError` otherwise,

        :class:`~scheduling.base.errors.CorruptError` if there is no index.
        """
        known = self._house.searcher.domains()
        unknown = [name for name in self.holder.domains if name not in known]
        if unknown or not self.holder.domains:
            raise UsageError(
                f"there is no domain {unknown[0]!r} to serve" if unknown else "a server needs a domain to serve",
                hint="name one that stillhouse nightly has indexed",
            )

    def search(
        self, query: str, domain: str, *, max_tokens: int | None, limit: int | None = None, layer: Layer | None = None
    ) -> Found:
        """What the chosen domain knows about ``query``. What is asked is noted for those who write."""
        chosen = self.chosen(domain)
        if chosen not in self._house.searcher.domains():
            raise NotHereError(f"{chosen} is not indexed yet", hint="stillhouse nightly indexes it")
        found = self._house.found(query, chosen, limit, max_tokens, layer)
        self._house.notebook.note(chosen, query, answered=found.answer.confident)
        return found

    def read_page(self, name: str, domain: str, characters: int) -> PageShown:
        """The page ``domain/slug`` (or a slug of the chosen domain) as it stands on ``main``."""
        at, _, slug = name.strip().removesuffix(".md").rpartition("/")
        owner = at if at == GLOBAL else self.chosen(at or domain)
        self.chosen(domain if at == GLOBAL else owner)
        tree = Tree(self._house.workspace.wiki)
        if not is_name(slug) or not tree.has(owner, slug):
            raise NotHereError(
                f"there is no page {slug[:80]!r} in {owner}", hint=f"{owner}/index lists the pages, search finds them"
            )
        page = tree.read(owner, slug).page
        text = public(without_notes(page) if owner == GLOBAL else page.text)
        shown = cut(text, characters)
        doubts = () if owner == GLOBAL else self._doubts(owner, page)
        return PageShown(f"{owner}/{slug}", page.title, tree.commit, shown, shown == text, doubts)

    def _doubts(self, domain: str, page: Page) -> tuple[str, ...]:
        house = self._house
        found = staleness(house.ledger, domain, page, house.touched(domain), now().date(), house.stale_days)
        return tuple(f"{doubt.finding}: {doubt.why}" for doubt in found.doubts[:DOUBTS])

    def trace(self, what: str, domain: str) -> tuple[Chain, frozenset[str]]:
        """The chain of a finding, block or sentence that the chosen domain may see, and what in it is disputed."""
        chosen = self.chosen(domain)
        try:
            chain = trace(self._house.ledger, what, chosen)
        except UsageError as error:
            raise NotHereError(error.message, hint=error.hint) from None
        return chain, self._house.disputed() & {link.finding for link in chain.links}

    def brief(self, domain: str, *, max_tokens: int, full: bool) -> Brief:
        """What this seat should know of the chosen domain before it starts."""
        chosen = self.chosen(domain)
        where = self._house.workspace.wiki
        return brief(self._house.ledger, where, chosen, self.holder.name, max_tokens=max_tokens, full=full)

    def dispute(self, what: str, why: str, domain: str) -> list[Dispute]:
        """Objects to every finding behind ``what``, in the name of this seat. Raises RefusedError without the right."""
        self._may("dispute")
        chosen = self.chosen(domain)
        chain, _ = self.trace(what, chosen)
        said = public(self._house.mask(why))
        with running(self._house.ledger, "operator", "dispute") as run:
            return [dispute(run, link.finding, chosen, self.holder.name, said) for link in chain.links]

    def note(self, text: str, domain: str) -> str:
        """Puts ``text`` into the distiller's inbox, masked; its id there. Raises RefusedError without the right."""
        self._may("note")
        chosen = self.chosen(domain)
        space = self._house.workspace
        with running(self._house.ledger, "operator", "note") as run:
            return leave(run, space.inbox / chosen, chosen, self.holder.name, public(self._house.mask(text)))

    def chosen(self, domain: str) -> str:
        """``domain``, or the only one there is; :class:`UsageError` for any that this caller is not bound to."""
        served = self.holder.domains
        if not domain and len(served) == 1:
            return served[0]
        if not domain:
            raise UsageError("say which domain", hint=f"domains: {', '.join(served)}")
        if domain not in served:
            raise NotHereError(f"this server does not serve {domain[:80]!r}", hint=f"domains: {', '.join(served)}")
        return domain

    def _may(self, right: Right) -> None:
        if right not in self.holder.rights:
            raise RefusedError(
                f"the seat {self.holder.name} may not {right}", hint="stillhouse tokens list shows rights"
            )


def without_notes(page: Page) -> str:
    """A page without its footnotes: those of ``global`` quote sessions of other silos."""
    hidden = {line for note in page.notes for line in range(note.start, note.stop)}
    lines = (line for number, line in enumerate(page.lines) if number not in hidden)
    return "".join(lines).encode("utf-8", "surrogateescape").decode("utf-8", "replace")
