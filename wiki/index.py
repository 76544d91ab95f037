"""The index: LanceDB tables of chunks, one for the wiki and one for the record of each domain. Derived, may be deleted.

One writer at a time, under a file lock. A page or unit that did not change keeps its rows; a table takes a night's
changes in one commit. An index of another format, or one that cannot be read, is built anew beside the old one.
"""

from __future__ import annotations

import hashlib
import secrets
import shutil
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from distillers.findings import Finding
from distillers.findings_store import load as load_findings
from distillers.record.archive import Archive
from scheduling.base.errors import CorruptError
from scheduling.base.locks import hold
from scheduling.ledger.store import Ledger
from wiki import manifest as manifests
from wiki.chunks import passages
from wiki.manifest import Manifest
from wiki.rows import GLOBAL, SCHEMA, ArrowTable, counted, fitted, joined, leading, row_of, table_name, terms_of
from wiki.search import UNREADABLE, connect
from wiki.sections import page_chunks
from wiki.tree import Tree

_WAIT = 60.0
_SOME = 2000
_LONGEST = 64
_KEPT = ("id", "source", "twin", "terms")

Make = Callable[[Sequence[str]], Iterable[dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class Indexed:
    """What a build left behind."""

    commit: str
    chunks: int
    """In all tables."""
    changed: int
    """Pages and units whose chunks were replaced or removed."""
    rebuilt: bool
    """Whether everything was built anew."""


def build(
    ledger: Ledger, tree: Tree, archive: Archive, index_dir: Path, domains: Sequence[str], *, rebuild: bool = False
) -> Indexed:
    """Brings the index in ``index_dir`` to the wiki at ``tree.commit`` and the record as it stands now.

    ``domains`` are all that may be asked; others are dropped from the index. ``rebuild`` makes it anew whatever state
    it is in. Raises :class:`~scheduling.base.errors.BusyError` if another build does not end within a minute.
    """
    with hold(index_dir / "lock", "an index build", wait=_WAIT):
        old = None if rebuild else manifests.load(index_dir)
        done = _update(_Build(ledger, tree, archive, index_dir, old), domains) if old else None
        if done is None:
            fresh = Manifest(f"g-{secrets.token_hex(4)}")
            done = _Build(ledger, tree, archive, index_dir, fresh).run(domains, rebuilt=True)
            _sweep(index_dir, fresh.folder)
        return done


def tables(index_dir: Path) -> Iterator[tuple[str, ArrowTable]]:
    """Every table of the index as it stands, with its name; none if there is no index."""
    known = manifests.load(index_dir)
    if known is None:
        return
    base = connect(index_dir / known.folder)
    for name in sorted(known.chunks):
        yield name, base.open_table(name).to_arrow()


class _Build:
    """One bringing up to date. Nothing that it does is seen as the index's state before the manifest is saved."""

    def __init__(self, ledger: Ledger, tree: Tree, archive: Archive, index_dir: Path, old: Manifest) -> None:
        self.ledger = ledger
        self.tree = tree
        self.archive = archive
        self.index_dir = index_dir
        self.folder = index_dir / old.folder
        self.old = old
        self.slices: dict[str, Mapping[str, str]] = {}
        self.chunks: dict[str, int] = {}
        self.changed = 0

    @cached_property
    def base(self) -> Any:
        """Opened when the first table is touched."""
        self.folder.mkdir(parents=True, exist_ok=True)
        return connect(self.folder)

    def run(self, domains: Sequence[str], *, rebuilt: bool) -> Indexed:
        asked = tuple(sorted({*domains} - {GLOBAL}))
        for domain in (*asked, GLOBAL):
            self._wiki(domain)
        for domain in asked:
            self._record(domain)
        new = Manifest(self.folder.name, self.tree.commit, asked, self.slices, self.chunks)
        if new != self.old:
            manifests.save(self.index_dir, new)
        self._drop(self.old.chunks.keys() - self.chunks.keys())
        return Indexed(self.tree.commit, sum(self.chunks.values()), self.changed, rebuilt)

    def _wiki(self, domain: str) -> None:
        known = {finding.id: finding for finding in load_findings(self.ledger, domain)}
        evidence = _by_page(known.values())
        wanted = {slug: _digest(self.tree.blob(domain, slug), *evidence[slug]) for slug in self.tree.pages(domain)}

        def make(slugs: Sequence[str]) -> Iterator[dict[str, Any]]:
            for slug in slugs:
                yield from self._page(domain, slug, known)

        self._refresh(table_name(domain, "wiki"), wanted, make)

    def _page(self, domain: str, slug: str, known: Mapping[str, Finding]) -> Iterator[dict[str, Any]]:
        try:
            page = self.tree.read(domain, slug).page
        except CorruptError:
            return  # lint names the page and what is wrong with it
        # What evidence of one domain says must not be read in another through a page that all of them see.
        quotes = {} if domain == GLOBAL else {one.id: [q.text for q in one.evidence] for one in known.values()}
        for chunk in page_chunks(slug, page, quotes):
            yield row_of(chunk, known.get(chunk.anchor), "wiki")

    def _record(self, domain: str) -> None:
        wanted = {info.unit: info.digest for info in self.archive.units(domain)}

        def make(units: Sequence[str]) -> Iterator[dict[str, Any]]:
            for unit in self.archive.iter_units(domain, units):
                yield from (row_of(chunk, None, "record") for chunk in passages(unit))

        self._refresh(table_name(domain, "record"), wanted, make)

    def _refresh(self, name: str, wanted: Mapping[str, str], make: Make) -> None:
        """Replaces the slices of table ``name`` that are not as ``wanted``."""
        had = self.old.slices.get(name, {})
        stale = sorted(key for key, digest in wanted.items() if had.get(key) != digest)
        gone = had.keys() - wanted.keys()
        self.slices[name] = wanted
        self.chunks[name] = self.old.chunks.get(name, 0)
        if name in self.old.chunks and not (self.folder / f"{name}.lance").is_dir():
            raise FileNotFoundError(f"table {name} of the index is gone")
        if name not in self.old.chunks or stale or gone:
            self.changed += len(stale) + len(gone)
            self.chunks[name] = self._write(name, {*stale, *gone}, fitted(make(stale), _SOME))

    def _write(self, name: str, replaced: set[str], fresh: ArrowTable) -> int:
        table = self.base.open_table(name) if name in self.old.chunks else None
        kept = _without(_scan(table), replaced)
        fresh, mended = leading(fresh, kept)
        if table is None:
            table = self.base.create_table(name, fresh, schema=SCHEMA, mode="overwrite")
        else:
            _merge(table, replaced, joined(fresh, fitted(_mended(table, mended), _SOME)))
        terms = _scan(table)["terms"].to_pylist()
        if len(terms) != kept.num_rows + fresh.num_rows:
            raise ValueError(f"table {name} of the index holds rows twice")
        _make_findable(table)
        manifests.save_stats(self.folder, name, counted(terms))
        return len(terms)

    def _drop(self, names: Collection[str]) -> None:
        for name in sorted(names):
            self.base.drop_table(name, ignore_missing=True)
            (self.folder / f"{name}.json").unlink(missing_ok=True)


def _update(build: _Build, domains: Sequence[str]) -> Indexed | None:
    """The outcome of bringing an index up to date, or None if it cannot be read."""
    try:
        return build.run(domains, rebuilt=False)
    except UNREADABLE:
        return None  # a derived store that is broken is replaced, not mended


def _sweep(index_dir: Path, folder: str) -> None:
    """Removes what no manifest names any more."""
    for other in index_dir.glob("g-*"):
        if other.name != folder:
            shutil.rmtree(other, ignore_errors=True)


def _scan(table: Any) -> ArrowTable:
    """What is needed of each row to tell equal ones apart; no rows if there is no table."""
    rows = 0 if table is None else table.count_rows()
    if table is None or not rows:
        return SCHEMA.empty_table().select(list(_KEPT))
    return table.search().select(list(_KEPT)).limit(rows).to_arrow()


def _without(rows: ArrowTable, sources: Collection[str]) -> ArrowTable:
    return rows.filter([source not in sources for source in rows["source"].to_pylist()]) if rows.num_rows else rows


def _mended(table: Any, leaders: Mapping[str, bool]) -> list[dict[str, Any]]:
    """Rows that another row with the same text gave way to, or takes over from."""
    if not leaders:
        return []
    found = table.search().where(_among("id", leaders), prefilter=True).limit(len(leaders)).to_list()
    names = SCHEMA.names
    rows = [{name: row[name] for name in names} for row in found]
    return [
        {**row, "terms": terms_of(row["title"], row["heading"], row["text"]) if leaders[row["id"]] else ""}
        for row in rows
    ]


def _merge(table: Any, replaced: Collection[str], rows: ArrowTable) -> None:
    """Puts ``rows`` in the place of all that came from the ``replaced`` pages or units, in one commit."""
    merge = table.merge_insert("id").when_matched_update_all().when_not_matched_insert_all()
    merge.when_not_matched_by_source_delete(_among("source", replaced)).execute(rows)


def _make_findable(table: Any) -> None:
    from lancedb.index import FTS  # noqa: PLC0415 (with lancedb)

    analysed = FTS(
        base_tokenizer="whitespace",
        stem=False,
        remove_stop_words=False,
        ascii_folding=False,
        lower_case=False,
        max_token_length=_LONGEST,
    )
    table.create_index("terms", config=analysed, replace=True)
    table.optimize(cleanup_older_than=timedelta(hours=1))


def _among(name: str, values: Collection[str]) -> str:
    listed = ", ".join("'" + value.replace("'", "''") + "'" for value in sorted(values))
    return f"{name} IN ({listed})"


def _by_page(known: Iterable[Finding]) -> defaultdict[str, list[str]]:
    """What stands behind each page, as texts to be hashed."""
    behind: defaultdict[str, list[str]] = defaultdict(list)
    for finding in known:
        behind[finding.page].append(repr((finding.id, finding.confidence, finding.valid_from, finding.evidence)))
    return behind


def _digest(*parts: str) -> str:
    return hashlib.blake2b("\0".join(parts).encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
