"""What an index consists of: one small file that names it, replaced in one step, so a reader sees the old or the new.

index/manifest.json            format, folder, commit, domains, tables, and the digest of every slice
index/<folder>/                LanceDB tables, two for each domain: ``shop.wiki`` and ``shop.record``
index/<folder>/<table>.json    how often each term occurs in that table
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from wiki.confidence import Floor
from wiki.rank import Stats

FORMAT = 8
"""Grows whenever chunks, terms or tables are made in another way; then everything is built anew."""
NAME = "manifest.json"


@dataclass(frozen=True, slots=True)
class Manifest:
    """The index as it was last built."""

    folder: str
    commit: str = ""
    """Commit of the wiki that it shows."""
    domains: tuple[str, ...] = ()
    """The domains that may be asked."""
    slices: Mapping[str, Mapping[str, str]] = field(default_factory=dict[str, Mapping[str, str]])
    """Table → page or unit → digest of what its chunks were made from."""
    chunks: Mapping[str, int] = field(default_factory=dict[str, int])
    embedder: str = ""
    """``id@revision`` of what made the vectors; "" if there are none."""
    dim: int = 0
    floors: Mapping[str, Floor] = field(default_factory=dict[str, Floor])
    """Domain → what its unanswerable questions find."""
    marks: Mapping[str, str] = field(default_factory=dict[str, str])
    """Domain → what tells that its slices were made from what stands now, without looking at each of them."""
    edited: Mapping[str, Mapping[str, str]] = field(default_factory=dict[str, Mapping[str, str]])
    """Domain → of the files that its findings name, the day on which an agent last edited each, as its record tells."""
    erased: int = 0
    """The newest erasure in the record before it was made; LanceDB keeps older states of what it was made from."""


def load(index_dir: Path) -> Manifest | None:
    """The manifest in ``index_dir``; None if there is none, or none that this version reads."""
    try:
        raw: dict[str, Any] = orjson.loads((index_dir / NAME).read_bytes())
        if raw["format"] != FORMAT:
            return None
        return Manifest(
            raw["folder"],
            raw["commit"],
            tuple(raw["domains"]),
            raw["slices"],
            raw["chunks"],
            raw["embedder"],
            raw["dim"],
            {domain: Floor(*floor) for domain, floor in raw["floors"].items()},
            raw["marks"],
            raw["edited"],
            raw.get("erased", 0),
        )
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None


def format_of(index_dir: Path) -> int | None:
    """The format of the manifest in ``index_dir``; None if there is none, or none that says so."""
    try:
        found: object = orjson.loads((index_dir / NAME).read_bytes())["format"]
    except (OSError, ValueError, TypeError, KeyError):
        return None
    return found if isinstance(found, int) else None


def save(index_dir: Path, manifest: Manifest) -> None:
    """Makes ``manifest`` the one that readers see."""
    names = (
        "folder",
        "commit",
        "domains",
        "slices",
        "chunks",
        "embedder",
        "dim",
        "floors",
        "marks",
        "edited",
        "erased",
    )
    _replace(index_dir / NAME, {"format": FORMAT, **{name: getattr(manifest, name) for name in names}})


def load_stats(folder: Path, table: str) -> Stats:
    """How common terms are in ``table``. Raises ``OSError`` or ``ValueError`` if that cannot be read."""
    return Stats(**orjson.loads((folder / f"{table}.json").read_bytes()))


def save_stats(folder: Path, table: str, stats: Stats) -> None:
    """Stores ``stats`` beside the table it speaks of."""
    _replace(folder / f"{table}.json", {"rows": stats.rows, "length": stats.length, "df": stats.df})


def sweep(index_dir: Path, folder: str) -> None:
    """Removes the tables of every index but the one in ``folder``."""
    for other in index_dir.glob("g-*"):
        if other.name != folder:
            shutil.rmtree(other, ignore_errors=True)


def _replace(path: Path, value: Any) -> None:
    fresh = path.with_suffix(".new")
    with fresh.open("wb") as file:
        file.write(orjson.dumps(value, default=list))
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
