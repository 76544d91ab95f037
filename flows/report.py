"""What a night did: one value that prints as JSON for programs, as lines for a terminal, as Markdown for the UI."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from textwrap import shorten
from typing import TYPE_CHECKING, Any

from flows.asked import asked_json, asked_lines, idle_json
from wiki.text import inert

if TYPE_CHECKING:
    from distillers.accounts import Collected, FileNote
    from distillers.asking import Asked
    from distillers.distil import Distilled
    from distillers.fetch.fetching import Fetched
    from wiki.filed import Filed

SHOWN_FILES = 40
SHOWN_DIFF = 400
SHOWN_LEARNED = 5
SHOWN_CLAIM = 160
SHOWN_LINE = 400
EDITED = "uncommitted edits"
"""What a held page is told to have when a person is at work on it."""


@dataclass(frozen=True, slots=True)
class Report:
    """``files`` counts every file below the sources; everything else counts this night."""

    run: str
    files: Mapping[str, int]
    sessions: int
    tickets: int
    events: int
    bad_lines: int
    findings: Mapping[str, int]
    """By confidence, and those that were dropped because a quote could not be found again."""
    pages: int
    commits: Mapping[str, str]
    held: tuple[str, ...]
    seconds: Mapping[str, float]
    notes: tuple[FileNote, ...] = ()
    learned: tuple[str, ...] = ()
    """What is certain since this night, the most worth knowing first, as ``domain/page: claim``."""
    diff: str = ""
    asked: Asked | None = None
    """What asking an agent came to; None if there was nothing to ask about."""
    agent: str = ""
    """The agent that would have been asked."""
    fetched: tuple[Fetched, ...] = ()
    """What came of each source that is no file."""
    unread: tuple[str, ...] = ()
    """What of the domains' code could not be read."""
    notices: tuple[str, ...] = ()
    """What a person is asked, and which rules are believed less."""

    @classmethod
    def of(
        cls,
        run: str,
        collected: Collected,
        distilled: Distilled | None,
        filed: Sequence[Filed],
        seconds: Mapping[str, float],
    ) -> Report:
        """Puts the results of the stages together; no ``distilled`` is that nothing was to be distilled."""
        counts = collected.files
        found = ("high", "medium", "low", "dropped")
        return cls(
            run=run,
            files={"read": counts.read, "skipped": counts.skipped, "quarantined": counts.quarantined},
            sessions=collected.sessions,
            tickets=collected.tickets,
            events=collected.events,
            bad_lines=collected.bad_lines,
            findings={name: getattr(distilled, name) if distilled else 0 for name in found},
            pages=sum(len(one.pages) for one in filed),
            commits={one.domain: one.commit for one in filed if one.commit},
            held=tuple(page for one in filed for page in one.held),
            seconds=dict(seconds),
            notes=tuple(collected.notes),
            asked=distilled.asked if distilled else None,
            unread=distilled.unread if distilled else (),
        )

    def to_json(self) -> dict[str, Any]:
        """The object that ``nightly --json`` prints."""
        return {
            "files": dict(self.files),
            "sessions": self.sessions,
            "tickets": self.tickets,
            "events": self.events,
            "bad_lines": self.bad_lines,
            "missing": self._reasons("missing"),
            "quarantined": self._reasons("quarantined"),
            "skipped": dict(self._skipped().most_common()),
            "findings": dict(self.findings),
            "pages": self.pages,
            "commits": dict(self.commits),
            "held": list(self.held),
            "fetched": sum(one.tickets for one in self.fetched),
            "not_fetched": self._unfetched(),
            "code_not_read": list(self.unread),
            **self._agent(),
            "seconds": dict(self.seconds),
            "run": self.run,
        }

    def _agent(self) -> dict[str, Any]:
        if self.asked and self.asked.agent:
            return {"agent": asked_json(self.asked)}
        return {"agent": idle_json(self.agent)} if self.agent else {}

    def lines(self) -> list[str]:
        """The closing lines that a person reads in a terminal."""
        found = self.findings
        domains = "1 domain" if len(self.commits) == 1 else f"{len(self.commits)} domains"
        told = [
            f"read      {self.sessions} sessions and {self.tickets} tickets, {self.events} events"
            f" (all files: {self.files['read']} read, {self.files['skipped']} skipped,"
            f" {self.files['quarantined']} quarantined; {self.bad_lines} bad lines)",
            f"found     {found['high']} high, {found['medium']} medium, {found['low']} low;"
            f" {found['dropped']} dropped because a quote could not be found again",
            f"filed     {self.pages} pages changed in {domains}",
        ]
        told += asked_lines(self.asked) if self.asked else []
        told += [f"held      {page}{_ended(out_of(page))}" for page in self.held]
        told += [f"fetch     {problem}" for problem in self._unfetched()]
        told += [f"code      {note}" for note in self.unread]
        told += self.notices
        told += [f"missing   {note.path}: {note.reason}" for note in self._noted("missing")]
        told += [f"quarantined {note.path}: {note.reason}" for note in self._noted("quarantined")[:SHOWN_FILES]]
        told += [f"skipped   {count} files: {reason}" for reason, count in self._skipped().most_common(5)]
        told += [f"learned   {shorten(one, SHOWN_CLAIM, placeholder=' …')}" for one in self.learned[:SHOWN_LEARNED]]
        return told

    def markdown(self) -> str:
        """The artifact that the Prefect UI shows."""
        parts = [f"# Night {self.run}\n\n", *[f"- {inert(line, SHOWN_LINE)}\n" for line in self.lines()]]
        quarantined = self._noted("quarantined")
        if quarantined:
            parts += [
                "\n## Quarantined\n\n",
                *[f"- {code(note.path)}: {code(note.reason)}\n" for note in quarantined[:SHOWN_FILES]],
            ]
        stages = " · ".join(f"{stage} {seconds:.1f} s" for stage, seconds in self.seconds.items())
        parts.append(f"\n{stages}\n")
        if self.diff:
            parts.append(f"\n## What changed in the wiki\n\n{fenced(self.diff)}\n")
        return "".join(parts)

    def _noted(self, state: str) -> list[FileNote]:
        return [note for note in self.notes if note.state == state]

    def _reasons(self, state: str) -> dict[str, str]:
        """Path → why, of the files and folders in that state."""
        return {note.path: note.reason for note in self._noted(state)}

    def _unfetched(self) -> list[str]:
        return [f"{one.domain} {one.source}: {one.problem}" for one in self.fetched if one.problem]

    def _skipped(self) -> Counter[str]:
        return Counter(note.reason for note in self._noted("skipped"))


def out_of(held: str, wiki: Path | None = None) -> str:
    """What to do about a page that was ``held``; "" if there is nothing to be done."""
    if EDITED not in held:
        return ""
    return f"commit or undo them{f' in {wiki}' if wiki else ''}; the next nightly goes on from there"


def _ended(way: str) -> str:
    return f" ({way})" if way else ""


def code(text: str) -> str:
    """``text`` as a Markdown code span that nothing inside it can end."""
    inner = " ".join(text.split())
    ticks = "`" * (1 + max((len(run) for run in re.findall(r"`+", inner)), default=0))
    return f"{ticks} {inner} {ticks}" if "`" in inner else f"`{inner}`"


def fenced(text: str, language: str = "diff") -> str:
    """``text`` as a fenced block that nothing inside it can end, cut to a readable length."""
    rows = text.splitlines()
    cut = [*rows[:SHOWN_DIFF], f"… {len(rows) - SHOWN_DIFF} more lines"] if len(rows) > SHOWN_DIFF else rows
    fence = "`" * max(3, 1 + max((len(run) for run in re.findall(r"`{3,}", text)), default=0))
    return f"{fence}{language}\n" + "\n".join(cut) + f"\n{fence}"
