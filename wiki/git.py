"""git by its plumbing: a commit is built beside the work tree, and the branch moves by compare-and-swap.

``main`` moves in one place, :meth:`Repo.advance`, and only under a :class:`Cover`, which :mod:`wiki.changes` gives.

Every call has a fixed argument list of ids and constant names, sees no configuration but the repository's own, runs no
hook, and never asks. Names of files travel on standard input, ended by NUL.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Generator, Iterable, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import get_ident

from scheduling.base import gitcall
from scheduling.base.errors import BusyError, CorruptError, RefusedError
from scheduling.base.process import Completed, ProgramError

BRANCH = "refs/heads/main"
BEFORE, AFTER = "refs/stillhouse/before", "refs/stillhouse/after"
"""While the work tree still has to follow a commit of ours: what it shows, and what it is to show."""
COVERED = "refs/stillhouse/merged"
"""The newest commit that a merged change set brought: every commit of a seat that it reaches is covered."""
LIBRARIAN = ("Stillhouse librarian", "librarian@stillhouse.invalid")
SEATS = "@stillhouse.invalid"
"""How the addresses end in whose name seats commit; no person's does."""
FILE_MODES = ("100644", "100755")

_CONFIG = (
    "core.excludesFile=/dev/null",
    "core.autocrlf=false",
    "core.fsync=committed,loose-object,reference",
    "commit.gpgsign=false",
    "i18n.commitEncoding=UTF-8",
)
_KEPT = frozenset({BRANCH, BEFORE, AFTER, COVERED})
_ID = re.compile(rb"[0-9a-f]{40}|[0-9a-f]{64}")


class MovedError(BusyError):
    """The branch moved while a commit was made: somebody else committed; plan again on what they left."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A file in a commit or in the index: its git mode, such as ``100644``, and the id of its content."""

    mode: str
    blob: str


@dataclass(frozen=True, slots=True)
class Cover:
    """Leave to move ``main`` from ``base`` to ``commit``, as the gate gives it for a change set that passed."""

    change: str
    base: str
    commit: str


@dataclass(frozen=True)
class Repo:
    """The repository whose work tree is ``root``."""

    root: Path
    folder: Path
    """Its git directory."""
    _seen: dict[str, dict[str, Entry]] = field(default_factory=dict[str, dict[str, Entry]], repr=False)

    def git(
        self, *argv: str, stdin: bytes = b"", env: Mapping[str, str] | None = None, check: bool = True
    ) -> Completed:
        """Runs one git command; ``argv`` must hold constants, and names and ids of ours."""
        where = {"GIT_WORK_TREE": str(self.root)} | dict(env or {})
        return gitcall.git(self.folder, *argv, config=_CONFIG, env=where, stdin=stdin, check=check)

    @property
    def common(self) -> Path:
        """The git directory that holds hooks and branches: its own, or that of the repository it is a worktree of."""
        link = self.folder / "commondir"
        return (self.folder / link.read_text("utf-8").strip()).resolve() if link.is_file() else self.folder

    def head(self) -> str:
        """The commit that branch ``main`` stands at; "" before the first."""
        return self.ref(BRANCH)

    def reaches(self, name: str, commit: str) -> bool:
        """Whether the history of reference ``name`` holds ``commit``."""
        done = self.git("merge-base", "--is-ancestor", "--end-of-options", commit, name, check=False)
        return bool(commit) and done.code == 0

    def covered(self, commit: str) -> None:
        """Notes that a merged change set brought ``commit``; a killed move may have left that out."""
        if not self.reaches(COVERED, commit):
            self.git("update-ref", "-m", "covered", COVERED, commit)

    def has_ref(self, name: str) -> bool:
        """Whether there may be a reference ``name``, without asking git where its file says that there is none."""
        packed = self.common / "packed-refs"
        loose = (self.common / name).exists() or (self.common / "reftable").exists()
        return loose or (packed.is_file() and name.encode() in packed.read_bytes())

    def ref(self, name: str) -> str:
        """The commit that the reference ``name`` stands at; "" if there is none."""
        path = self.common / name
        kept = path.read_bytes().strip() if name in _KEPT and path.is_file() else b""
        if _ID.fullmatch(kept):  # what its own file says holds, whatever is packed
            return kept.decode()
        done = self.git("rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}", check=False)
        said = done.text.strip()
        return said if done.code == 0 and said.isalnum() else ""

    def followed(self, commit: str) -> None:
        """Notes that the work tree has followed ``commit`` of ours, if no other one came after it."""
        gone = f"delete {BEFORE}\0\0delete {AFTER}\0{commit}\0"
        self.git("update-ref", "-z", "--stdin", stdin=gone.encode(), check=False)

    def on_main(self) -> bool:
        """Whether the work tree is of branch ``main`` (a person may have another one checked out)."""
        return (self.folder / "HEAD").read_bytes().strip() == b"ref: " + BRANCH.encode()

    def files(self, commit: str) -> dict[str, Entry]:
        """All files of ``commit`` by path, links and submodules included; broken bytes in names kept as surrogates."""
        if commit and commit not in self._seen:
            self._seen[commit] = self._listed(commit)
        return dict(self._seen.get(commit, {}))

    def _listed(self, commit: str) -> dict[str, Entry]:
        found: dict[str, Entry] = {}
        for row in self.git("ls-tree", "-r", "-z", "--full-tree", "--end-of-options", commit).out.split(b"\0")[:-1]:
            head, _, path = row.partition(b"\t")
            mode, _, blob = head.decode().split(" ")
            found[os.fsdecode(path)] = Entry(mode, blob)
        return found

    def contents(self, blobs: Iterable[str]) -> dict[str, bytes]:
        """The bytes of each of ``blobs``, with one git process. Raises :class:`CorruptError` if one is missing."""
        wanted = list(dict.fromkeys(blobs))
        if not wanted:
            return {}
        out = self.git("cat-file", "--batch", stdin="".join(f"{blob}\n" for blob in wanted).encode()).out
        found: dict[str, bytes] = {}
        at = 0
        for blob in wanted:
            line = out.index(b"\n", at)
            size = out[at:line].rpartition(b" ")[2]
            if not size.isdigit():
                raise CorruptError(f"{self.root} has lost the object {blob}", hint="run git fsck there")
            found[blob] = out[line + 1 : line + 1 + int(size)]
            at = line + 2 + int(size)
        return found

    def has_trailer(self, *lines: str) -> bool:
        """Whether one commit of ``main`` carries all of ``lines`` in its message."""
        if not self.head():
            return False
        wanted = [f"--grep={line}" for line in lines]
        done = self.git(
            "log", "-1", "--format=%H", "--fixed-strings", "--all-match", *wanted, "--end-of-options", BRANCH
        )
        return bool(done.text.strip())

    def advance(self, cover: Cover) -> None:
        """Moves ``main`` as ``cover`` allows, by compare-and-swap, and notes that its commit is covered.

        Raises :class:`MovedError` if ``main`` no longer stands at the base.
        """
        self._point(cover.commit, cover.base, covered=cover.commit)

    def move(self, new: str, old: str) -> None:
        """Moves ``main`` from ``old`` to ``new``, which people made; the work tree has to follow then.

        A commit that joins both sides may be ours. Raises :class:`RefusedError` if another commit of a seat comes with
        it that no merged change set of this workspace covers, :class:`MovedError` if ``main`` is not at ``old`` now.
        """
        rows = self.git("log", "--format=%H %P %ae %ce", new, "--not", *filter(None, (old, self.ref(COVERED)))).text
        seats = [row.split() for row in rows.splitlines() if SEATS in row]
        strange = [row[0] for row in seats if old and not (row[0] == new and len(row) > 4)]
        if strange:
            raise RefusedError(
                f"what comes to main holds {strange[0][:12]}, a commit of a seat that no change set covers",
                hint="only this workspace's librarian files here; take that commit back where it was made",
            )
        self._point(new, old, covered=new if seats else "")

    def _point(self, new: str, old: str, covered: str) -> None:
        moves = [(BRANCH, old or "0" * len(new)), *([(COVERED, "")] if covered else [])]
        follows = self.on_main()
        moves += [(AFTER, "")] if follows else []
        rows = [f"update {name}\0{new}\0{was}\0" for name, was in moves]
        rows += [f"update {BEFORE}\0{old}\0\0"] if old and follows else []
        done = self.git("update-ref", "-m", "stillhouse", "-z", "--stdin", stdin="".join(rows).encode(), check=False)
        if done.code == 0:
            return
        if self.head() != old:
            raise MovedError(f"{self.root} got another commit meanwhile", hint="the next nightly files on top of it")
        said = done.err.decode("utf-8", "replace").strip()
        raise ProgramError(f"cannot move main in {self.root}: {said or 'no message'}")

    def diff(self, commit: str) -> str:
        """What ``commit`` changed against its parent, as a unified diff for a person to read."""
        shown = ("diff-tree", "--root", "-p", "--no-commit-id", "--no-ext-diff", "--no-textconv", "--unified=0")
        return self.git(*shown, "--end-of-options", commit).text

    def store(self, contents: list[bytes]) -> list[str]:
        """Writes each of ``contents`` as an object; returns their ids in the same order."""
        if not contents:
            return []
        with self.scratch() as scratch:
            names = [scratch / str(n) for n in range(len(contents))]
            for name, data in zip(names, contents, strict=True):
                name.write_bytes(data)
            listed = "".join(f"{name}\n" for name in names).encode()
            return self.git("hash-object", "-w", "--no-filters", "--stdin-paths", stdin=listed).text.split()

    @contextmanager
    def scratch(self) -> Generator[Path]:
        """A folder of our own inside the git directory, gone after the block."""
        folder = self.folder / "stillhouse" / f"{os.getpid()}-{get_ident()}-{time.monotonic_ns()}"
        folder.mkdir(parents=True)
        try:
            yield folder
        finally:
            for path in folder.iterdir():
                path.unlink()
            folder.rmdir()


def ensure_repo(root: Path) -> Repo:
    """The repository at ``root``, made with an empty branch ``main`` if there is none."""
    root = root.absolute()
    if not (root / ".git").exists():
        root.mkdir(parents=True, exist_ok=True)
        where = {"GIT_WORK_TREE": str(root)}
        gitcall.git(root / ".git", "init", "-q", "--template=", "--initial-branch=main", config=_CONFIG, env=where)
    return open_repo(root)


def open_repo(root: Path) -> Repo:
    """The repository at ``root``. Raises :class:`RefusedError` if there is none, whatever lies above that folder."""
    root = root.absolute()
    dot = root / ".git"
    if dot.is_dir():
        return Repo(root, dot)
    if dot.is_file() and (text := dot.read_text("utf-8")).startswith("gitdir: "):
        return Repo(root, (root / text.removeprefix("gitdir: ").strip()).resolve())
    raise RefusedError(f"{root} is no git repository", hint="run nightly once, or restore it")
