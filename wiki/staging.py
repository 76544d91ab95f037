"""The work tree that people edit, as git sees it: its index, held while branch and files change, and any merge."""

from __future__ import annotations

import os
import time
from collections.abc import Generator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from shutil import copyfile

from scheduling.base.errors import BusyError, RefusedError
from scheduling.base.locks import hold
from wiki.git import Entry, Repo

OURS = b"held by stillhouse\n"
"""What a lock of the index says that one of our processes took."""
LOCK_AGE = 2.0  # seconds: a younger lock may belong to a git that just started
LOCK_WAIT = 10.0
_UNFINISHED = ("MERGE_HEAD", "CHERRY_PICK_HEAD", "REVERT_HEAD", "rebase-merge", "rebase-apply", "BISECT_LOG")


def turn(repo: Repo) -> Path:
    """The lock of whichever of our processes or threads holds the index; it ends with its process."""
    return repo.folder / "stillhouse" / "turn.lock"


@contextmanager
def at_rest(repo: Repo) -> Generator[None]:
    """Keeps work tree and index as they are for the block, as far as we are the ones who would change them."""
    with hold(turn(repo), "a look at the wiki", wait=LOCK_WAIT):
        yield


def staged(repo: Repo) -> dict[str, Entry]:
    """All files of the index by path; one in conflict has mode ``conflict``."""
    found: dict[str, Entry] = {}
    for row in repo.git("ls-files", "-s", "-z").out.split(b"\0")[:-1]:
        head, _, path = row.partition(b"\t")
        mode, blob, level = head.decode().split(" ")
        found[os.fsdecode(path)] = Entry(mode if level == "0" else "conflict", blob)
    return found


def stage(repo: Repo, entries: Mapping[str, Entry | None], index: Path | None = None) -> None:
    """Sets files of an index (None removes one); without ``index`` of the person's own.

    It is not refreshed: that would run the filters that a configuration names. The next ``git status`` does it.
    """
    env = {"GIT_INDEX_FILE": str(index)} if index else {}
    repo.git("update-index", "-z", "--index-info", stdin=index_rows(entries), env=env)


def index_rows(entries: Mapping[str, Entry | None]) -> bytes:
    """Files as ``git update-index --index-info`` reads them; None removes one."""
    return b"".join(
        (f"{one.mode} {one.blob}\t" if one else f"0 {'0' * 40}\t").encode() + os.fsencode(path) + b"\0"
        for path, one in entries.items()
    )


@contextmanager
def index_held(repo: Repo) -> Generator[Path]:
    """Holds the person's index while the block runs, so that no commit of theirs falls between branch and files.

    The block gets a copy of the index to change, which takes its place at the end. Raises :class:`BusyError` if
    another git holds it for long.
    """
    lock, index = repo.folder / "index.lock", repo.folder / "index"
    with hold(turn(repo), "the wiki's index", wait=LOCK_WAIT):
        _take(repo, lock)
        try:
            with repo.scratch() as scratch:
                copy = scratch / "index"
                with suppress(FileNotFoundError):
                    copyfile(index, copy)
                before = copy.read_bytes() if copy.exists() else b""
                yield copy
                if copy.exists() and copy.read_bytes() != before:
                    copy.replace(index)
        finally:
            lock.unlink(missing_ok=True)


def _take(repo: Repo, lock: Path) -> None:
    deadline = time.monotonic() + LOCK_WAIT
    while True:
        try:
            handle = os.open(lock, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o644)
        except FileExistsError as error:
            if time.monotonic() > deadline:
                raise BusyError(f"another git is at work in {repo.root}", hint="let it finish") from error
            time.sleep(0.02)
        else:
            os.write(handle, OURS)
            os.close(handle)
            return


def refuse_unfinished(repo: Repo) -> None:
    """Raises :class:`RefusedError` while a person is in the middle of a merge or rebase, or off any branch."""
    under_way = next((name for name in _UNFINISHED if (repo.folder / name).exists()), "")
    if under_way:
        raise RefusedError(
            f"the wiki {repo.root} is in the middle of a merge or rebase ({under_way})", hint="finish or abort it"
        )
    if not (repo.folder / "HEAD").read_bytes().startswith(b"ref: refs/heads/"):
        raise RefusedError(f"the wiki {repo.root} has a detached head", hint="git checkout main")
