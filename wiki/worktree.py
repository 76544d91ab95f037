"""Where a change set is made: a git worktree of its own, with its own index, beside the one that people edit.

Nothing is checked out into it by git, so no filter of anybody's configuration ever runs; it holds the files that the
change set writes, byte for byte. It is torn down when the change set is merged or blocked, or by whoever comes after a
run that died.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from shutil import rmtree

from wiki.git import FILE_MODES, LIBRARIAN, Entry, Repo
from wiki.staging import stage

_EXECUTABLE = 0o755
_FIRST, _LAST = "1970-01-01", "2099-12-31"
"""The days that git takes for one; evidence may bear another, if a clock was broken."""


@dataclass(frozen=True, slots=True)
class Worktree:
    """A worktree of ``repo`` that stands at ``base``; "" is before the first commit."""

    repo: Repo
    own: Repo
    base: str

    def commit(self, changes: Mapping[str, bytes | None], message: str, date: str) -> str:
        """Commits ``changes`` (path → new bytes, None removes it) on top of the base; returns the commit.

        ``date`` is ``YYYY-MM-DD``, taken for author and committer as far as git knows such days; a file keeps its mode.
        The same arguments give the same commit, and no branch moves.
        """
        return self._committed(self.base, self._entries(self.base, changes), message, date)

    def again(self, commit: str, base: str, changed: Mapping[str, bytes], message: str, date: str) -> str:
        """Commits what ``commit`` changed once more, on top of ``base``, with files of ``changed`` other than there."""
        old, new = self.repo.files(self.base), self.repo.files(commit)
        same = {path: new.get(path) for path in {*old, *new} if old.get(path) != new.get(path)}
        return self._committed(base, {**same, **self._entries(base, changed)}, message, date)

    def _entries(self, base: str, changes: Mapping[str, bytes | None]) -> dict[str, Entry | None]:
        """The files of ``changes`` as git keeps them, and as they lie in the worktree."""
        before = self.repo.files(base)
        kept = {path: data for path, data in changes.items() if data is not None}
        blobs = dict(zip(kept, self.repo.store(list(kept.values())), strict=True))
        entries = {path: Entry(_mode(before.get(path)), blobs[path]) if path in blobs else None for path in changes}
        for path, data in kept.items():
            _write(self.own.root / path, data, entries[path])
        return entries

    def _committed(self, base: str, entries: Mapping[str, Entry | None], message: str, date: str) -> str:
        if base:
            self.own.git("read-tree", "--end-of-options", base)
        stage(self.own, entries)
        tree = self.own.git("write-tree").text.strip()
        above = ("-p", base) if base else ()
        commit = self.own.git("commit-tree", tree, *above, stdin=message.encode(), env=_who(date)).text.strip()
        (self.own.folder / "HEAD").write_text(f"{commit}\n", "utf-8")  # what a worktree stands at is never collected
        return commit


@contextmanager
def worktree(repo: Repo, name: str, base: str) -> Generator[Worktree]:
    """A worktree called ``name`` (the id of a change set) that stands at ``base``, gone after the block."""
    path = places(repo) / name
    start = base or _nothing(repo)
    path.parent.mkdir(parents=True, exist_ok=True)
    own = _made(repo, path, start)
    try:
        yield Worktree(repo, own, base)
    finally:
        _tear_down(repo, path)


def places(repo: Repo) -> Path:
    """The folder that holds the worktrees of change sets."""
    return repo.folder / "stillhouse" / "work"


def prune(repo: Repo, living: Collection[str]) -> list[str]:
    """Removes worktrees that dead runs left, all but those of ``living`` change sets; one line for each."""
    there = {path.name for path in places(repo).glob("c-*")} | {p.name for p in (repo.folder / "worktrees").glob("c-*")}
    left = sorted(there.difference(living))
    for name in left:
        _tear_down(repo, places(repo) / name)
    return [f"removed the worktree of change set {name}, left by a run that died" for name in left]


def _made(repo: Repo, path: Path, start: str) -> Repo:
    """A worktree as ``git worktree add --detach --no-checkout`` makes it, which starts three more processes."""
    admin = repo.folder / "worktrees" / path.name
    path.mkdir()
    admin.mkdir(parents=True)
    (admin / "commondir").write_text("../..\n", "utf-8")
    (admin / "gitdir").write_bytes(os.fsencode(path / ".git") + b"\n")
    (admin / "HEAD").write_text(f"{start}\n", "utf-8")
    (path / ".git").write_bytes(b"gitdir: " + os.fsencode(admin) + b"\n")
    return Repo(path, admin)


def _tear_down(repo: Repo, path: Path) -> None:
    rmtree(path, ignore_errors=True)
    rmtree(repo.folder / "worktrees" / path.name, ignore_errors=True)


def _nothing(repo: Repo) -> str:
    """A commit of no files, for a worktree before the first one."""
    tree = repo.git("hash-object", "-t", "tree", "-w", "--stdin").text.strip()
    return repo.git("commit-tree", tree, stdin=b"Nothing yet\n", env=_who("2000-01-01")).text.strip()


def _mode(entry: Entry | None) -> str:
    return entry.mode if entry and entry.mode in FILE_MODES else FILE_MODES[0]


def _write(path: Path, data: bytes, entry: Entry | None) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    if entry and entry.mode != FILE_MODES[0]:
        path.chmod(_EXECUTABLE)


def _who(date: str) -> dict[str, str]:
    name, mail = LIBRARIAN
    people = {
        f"GIT_{role}_{key}": value
        for role in ("AUTHOR", "COMMITTER")
        for key, value in (("NAME", name), ("EMAIL", mail))
    }
    day = min(max(date, _FIRST), _LAST)
    return people | dict.fromkeys(("GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE"), f"{day}T00:00:00Z")
