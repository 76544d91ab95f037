"""Where the agents on this machine keep their sessions, and which domain each store would belong to.

A domain is proposed for each repository that sessions were held in. Its worktrees and subfolders belong to it. The
folder is the one that the records name: the store's own folder names are munged and cannot be turned back.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

from distillers.sources.base import HEAD_BYTES
from distillers.sources.lines import Json, objects

UNKNOWN = "unsorted"
"""The domain of a store whose records name no folder."""
_WORKTREES = re.compile(r"/(?:\.worktrees|\.claude/worktrees|\.codex/worktrees|worktrees)/[^/]+(?:/.*)?$")
_GITDIR = re.compile(r"gitdir:\s*(?P<path>.*?)/\.git/worktrees/[^/]+\s*$")


@dataclass(frozen=True, slots=True)
class Store:
    """A folder that holds sessions of one agent."""

    kind: str
    """Name of the reader: ``claude-code`` or ``codex``."""
    path: Path
    files: int
    bytes: int
    domain: str | None = None
    """The proposed domain; None for a store that mixes projects, whose sessions are routed by their folder."""
    folders: tuple[Path, ...] = ()
    """The folders whose sessions belong to the proposed domain: the repository, and worktrees that lie outside it."""
    proposed: tuple[tuple[str, Path], ...] = ()
    """Of a store that mixes projects: each proposed domain with a folder of its own."""


@dataclass(frozen=True, slots=True)
class _Seen:
    """A store as it was found, with the working folders that its sessions recorded."""

    store: Store
    recorded: tuple[Path, ...]


def find_stores(home: Path, *, claude: Path | None = None, codex: Path | None = None) -> list[Store]:
    """The stores below ``home`` that hold sessions, in a stable order.

    ``claude`` and ``codex`` are what ``CLAUDE_CONFIG_DIR`` and ``CODEX_HOME`` say, if they are set.
    """
    settings = [home / ".claude", home / ".config" / "claude", *([claude] if claude else [])]
    found = [seen for root in _distinct(settings) for seen in _projects(root / "projects")]
    rollouts = codex or home / ".codex"
    found += [seen for name in ("sessions", "archived_sessions") for seen in _rollouts(rollouts / name)]
    roots = _roots([folder for seen in found for folder in seen.recorded], home)
    names = _names(set(roots.values()))
    return [_proposed(seen, roots, names) for seen in found]


# --- what is there ---


def _projects(folder: Path) -> Iterator[_Seen]:
    """Claude Code keeps a folder for each folder it was started in."""
    for project in _folders(folder):
        files = sorted(project.rglob("*.jsonl"))
        if files:
            cwd = next((cwd for file in _newest(files) for cwd in _recorded(file)), None)
            yield _Seen(Store("claude-code", project, len(files), _size(files)), (cwd,) if cwd else ())


def _rollouts(folder: Path) -> Iterator[_Seen]:
    """Codex keeps all sessions in one folder, by date."""
    files = sorted(path for path in folder.rglob("*") if path.name.endswith((".jsonl", ".jsonl.zst")))
    if files:
        recorded = {cwd for file in files if file.suffix == ".jsonl" for cwd in _recorded(file)}
        yield _Seen(Store("codex", folder, len(files), _size(files)), tuple(sorted(recorded)))


def _folders(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.is_dir()) if folder.is_dir() else []


def _newest(files: list[Path]) -> list[Path]:
    return sorted(files, key=lambda file: (-_stat(file)[1], file))[:5]


def _stat(file: Path) -> tuple[int, int]:
    try:
        found = file.stat()
    except OSError:
        return 0, 0
    return found.st_size, found.st_mtime_ns


def _size(files: list[Path]) -> int:
    return sum(_stat(file)[0] for file in files)


def _recorded(file: Path) -> Iterator[Path]:
    """The first working folder that a session's records name."""
    try:
        with file.open("rb") as stream:
            head = stream.read(HEAD_BYTES)
    except OSError:
        return
    for record in objects(head, whole=False, limit=40):
        if cwd := _cwd(record):
            yield Path(cwd)
            return


def _cwd(record: Json) -> str:
    payload: Any = record.get("payload")
    value = record.get("cwd") or (cast("Json", payload).get("cwd") if isinstance(payload, dict) else None)
    return value if isinstance(value, str) and value.startswith("/") else ""


def _distinct(folders: Iterable[Path]) -> list[Path]:
    return list({folder.resolve(): folder for folder in folders}.values())


# --- which repository ---


def _proposed(seen: _Seen, roots: Mapping[Path, Path], names: Mapping[Path, str]) -> Store:
    if seen.store.kind == "claude-code":
        named = [(names[roots[folder]], _own(folder, roots[folder])) for folder in seen.recorded]
        return replace(seen.store, domain=named[0][0] if named else UNKNOWN, folders=named[0][1] if named else ())
    pairs = ((names[roots[folder]], own) for folder in seen.recorded for own in _own(folder, roots[folder]))
    return replace(seen.store, proposed=tuple(dict.fromkeys(pairs)))


def _own(folder: Path, root: Path) -> tuple[Path, ...]:
    """The folders that route a session held in ``folder`` to the domain of ``root``."""
    return (root,) if folder.is_relative_to(root) else (root, folder)


def repository(folder: Path, home: Path) -> Path:
    """The root of the repository that ``folder`` lies in, of a worktree the root of its main checkout.

    A folder that lies in no repository below ``home`` (or anywhere outside it) is its own root, less what names a
    worktree. A repository that holds the home folder itself is nobody's project.
    """
    for path in (folder, *folder.parents):
        if path == home or path in home.parents:
            break
        marker = path / ".git"
        if marker.is_dir():
            return path
        if marker.is_file():
            match = _GITDIR.match(marker.read_text("utf-8", "replace"))
            return Path(match["path"]) if match else path
    return Path(_WORKTREES.sub("", str(folder)) or "/")


def _roots(folders: Iterable[Path], home: Path) -> dict[Path, Path]:
    """Each recorded folder with its root; one that is gone counts to a root above it that is gone as well."""
    roots = {folder: repository(folder, home) for folder in folders}
    gone = sorted({root for root in roots.values() if not root.exists()})
    return {folder: next((up for up in gone if root.is_relative_to(up)), root) for folder, root in roots.items()}


def _names(roots: Iterable[Path]) -> dict[Path, str]:
    """A name for each repository: its folder's; where two are alike, the folder above too; then a number."""
    found: dict[Path, str] = {}
    short = Counter(slug(root.name) for root in roots)
    for root in sorted(roots):
        name = slug(root.name) if short[slug(root.name)] == 1 else slug(f"{root.parent.name}-{root.name}")
        taken = sum(1 for other in found.values() if other == name or other.startswith(f"{name}-"))
        found[root] = f"{name}-{taken + 1}" if name in found.values() else name
    return found


def slug(name: str) -> str:
    """``name`` as a domain name, ``[a-z0-9][a-z0-9-]*``."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "home"
