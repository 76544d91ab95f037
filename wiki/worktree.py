"""Where a change set is made: a git worktree of its own, with its own index, beside the one that people edit.

Nothing is checked out into it by git, so no filter of anybody's configuration ever runs; it holds the files that the
change set writes, byte for byte. It is torn down when the change set is merged or blocked, or by whoever comes after a
run that died.
"""

from __future__ import annotations

from collections.abc import Collection, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from shutil import rmtree

from scheduling.base.process import ProgramError
from wiki.git import FILE_MODES, LIBRARIAN, Entry, Repo, index_rows

_EXECUTABLE = 0o755


@dataclass(frozen=True, slots=True)
class Worktree:
    """A worktree of ``repo`` that stands at ``base``; "" is before the first commit."""

    repo: Repo
    own: Repo
    base: str

    def commit(self, changes: Mapping[str, bytes | None], message: str, date: str) -> str:
        """Commits ``changes`` (path → new bytes, None removes it) on top of the base; returns the commit.

        ``date`` is ``YYYY-MM-DD``, taken for author and committer; a file keeps its mode. The same arguments give the
        same commit, and no branch moves.
        """
        before = self.repo.files(self.base)
        kept = {path: data for path, data in changes.items() if data is not None}
        blobs = dict(zip(kept, self.repo.store(list(kept.values())), strict=True))
        entries = {path: Entry(_mode(before.get(path)), blobs[path]) if path in blobs else None for path in changes}
        for path, data in kept.items():
            _write(self.own.root / path, data, entries[path])
        if self.base:
            self.own.git("read-tree", "--end-of-options", self.base)
        self.own.git("update-index", "-z", "--index-info", stdin=index_rows(entries))
        tree = self.own.git("write-tree").text.strip()
        above = ("-p", self.base) if self.base else ()
        commit = self.own.git("commit-tree", tree, *above, stdin=message.encode(), env=_who(date)).text.strip()
        self.own.git("update-ref", "--no-deref", "HEAD", commit)  # what a worktree stands at is never collected
        return commit


@contextmanager
def worktree(repo: Repo, name: str, base: str) -> Generator[Worktree]:
    """A worktree called ``name`` (the id of a change set) that stands at ``base``, gone after the block."""
    path = places(repo) / name
    start = base or _nothing(repo)
    path.parent.mkdir(parents=True, exist_ok=True)
    repo.git("worktree", "add", "--quiet", "--detach", "--no-checkout", str(path), start)
    try:
        yield Worktree(repo, Repo(path, repo.folder / "worktrees" / name), base)
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


def _tear_down(repo: Repo, path: Path) -> None:
    try:
        repo.git("worktree", "remove", "--force", str(path))
    except ProgramError:  # half made, or half gone
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
    return people | dict.fromkeys(("GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE"), f"{date}T00:00:00Z")
