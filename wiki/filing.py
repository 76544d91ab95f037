"""One domain's night as a pure function: pages, memory and findings in; files to commit and memory after out.

findings ─→ blocks wanted ─→ deltas ─→ pages ─→ entries wanted ─→ deltas ─→ indexes
                 ↑________ what a check refuses is left out, and it is planned again
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace

from distillers.findings import Finding
from scheduling.base.errors import CorruptError
from wiki.blocks import Row
from wiki.edit import Order
from wiki.lint import PAGE_BYTES, QUICK, Look, Problem, flaw
from wiki.names import INDEX, domain_id, is_name, page_id, page_path, split_path
from wiki.page import Page, parse, with_fields
from wiki.plan import Delta, Steps, Wanted, apply, misplaced, steps
from wiki.render import (
    DOMAINS,
    PAGES,
    SECTIONS,
    SUPERSEDED,
    Entry,
    block,
    count,
    entry,
    entry_order,
    new_index,
    new_page,
    order_of,
    section_of,
)

ROOT = f"{INDEX}.md"
_SHOWN = frozenset({"accepted", "written", "superseded"})
_OURS = frozenset({"id", "title", "domain", "authority", "updated", "findings"})


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


@dataclass(frozen=True)
class Filing:
    """What a night does to one domain."""

    files: Mapping[str, bytes | None]
    """New bytes of every file that changes; None removes it."""
    rows: Mapping[str, Row]
    deltas: tuple[Delta, ...]
    held: Mapping[str, str]
    """Pages left alone, with the reason."""
    dropped: Mapping[str, str]
    """Findings that must not be written, with the reason."""
    closed: tuple[str, ...]
    """Findings whose page a person deleted."""


@dataclass
class _Refusals:
    """What has been found unfit so far; it only grows, so planning again comes to an end."""

    held: dict[str, str]
    dropped: dict[str, str] = field(default_factory=dict[str, str])

    @property
    def size(self) -> int:
        return len(self.held) + len(self.dropped)


def is_filed(finding: Finding) -> bool:
    """Whether a finding belongs on a page: high or medium, and not withdrawn."""
    return finding.confidence in {"high", "medium"} and finding.status in _SHOWN


def file_night(stand: Stand, findings: Sequence[Finding]) -> Filing:
    """Plans the night. The same arguments give the same result; with nothing new ``files`` is empty."""
    pages, corrupt = _parsed(stand.files)
    refused = _Refusals(dict(stand.barred) | corrupt)
    wanted = _wanted(stand, pages, findings, refused)
    while True:
        before = refused.size
        done = _blocks_filed(stand, pages, wanted, frozenset(corrupt), refused)
        if done and refused.size == before:
            return _with_indexes(stand, pages, done, _newest(wanted, findings), refused)


def _parsed(files: Mapping[str, bytes]) -> tuple[dict[str, Page], dict[str, str]]:
    pages: dict[str, Page] = {}
    corrupt: dict[str, str] = {}
    for path, data in sorted(files.items()):
        try:
            pages[path] = parse(path, data)
        except CorruptError as error:
            corrupt[path] = str(error)
    return pages, corrupt


def _homes(domain: str, pages: Mapping[str, Page]) -> dict[str, str]:
    """The path of each page by its id: a page that a person renamed is found again; of two copies the original wins."""
    found: dict[str, str] = {}
    for path, page in sorted(pages.items()):
        name = split_path(path)
        key = page.field("id")
        if name and key.startswith("p-") and (key not in found or key == page_id(domain, name[1])):
            found[key] = path
    return found


def _wanted(
    stand: Stand, pages: Mapping[str, Page], findings: Sequence[Finding], refused: _Refusals
) -> dict[str, Wanted]:
    homes = _homes(stand.domain, pages)
    known = {finding.id: finding for finding in findings}
    wanted: dict[str, Wanted] = {}
    for finding in filter(is_filed, findings):
        slug = _slug(finding.page)
        text = block(finding, known)
        if not slug or not text:
            refused.dropped[finding.id] = "cannot name a page" if text else "says nothing that can be shown"
            continue
        path = homes.get(page_id(stand.domain, slug)) or page_path(stand.domain, slug)
        wanted[finding.id] = Wanted(finding.id, path, slug, section_of(finding), order_of(finding), text)
    return wanted


def _slug(page: str) -> str:
    """The name of a finding's page; ``index`` is taken by the index itself."""
    return "" if not is_name(page) else f"{INDEX}-page" if page == INDEX else page


@dataclass(frozen=True)
class _Filed:
    steps: Steps
    after: Mapping[str, Page | None]
    """Pages that changed; None: nothing is left on it and it goes."""


def _blocks_filed(
    stand: Stand, pages: Mapping[str, Page], wanted: Mapping[str, Wanted], corrupt: frozenset[str], refused: _Refusals
) -> _Filed | None:
    """The findings' deltas carried out, or None after adding to ``refused`` what must be left out."""
    rows = {key: row for key, row in stand.rows.items() if key.startswith("f-")}
    skip = {*refused.dropped, *(_unseen(pages, rows) if corrupt else ())}
    closed = _closed(stand, pages)
    todo = steps(pages, rows, wanted, held=refused.held.keys(), closed=closed, skip=skip)
    flaws = {d.id: why for d in todo.deltas if d.action != "retire" and (why := flaw(wanted[d.id].text))}
    if flaws:
        refused.dropped.update(flaws)
        return None
    fresh = {d.to: _blank(d.to) for d in todo.deltas if d.to and d.to not in pages}
    after = apply({**pages, **fresh}, todo.deltas, wanted, SECTIONS, {})
    _inspect(pages, after, todo, wanted, refused)
    left = {path: None if _is_empty(stand.domain, path, page, pages) else page for path, page in after.items()}
    return _Filed(todo, left)


def _blank(path: str) -> Page:
    name = split_path(path)
    if name is None:
        return parse(path, new_index(""))
    return parse(path, new_index(name[0]) if name[1] == INDEX else new_page(*name))


def _unseen(pages: Mapping[str, Page], rows: Mapping[str, Row]) -> set[str]:
    """Blocks that stand nowhere; while a page cannot be read they may stand there, so nobody took them away."""
    seen = {key for page in pages.values() for key in page.anchors}
    return set(rows) - seen


def _closed(stand: Stand, pages: Mapping[str, Page]) -> set[str]:
    """Paths of pages that a person deleted: their entry is remembered, the page is gone."""
    ids = set(_page_ids(stand.domain, pages).values())
    gone = [row for row in stand.rows.values() if row.id.startswith("p-") and row.state != "retired"]
    return {page_path(stand.domain, row.target) for row in gone if row.id not in ids} - stand.files.keys()


def _inspect(
    pages: Mapping[str, Page],
    after: Mapping[str, Page],
    todo: Steps,
    wanted: Mapping[str, Wanted],
    refused: _Refusals,
) -> None:
    """The check at the write boundary: a page that would have something wrong that it had not before is not written."""
    for path in misplaced(after, todo.deltas, wanted):
        refused.held[path] = "what is put on it would not be read as a block; is a code fence left open?"
    for path, page in after.items():
        if len(page.data) > PAGE_BYTES:
            _make_room(path, page, todo, wanted, refused)
            continue
        old = {p.what for p in _quick(pages[path])} if path in pages else set[str]()
        worse = [p.what for p in _quick(page) if p.what not in old]
        if worse and path not in refused.held:
            refused.held[path] = worse[0]


def _quick(page: Page) -> list[Problem]:
    return [problem for check in QUICK for problem in check(Look(page, frozenset()))]


def _make_room(path: str, page: Page, todo: Steps, wanted: Mapping[str, Wanted], refused: _Refusals) -> None:
    """Leaves out the last of what would be added, until the page is small enough; failing that, holds it."""
    over = len(page.data) - PAGE_BYTES
    coming = sorted(
        (d.id for d in todo.deltas if d.to == path and d.action in {"add", "move"}),
        key=lambda key: (SECTIONS.index(wanted[key].section), wanted[key].order),
    )
    while over > 0 and coming:
        key = coming.pop()
        over -= len(wanted[key].text.whole.encode())
        refused.dropped[key] = f"{path} is full"
    if over > 0:
        refused.held[path] = "it is full"


def _is_empty(domain: str, path: str, page: Page, pages: Mapping[str, Page]) -> bool:
    """Whether nothing but our own scaffold is left of a page that had blocks."""
    name = split_path(path)
    had = path in pages and any(key.startswith("f-") for key in pages[path].anchors)
    if not had or page.blocks or not name or page.field("id") != page_id(domain, name[1]) or set(page.meta) - _OURS:
        return False
    body = "".join(page.lines[page.head :]).split("\n")
    return [line.strip() for line in body if line.strip()] in ([], [f"# {page.title}"])


def _newest(wanted: Mapping[str, Wanted], findings: Iterable[Finding]) -> dict[str, str]:
    return {finding.id: finding.valid_from for finding in findings if finding.id in wanted}


def _with_indexes(
    stand: Stand, pages: Mapping[str, Page], done: _Filed, newest: Mapping[str, str], refused: _Refusals
) -> Filing:
    merged = {**pages, **done.after}
    left = {path: page for path, page in merged.items() if page is not None}
    told = {path: page if path in refused.held else _with_counts(page, newest) for path, page in left.items()}
    listed, rows = _indexed(stand, pages, told, refused)
    rows = {**stand.rows, **done.steps.rows, **rows}
    final: dict[str, bytes | None] = {path: page.data for path, page in (told | listed).items()}
    final |= {path: None for path in merged if path not in left}
    final |= {path: None for path in listed if final[path] == _blank(path).data}
    files = {path: data for path, data in sorted(final.items()) if stand.files.get(path) != data}
    return Filing(files, rows, done.steps.deltas, refused.held, refused.dropped, done.steps.closed)


def _with_counts(page: Page, newest: Mapping[str, str]) -> Page:
    """``page`` with its front matter telling how many findings it holds and how new the newest evidence is."""
    if not page.field("id").startswith("p-"):
        return page
    updated = max((newest.get(key, "") for key in page.anchors), default="")
    fields = {"updated": updated} if updated else {}
    return with_fields(page, {**fields, "findings": str(_standing(page))})


def _standing(page: Page) -> int:
    return sum(one.id.startswith("f-") and one.section != SUPERSEDED for one in page.blocks)


def _page_ids(domain: str, pages: Mapping[str, Page]) -> dict[str, str]:
    """The id under which each page of the domain stands in the index, by path."""
    homes = {path: key for key, path in _homes(domain, pages).items()}
    named = ((path, split_path(path)) for path in pages)
    return {path: homes.get(path, page_id(*name)) for path, name in named if name and name[1] != INDEX}


def _indexed(
    stand: Stand, pages: Mapping[str, Page], told: Mapping[str, Page], refused: _Refusals
) -> tuple[dict[str, Page], dict[str, Row]]:
    """The indexes as they will be, and what is to be remembered of their entries."""
    ids = _page_ids(stand.domain, told)
    entries = [_page_entry(key, told[path]) for path, key in ids.items()]
    index, root = page_path(stand.domain, INDEX), ROOT
    wanted = {e.id: Wanted(e.id, index, e.link[:-3], PAGES, entry_order(e), entry(e), resort=True) for e in entries}
    if entries:
        top = _domain_entry(stand.domain, entries, told)
        wanted[top.id] = Wanted(top.id, root, stand.domain, DOMAINS, (stand.domain,), entry(top))
    rows = {key: row for key, row in stand.rows.items() if not key.startswith("f-")}
    unreadable = {name[1] for path in refused.held if path not in told and (name := split_path(path))}
    skip = {row.id for row in rows.values() if row.target in unreadable}
    closed = {row.path for row in rows.values() if row.state in {"live", "human", "tombstone"}} - told.keys()
    todo = steps(told, rows, wanted, held=refused.held.keys(), closed=closed, skip=skip)
    fresh = {d.to: _blank(d.to) for d in todo.deltas if d.to and d.to not in told}
    others: dict[str, Order] = {domain_id(name): (name,) for name in stand.domains}
    listed = apply({**told, **fresh}, todo.deltas, wanted, (PAGES, DOMAINS), others)
    return listed, _remembered(stand, pages, set(ids.values()), todo, skip | refused.held.keys())


def _remembered(
    stand: Stand, pages: Mapping[str, Page], present: set[str], todo: Steps, untouched: AbstractSet[str]
) -> dict[str, Row]:
    """The entries' rows after tonight: a page that was gone before was deleted by a person, one that goes now by us."""
    before = set(_page_ids(stand.domain, pages).values())
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
    number = _standing(page)
    told = count(number, "finding") if number else "notes"
    return Entry(key, page.title, page.name.partition("/")[2], told, page.field("updated"))


def _domain_entry(domain: str, entries: Sequence[Entry], told: Mapping[str, Page]) -> Entry:
    number = sum(_standing(told[f"{domain}/{one.link}"]) for one in entries)
    counts = f"{count(len(entries), 'page')}, {count(number, 'finding')}"
    newest = max(one.updated for one in entries)
    return Entry(domain_id(domain), domain, page_path(domain, INDEX), counts, newest)
