"""One domain's night as a pure function: pages, memory and findings in; files to commit and memory after out.

findings ─→ blocks wanted ─→ deltas ─→ pages ─→ entries wanted ─→ deltas ─→ indexes
                 ↑________ what a check refuses is left out, and it is planned again
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from distillers.findings import GLOBAL, Finding
from wiki.about import phrases
from wiki.blocks import Row, digest
from wiki.conflicts import Conflict
from wiki.deciding import found, with_decisions
from wiki.fold import SUPERSEDED
from wiki.groups import grouped
from wiki.headings import SECTIONS
from wiki.indexes import indexed, with_counts
from wiki.links import linked
from wiki.lint import PAGE_FULL, QUICK, Look, Problem, flaw
from wiki.matter import said
from wiki.names import INDEX, is_name, page_id, page_path, split_path
from wiki.page import Page
from wiki.plan import Delta, Steps, Wanted, apply, misplaced, places, steps
from wiki.render import block, member, order_of, section_of
from wiki.stand import Stand, blank, homes, page_ids, parsed

_SHOWN = frozenset({"accepted", "written", "superseded"})
_OURS = frozenset({"id", "title", "domain", "authority", "updated", "findings"})


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
    conflicts: tuple[Conflict, ...] = ()
    """Lines that a person wrote and that newer evidence says otherwise."""


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


def file_night(stand: Stand, findings: Sequence[Finding], unfit: Mapping[str, str] | None = None) -> Filing:
    """Plans the night. The same arguments give the same result; with nothing new ``files`` is empty.

    ``unfit`` are findings that must not be written tonight, with the reason; what stands of them stays as it is.
    """
    pages, corrupt = parsed(stand.files)
    refused = _Refusals(dict(stand.barred) | corrupt, dict(unfit or {}))
    wanted = _wanted(stand, pages, findings, refused)
    while True:
        before = refused.size
        done = _blocks_filed(stand, pages, wanted, frozenset(corrupt), refused)
        if done and refused.size == before:
            newest = {finding.id: finding.valid_from for finding in findings if finding.id in wanted}
            return _with_indexes(stand, pages, done, findings, newest, refused)


def _wanted(
    stand: Stand, pages: Mapping[str, Page], findings: Sequence[Finding], refused: _Refusals
) -> dict[str, Wanted]:
    found = homes(stand.domain, pages)
    known = {finding.id: finding for finding in findings}
    wanted: dict[str, Wanted] = {}
    for finding in filter(is_filed, findings):
        slug = _slug(finding.page)
        text = block(finding, known)
        if not slug or not text:
            refused.dropped[finding.id] = "cannot name a page" if text else "says nothing that can be shown"
            continue
        path = found.get(page_id(stand.domain, slug)) or page_path(stand.domain, slug)
        section = section_of(finding)
        gist = digest(f"{said(finding)}\0{section == SUPERSEDED}")
        wanted[finding.id] = Wanted(
            finding.id, path, slug, section, order_of(finding), text, gist=gist, member=member(finding)
        )
    return wanted


def _slug(page: str) -> str:
    """The name of a finding's page; ``index`` is taken by the index itself."""
    return "" if not is_name(page) else f"{INDEX}-page" if page == INDEX else page


@dataclass(frozen=True)
class _Filed:
    steps: Steps
    after: Mapping[str, Page]
    """Pages that changed."""
    conflicts: tuple[Conflict, ...] = ()


def _blocks_filed(
    stand: Stand, pages: Mapping[str, Page], wanted: Mapping[str, Wanted], corrupt: frozenset[str], refused: _Refusals
) -> _Filed | None:
    """The findings' deltas carried out, or None after adding to ``refused`` what must be left out."""
    rows, wanted, merged = with_decisions(stand, pages, wanted)
    skip = {*refused.dropped, *(_unseen(pages, rows) if corrupt else ())}
    closed = _closed(stand, pages)
    todo = steps(pages, rows, wanted, held=refused.held.keys(), closed=closed, skip=skip)
    flaws = {d.id: why for d in todo.deltas if d.action != "retire" and (why := flaw(wanted[d.id].text))}
    if flaws:
        refused.dropped.update(flaws)
        return None
    fresh = {path: blank(path, stand.titles) for path in {d.to for d in todo.deltas if d.to} - pages.keys()}
    after = apply({**pages, **fresh}, todo.deltas, wanted, SECTIONS, {})
    todo, after = _together(pages, after, todo, {key: one for key, one in wanted.items() if key not in skip}, refused)
    _inspect(pages, after, todo, wanted, refused)
    theirs = {key: replace(row, state="human") for key, row in todo.rows.items() if key in merged}
    return _Filed(replace(todo, rows={**todo.rows, **theirs}), after, found(stand.domain, pages, todo, wanted))


def _together(
    pages: Mapping[str, Page],
    after: Mapping[str, Page],
    todo: Steps,
    wanted: Mapping[str, Wanted],
    refused: _Refusals,
) -> tuple[Steps, dict[str, Page]]:
    """What was done, with the lines of each ticket together: pages that this changes too, and what they hash to now."""
    ours = {key: one for key, one in wanted.items() if key in todo.rows and todo.rows[key].state == "live"}
    there = {path: page for path, page in {**pages, **after}.items() if path not in refused.held}
    changed = {path: new for path, page in there.items() if (new := grouped(page, ours)) is not page}
    stood = places(changed)
    rows = {key: replace(todo.rows[key], sha=stood[key].sha) for key in ours.keys() & stood.keys()}
    return replace(todo, rows={**todo.rows, **rows}), {**after, **changed}


def _unseen(pages: Mapping[str, Page], rows: Mapping[str, Row]) -> set[str]:
    """Blocks that stand nowhere; while a page cannot be read they may stand there, so nobody took them away."""
    seen = {key for page in pages.values() for key in page.anchors}
    return set(rows) - seen


def _closed(stand: Stand, pages: Mapping[str, Page]) -> set[str]:
    """Paths of pages that a person deleted: their entry is remembered, the page is gone."""
    ids = set(page_ids(stand.domain, pages).values())
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
        if len(page.data) > PAGE_FULL:
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
    over = len(page.data) - PAGE_FULL
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
    if not all(line.startswith(("---", *(f"{name}:" for name in _OURS))) for line in page.lines[: page.head]):
        return False
    body = "".join(page.lines[page.head :]).split("\n")
    return [line.strip() for line in body if line.strip()] in ([], [f"# {page.title}"])


def _with_indexes(
    stand: Stand,
    pages: Mapping[str, Page],
    done: _Filed,
    findings: Sequence[Finding],
    newest: Mapping[str, str],
    refused: _Refusals,
) -> Filing:
    spoken = () if stand.domain == GLOBAL else findings  # what pages share may be the tickets of one domain
    seen, links = linked(stand, {**pages, **done.after}, spoken, refused.held.keys(), refused.dropped.keys())
    merged = {**pages, **done.after, **seen}
    left = {path: page for path, page in merged.items() if not _is_empty(stand.domain, path, page, pages)}
    told = {path: page if path in refused.held else with_counts(page, newest) for path, page in left.items()}
    bare = {path for path, page in told.items() if page.field("id") in refused.dropped}
    about = {path: said for path, said in phrases(told, spoken).items() if path not in bare}
    listed, rows = indexed(stand, pages, told, refused.held.keys(), about)
    rows = {**stand.rows, **done.steps.rows, **links, **rows}
    final: dict[str, bytes | None] = {path: page.data for path, page in (told | listed).items()}
    final |= {path: None for path in merged if path not in left}
    final |= {path: None for path in listed if final[path] == blank(path).data}
    files = {path: data for path, data in sorted(final.items()) if stand.files.get(path) != data}
    return Filing(files, rows, done.steps.deltas, refused.held, refused.dropped, done.steps.closed, done.conflicts)
