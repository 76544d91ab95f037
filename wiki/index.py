"""The index: LanceDB tables of chunks, one for the wiki and one for the record of each domain. Derived, may be deleted.

One writer at a time, under a file lock. A page or unit that did not change keeps its rows; a table takes a night's
changes in one commit, and only rows of that night, and those that say the same, are read for it. An index of another
format or embedder, one that cannot be read, and one made before something was erased from the record (LanceDB keeps
what it replaced) is built anew beside the old one, which answers until then.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any, cast

import pyarrow

from distillers.findings import GLOBAL
from distillers.findings_store import load as load_findings
from distillers.record import erase
from distillers.record.archive import Archive
from scheduling.base.locks import hold
from scheduling.ledger.store import Ledger
from wiki import manifest as manifests
from wiki.calls import UNREADABLE, Table, connect, opened, table_of
from wiki.confidence import LEAST, Floor
from wiki.embed import Embedder
from wiki.embed import named as called
from wiki.floors import learned
from wiki.manifest import Manifest
from wiki.rows import (
    SCHEMA,
    VECTOR,
    ArrowTable,
    Layer,
    counted,
    fitted,
    leading,
    put_back,
    recounted,
    schema,
    table_name,
)
from wiki.slices import Pages, Units, mark
from wiki.stale import named, touched_in_record
from wiki.tables import among, columns_of, make_findable, put, rows_of, without
from wiki.tree import Tree
from wiki.vectors import OtherWidthError, spoken, with_vectors

pa = cast("Any", pyarrow)  # ships no types

_WAIT = 60.0
_SOME = 2000
_KEPT = ("id", "source", "twin", "terms")
_OWNED: tuple[Layer, ...] = ("wiki", "record")


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
    ledger: Ledger,
    tree: Tree,
    archive: Archive,
    index_dir: Path,
    domains: Sequence[str],
    *,
    rebuild: bool = False,
    embedder: Embedder | None = None,
) -> Indexed:
    """Brings the index in ``index_dir`` to the wiki at ``tree.commit`` and the record as it stands now.

    ``domains`` are all that may be asked; others are dropped from the index. ``rebuild`` makes it anew whatever state
    it is in, as does another ``embedder`` than the one that made its vectors. Raises
    :class:`~scheduling.base.errors.BusyError` if another build does not end within a minute, and
    :class:`~wiki.embed.EmbedderError` if the embedder fails; the index then stays as it was.
    """
    with hold(index_dir / "lock", "an index build", wait=_WAIT):
        erased = erase.newest(ledger)
        old = None if rebuild else manifests.load(index_dir)
        if old and (old.embedder != called(embedder) or old.erased < erased):
            old = None
        done = _update(_Build(ledger, tree, archive, index_dir, old, embedder), domains) if old else None
        if done is None:
            dim = embedder.encode(["dimension"]).shape[1] if embedder else 0
            fresh = Manifest(f"g-{secrets.token_hex(4)}", embedder=called(embedder), dim=dim, erased=erased)
            done = _Build(ledger, tree, archive, index_dir, fresh, embedder).run(domains, rebuilt=True)
            manifests.sweep(index_dir, fresh.folder)
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

    def __init__(
        self, ledger: Ledger, tree: Tree, archive: Archive, index_dir: Path, old: Manifest, embedder: Embedder | None
    ) -> None:
        self.ledger = ledger
        self.tree = tree
        self.archive = archive
        self.index_dir = index_dir
        self.folder = index_dir / old.folder
        self.old = old
        self.embedder = embedder
        self.slices: dict[str, Mapping[str, str]] = {}
        self.chunks: dict[str, int] = {}
        self.edited: dict[str, Mapping[str, str]] = {}
        self.changed = 0

    @cached_property
    def base(self) -> Any:
        """Opened when the first table is touched."""
        self.folder.mkdir(parents=True, exist_ok=True)
        return connect(self.folder)

    def run(self, domains: Sequence[str], *, rebuilt: bool) -> Indexed:
        asked = tuple(sorted({*domains} - {GLOBAL}))
        marks = {domain: mark(self.ledger, self.tree, self.archive, domain) for domain in (*asked, GLOBAL)}
        for domain, now in marks.items():
            if self.old.marks.get(domain) == now:
                self._keep(domain)
            else:
                self._look_at(domain)
        new = replace(
            self.old,
            commit=self.tree.commit,
            domains=asked,
            slices=self.slices,
            chunks=self.chunks,
            floors={domain: self._floor(domain) for domain in asked},
            marks=marks,
            edited=self.edited,
        )
        if new != self.old:
            manifests.save(self.index_dir, new)
        self._drop(self.old.chunks.keys() - self.chunks.keys())
        return Indexed(self.tree.commit, sum(self.chunks.values()), self.changed, rebuilt)

    def _keep(self, domain: str) -> None:
        """Leaves the tables of a domain in which nothing changed as they are."""
        for layer in _OWNED:
            name = table_name(domain, layer)
            if name in self.old.chunks:
                self._require(name)
                self.slices[name], self.chunks[name] = self.old.slices[name], self.old.chunks[name]
        self.edited[domain] = self.old.edited[domain]

    def _look_at(self, domain: str) -> None:
        """Compares every page, session and ticket of a domain with what its tables were made from."""
        findings = load_findings(self.ledger, domain)
        self._refresh(table_name(domain, "wiki"), Pages(self.tree, domain, {one.id: one for one in findings}))
        if domain != GLOBAL:
            self._refresh(table_name(domain, "record"), Units.of(self.archive, domain, findings))
        files = named(findings) if domain != GLOBAL else []
        self.edited[domain] = touched_in_record(self.archive, domain)(files) if files else {}

    def _require(self, name: str) -> None:
        if not (self.folder / f"{name}.lance").is_dir():
            raise FileNotFoundError(f"table {name} of the index is gone")

    def _refresh(self, name: str, source: Pages | Units) -> None:
        """Replaces the slices of table ``name`` that are not as their ``source`` has them."""
        wanted = source.digests()
        had = self.old.slices.get(name, {})
        stale = sorted(key for key, digest in wanted.items() if had.get(key) != digest)
        gone = had.keys() - wanted.keys()
        self.slices[name] = wanted
        self.chunks[name] = self.old.chunks.get(name, 0)
        if name in self.old.chunks:
            self._require(name)
        if name not in self.old.chunks or stale or gone:
            self.changed += len(stale) + len(gone)
            self.chunks[name] = self._write(name, {*stale, *gone}, fitted(source.rows(stale), _SOME))

    def _write(self, name: str, replaced: set[str], fresh: ArrowTable) -> int:
        if name not in self.old.chunks:
            return self._create(name, fresh)
        table = self.base.open_table(name)
        gone = among(table, "source", replaced, (*_KEPT, "text", "meta", VECTOR) if self.old.dim else _KEPT)
        twins = {*gone["twin"].to_pylist(), *fresh["twin"].to_pylist()}
        kept = without(among(table, "twin", twins, _KEPT), replaced)
        fresh, mended = leading(fresh, kept)
        back = fitted((put_back(row, mended[row["id"]]) for row in rows_of(table, mended)), _SOME)
        rows = pa.concat_tables([fresh, back])
        put(table, replaced, self._embedded(rows, spoken(gone)))
        count = self.old.chunks[name] - gone.num_rows + fresh.num_rows
        if table.count_rows() != count:
            raise ValueError(f"table {name} of the index holds rows twice, or lost some")
        make_findable(table, self.old.dim)
        was = [terms for terms, key in zip(*columns_of(kept, "terms", "id"), strict=True) if key in mended]
        old = manifests.load_stats(self.folder, name)
        stats = recounted(old, [*was, *gone["terms"].to_pylist()], rows["terms"].to_pylist())
        manifests.save_stats(self.folder, name, stats)
        return count

    def _create(self, name: str, fresh: ArrowTable) -> int:
        fresh, _ = leading(fresh, SCHEMA.empty_table())
        table = self.base.create_table(name, self._embedded(fresh, {}), schema=schema(self.old.dim), mode="overwrite")
        make_findable(table, self.old.dim)
        manifests.save_stats(self.folder, name, counted(fresh["terms"].to_pylist()))
        return fresh.num_rows

    def _embedded(self, rows: ArrowTable, had: Mapping[str, Any]) -> ArrowTable:
        return with_vectors(rows, had, self.embedder, self.old.dim) if self.embedder else rows

    def _floor(self, domain: str) -> Floor:
        """What questions find that ``domain`` cannot answer; learned anew if it grew or shrank by a tenth."""
        layers: list[Layer] = [layer for layer in _OWNED if self.chunks[table_name(domain, layer)]]
        rows = sum(self.chunks[table_name(domain, layer)] for layer in layers)
        known = self.old.floors.get(domain)
        if known and known.holds(rows):
            return known
        if rows < LEAST:
            return Floor.usual(rows)
        tables = [self._opened(domain, layer) for layer in layers]
        return learned(tables, rows)

    def _opened(self, domain: str, layer: Layer) -> Table:
        name = table_name(domain, layer)
        return Table(layer, domain, table_of(opened(self.folder), name), manifests.load_stats(self.folder, name))

    def _drop(self, names: Collection[str]) -> None:
        for name in sorted(names):
            self.base.drop_table(name, ignore_missing=True)
            (self.folder / f"{name}.json").unlink(missing_ok=True)


def _update(build: _Build, domains: Sequence[str]) -> Indexed | None:
    """The outcome of bringing an index up to date, or None if it cannot be read or its vectors are of another width."""
    try:
        return build.run(domains, rebuilt=False)
    except (*UNREADABLE, OtherWidthError):
        return None  # a derived store that is broken is replaced, not mended
