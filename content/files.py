"""Article files: where they are, and writing them whole or not at all."""

from __future__ import annotations

import os
import re
import secrets
from pathlib import Path

from scheduling.base.errors import RefusedError

SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
LIMIT = 4 * 1024 * 1024


def article_file(folder: Path, slug: str, suffix: str = ".md") -> Path:
    """The file of the article ``slug`` in ``folder``.

    Raises :class:`RefusedError` if the slug could leave the folder or a link stands in its place.
    """
    if len(slug) > 100 or not SLUG.fullmatch(slug):
        raise RefusedError(f"{slug!r} is no slug", hint="use lower-case letters, digits and single dashes")
    path = folder / f"{slug}{suffix}"
    for each in (path, folder, folder.parent):
        if each.is_symlink():
            raise RefusedError(f"{each} is a link", hint="articles lie in plain folders; replace the link")
    return path


def read(path: Path) -> bytes:
    """The bytes of an article file; raises :class:`RefusedError` if it is missing or far too large."""
    try:
        if path.stat().st_size > LIMIT:
            raise RefusedError(f"{path} is larger than {LIMIT // 1024 // 1024} MiB", hint="that is no article")
        return path.read_bytes()
    except FileNotFoundError as error:
        raise RefusedError(f"{path} is not there", hint="run `stillhouse daily` to draft it again") from error


def write(path: Path, data: bytes) -> None:
    """Puts ``data`` at ``path`` at once: whoever reads, or whatever is killed, finds the old file or the new one."""
    if path.is_file() and path.read_bytes() == data:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with beside.open("xb") as handle:
            handle.write(data)
            handle.flush()
            os.fsync(handle.fileno())
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
    _settle(path.parent)


def remove(path: Path) -> None:
    """Takes a file away, for good; nothing happens if it is gone already."""
    path.unlink(missing_ok=True)
    if path.parent.is_dir():
        _settle(path.parent)


def _settle(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
