"""The wiki and its remote: a pull before work, a push after it. Nothing is ever forced, so nobody's push is ever lost.

    fetch ─→ same, ahead ─────────────────────→ nothing to do
          ─→ behind ──→ main moves forward     (compare-and-swap; refused where a person's unsaved edits are in the way)
          ─→ both ────→ merged beside the work tree, then as above; what both changed is left to a person

A remote that cannot be reached stops no work: what was filed is pushed the next time.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from scheduling.base import gitcall
from scheduling.base.errors import RefusedError
from scheduling.base.process import Completed, ProgramError
from wiki.checkout import bring_forward, edited
from wiki.git import BRANCH, Repo
from wiki.staging import refuse_unfinished

SEEN = "refs/stillhouse/remote"
"""Where the remote's ``main`` stood when it was last asked."""
WHO = ("Stillhouse operator", "operator@stillhouse.invalid")
PATIENCE = 120.0  # seconds for one fetch or push
TRIES = 5
NAMED = 5
_ADDRESS = re.compile(r"(?:https|ssh|file)://\S+|/\S*|(?!-)[\w.-]+@[\w.-]+:\S+", re.ASCII)
_CONFIG = (
    "protocol.allow=never",
    "protocol.https.allow=always",
    "protocol.ssh.allow=always",
    "protocol.file.allow=always",
    "transfer.fsckObjects=true",
    "fetch.fsckObjects=true",
    "fetch.recurseSubmodules=false",
    "push.recurseSubmodules=no",
    "push.gpgSign=false",
    "commit.gpgsign=false",
    "core.autocrlf=false",
)

How = Literal["same", "ahead", "forward", "merged", "unreachable"]


@dataclass(frozen=True, slots=True)
class Remote:
    """Where the wiki is kept beside this machine: ``address`` as git takes it, and what git needs to be let in."""

    address: str
    env: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class Pulled:
    """What a pull did; ``note`` is "" or a line that a person should read."""

    how: How
    note: str = ""


@dataclass(frozen=True, slots=True)
class Pushed:
    """Whether the remote has all that is here now. ``rejected``: somebody pushed first; pull, plan again, push."""

    done: bool
    rejected: bool = False
    note: str = ""


def address(text: str) -> str:
    """``text`` if it can be a remote's address, else ValueError saying what one looks like."""
    if not _ADDRESS.fullmatch(text) or any(ord(letter) < 33 for letter in text):
        raise ValueError(f"{text!r} is no remote: write https://…, ssh://…, user@host:path or an absolute path")
    return text


def pull(repo: Repo, remote: Remote) -> Pulled:
    """Brings what people pushed to ``remote`` into ``main`` and the work tree.

    Raises :class:`RefusedError`, having changed nothing, if both sides changed the same lines, if a page that the
    remote changed has unsaved edits here, or if the two share no history.
    """
    try:
        theirs = _fetched(repo, remote)
    except ProgramError as error:
        return Pulled("unreachable", f"the wiki's remote could not be asked: {error.message}")
    bring_forward(repo)
    ours = repo.head()
    if not theirs or theirs == ours:
        return Pulled("same")
    if ours and _is_above(repo, theirs, ours):
        return Pulled("ahead")
    refuse_unfinished(repo)
    forward = not ours or _is_above(repo, ours, theirs)
    target = theirs if forward else _merged(repo, ours, theirs)
    _refuse_unsaved(repo, ours, target)
    repo.move(target, ours)
    behind = bring_forward(repo)
    note = f"{', '.join(behind[:NAMED])} was edited just now and is behind" if behind else ""
    return Pulled("forward" if forward else "merged", note)


def push(repo: Repo, remote: Remote) -> Pushed:
    """Gives ``main`` to ``remote``, only as a continuation of what it has."""
    ours = repo.head()
    if not ours or (ours == repo.ref(SEEN) and not _mark(repo).exists()):
        return Pushed(True)
    said = _git(
        repo, remote, "push", "--porcelain", "--no-verify", "--end-of-options", remote.address, f"{ours}:{BRANCH}"
    )
    if said.code == 0:
        _remember(repo, ours)
        return Pushed(True)
    lines = said.text.splitlines()
    rejected = any(line.startswith("!") and "[rejected]" in line for line in lines)
    return Pushed(False, rejected, f"the wiki's remote did not take the push: {_last(said)}")


def share(repo: Repo, remote: Remote, refile: Callable[[], object]) -> tuple[str, ...]:
    """Pushes; if somebody pushed first, pulls, lets ``refile`` plan anew on top of theirs, and pushes again.

    Returns the lines that a person should read. Raises as :func:`pull` does; what was filed stays here then.
    """
    notes: list[str] = []
    for _ in range(TRIES):
        pushed = push(repo, remote)
        if not pushed.rejected:
            return (*notes, pushed.note) if pushed.note else tuple(notes)
        pulled = pull(repo, remote)
        notes += ["somebody pushed to the wiki's remote meanwhile; planned again on top of it", pulled.note]
        if pulled.how == "unreachable":
            break
        refile()
    else:
        notes.append("others push to the wiki's remote all the time; the next night tries again")
    return tuple(note for note in notes if note)


def rewritten(repo: Repo) -> None:
    """Notes that the wiki's past was written anew: what the remote has must not come back before it is replaced."""
    mark = _mark(repo)
    mark.parent.mkdir(exist_ok=True)
    mark.touch()


def _mark(repo: Repo) -> Path:
    return repo.folder / "stillhouse" / "rewritten"


def _refuse_past(repo: Repo, theirs: str) -> None:
    """Raises before anything is fetched while the remote may still hold what was taken out of the past here."""
    mark = _mark(repo)
    if not mark.exists():
        return
    ours = repo.head()
    here = repo.git("cat-file", "-e", f"{theirs}^{{commit}}", check=False).code == 0
    if here and ours and _is_above(repo, theirs, ours):
        mark.unlink()
        return
    raise RefusedError(
        "the wiki's past was written anew here, and its remote still has the old one, with what was purged",
        hint=f"replace it: git -C {repo.root} push --force ADDRESS main; whoever has a clone must clone again",
    )


def _fetched(repo: Repo, remote: Remote) -> str:
    """The commit of the remote's ``main``, fetched; "" if it has none yet."""
    listed = _checked(_git(repo, remote, "ls-remote", "--end-of-options", remote.address, BRANCH))
    theirs = next((row.split("\t")[0] for row in listed.text.splitlines() if row.endswith(f"\t{BRANCH}")), "")
    if theirs:
        _refuse_past(repo, theirs)
    if theirs and theirs != repo.ref(SEEN):
        quiet = ("--quiet", "--no-tags", "--no-write-fetch-head", "--no-auto-maintenance")
        where = ("--end-of-options", remote.address, f"+{BRANCH}:{SEEN}")
        _checked(_git(repo, remote, "fetch", *quiet, *where))
    if not theirs and repo.ref(SEEN):
        repo.git("update-ref", "-d", SEEN)  # another remote, or one that was emptied
    return repo.ref(SEEN) if theirs else ""


def _merged(repo: Repo, ours: str, theirs: str) -> str:
    """A commit that joins both, made beside the work tree."""
    if repo.git("merge-base", "--end-of-options", ours, theirs, check=False).code:
        raise RefusedError(
            f"the wiki {repo.root} and its remote share no history", hint="empty the remote, or clone it instead"
        )
    tried = repo.git("merge-tree", "--write-tree", "-z", "--name-only", "--no-messages", ours, theirs, check=False)
    tree, *names = tried.out.decode("utf-8", "replace").split("\0")
    if tried.code == 1:
        both = ", ".join(sorted({name for name in names if name})[:NAMED])
        raise RefusedError(
            f"here and in the wiki's remote the same lines changed: {both}",
            hint=f"merge by hand in {repo.root} (git pull), then run again; nothing was changed",
        )
    if tried.code:
        raise ProgramError(f"cannot merge the wiki's remote: {_last(tried)}", hint="merge by hand, then run again")
    date = repo.git("show", "-s", "--format=%cI", "--end-of-options", theirs).text.strip()
    message = b"Merge the wiki's remote\n"
    return repo.git("commit-tree", tree, "-p", ours, "-p", theirs, stdin=message, env=_signed(date)).text.strip()


def _refuse_unsaved(repo: Repo, ours: str, target: str) -> None:
    old, new = repo.files(ours), repo.files(target)
    changed = sorted(path for path in {*old, *new} if old.get(path) != new.get(path))
    barred = edited(repo, old, changed)
    if barred:
        told = ", ".join(f"{path} ({why})" for path, why in sorted(barred.items())[:NAMED])
        raise RefusedError(
            f"the wiki's remote changed what is being edited here: {told}",
            hint="commit or discard these edits, then run again; nothing was changed",
        )


def _is_above(repo: Repo, below: str, above: str) -> bool:
    """Whether the commit ``above`` continues ``below``."""
    return repo.git("merge-base", "--is-ancestor", "--end-of-options", below, above, check=False).code == 0


def _remember(repo: Repo, commit: str) -> None:
    repo.git("update-ref", "-z", "--stdin", stdin=f"update {SEEN}\0{commit}\0\0".encode())


def _signed(date: str) -> dict[str, str]:
    name, mail = WHO
    people = {
        f"GIT_{role}_{key}": value
        for role in ("AUTHOR", "COMMITTER")
        for key, value in (("NAME", name), ("EMAIL", mail))
    }
    return people | dict.fromkeys(("GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE"), date)


def _git(repo: Repo, remote: Remote, *argv: str) -> Completed:
    where = {"GIT_WORK_TREE": str(repo.root), "GIT_SSH_COMMAND": "ssh -oBatchMode=yes", **remote.env}
    return gitcall.git(repo.folder, *argv, config=_CONFIG, env=where, timeout=PATIENCE, check=False)


def _checked(done: Completed) -> Completed:
    if done.code:
        raise ProgramError(_last(done))
    return done


def _last(done: Completed) -> str:
    said = [line.strip() for line in done.err.decode("utf-8", "replace").splitlines() if line.strip()]
    told = [line for line in said if line.startswith(("fatal:", "error:", "!"))] or said
    return told[0] if told else "git gave no reason"
