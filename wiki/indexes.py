"""The indexes: an entry for every page of a domain, and one for every domain, as blocks like any other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from types import MappingProxyType

from scheduling.base.errors import CorruptError
from wiki.blocks import Row
from wiki.edit import Change, Insert, Order, Text, revise
from wiki.fold import SUPERSEDED
from wiki.headings import DOMAINS, PAGES, UNCONFIRMED, is_unconfirmed
from wiki.names import INDEX, domain_id, page_path, split_path
from wiki.page import Page, parse, with_fields
from wiki.plan import Steps, Wanted, apply, steps
from wiki.render import Entry, count, entry, entry_order, told_of
from wiki.stand import ROOT, Stand, blank, page_ids
from wiki.text import inert

LARGEST = 5
"""Pages named of a domain."""


def with_counts(page: Page, newest: Mapping[str, str]) -> Page:
    """``page`` with its front matter telling how many findings it holds and how new the newest evidence is."""
    if not page.field("id").startswith("p-"):
        return page
    updated = max((newest.get(key, "") for key in page.anchors), default="")
    fields = {"updated": updated} if updated else {}
    return with_fields(page, {**fields, "findings": str(_standing(page))})


def _standing(page: Page) -> int:
    return sum(one.id.startswith("f-") and one.section != SUPERSEDED for one in page.blocks)


def indexed(
    stand: Stand,
    pages: Mapping[str, Page],
    told: Mapping[str, Page],
    held: AbstractSet[str],
    about: Mapping[str, str] = MappingProxyType({}),
) -> tuple[dict[str, Page], dict[str, Row]]:
    """The indexes as they will be, and what is to be remembered of their entries.

    ``about`` says by path what stands on a page.
    """
    ids = page_ids(stand.domain, told)
    entries = [replace(_page_entry(key, told[path]), about=about.get(path, "")) for path, key in ids.items()]
    index, root = page_path(stand.domain, INDEX), ROOT
    wanted = {e.id: Wanted(e.id, index, e.link[:-3], PAGES, entry_order(e), entry(e), resort=True) for e in entries}
    if entries:
        top = _domain_entry(stand.domain, entries, told)
        wanted[top.id] = Wanted(top.id, root, stand.domain, DOMAINS, (stand.domain,), entry(top))
    rows = {key: row for key, row in stand.rows.items() if not key.startswith(("f-", "s-"))}
    unreadable = {name[1] for path in held if path not in told and (name := split_path(path))}
    skip = {row.id for row in rows.values() if row.target in unreadable}
    closed = {row.path for row in rows.values() if row.state in {"live", "human", "tombstone"}} - told.keys()
    todo = steps(told, rows, wanted, held=held, closed=closed, skip=skip)
    fresh = {path: blank(path) for path in {d.to for d in todo.deltas if d.to} - told.keys()}
    others: dict[str, Order] = {domain_id(name): (name,) for name in stand.domains}
    listed = apply({**told, **fresh}, todo.deltas, wanted, (PAGES, DOMAINS), others)
    return listed, _remembered(stand, pages, set(ids.values()), todo, skip | held)


def entry_over(
    base: bytes | None, ours: bytes | None, there: bytes | None, domain: str, domains: Iterable[str]
) -> bytes | None:
    """The index over all as others left it (``there``), with what ``ours`` made of the entry of ``domain`` in ``base``.

    ``domains`` are all of the wiki. None if it cannot be told: the entry, or the page, was changed there too.
    """
    key = domain_id(domain)
    try:
        before, mine, now = (blank(ROOT) if data is None else parse(ROOT, data) for data in (base, ours, there))
    except CorruptError:
        return None
    was, want, is_now = (next((b.text for b in page.blocks if b.id == key), "") for page in (before, mine, now))
    if was != is_now or not want or "\n" in want:
        return None
    orders: dict[str, Order] = {domain_id(name): (name,) for name in domains}
    fresh = [] if was else [Insert(key, DOMAINS, Text(want))]
    change = Change((PAGES, DOMAINS), orders, replace={key: Text(want)} if was else {}, insert=fresh)
    return revise(now, change).data


def _remembered(
    stand: Stand, pages: Mapping[str, Page], present: set[str], todo: Steps, untouched: AbstractSet[str]
) -> dict[str, Row]:
    """The entries' rows after tonight: a page that was gone before was deleted by a person, one that goes now by us."""
    before = set(page_ids(stand.domain, pages).values())
    rows = dict(todo.rows)
    for key, row in rows.items():
        had = stand.rows.get(key)
        if not key.startswith("p-") or {key, row.path} & untouched or key in present or not had:
            continue
        if had.state == "retired":
            continue
        rows[key] = replace(row, state="retired" if key in before else "deleted")
    return rows


def _page_entry(key: str, page: Page) -> Entry:
    titles = (one.section for one in page.blocks if one.id.startswith("f-"))
    sections = Counter(UNCONFIRMED if is_unconfirmed(title) else title for title in titles)
    return Entry(key, page.title, page.name.partition("/")[2], told_of(sections), page.field("updated"))


def _domain_entry(domain: str, entries: Sequence[Entry], told: Mapping[str, Page]) -> Entry:
    number = sum(_standing(told[f"{domain}/{one.link}"]) for one in entries)
    counts = f"{count(len(entries), 'page')}, {count(number, 'finding')}"
    newest = max(one.updated for one in entries)
    return Entry(domain_id(domain), domain, page_path(domain, INDEX), counts, newest, _largest(domain, entries, told))


def _largest(domain: str, entries: Sequence[Entry], told: Mapping[str, Page]) -> str:
    """The titles of the pages of a domain that hold most."""
    ranked = sorted(entries, key=lambda one: (-_standing(told[f"{domain}/{one.link}"]), one.link))
    names = [name for one in ranked[:LARGEST] if (name := inert(one.title, 40))]
    return ", ".join([*names, *(["…"] if len(ranked) > LARGEST else [])])
