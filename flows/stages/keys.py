"""What the stages of a night rest on outside the ledger, as short hashes made from stats alone: no file is read.

A hash that changes too easily costs a stage that finds nothing to do; so in doubt more goes into it, not less.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from distillers.code.places import stamp
from flows.settings import Settings

HERE = Path(__file__).parents[2]
PACKAGES = ("flows", "content", "wiki", "distillers", "scheduling")
_PASSED = frozenset({"__pycache__", "lock", ".lock"})
_OF_GIT = frozenset({"objects", "logs", "worktrees", "stillhouse"})
"""Folders of a git directory that tell nothing of what is filed where."""


def common(settings: Settings) -> str:
    """Changes with the settings, or with the program itself."""
    return digest(code(HERE), repr(settings))


def record(settings: Settings) -> str:
    """Changes when shards of the record, or files of people's decisions, come or go."""
    state = settings.workspace.state
    return digest(folder(settings.workspace.archive), folder(state / "rulings"))


def wiki(settings: Settings) -> str:
    """Changes with branch, index, hooks and settings of the wiki's repository and with every file of its work tree.

    "" where that cannot be told from outside: then it is never the same.
    """
    root = settings.workspace.wiki
    git = root / ".git"
    if not git.is_dir() or (git / "reftable").exists():
        return ""
    return digest(*_told(str(root), frozenset({".git"})), *_told(str(git), _OF_GIT))


def repositories(settings: Settings) -> str:
    """Changes when the code of a domain stands at another commit; "" where that cannot be told without git."""
    stamps = [stamp(place.root) for some in settings.repositories.values() for place in some]
    return digest(*stamps) if all(stamps) else ""


def index(settings: Settings) -> str:
    """Changes when a file of the search index comes, goes, or is written."""
    return folder(settings.workspace.index)


def gitleaks(settings: Settings) -> str:
    """Changes when the rule file that the settings name does."""
    path = settings.gitleaks
    try:
        at = path.stat() if path else None
    except OSError as error:
        return str(error.errno)
    return f"{at.st_size} {at.st_mtime_ns} {at.st_ino}" if at else "none"


def folder(path: Path) -> str:
    """Changes when a file below ``path`` comes, goes, or is written."""
    return digest(*_told(str(path), _PASSED))


def digest(*parts: str) -> str:
    """``parts`` as one short hash."""
    return hashlib.blake2b("\0".join(parts).encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()


@cache
def code(root: Path) -> str:
    """Changes when a module of the program below ``root`` does: a rule, a reader, or whatever else."""
    return digest(*(folder(root / name) for name in PACKAGES))


def _told(root: str, passed: frozenset[str]) -> Iterator[str]:
    """A line for each file below ``root``, except below entries of it that are ``passed``; in a fixed order."""
    folders = [root]
    while folders:
        here = folders.pop()
        try:
            entries = sorted(os.scandir(here), key=lambda entry: entry.name)
        except OSError as error:
            yield f"{here} {error.errno}"
            continue
        chosen = [one for one in entries if one.name not in (passed if here == root else _PASSED)]
        folders += [one.path for one in chosen if one.is_dir(follow_symlinks=False)]
        yield from (_line(one) for one in chosen if not one.is_dir(follow_symlinks=False))


def _line(entry: os.DirEntry[str]) -> str:
    try:
        at = entry.stat(follow_symlinks=False)
    except OSError as error:  # it went just now
        return f"{entry.path} {error.errno}"
    return f"{entry.path} {at.st_size} {at.st_mtime_ns} {at.st_ino} {at.st_mode}"
