"""A repository as code: what stands in it today, and what once stood there. It is only read, and no text is kept."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

from distillers.code.tree import Scope
from distillers.fetch.base import FetchError
from distillers.fetch.repository import CONFIG, ENV, LONGEST, Repository, open_repository
from scheduling.base.gitcall import streamed
from scheduling.base.process import ProgramError

BATCH = 8 << 20
"""Bytes of files that are held at a time."""
LARGEST = 8 << 20
"""Bytes of a file that is still read as code."""
COMMIT = b"\x01"
"""Begins what is told of the next commit: no line of a diff begins so."""
HOLES = 100
"""Commits that cannot be told of which a history is still read beyond."""
MERGES = 200_000
"""Commits among which it is looked up what a merge brought in."""
_PLAIN = ("--no-renames", "--no-ext-diff", "--no-textconv", "--no-color", "--no-relative", "-O/dev/null")
_QUIET = ("--format=%x01%H", "--full-history", *_PLAIN, "--stdin")
_CONFIG = (*CONFIG, f"core.bigFileThreshold={LARGEST}", "log.showRoot=true")


@dataclass(frozen=True, slots=True)
class Blob:
    """A file as it stands at a commit; ``size`` is -1 if its content is not there."""

    id: str
    path: str
    size: int


@dataclass(frozen=True, slots=True)
class Code:
    """The code in ``repo``. Every method raises :class:`FetchError` if git cannot be asked."""

    repo: Repository

    def today(self) -> tuple[str, ...]:
        """The commits that are today's code: what is checked out, and its main branch here and at the origin."""
        main = self.repo.branch()
        return tuple(sorted({self.repo.head(), *(self.repo.heads(main).values() if main else ())} - {""}))

    def grew(self, old: Sequence[str], new: Sequence[str]) -> bool:
        """Whether all of the history of ``old`` is in that of ``new``: nothing was rewritten."""
        done = self.repo.git("rev-list", "--max-count=1", "--stdin", stdin=_revisions(old, new))
        return done.code == 0 and not done.out

    def files(self, commits: Sequence[str]) -> list[Blob]:
        """The files of some commits, each content at a path once."""
        found: dict[tuple[str, str], Blob] = {}
        for commit in commits:
            for line in self.repo.sure("ls-tree", "-r", "-z", "-l", "--full-tree", commit).out.split(b"\0"):
                about, _, path = line.partition(b"\t")
                _mode, kind, name, size = [*about.decode("ascii", "replace").split(), *("",) * 4][:4]
                if kind == "blob":
                    found[name, _shown(path)] = Blob(name, _shown(path), int(size) if size.isdigit() else -1)
        return list(found.values())

    def contents(self, blobs: Iterable[Blob]) -> Iterator[bytes]:
        """What the files hold, many at a time and not much more than :data:`BATCH` bytes."""
        some: list[str] = []
        held = 0
        for blob in blobs:
            some.append(blob.id)
            held += blob.size
            if held > BATCH:
                yield self._read(some)
                some, held = [], 0
        if some:
            yield self._read(some)

    def paths(self, commits: Sequence[str], without: Sequence[str]) -> Iterator[tuple[str, str]]:
        """Each commit of the history with each file that it changed."""
        argv = ("log", *_QUIET, "--name-only", "-z")
        commit = ""
        for piece in _whole(self._said(argv, commits, without), b"\0"):
            for name in filter(None, piece.split(b"\0")):
                if name.startswith(COMMIT):
                    commit = name[1:].decode("ascii", "replace")
                else:
                    yield commit, _shown(name)

    def parents(self, commits: Sequence[str]) -> list[list[str]]:
        """Each commit of the newest :data:`MERGES` ones, followed by those that it came from."""
        said = self.repo.sure(
            "rev-list", "--parents", f"--max-count={MERGES}", "--stdin", stdin=_revisions(commits, ())
        )
        return [line.split() for line in said.out.decode("ascii", "replace").splitlines()]

    def added(self, commits: Sequence[str], without: Sequence[str], scope: Scope) -> Iterator[bytes]:
        """What the history changed in code, the newest commit first: whole lines of a diff, added ones with ``+``.

        Each commit begins with a line of its own: :data:`COMMIT` and its id, or none after one of which a file is not
        there, that cannot be told whole.
        """
        passed, end = 0, monotonic() + LONGEST
        for left in reversed(range(HOLES)):
            argv = ("log", *_QUIET, "-p", "-U0", f"--skip={passed}", "--", *scope.pathspecs())
            before = passed
            try:
                for piece in _whole(self._said(argv, commits, without), b"\n"):
                    passed += piece.startswith(COMMIT) + piece.count(b"\n" + COMMIT)
                    yield piece
                return
            except FetchError:
                if not left or passed == before or monotonic() > end:
                    raise
                yield COMMIT

    def _read(self, ids: Sequence[str]) -> bytes:
        return self.repo.sure("cat-file", "--batch", stdin="".join(f"{one}\n" for one in ids).encode()).out

    def _said(self, argv: Sequence[str], commits: Sequence[str], without: Sequence[str]) -> Iterator[bytes]:
        asked = _revisions(commits, without)
        try:
            yield from streamed(self.repo.folder, *argv, config=_CONFIG, env=ENV, stdin=asked, timeout=LONGEST)
        except ProgramError as error:
            raise FetchError(f"{error.message} in {self.repo.folder}") from error


def open_code(root: Path) -> Code:
    """The code in the repository at ``root``. Raises :class:`FetchError` if there is none."""
    return Code(open_repository(root))


def _revisions(these: Iterable[str], without: Iterable[str]) -> bytes:
    return "".join([*(f"{one}\n" for one in these), *(f"^{one}\n" for one in without)]).encode()


def _whole(pieces: Iterable[bytes], end: bytes) -> Iterator[bytes]:
    """``pieces`` cut anew, so that each ends where a record does."""
    held = b""
    for piece in pieces:
        ready, found, rest = piece.rpartition(end)
        if found:
            yield held + ready
            held = rest
        else:
            held += piece
    if held:
        yield held


def _shown(path: bytes) -> str:
    return os.fsdecode(path.lstrip(b"\n")).encode("utf-8", "replace").decode()
