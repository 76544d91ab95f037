"""The wiki as it stands at one commit, read only."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from scheduling.base.errors import UsageError
from wiki.git import FILE_MODES, Entry, Repo, open_repo
from wiki.names import INDEX, split_path
from wiki.page import Page, parse


@dataclass(frozen=True)
class PageText:
    """One page at one commit. ``blob`` is the id of its bytes: the same id, the same page."""

    domain: str
    slug: str
    blob: str
    data: bytes

    @property
    def path(self) -> str:
        """Its path in the repository."""
        return f"{self.domain}/{self.slug}.md"

    @property
    def text(self) -> str:
        """The page as text, broken bytes replaced."""
        return self.data.decode("utf-8", "replace")

    @cached_property
    def page(self) -> Page:
        """The parsed page. Raises :class:`~scheduling.base.errors.CorruptError` if its front matter is broken."""
        return parse(self.path, self.data)


class Tree:
    """All pages at ``commit`` (default: where ``main`` stands now; an empty wiki has no pages)."""

    def __init__(self, root: Path, commit: str = "") -> None:
        self._repo: Repo = open_repo(root)
        self.commit: str = commit or self._repo.head()
        self._cache: dict[str, bytes] = {}

    def domains(self) -> tuple[str, ...]:
        """The domains that have pages, sorted."""
        return tuple(sorted({domain for domain, _ in self._paths}))

    def pages(self, domain: str) -> tuple[str, ...]:
        """The slugs of a domain's pages, sorted, without its index; () if it has none."""
        return tuple(sorted(slug for at, slug in self._paths if at == domain and slug != INDEX))

    def has(self, domain: str, slug: str) -> bool:
        """Whether there is such a page (``index`` too)."""
        return (domain, slug) in self._paths

    def files(self) -> frozenset[str]:
        """The paths of all files, pages or not."""
        return frozenset(self._files)

    def blob(self, domain: str, slug: str) -> str:
        """The id of a page's bytes, without reading them. Raises :class:`UsageError` if there is no such page."""
        try:
            return self._paths[domain, slug]
        except KeyError:
            raise UsageError(
                f"there is no page {domain}/{slug}",
                hint=f"pages of {domain}: {', '.join(self.pages(domain)) or 'none'}",
            ) from None

    def read(self, domain: str, slug: str) -> PageText:
        """One page (``index`` too). Raises :class:`UsageError` if there is no such page."""
        blob = self.blob(domain, slug)
        if blob not in self._cache:
            near = [other for (at, _), other in self._paths.items() if at == domain]
            self._cache |= self._repo.contents(near)
        return PageText(domain, slug, blob, self._cache[blob])

    def index(self) -> str:
        """The index over all domains as text; "" before the first night."""
        entry = self._files.get(f"{INDEX}.md")
        return self._repo.contents([entry.blob])[entry.blob].decode("utf-8", "replace") if entry else ""

    @cached_property
    def _files(self) -> dict[str, Entry]:
        return {path: entry for path, entry in self._repo.files(self.commit).items() if entry.mode in FILE_MODES}

    @cached_property
    def _paths(self) -> dict[tuple[str, str], str]:
        named = ((split_path(path), entry.blob) for path, entry in self._files.items())
        return {name: blob for name, blob in named if name}


def head(root: Path) -> str:
    """The commit that the wiki at ``root`` stands at; "" before the first."""
    return open_repo(root).head()
