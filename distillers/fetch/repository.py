"""Reading somebody's git repository and nothing else: no hook, no configuration of theirs that runs anything, no write.

Every call has a fixed argument list; what varies are ids and checked branch names, and ids travel on standard input.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from distillers.fetch.base import FetchError
from scheduling.base import gitcall
from scheduling.base.process import Completed, ProgramError

LONGEST = 600.0
"""Seconds for one git command: listing a long history takes a while."""

ENV = {
    "GIT_ALLOW_PROTOCOL": "none",  # a partial clone would fetch what it lacks
    "GIT_NO_LAZY_FETCH": "1",
}
CONFIG = ("core.quotePath=false", "log.showSignature=false")
"""What every call here sees beside :mod:`scheduling.base.gitcall`'s own."""


@dataclass(frozen=True, slots=True)
class Repository:
    """The repository whose git directory is ``folder``."""

    folder: Path

    def branch(self) -> str:
        """The name of its main branch: what its origin calls so, else ``main`` or ``master``, else what is checked out.

        "" if its head is detached and none of them is there.
        """
        origin = self.git("symbolic-ref", "--quiet", "refs/remotes/origin/HEAD").text.strip()
        here = self.git("symbolic-ref", "--quiet", "HEAD").text.strip()
        named = (origin.removeprefix("refs/remotes/origin/"), "main", "master", here.removeprefix("refs/heads/"))
        return next((name for name in named if name and any(self.heads(name).values())), "")

    def heads(self, branch: str) -> dict[str, str]:
        """The commits at which ``branch`` stands, here and as last seen at the origin, by reference."""
        names = (f"refs/heads/{branch}", f"refs/remotes/origin/{branch}")
        found = {name: self._commit(name) for name in names}
        return {name: commit for name, commit in found.items() if commit}

    def head(self) -> str:
        """The commit that is checked out; "" before the first."""
        return self._commit("HEAD")

    def is_shallow(self) -> bool:
        """Whether its history was cut off when it was cloned."""
        return self.git("rev-parse", "--is-shallow-repository").text.strip() == "true"

    def holds(self, old: str, new: str) -> bool:
        """Whether the commit ``old`` is part of the history of ``new``."""
        return self.git("merge-base", "--is-ancestor", "--end-of-options", old, new).code == 0

    def history(self, heads: Iterable[str], without: Iterable[str] = ()) -> list[str]:
        """The commits that lead to ``heads`` but not to ``without``, parents before children."""
        told = "".join(f"{head}\n" for head in heads) + "".join(f"^{old}\n" for old in without)
        return self.sure("rev-list", "--topo-order", "--reverse", "--stdin", stdin=told.encode()).text.split()

    def commits(self, ids: Sequence[str]) -> Iterator[tuple[str, bytes]]:
        """The commit objects of ``ids`` as they are stored, in order; missing ones are left out."""
        out = self.sure("cat-file", "--batch", stdin=_lines(ids)).out
        at = 0
        for commit in ids:
            end = out.index(b"\n", at)
            kind, _, size = out[at:end].partition(b" ")[2].partition(b" ")
            at = end + 1
            if kind == b"commit" and size.isdigit():
                yield commit, out[at : at + int(size)]
                at += int(size) + 1

    def files(self, ids: Sequence[str]) -> dict[str, list[str]]:
        """The files that each commit changed against its only parent; a merge has none."""
        shown = ("--root", "-r", "-z", "--name-only", "--no-renames", "--no-ext-diff", "--no-textconv")
        done = self.git("diff-tree", "--stdin", *shown, stdin=_lines(ids))
        found: dict[str, list[str]] = {}
        asked, here = set(ids), list[str]()
        for word in done.out.split(b"\0"):
            name = os.fsdecode(word).encode("utf-8", "replace").decode()
            if name in asked:
                asked.discard(name)
                here = found.setdefault(name, [])
            elif name:
                here.append(name)
        return found

    def _commit(self, name: str) -> str:
        done = self.git("rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
        return done.text.strip() if done.code == 0 else ""

    def sure(self, *argv: str, stdin: bytes = b"") -> Completed:
        """What ``git argv`` leaves, as :meth:`git`. Raises :class:`FetchError` too if it fails."""
        done = self.git(*argv, stdin=stdin)
        if done.code:
            said = done.err.decode("utf-8", "replace").strip().splitlines()
            raise FetchError(f"git {argv[0]} fails in {self.folder}: {said[-1] if said else done.code}")
        return done

    def git(self, *argv: str, stdin: bytes = b"") -> Completed:
        """What ``git argv``, constants and ids, leaves. Raises :class:`FetchError` if it cannot be run to its end."""
        try:
            return gitcall.git(self.folder, *argv, config=CONFIG, env=ENV, stdin=stdin, timeout=LONGEST, check=False)
        except ProgramError as error:
            raise FetchError(error.message, hint=error.hint) from error


def open_repository(root: Path) -> Repository:
    """The repository at ``root``: a work tree, a linked work tree, or a bare one. Raises :class:`FetchError`."""
    dot = root / ".git"
    try:
        if dot.is_file():
            text = dot.read_text("utf-8", "replace").strip()
            folder = (root / text.removeprefix("gitdir:").strip()).resolve()
        else:
            folder = dot if dot.is_dir() else root
        if (folder / "HEAD").is_file():
            return Repository(folder.absolute())
    except OSError as error:
        raise FetchError(f"{root} cannot be read: {error.strerror}") from error
    raise FetchError(f"{root} is no git repository", hint="name its top folder in stillhouse.toml")


def _lines(ids: Iterable[str]) -> bytes:
    return "".join(f"{one}\n" for one in ids).encode()
