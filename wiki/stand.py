"""What a night starts from: one domain as committed, what is remembered of it, what must not be touched."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from scheduling.base.errors import CorruptError
from wiki.blocks import Row
from wiki.conflicts import Decided
from wiki.names import INDEX, page_id, split_path
from wiki.page import Page, parse
from wiki.render import new_index, new_page

ROOT = f"{INDEX}.md"


@dataclass(frozen=True)
class Stand:
    """What a night starts from."""

    domain: str
    files: Mapping[str, bytes]
    """The Markdown files of the domain and the index over all, by path, as committed."""
    domains: tuple[str, ...]
    """All domains of the wiki."""
    rows: Mapping[str, Row]
    barred: Mapping[str, str]
    """Pages that must not be touched now, with the reason: a person has uncommitted edits, a link in the way."""
    decided: Mapping[str, Decided] = field(default_factory=dict[str, Decided])
    """What people decided about lines that they and the evidence say differently, by block."""
    titles: Mapping[str, str] = field(default_factory=dict[str, str])
    """What new pages are to be called, by name; a page that is not here is called by its name's words."""


def parsed(files: Mapping[str, bytes]) -> tuple[dict[str, Page], dict[str, str]]:
    """The pages that can be read, and for the others why not; both by path."""
    pages: dict[str, Page] = {}
    corrupt: dict[str, str] = {}
    for path, data in sorted(files.items()):
        try:
            pages[path] = parse(path, data)
        except CorruptError as error:
            corrupt[path] = str(error)
    return pages, corrupt


def blank(path: str, titles: Mapping[str, str] | None = None) -> Page:
    """The page or index that ``path`` names, before anything stands on it."""
    name = split_path(path)
    if name is None:
        return parse(path, new_index(""))
    return parse(path, new_index(name[0]) if name[1] == INDEX else new_page(*name, (titles or {}).get(name[1], "")))


def homes(domain: str, pages: Mapping[str, Page]) -> dict[str, str]:
    """The path of each page by its id: a page that a person renamed is found again; of two copies the original wins."""
    found: dict[str, str] = {}
    for path, page in sorted(pages.items()):
        name = split_path(path)
        key = page.field("id")
        if name and key.startswith("p-") and (key not in found or key == page_id(domain, name[1])):
            found[key] = path
    return found


def page_ids(domain: str, pages: Mapping[str, Page]) -> dict[str, str]:
    """The id under which each page of the domain stands in its index, by path."""
    known = {path: key for key, path in homes(domain, pages).items()}
    named = ((path, split_path(path)) for path in pages)
    return {path: known.get(path, page_id(*name)) for path, name in named if name and name[1] != INDEX}
