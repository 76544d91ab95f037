"""Lock files that a killed git left behind: removed with a note, unless a living git works in the repository."""

from __future__ import annotations

import os
import time
from pathlib import Path

from scheduling.base.errors import BusyError
from scheduling.base.locks import is_held
from wiki.git import Repo
from wiki.staging import LOCK_AGE, LOCK_WAIT, OURS, turn

_PROC = Path("/proc")
_UNSEEN_AGE = 600.0  # seconds, where processes cannot be looked at


def clear_stale(repo: Repo) -> list[str]:
    """Removes lock files of dead git processes; returns one line for each.

    Waits a little for a living git to finish and raises :class:`BusyError` if it does not.
    """
    removed: list[str] = []
    deadline = time.monotonic() + LOCK_WAIT
    while locks := _locks(repo):
        if pid := living_git(repo):
            if time.monotonic() > deadline:
                raise BusyError(f"git (pid {pid}) is at work in {repo.root}", hint="let it finish, then try again")
        else:
            removed += [note for path in locks if (note := _remove(repo, path))]
        if _locks(repo):
            time.sleep(0.1)
    return removed


def living_git(repo: Repo) -> int:
    """The pid of a git process that works in the repository; 0 if there is none."""
    places = {str(repo.root), str(repo.root.resolve()), str(repo.folder.resolve())}
    names = [entry.name for entry in _PROC.iterdir()] if _PROC.is_dir() else []
    return next((int(name) for name in names if name.isdigit() and _works_in(_PROC / name, places)), 0)


def _works_in(process: Path, places: set[str]) -> bool:
    try:
        if (
            not (process / "comm").read_text().startswith("git")
            or (process / "stat").read_text().split(")")[-1][1] == "Z"
        ):
            return False
        folder = str((process / "cwd").readlink())
        told = (process / "cmdline").read_bytes() + b"\0" + (process / "environ").read_bytes()
    except OSError:
        return False
    inside = any(folder == place or folder.startswith(place + "/") for place in places)
    return inside or any(os.fsencode(place) in told for place in places)


def _locks(repo: Repo) -> list[Path]:
    tops = sorted(repo.folder.glob("*.lock"))
    return [*tops, *sorted((repo.folder / "refs").rglob("*.lock"))]


def _remove(repo: Repo, path: Path) -> str:
    try:
        age = time.time() - path.stat().st_mtime
        ours = path.read_bytes()[: len(OURS)] == OURS
        young = 0 <= age < (LOCK_AGE if _PROC.is_dir() else _UNSEEN_AGE)
        if is_held(turn(repo)) if ours else young:
            return ""
        path.unlink()
    except FileNotFoundError:
        return ""
    return f"removed {path.relative_to(repo.folder)}, left by {'a run' if ours else 'a git'} that died"
