"""What the wiki's past tells: the history of a claim, who wrote a page's blocks, what a night changed. Read only."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from scheduling.base.errors import UsageError
from scheduling.ledger.store import Ledger
from scheduling.runs import runs
from wiki import changesets, reverts
from wiki.git import BRANCH, SEATS, Repo
from wiki.names import page_path, split_path
from wiki.page import parse
from wiki.recall import traces
from wiki.trace import Link, trace

_CLAIM = re.compile(r"f-([0-9a-f]{8})")
_COMMIT = re.compile(r"[0-9a-f]{4,64}")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_ABOUT = "%x00%H%x1f%cI%x1f%cn%x1f%ce%x1f" + "%x1f".join(
    f"%(trailers:key=Stillhouse-{name},valueonly,separator=%x20)" for name in ("Change", "Run")
)


@dataclass(frozen=True, slots=True)
class Made:
    """A commit: who made it and when, and of a seat's the change set and the run."""

    commit: str
    at: str
    by: str
    seat: bool
    change: str
    run: str


@dataclass(frozen=True, slots=True)
class Event:
    """What a commit did to one claim."""

    made: Made
    action: str
    """``added``, ``changed``, ``moved`` or ``removed``."""
    page: str
    text: str
    """Its line then; "" if only its footnotes changed, or it was removed."""


@dataclass(frozen=True, slots=True)
class Blamed:
    """One block of a page: the commit that its line comes from, and the finding behind it with its evidence."""

    id: str
    line: int
    """1-based."""
    made: Made
    finding: Link | None
    reverted: str
    """Why a person took it back, if one did; a line that stands all the same is a person's own."""

    @property
    def decision(self) -> str:
        """What a person decided about the finding; "" if nobody did."""
        ruling = self.finding.ruling if self.finding else None
        return self.reverted or (f"{ruling.decision} by {ruling.editor}, {ruling.at[:10]}" if ruling else "")


def history(repo: Repo, claim: str) -> list[Event]:
    """All that happened to the claim ``f-…`` on pages, the oldest first. Raises :class:`UsageError` if nothing did."""
    met = _CLAIM.search(claim)
    if met is None:
        raise UsageError(f"{claim[:40]!r} is no id of a finding", hint="such as f-1a2b3c4d")
    shown = ("log", "--first-parent", "-m", "-p", "--unified=0", "--no-renames", "--no-ext-diff", "--no-textconv")
    wanted = rf"\^(f-)?{met[1]}"
    out = repo.git(*shown, "--no-color", f"--format={_ABOUT}", f"-G{wanted}", BRANCH, "--") if repo.head() else None
    found = [_event(part, met[1]) for part in (out.text.split("\0")[1:] if out else [])]
    if not found:
        raise UsageError(f"f-{met[1]} never stood on a page", hint="see: stillhouse findings")
    return found[::-1]


def blame(repo: Repo, ledger: Ledger, domain: str, slug: str) -> list[Blamed]:
    """Each finding on a page with the run that wrote it, its evidence, and what a person decided about it."""
    path, files = page_path(domain, slug), repo.files(repo.head())
    if path not in files:
        raise UsageError(f"there is no page {domain}/{slug}", hint="see: stillhouse show " + domain + "/index")
    page = parse(path, repo.contents([files[path].blob])[files[path].blob])
    there = [block for block in page.blocks if block.id.startswith("f-")]
    wrote: dict[str, str] = {}
    for one in traces(repo, domain):
        if one.added and one.is_block:
            wrote.setdefault(one.id, one.commit)
    about = _made(repo, sorted({wrote[block.id] for block in there if block.id in wrote}))
    why = reverts.reasons(ledger, (block.id for block in there))
    unknown = Made("", "", "", False, "", "")
    return [
        Blamed(
            block.id,
            block.start + 1,
            about.get(wrote.get(block.id, ""), unknown),
            _link(ledger, block.id, domain),
            why.get(block.id, ""),
        )
        for block in there
    ]


def night(repo: Repo, ledger: Ledger, what: str = "") -> list[str]:
    """The commits that ``what`` names, the oldest first: a run, a change set, a commit, a day, or "" the last night.

    Raises :class:`UsageError` if it names none.
    """
    merged = changesets.listed(ledger, states=("merged",))
    if not what:
        last = merged[-1].run if merged else ""
        return [one.commit for one in merged if one.run == last]
    if _DAY.fullmatch(what):
        found = [one.commit for one in merged if one.at[:10] == what]
    elif what.startswith("r-"):
        family = _family(ledger, what)
        found = [one.commit for one in merged if one.run in family]
    else:
        found = [commit(repo, ledger, what)]
    if not found:
        raise UsageError(f"no change set of {what[:40]} was merged", hint="see: stillhouse wiki changes")
    return found


def commit(repo: Repo, ledger: Ledger, what: str) -> str:
    """The commit of a change set (``c-…``) or of (the beginning of) a commit's id on ``main``.

    Raises :class:`UsageError` if there is none.
    """
    if what.startswith("c-"):
        found = changesets.get(ledger, what)
        if found.state != "merged":
            raise UsageError(
                f"change set {what} is {found.state}: main holds nothing of it", hint="see: stillhouse wiki changes"
            )
        return found.commit
    known = repo.ref(what) if _COMMIT.fullmatch(what) else ""
    if not known or not repo.reaches(BRANCH, known):
        raise UsageError(
            f"main holds no commit {what[:40]}", hint="a change set (c-…) or a commit: stillhouse wiki changes"
        )
    return known


def diff(repo: Repo, commits: Sequence[str]) -> str:
    """What ``commits`` changed, each under a line that tells whose it is."""
    about = _made(repo, commits)
    return "".join(f"{_heading(about[one])}\n{repo.diff(one)}" for one in commits if one in about)


def _heading(made: Made) -> str:
    change = f" change set {made.change}" if made.change else ""
    return f"# {made.commit[:12]} {made.at[:10]} {made.by}{change}{' run ' + made.run if made.run else ''}"


def _made(repo: Repo, commits: Iterable[str]) -> dict[str, Made]:
    wanted = "".join(f"{one}\n" for one in commits)
    if not wanted:
        return {}
    out = repo.git("log", "--no-walk=unsorted", "--stdin", f"--format={_ABOUT}", stdin=wanted.encode()).text
    found = (_read(part.split("\n", 1)[0]) for part in out.split("\0")[1:])
    return {one.commit: one for one in found}


def _read(head: str) -> Made:
    name, at, by, mail, change, run = head.split("\x1f")
    return Made(name, at, by, mail.endswith(SEATS), change.strip(), run.strip())


def _event(part: str, stem: str) -> Event:
    head, *lines = part.split("\n")
    anchor = re.compile(rf"\^f-{stem}\s*$")
    path, page = "", ""
    was: list[tuple[str, str]] = []
    now: list[tuple[str, str]] = []
    for row in lines:
        if row.startswith(("--- a/", "+++ b/")):
            path = row[6:]
        elif anchor.search(row) and row[:1] in {"+", "-"}:
            (now if row[0] == "+" else was).append((path, row[1:].strip()))
        elif stem in row and row[:1] in {"+", "-"}:
            page = page or path
    if now and was:
        action = "changed" if now[0][0] == was[0][0] else "moved"
    else:
        action = "added" if now else "removed" if was else "changed"
    where = now or was or [(page, "")]
    return Event(_read(head), action, _name(where[0][0]), where[0][1] if now else "")


def _name(path: str) -> str:
    name = split_path(path)
    return f"{name[0]}/{name[1]}" if name else path


def _link(ledger: Ledger, key: str, domain: str) -> Link | None:
    try:
        return trace(ledger, key, domain=domain).links[0]
    except UsageError:  # a person's block, or one whose finding is no more
        return None


def _family(ledger: Ledger, run: str) -> set[str]:
    with ledger.read() as rows:
        chosen = select(runs.c.id).where((runs.c.id == run) | (runs.c.parent == run))
        return {str(key) for key in rows.execute(chosen).scalars()}


def to_json(one: Event | Blamed) -> dict[str, Any]:
    """An event or a block's blame as the commands print it."""
    made = one.made
    told = {"commit": made.commit, "at": made.at, "by": made.by, "change": made.change, "run": made.run}
    if isinstance(one, Event):
        return {"action": one.action, "page": one.page, "text": one.text, **told}
    link = one.finding
    evidence = (
        [{"file": c.file, "line": c.line, "origin": c.origin, "quote": c.quote} for c in link.citations] if link else []
    )
    known = {"claim": link.claim, "confidence": link.confidence, "status": link.status} if link else {}
    return {"id": one.id, "line": one.line, **told, **known, "evidence": evidence, "decision": one.decision}
