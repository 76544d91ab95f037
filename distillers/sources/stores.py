"""Where the agents on this machine keep their sessions, and which domain each store would belong to.

A domain is proposed for each repository that sessions were held in. Its worktrees and subfolders belong to it. The
folder is the one that the records name: the store's own folder names are munged and cannot be turned back.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from distillers.sources.kept import Homes, Seen, Store, kept

__all__ = ["Store", "find_stores", "repository", "slug"]

UNKNOWN = "unsorted"
"""The domain of a store whose records name no folder."""
_WORKTREES = re.compile(r"/(?:\.worktrees|\.claude/worktrees|\.codex/worktrees|worktrees)/[^/]+(?:/.*)?$")
_GITDIR = re.compile(r"gitdir:\s*(?P<path>.*?)/\.git/worktrees/[^/]+\s*$")


def find_stores(
    home: Path,
    *,
    claude: Path | None = None,
    codex: Path | None = None,
    copilot: Path | None = None,
    data: Path | None = None,
) -> list[Store]:
    """The stores below ``home`` that hold sessions, in a stable order.

    The others are what ``CLAUDE_CONFIG_DIR``, ``CODEX_HOME``, ``COPILOT_HOME`` and ``XDG_DATA_HOME`` say, if they are
    set.
    """
    found = list(kept(home, Homes(claude, codex, copilot, data)))
    roots = _roots([folder for seen in found for folder in seen.recorded], home)
    names = _names(set(roots.values()))
    return [_proposed(seen, roots, names) for seen in found]


def _proposed(seen: Seen, roots: Mapping[Path, Path], names: Mapping[Path, str]) -> Store:
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
