"""The index as it is opened for asking: once, and again as soon as a build has put another in its place."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from distillers.findings import GLOBAL
from scheduling.base.errors import CorruptError
from wiki import calls
from wiki import manifest as manifests
from wiki.calls import Table
from wiki.citations import Cited
from wiki.manifest import Manifest
from wiki.rows import Layer, table_name


@dataclass(frozen=True, slots=True)
class Opened:
    """An index as it was opened: while its manifest's file is the same, it is used again."""

    mark: tuple[int, int]
    manifest: Manifest
    folder: Path
    base: Any
    tables: dict[str, Table] = field(default_factory=dict[str, Table])
    cited: dict[str, Cited] = field(default_factory=dict[str, Cited])
    """By domain what its own findings rest on: as old as the index, which a purge makes anew."""

    def visible(self, domain: str) -> Iterator[Table]:
        """The tables that ``domain`` may see: its own two, and the wiki of ``global``."""
        seen: tuple[tuple[str, Layer], ...] = ((domain, "wiki"), (GLOBAL, "wiki"), (domain, "record"))
        for owner, layer in seen:
            name = table_name(owner, layer)
            if not self.manifest.chunks.get(name):
                continue
            if name not in self.tables:
                stats = manifests.load_stats(self.folder, name)
                self.tables[name] = Table(layer, owner, calls.table_of(self.base, name), stats)
            yield self.tables[name]


class Index:
    """The index in a folder, opened when it is first asked; safe to share between threads."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._opened: Opened | None = None

    def current(self) -> Opened:
        """As it stands now. Raises :class:`CorruptError` if there is none that can be read."""
        with self._lock:
            try:
                stat = (self._folder / manifests.NAME).stat()
            except OSError as error:
                raise self.missing() from error
            mark = (stat.st_mtime_ns, stat.st_ino)
            if self._opened is None or self._opened.mark != mark:
                manifest = manifests.load(self._folder)
                if manifest is None:
                    raise self.missing()
                folder = self._folder / manifest.folder
                self._opened = Opened(mark, manifest, folder, calls.opened(folder))
            return self._opened

    def close(self) -> None:
        """Has it opened anew when it is next asked."""
        self._opened = None

    def missing(self) -> CorruptError:
        """Why nothing can be asked, and what to do."""
        made_by = manifests.format_of(self._folder)
        if made_by not in (None, manifests.FORMAT):
            age = "an older" if made_by < manifests.FORMAT else "a newer"
            return CorruptError(
                f"the index in {self._folder} was made by {age} edition",
                hint="run stillhouse nightly to build it anew",
            )
        return CorruptError(
            f"there is no index that can be read in {self._folder}", hint="run stillhouse nightly to build it"
        )
