"""The guard of ``main`` in the repository's own hooks, and the same question asked by code.

A commit that a seat made may come to ``main`` only if a merged change set brought it; what people commit passes. Our
own git runs no hook, so it asks the gate (:func:`wiki.changes.cover`) instead; the hook is for every other git on this
machine. It needs nothing but git and a shell: what is covered is what :data:`~wiki.git.COVERED` reaches, and that moves
with ``main`` in one step.
"""

from __future__ import annotations

import time
from pathlib import Path

from scheduling.base.locks import alone_in
from wiki.git import BRANCH, COVERED, SEATS, Repo, ensure_repo

NAME = "reference-transaction"
HOOK = f"""\
#!/bin/sh
# Written by Stillhouse, and put back by it: main takes no commit of a seat that no merged change set covers.
# People's commits pass. See: stillhouse wiki changes
[ "$1" = prepared ] || exit 0
while read -r old new name; do
  [ "$name" = {BRANCH} ] || continue
  case "$new" in *[!0]*) ;; *) continue ;; esac
  bare=$(git log --format='%h %ce%n%h %ae' "$new" --not --glob='refs/heads/mai[n]' --glob='refs/stillhouse/merge[d]' \\
    | grep '{SEATS.replace(".", "[.]")}$' | sort -u | head -n 1)
  if [ -n "$bare" ]; then
    echo "stillhouse: main takes no commit of a seat that no merged change set covers: $bare" >&2
    echo "stillhouse: commit it in your own name, or let the librarian file it: stillhouse nightly" >&2
    exit 1
  fi
done
exit 0
"""
_MODE = 0o755
LOOKS, PAUSE = 5, 0.1
"""How often, and after how many seconds, what looks uncovered is looked at again."""
_WAIT = 30.0
"""Seconds that another process has to set the repository up."""


def ensure(root: Path) -> Repo:
    """The repository at ``root``, made if there is none, with the guard of its ``main`` in place."""
    with alone_in(root.absolute(), "setting up the wiki", wait=_WAIT):
        repo = ensure_repo(root)
        install(repo)
        adopt(repo)
    return repo


def install(repo: Repo) -> bool:
    """Puts the hook in its place; whether it was not there as it should be. Another program's hook is kept beside."""
    path = repo.common / "hooks" / NAME
    if is_installed(repo):
        return False
    path.parent.mkdir(exist_ok=True)
    if path.exists() or path.is_symlink():
        path.replace(path.with_name(f"{NAME}.before-stillhouse"))
    beside = path.with_name(f".{NAME}.new")
    beside.write_text(HOOK, "utf-8")
    beside.chmod(_MODE)
    beside.replace(path)
    return True


def is_installed(repo: Repo) -> bool:
    """Whether the hook is there as it should be, and can run."""
    path = repo.common / "hooks" / NAME
    return (
        path.is_file()
        and not path.is_symlink()
        and path.read_bytes() == HOOK.encode()
        and bool(path.stat().st_mode & 0o100)
    )


def overruled(repo: Repo) -> str:
    """Where the repository's own configuration has git look for hooks instead; "" if it does not."""
    done = repo.git("config", "--file", str(repo.common / "config"), "--get", "core.hooksPath", check=False)
    return done.text.strip()


def adopt(repo: Repo) -> bool:
    """Takes a wiki that no gate has merged into yet as it stands; whether there was something to take."""
    if repo.has_ref(COVERED) or not repo.head():
        return False
    repo.git("update-ref", "-m", "adopted as it stands", COVERED, repo.head())
    return True


def uncovered(repo: Repo) -> list[str]:
    """Commits of seats on ``main`` that no merged change set brought, the newest first.

    Git moves two refs one after the other even in one step: what looks uncovered is looked at again a little later.
    """
    head = repo.head()
    found = _uncovered(repo, head)
    for _ in range(LOOKS):
        if not found:
            break
        time.sleep(PAUSE)
        found = _uncovered(repo, head)
    return found


def _uncovered(repo: Repo, head: str) -> list[str]:
    if not head:
        return []
    known = ("--not", COVERED) if repo.ref(COVERED) else ()
    listed = repo.git("log", "--format=%H %ae %ce", head, *known).text.splitlines()
    return [line.split(" ")[0] for line in listed if SEATS in line]
