"""Everything anew from what cannot be made again: the wiki's git and the logs. Nothing is deleted, it is moved aside.

The ledger's state is made by a night like any other: collect, distil, file, index; what the librarian knew of its
blocks is in the wiki's past. What only people said (their rulings, who may approve, what was purged) is carried over
from the old ledger if that can still be read.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Table

from content.articles import article_rows
from content.confirming import asked_rows
from content.trace import sentence_rows
from distillers.labels import edition_rows, label_rows
from distillers.places import places
from distillers.retract import marks
from distillers.tombstones import tombstones
from flows import stages
from flows.report import Report
from flows.settings import Settings
from scheduling.approvals import ruling_rows
from scheduling.base.clock import stamp
from scheduling.base.errors import RefusedError
from scheduling.base.locks import hold
from scheduling.base.workspace import Workspace
from scheduling.budget import accounts, charges
from scheduling.editors import attempt_rows, editor_rows
from scheduling.ledger.migrations import SCHEMA
from scheduling.ledger.store import Ledger
from scheduling.requests import request_rows
from wiki.disputes import dispute_rows
from wiki.questions import question_rows
from wiki.reverts import reverted
from wiki.tokens import token_rows

PEOPLES: tuple[Table, ...] = (
    *(tombstones, marks, places),  # what must not be used, and what was purged
    *(editor_rows, attempt_rows, request_rows, ruling_rows, asked_rows, label_rows, edition_rows),
    *(article_rows, sentence_rows, reverted, dispute_rows, question_rows, token_rows, accounts, charges),
)
"""The ledger's tables that no log and no commit tells of. They are imported, so that the new ledger has them."""
NAMED = 3

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What a rebuild did: the night's report, where the old state lies, and how many rows of people's were kept."""

    report: Report
    aside: Path | None
    kept: int


def rebuild(settings: Settings, *, without_lost: bool = False, say: Say) -> Rebuilt:
    """Makes ledger, archive and index anew.

    Raises :class:`RefusedError` if logs that the record rests on are gone, unless ``without_lost``: what rests on them
    would go from the pages. A night that fails leaves the old state where it was moved to; run it again.
    """
    space = settings.workspace
    with hold(space.run_lock, f"rebuild of {space.root}"):
        old = _readable(space.ledger)
        if old and not without_lost:
            _refuse_lost(space.ledger)
        aside = _move_aside(space)
        ledger = Ledger(space.ledger)
        kept = _carry(aside / space.ledger.name, ledger) if aside and old else 0
    if aside:
        say(f"The old state lies in {aside}; remove it when all is well.")
    if aside and not old:
        say("The old ledger cannot be read: who may approve, rulings and purges are lost.")
    with stages.opened(settings, "rebuild", say=say) as night:
        report = stages.nightly(night)
    return Rebuilt(report, aside, kept)


def _readable(path: Path) -> bool:
    if not path.is_file():
        return False
    try:
        with closing(_opened(path)) as rows:
            whole = rows.execute("PRAGMA quick_check").fetchone() == ("ok",)
            return whole and rows.execute("PRAGMA user_version").fetchone()[0] <= SCHEMA
    except sqlite3.DatabaseError:
        return False


def _opened(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.as_uri()}?mode=rw", uri=True)


def _refuse_lost(path: Path) -> None:
    with closing(_opened(path)) as rows:
        try:
            read = [Path(name) for (name,) in rows.execute("SELECT path FROM files WHERE state = 'read' ORDER BY path")]
        except sqlite3.OperationalError:
            return
    lost = [str(name) for name in read if not name.exists()]
    if lost:
        raise RefusedError(
            f"{len(lost)} logs that the record rests on are gone, such as {', '.join(lost[:NAMED])}",
            hint="restore them, or leave out what rests on them: stillhouse rebuild --without-lost",
        )


def _move_aside(space: Workspace) -> Path | None:
    """The folder that the old state was moved to; None if there was none."""
    parts = [
        *(space.ledger.with_name(space.ledger.name + end) for end in ("", "-wal", "-shm")),
        space.archive,
        space.index,
    ]
    there = [path for path in parts if path.exists()]
    if not there:
        return None
    aside = space.state / f"aside-{''.join(letter for letter in stamp()[:19] if letter.isalnum())}"
    aside.mkdir(parents=True)
    for path in there:
        path.rename(aside / path.name)
    return aside


def _carry(old: Path, ledger: Ledger) -> int:
    """Copies what only people said into the new ledger, column by column; returns how many rows."""
    kept = 0
    with closing(_opened(old)) as source, ledger.write() as rows:
        for table in PEOPLES:
            there = {str(row[1]) for row in source.execute(f"PRAGMA table_info({table.name})")}
            names = [column.name for column in table.columns if column.name in there]
            if not names:
                continue  # the old ledger never needed it
            listed = ", ".join(f'"{name}"' for name in names)
            found = source.execute(f"SELECT {listed} FROM {table.name}").fetchall()  # noqa: S608 (names of ours)
            values = ", ".join("?" * len(names))
            into = f"INSERT OR IGNORE INTO {table.name} ({listed}) VALUES ({values})"  # noqa: S608
            for row in found:
                rows.exec_driver_sql(into, row)
            kept += len(found)
    return kept
