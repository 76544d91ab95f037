"""What one server may show: bound to its domains when it starts, and nothing that is said to it later widens that."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from scheduling.base.errors import UsageError
from scheduling.base.workspace import Workspace
from scheduling.ledger.store import Ledger
from wiki.answer import Answer, cut
from wiki.names import is_name
from wiki.page import Page
from wiki.rows import GLOBAL, Layer
from wiki.search import Searcher
from wiki.text import public
from wiki.trace import Chain, trace
from wiki.tree import Tree


@dataclass(frozen=True, slots=True)
class PageShown:
    """A page as it is shown to an agent: ``text`` is Markdown, cut to the budget."""

    page: str
    title: str
    commit: str
    text: str
    complete: bool


class Access:
    """The reading of one workspace in the name of ``domains``, at least one.

    Raises :class:`UsageError` for a domain that the index does not know, and
    :class:`~scheduling.base.errors.CorruptError` if there is no index.
    """

    def __init__(self, workspace: Workspace, domains: Sequence[str]) -> None:
        self._workspace = workspace
        self._ledger = Ledger(workspace.ledger)
        self._searcher = Searcher(workspace.index, self._ledger)
        self.domains = tuple(dict.fromkeys(domains))
        known = self._searcher.domains()
        unknown = [name for name in self.domains if name not in known]
        if unknown or not self.domains:
            raise UsageError(
                f"there is no domain {unknown[0]!r} to serve" if unknown else "a server needs a domain to serve",
                hint="name one that stillhouse nightly has indexed",
            )

    def search(self, query: str, domain: str, max_tokens: int, layer: Layer | None) -> Answer:
        """What the chosen domain knows about ``query``, see :meth:`Searcher.search`."""
        return self._searcher.search(query, self.chosen(domain), max_tokens=max_tokens, layer=layer)

    def read_page(self, name: str, domain: str, characters: int) -> PageShown:
        """The page ``domain/slug`` (or a slug of the chosen domain) as it stands on ``main``."""
        at, _, slug = name.strip().removesuffix(".md").rpartition("/")
        owner = at if at == GLOBAL else self.chosen(at or domain)
        tree = Tree(self._workspace.wiki)
        if not is_name(slug) or slug not in {*tree.pages(owner), "index"}:
            raise UsageError(
                f"there is no page {slug[:80]!r} in {owner}", hint=f"{owner}/index lists the pages, search finds them"
            )
        page = tree.read(owner, slug).page
        text = public(without_notes(page) if owner == GLOBAL else page.text)
        return PageShown(f"{owner}/{slug}", page.title, tree.commit, cut(text, characters), len(text) <= characters)

    def trace(self, what: str, domain: str) -> Chain:
        """The chain of a finding, block or sentence that the chosen domain may see."""
        return trace(self._ledger, what, self.chosen(domain))

    def chosen(self, domain: str) -> str:
        """``domain``, or the only one there is; :class:`UsageError` for any that this server is not bound to."""
        if not domain and len(self.domains) == 1:
            return self.domains[0]
        if domain not in self.domains:
            said = f"this server does not serve {domain[:80]!r}" if domain else "say which domain"
            raise UsageError(said, hint=f"domains: {', '.join(self.domains)}")
        return domain


def without_notes(page: Page) -> str:
    """A page without its footnotes: those of ``global`` quote sessions of other silos."""
    hidden = {line for note in page.notes for line in range(note.start, note.stop)}
    lines = (line for number, line in enumerate(page.lines) if number not in hidden)
    return "".join(lines).encode("utf-8", "surrogateescape").decode("utf-8", "replace")
