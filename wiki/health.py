"""Doctor's checks of the wiki's repository: what must be green before a change set may merge."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from scheduling.base.errors import StillhouseError
from wiki import guard
from wiki.git import Repo
from wiki.staging import refuse_unfinished


@dataclass(frozen=True, slots=True)
class Ill:
    """A check that is not green: what was seen, and what to do about it."""

    what: str
    mend: str


_PUT_BACK = "run: stillhouse doctor --fix"
Check = Callable[[Repo, str], Ill | None]


def examine(repo: Repo, commit: str = "") -> tuple[Ill, ...]:
    """What is not well with ``repo`` as ``commit`` leaves it (default: as ``main`` stands); () if all is."""
    at = commit or repo.head()
    return tuple(ill for check in CHECKS if (ill := check(repo, at)))


def at_rest(repo: Repo, _commit: str) -> Ill | None:
    """Nobody is in the middle of a merge or rebase, or off any branch."""
    try:
        refuse_unfinished(repo)
    except StillhouseError as error:
        return Ill(error.message, error.hint)
    return None


def whole(repo: Repo, commit: str) -> Ill | None:
    """Every object of the commit is there."""
    if not commit:
        return None
    done = repo.git("rev-list", "--objects", "--no-walk", "--missing=print", "--end-of-options", commit, check=False)
    lost = [line[1:] for line in done.text.splitlines() if line.startswith("?")]
    if done.code == 0 and not lost:
        return None
    return Ill(f"{repo.root} has lost objects ({', '.join(lost[:2]) or commit[:12]})", "restore .git, or run git fsck")


def guarded(repo: Repo, _commit: str) -> Ill | None:
    """The guard of ``main`` stands in the repository's hooks."""
    return None if guard.is_installed(repo) else Ill("the guard of main is not in its hooks", _PUT_BACK)


def covered(repo: Repo, _commit: str) -> Ill | None:
    """``main`` holds no commit of a seat that came past the gate."""
    found = guard.uncovered(repo)
    if not found:
        return None
    short = found[0][:12]
    return Ill(
        f"main holds {short}, a commit of a seat that no merged change set covers",
        f"in the wiki take it off (git reset --keep {short}~1), or make it yours (git commit --amend --reset-author)",
    )


CHECKS: tuple[Check, ...] = (at_rest, whole, guarded, covered)
