"""Where a domain's code lies, and whether anything there moved: told from a few small files, without starting git."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_MAIN = ("refs/heads/main", "refs/heads/master", "refs/remotes/origin/main", "refs/remotes/origin/master")
_ORIGIN = "refs/remotes/origin/"


@dataclass(frozen=True, slots=True)
class Place:
    """A repository at ``root``; ``apart`` are files and folders of it that hold tickets or logs, relative to it."""

    root: Path
    apart: tuple[str, ...] = ()


def place(root: Path, sources: Iterable[Path]) -> Place:
    """The repository at ``root``, of which ``sources`` that lie in it are no code."""
    within = {path.relative_to(root).as_posix() for path in sources if path.is_relative_to(root)}
    return Place(root, tuple(sorted(within - {"."})))


def is_repository(root: Path) -> bool:
    """Whether ``root`` is the top of a git repository: a work tree or a bare one."""
    return (root / ".git").exists() or ((root / "HEAD").is_file() and (root / "objects").is_dir())


def stamp(root: Path) -> str:
    """Changes when what is checked out, or the main branch, is at another commit; "" if that cannot be told so."""
    git = _git(root)
    common = _common(git)
    if (common / "reftable").exists():
        return ""
    head, origin = _read(git / "HEAD"), _read(common / f"{_ORIGIN}HEAD")
    named = [_named(head), _named(origin), _named(origin).replace(_ORIGIN, "refs/heads/")]
    told = hashlib.blake2b(digest_size=12)
    for part in (head, origin, *(_read(common / name) for name in (*_MAIN, *filter(None, named))), *_packed(common)):
        told.update(part + b"\0")
    return told.hexdigest()


def _git(root: Path) -> Path:
    dot = root / ".git"
    if dot.is_file():
        return root / _read(dot).decode("utf-8", "replace").strip().removeprefix("gitdir:").strip()
    return dot if dot.is_dir() else root


def _common(git: Path) -> Path:
    """Where the references lie, of a linked work tree too."""
    told = _read(git / "commondir").decode("utf-8", "replace").strip()
    return git / told if told else git


def _named(head: bytes) -> str:
    """The reference that a symbolic one names; "" if it names none, or one that lies elsewhere."""
    name = head.decode("utf-8", "replace").removeprefix("ref:").strip() if head.startswith(b"ref:") else ""
    return name if name.startswith("refs/") and ".." not in name else ""


def _packed(common: Path) -> Iterator[bytes]:
    with suppress(OSError):
        at = (common / "packed-refs").stat()
        yield f"{at.st_size} {at.st_mtime_ns} {at.st_ino}".encode()


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""
