"""The work tree that people edit: told apart from the branch, and brought forward without ever losing their bytes.

A file follows a commit of ours only if the index and the disk hold what stood there before that commit.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from pathlib import Path, PurePosixPath

from scheduling.base.errors import StillhouseError
from wiki.git import AFTER, BEFORE, FILE_MODES, Entry, Repo
from wiki.staging import index_held, stage, staged

_READ_TO_RUN = 0o111


def bring_forward(repo: Repo, move: Callable[[], None] | None = None) -> tuple[str, ...]:
    """Lets work tree and index follow the last commit of ours; returns the files that a person's edits keep behind.

    Does nothing if they followed already, or while another branch is checked out (git itself brings them back to main).
    ``move`` is what moves the branch: it is called first, while the person's index is held, so that a commit of theirs
    comes before or after the whole of it and can never take back what it did not see.
    """
    if not repo.on_main():
        if move:
            move()
        return ()
    if not move and not (repo.has_ref(AFTER) and repo.ref(AFTER)):
        return ()
    with index_held(repo) as index:
        if move:
            move()
        after = repo.ref(AFTER)
        behind = _forward(repo, index, after)
    repo.followed(after)
    return behind


def _forward(repo: Repo, index: Path, after: str) -> tuple[str, ...]:
    old, new, head = repo.files(repo.ref(BEFORE)), repo.files(after), repo.files(repo.head())
    changed = [path for path in sorted({*old, *new}) if old.get(path) != new.get(path) == head.get(path)]
    known = staged(repo)
    ready = [path for path in changed if _follows(repo, path, known, (old.get(path), new.get(path)))]
    data = repo.contents(new[path].blob for path in ready if path in new)
    done: list[str] = []
    for path in ready:
        # Looked at once more: an editor may have saved since.
        if _follows(repo, path, known, (old.get(path), new.get(path))):
            _put(repo, path, data[new[path].blob] if path in new else None, new.get(path))
            done.append(path)
    stale = {path: new.get(path) for path in done if known.get(path) != new.get(path)}
    if stale:
        stage(repo, stale, index)
    return tuple(path for path in changed if path not in done)


def _follows(repo: Repo, path: str, known: Mapping[str, Entry], states: tuple[Entry | None, Entry | None]) -> bool:
    """Whether a file may be brought from the first of ``states`` to the second: the disk goes first, then the index."""
    old, new = states
    done = _untouched(repo, path, known, (new,))
    return done or (_same(known.get(path), old) and _untouched(repo, path, {path: old} if old else {}, (old, new)))


def _same(one: Entry | None, other: Entry | None) -> bool:
    return (one.blob if one else "") == (other.blob if other else "")


def edited(repo: Repo, files: Mapping[str, Entry], paths: Iterable[str]) -> dict[str, str]:
    """Which of ``paths`` must be left alone, with the reason: a person is at work on them, or a link is in the way.

    ``files`` are those of the commit that the work tree should show.
    """
    linked = {
        path: "a link or submodule is in its place" for path in paths if not _is_plain(repo, path, files.get(path))
    }
    if not repo.on_main():
        return linked
    known = staged(repo)
    dirty = {path for path in paths if not _untouched(repo, path, known, (files.get(path),))}
    return dict.fromkeys(sorted(dirty), "it has uncommitted edits") | linked


def _is_plain(repo: Repo, path: str, entry: Entry | None) -> bool:
    parents = [repo.root / parent for parent in list(PurePosixPath(path).parents)[:-1]]
    there = all(not parent.is_symlink() and (parent.is_dir() or not parent.exists()) for parent in parents)
    return there and not (repo.root / path).is_symlink() and (entry is None or entry.mode in FILE_MODES)


def _untouched(repo: Repo, path: str, known: Mapping[str, Entry], states: Iterable[Entry | None]) -> bool:
    """Whether index and disk both hold one of ``states`` of the file (None: no such file)."""
    blobs = {entry.blob if entry else "" for entry in states}
    index = known.get(path)
    return (index.blob if index else "") in blobs and _on_disk(repo.root / path, blobs) in blobs


def _on_disk(path: Path, blobs: Iterable[str]) -> str:
    """The id that git would give the file's bytes, "" if there is none, ``other`` if it is no regular file."""
    try:
        if not stat.S_ISREG(path.lstat().st_mode):
            return "other"
        data = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return ""
    algorithm = "sha256" if any(len(blob) == 64 for blob in blobs) else "sha1"
    return hashlib.new(algorithm, b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()


def _put(repo: Repo, path: str, data: bytes | None, entry: Entry | None) -> None:
    """Replaces one file in one step, following no link on the way; None removes it, and its folder if that is empty."""
    *folders, name = PurePosixPath(path).parts
    try:
        folder = _folder(repo.root, folders, make=data is not None)
        try:
            _replace(repo, folder, name, data, entry)
        finally:
            os.close(folder)
    except FileNotFoundError:
        if data is None:
            return
        raise
    except OSError as error:
        raise StillhouseError(
            f"cannot write {path} in {repo.root}: {error.strerror}", hint="its commit is safe; mend this, run again"
        ) from error
    if data is None and folders:
        with suppress(OSError):
            repo.root.joinpath(*folders).rmdir()


def _folder(root: Path, parts: list[str], *, make: bool) -> int:
    flags = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
    here = os.open(root, flags & ~os.O_NOFOLLOW)
    for part in parts:
        above = here
        try:
            if make:
                with suppress(FileExistsError):
                    os.mkdir(part, dir_fd=above)
            here = os.open(part, flags, dir_fd=above)
        finally:
            os.close(above)
    return here


def _replace(repo: Repo, folder: int, name: str, data: bytes | None, entry: Entry | None) -> None:
    if data is None:
        with suppress(FileNotFoundError):
            os.unlink(name, dir_fd=folder)
        return
    beside = repo.folder / "stillhouse" / f"{os.getpid()}.page"
    beside.parent.mkdir(exist_ok=True)
    beside.write_bytes(data)
    if entry and entry.mode == FILE_MODES[1]:
        beside.chmod(beside.stat().st_mode | _READ_TO_RUN)
    os.replace(beside, name, dst_dir_fd=folder)
