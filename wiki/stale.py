"""How far a page can still be trusted, worked out whenever it is read or served and never written on it.

A finding is in doubt if a file that it names changed after it was last confirmed, if its evidence fell, or if nobody
confirmed it for long. Where files changed is asked of the record (agents that edited them) and of the domain's own
repositories.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from distillers.findings import Finding
from distillers.findings_store import load
from scheduling.base import gitcall
from scheduling.base.errors import StillhouseError
from scheduling.ledger.store import Ledger
from wiki.ages import DAYS
from wiki.fold import SUPERSEDED
from wiki.headings import is_unconfirmed
from wiki.links import files_in
from wiki.page import Block, Page
from wiki.render import count

if TYPE_CHECKING:  # DuckDB is loaded by whoever has an archive; a command that only shows a page has none
    from distillers.record.archive import Archive

COMMITS = 500
SHOWN = 5
PATIENCE = 5.0  # seconds that one repository may take
_EDITS = (
    "^(multi_?edit|edit|notebookedit|write|update|apply_patch|patch|replace|search_replace|str_replace.*"
    "|(edit|write|create)_(to_)?file)$"
)
_TOUCHED = (
    'SELECT f.name AS name, max(substr(e."at", 1, 10)) AS day FROM events e, (SELECT unnest(?) AS name) f'
    " WHERE e.kind = 'call' AND NOT e.failed AND regexp_matches(lower(e.tool), ?)"
    " AND contains(substr(e.text, 1, 4000), f.name) GROUP BY f.name"
)

Touched = Callable[[Sequence[str]], Mapping[str, str]]
"""Of files the day (``YYYY-MM-DD``) on which each was last changed, as far as it is known."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why one finding on a page may no longer hold."""

    finding: str
    why: str


@dataclass(frozen=True, slots=True)
class Staleness:
    """What is in doubt on a page that holds ``of`` findings."""

    page: str
    doubts: tuple[Doubt, ...]
    of: int

    @property
    def note(self) -> str:
        """One line for a reader; "" if nothing is in doubt."""
        first = next(iter(self.doubts), None)
        if first is None:
            return ""
        number = len({doubt.finding for doubt in self.doubts})
        more = f" and {len(self.doubts) - 1} more" if len(self.doubts) > 1 else ""
        return f"{number} of {count(self.of, 'finding')} in doubt: {first.why}{more}"

    def lines(self, most: int = SHOWN) -> list[str]:
        """For a reader: how much is in doubt, then the first ``most`` doubts; [] if nothing is."""
        if not self.doubts:
            return []
        told = [f"- {doubt.why} (^{doubt.finding})" for doubt in self.doubts[:most]]
        more = [f"- and {len(self.doubts) - most} more"] if len(self.doubts) > most else []
        number = len({doubt.finding for doubt in self.doubts})
        return [f"In doubt today: {number} of {count(self.of, 'finding')}", *told, *more]

    def to_json(self) -> dict[str, Any]:
        """``{"page", "findings", "doubts": [{"finding", "why"}]}``."""
        told = [{"finding": doubt.finding, "why": doubt.why} for doubt in self.doubts]
        return {"page": self.page, "findings": self.of, "doubts": told}


def staleness(ledger: Ledger, domain: str, page: Page, touched: Touched, today: date, days: int = DAYS) -> Staleness:
    """What is in doubt on ``page`` of ``domain`` on the day ``today``."""
    return doubted(page, {one.id: one for one in load(ledger, domain=domain)}, touched, today, days)


def doubted(page: Page, findings: Mapping[str, Finding], touched: Touched, today: date, days: int = DAYS) -> Staleness:
    """As :func:`staleness`, of findings that were read already (by id)."""
    shown = [block for block in page.blocks if block.id.startswith("f-") and block.section != SUPERSEDED]
    known = [findings[block.id] for block in shown if block.id in findings]
    named = {finding.id: _files(finding) for finding in known}
    wanted = sorted({name for names in named.values() for name in names})
    changed: Mapping[str, str] = touched(wanted) if wanted else {}
    limit = (today - timedelta(days=days)).isoformat()
    found = [doubt for block in shown for doubt in _doubts(block, findings.get(block.id), named, changed, limit)]
    return Staleness(page.name.removesuffix(".md"), tuple(found), len(shown))


def touched_in_record(archive: Archive, domain: str) -> Touched:
    """Asks the record of ``domain`` when an agent last edited a file."""

    def ask(names: Sequence[str]) -> Mapping[str, str]:
        rows = archive.query(_TOUCHED, (list(names), _EDITS), domain=domain).to_pylist()
        return {row["name"]: row["day"] for row in rows if row["day"]}

    return ask


def touched_in_git(folders: Iterable[Path]) -> Touched:
    """Asks the repositories among ``folders`` when a file last changed; one that cannot be read knows nothing."""
    repositories = [folder / ".git" for folder in folders if (folder / ".git").is_dir()]
    return newest(*(_in_repository(folder) for folder in repositories))


def remembered(ask: Touched, state: Callable[[], object]) -> Touched:
    """``ask``, which is asked again only for files it was not asked for before, or when the ``state`` is another one.

    Safe to share between threads.
    """
    lock = threading.Lock()
    known: dict[str, str] = {}
    held: list[object] = []

    def again(names: Sequence[str]) -> Mapping[str, str]:
        with lock:
            if held != [now := state()]:
                known.clear()
                held[:] = [now]
            missing = [name for name in names if name not in known]
            found: Mapping[str, str] = ask(missing) if missing else {}
            known.update({name: found.get(name, "") for name in missing})
            return {name: known[name] for name in names if known[name]}

    return again


def commits_of(folders: Iterable[Path]) -> tuple[bytes, ...]:
    """What the repositories among ``folders`` stand at, told without starting git."""
    return tuple(_commit_of(folder / ".git") for folder in folders)


def newest(*sources: Touched) -> Touched:
    """For each file the latest day that any of ``sources`` knows."""

    def ask(names: Sequence[str]) -> Mapping[str, str]:
        found: dict[str, str] = {}
        for source in sources:
            for name, day in source(names).items():
                found[name] = max(day, found.get(name, ""))
        return found

    return ask


def _commit_of(git: Path) -> bytes:
    try:
        head = (git / "HEAD").read_bytes()
        if not head.startswith(b"ref: "):
            return head
        loose, packed = git / head[5:].strip().decode(), git / "packed-refs"
        return head + (loose if loose.is_file() else packed).read_bytes()
    except (OSError, UnicodeDecodeError):
        return b""


def _in_repository(folder: Path) -> Touched:
    def ask(names: Sequence[str]) -> Mapping[str, str]:
        log = ("log", f"-n{COMMITS}", "--format=%x00%cs", "--name-only", "--no-renames", "--end-of-options", "HEAD")
        try:
            said = gitcall.git(folder, *log, "--", *names, env={"GIT_LITERAL_PATHSPECS": "1"}, timeout=PATIENCE)
        except StillhouseError:
            return {}
        found: dict[str, str] = {}
        for commit in said.text.split("\0")[1:]:
            day, *paths = commit.split()
            for path in paths:
                found.setdefault(path, day)
        return {name: found[name] for name in names if name in found}

    return ask


def named(findings: Iterable[Finding]) -> list[str]:
    """The files that ``findings`` name, to ask about all of them at once."""
    return sorted({name for finding in findings for name in _files(finding)})


def _files(finding: Finding) -> list[str]:
    said = [finding.claim, *(quote.text for quote in finding.evidence)]
    return sorted({name for text in said for name in files_in(text)})


def _doubts(
    block: Block, finding: Finding | None, named: Mapping[str, Sequence[str]], changed: Mapping[str, str], limit: str
) -> Iterator[Doubt]:
    if fallen := _fallen(block, finding):
        yield Doubt(block.id, fallen)
    if finding is None or not finding.valid_from:
        return
    for name in named[finding.id]:
        if changed.get(name, "") > finding.valid_from:
            yield Doubt(block.id, f"{name} changed {changed[name]}, after this was last confirmed {finding.valid_from}")
    if finding.valid_from < limit:
        yield Doubt(block.id, f"not confirmed since {finding.valid_from}")


def _fallen(block: Block, finding: Finding | None) -> str:
    """How the evidence of a block fell since it was filed; "" if it stands."""
    if finding is None:
        return "the record no longer holds what it rests on"
    if finding.status in {"retired", "rejected", "dropped"}:
        return f"it was {finding.status}"
    if finding.status == "superseded":
        return "a newer finding took its place"
    if finding.confidence == "low" or (finding.confidence == "medium" and not is_unconfirmed(block.section)):
        return f"its evidence fell to {finding.confidence}"
    return ""
