"""What agents ask: questions that nothing answered, and questions that come back, kept masked for the content engine.

Answering never waits for this. A question is put aside in memory and written by a thread, several at a time.
"""

from __future__ import annotations

import hashlib
import queue
import re
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass

from sqlalchemy import Column, Connection, Integer, String, Table, Text, delete, func, select
from sqlalchemy.dialects.sqlite import insert as insert_or

from scheduling.base.clock import stamp
from scheduling.base.errors import StillhouseError
from scheduling.ledger.store import Ledger, metadata
from scheduling.runs import running
from wiki.text import public, visible

LONGEST = 300
KEPT = 2000
"""Questions of a domain that are remembered; those asked least and longest ago are forgotten first."""
WAITING = 1000
"""Questions that may wait to be written; more are let go rather than answers held up."""
EVERY = 1.0
_PLAIN = re.compile(r"\w+")

question_rows = Table(
    "questions",
    metadata,
    Column("id", String, primary_key=True),
    Column("domain", String, nullable=False, index=True),
    Column("text", Text, nullable=False),
    Column("times", Integer, nullable=False),
    Column("missed", Integer, nullable=False),  # how often nothing answered it
    Column("first", String, nullable=False),
    Column("last", String, nullable=False),
    Column("run", String, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Question:
    """A question of agents: how often it was asked, how often nothing answered it, and when last."""

    domain: str
    text: str
    times: int
    missed: int
    last: str


def asked(ledger: Ledger, domain: str, *, missed: bool = False, most: int = 20) -> list[Question]:
    """What agents of ``domain`` ask most, or with ``missed`` what most often found nothing; the commonest first."""
    rank = question_rows.c.missed if missed else question_rows.c.times
    chosen = select(question_rows).where(question_rows.c.domain == domain, rank > 0)
    ordered = chosen.order_by(rank.desc(), question_rows.c.last.desc(), question_rows.c.id).limit(most)
    with ledger.read() as rows:
        found = rows.execute(ordered).mappings().all()
    return [Question(**{name: row[name] for name in Question.__slots__}) for row in found]


@dataclass(frozen=True, slots=True)
class _Asked:
    domain: str
    text: str
    answered: bool


class Notebook:
    """Takes down what is asked of a server; safe to share between threads. ``mask`` takes secrets out of a text."""

    def __init__(self, ledger: Ledger, mask: Callable[[str], str]) -> None:
        self._ledger = ledger
        self._mask = mask
        self._waiting: queue.Queue[_Asked] = queue.Queue(WAITING)
        self._stop = threading.Event()
        self._writer: threading.Thread | None = None
        self._lock = threading.Lock()

    def note(self, domain: str, text: str, *, answered: bool) -> None:
        """Remembers one question; returns at once."""
        with suppress(queue.Full):
            self._waiting.put_nowait(_Asked(domain, text, answered))
        with self._lock:
            if self._writer is None and not self._stop.is_set():
                self._writer = threading.Thread(target=self._write_on, name="questions", daemon=True)
                self._writer.start()

    def close(self) -> None:
        """Writes what is left and ends."""
        self._stop.set()
        with self._lock:
            writer = self._writer
        if writer is not None:
            writer.join()
        self.flush()

    def flush(self) -> None:
        """Writes what waits now. A ledger that cannot be written loses questions, never an answer."""
        some: list[_Asked] = []
        with suppress(queue.Empty):
            while True:
                some.append(self._waiting.get_nowait())
        if some:
            with suppress(StillhouseError):
                store(self._ledger, self._mask, some)

    def _write_on(self) -> None:
        while not self._stop.wait(EVERY):
            self.flush()


def store(ledger: Ledger, mask: Callable[[str], str], some: Sequence[_Asked]) -> None:
    """Adds questions to what is known of them, masked and cut, in one transaction."""
    counts: dict[str, _Counted] = {}
    for one in some:
        text = visible(public(mask(one.text[: 4 * LONGEST])))[:LONGEST]
        words = " ".join(_PLAIN.findall(text.casefold()))
        if words:
            key = hashlib.blake2b(f"{one.domain}\0{words}".encode("utf-8", "replace"), digest_size=8).hexdigest()
            counted = counts.setdefault(key, _Counted(one.domain, text))
            counted.times += 1
            counted.missed += not one.answered
    if not counts:
        return
    with (
        running(ledger, "operator", "questions") as run,
        run.change("note questions", "questions", questions=len(counts)) as rows,
    ):
        _count(rows, counts, run.id)
        for domain in sorted({one.domain for one in counts.values()}):
            _forget(rows, domain)


@dataclass(slots=True)
class _Counted:
    domain: str
    text: str
    times: int = 0
    missed: int = 0


def _count(rows: Connection, counts: Mapping[str, _Counted], run: str) -> None:
    now = stamp()
    fresh = insert_or(question_rows)
    more = {name: question_rows.c[name] + fresh.excluded[name] for name in ("times", "missed")}
    rows.execute(
        fresh.on_conflict_do_update(index_elements=["id"], set_={**more, "last": fresh.excluded.last}),
        [{"id": key, **asdict(one), "first": now, "last": now, "run": run} for key, one in sorted(counts.items())],
    )


def _forget(rows: Connection, domain: str) -> None:
    mine = question_rows.c.domain == domain
    over = rows.execute(select(func.count()).select_from(question_rows).where(mine)).scalar_one() - KEPT
    if over > 0:
        oldest = (
            select(question_rows.c.id).where(mine).order_by(question_rows.c.times, question_rows.c.last).limit(over)
        )
        rows.execute(delete(question_rows).where(question_rows.c.id.in_(oldest)))
