"""Labels: what people said of findings, kept in the ledger, and the files of their decisions that evidence cites.

decision ──→ labels (finding, domain, rule, tier, label, at) ──┬→ rulings, for settling
                                                               └→ how often each rule is right
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from sqlalchemy import Boolean, Column, Connection, Integer, String, Table, Text, false, insert, select

from distillers import editions
from distillers.findings import Confidence, Quote
from distillers.record.events import Event
from distillers.rulings import Label, Verdict
from scheduling.ledger.store import Ledger, metadata

label_rows = Table(
    "labels",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("ruling", String, nullable=False, index=True),
    Column("line", Integer, nullable=False),
    Column("finding", String, nullable=False, index=True),
    Column("domain", String, nullable=False),
    Column("rule", String, nullable=False),
    Column("tier", String, nullable=False),
    Column("label", String, nullable=False),
    Column("text", Text, nullable=False),
    Column("editor", String, nullable=False),
    Column("at", String, nullable=False),
    Column("run", String, nullable=False),
    Column("drawn", Boolean, nullable=False, default=False, server_default=false()),
)

edition_rows = Table(
    "label_editions",
    metadata,
    Column("ruling", String, primary_key=True),
    Column("line", Integer, primary_key=True),
    Column("edition", String, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Labelled:
    """One answer of a person about one finding."""

    ruling: str
    line: int
    """Of the decision's file, 1-based."""
    finding: str
    domain: str
    rule: str
    tier: Confidence
    """The finding's confidence when it was read."""
    label: Label
    text: str
    """What was accepted, why it was rejected, or the sentence that is to stand instead."""
    editor: str
    at: str
    edition: str = ""
    """Of the rule, when the finding was read; "" if that is not known."""
    drawn: bool = False
    """Whether it was put before a person by lot, not because it was uncertain or disputed."""

    @property
    def said(self) -> str:
        """The line of the decision's file."""
        return f"{self.finding} {self.label}: {' '.join(self.text.split())}"


_NAMES = tuple(one.name for one in fields(Labelled) if one.name != "edition")


def record(rows: Connection, some: Iterable[Labelled], run: str) -> None:
    """Stores the answers of one decision."""
    fresh = [asdict(one) for one in some]
    if fresh:
        rows.execute(insert(label_rows), [{name: row[name] for name in _NAMES} | {"run": run} for row in fresh])
        rows.execute(
            insert(edition_rows), [{name: row[name] for name in ("ruling", "line", "edition")} for row in fresh]
        )


def load(ledger: Ledger) -> list[Labelled]:
    """All labels, the oldest first."""
    same = (label_rows.c.ruling == edition_rows.c.ruling) & (label_rows.c.line == edition_rows.c.line)
    chosen = select(label_rows, edition_rows.c.edition).outerjoin(edition_rows, same).order_by(label_rows.c.seq)
    with ledger.read() as rows:
        found = rows.execute(chosen).mappings().all()
    return [Labelled(**{name: row[name] for name in _NAMES}, edition=row["edition"] or "") for row in found]


def standing(given: Iterable[Labelled]) -> list[Labelled]:
    """Of several labels of one finding the newest."""
    return list({one.finding: one for one in given}.values())


def counting(given: Iterable[Labelled], ledger: Ledger) -> list[Labelled]:
    """Those that tell how good a rule is now: of each finding the newest, given on the edition that the rule has."""
    stands = standing(given)
    now = editions.current(ledger, {one.rule for one in stands})
    return [one for one in stands if one.edition and one.edition == now[one.rule]]


def verdicts(given: Iterable[Labelled], ledger: Ledger) -> dict[str, Verdict]:
    """What stands of each finding, by its id, with the quote of the decision."""
    return {
        one.finding: Verdict(one.label, one.domain, one.text, one.editor, _quote(one, ledger))
        for one in standing(given)
    }


def write(ledger: Ledger, given: Sequence[Labelled]) -> None:
    """Writes the file of each decision that has none yet, one line an answer, for people and checks to read."""
    decisions: dict[str, list[Labelled]] = defaultdict(list)
    for one in given:
        decisions[one.ruling].append(one)
    for ruling, answers in decisions.items():
        path = file_of(ledger, ruling)
        text = "".join(f"{one.said}\n" for one in sorted(answers, key=lambda one: one.line))
        if not path.exists() or path.read_text("utf-8") != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")


def file_of(ledger: Ledger, ruling: str) -> Path:
    """Where the answers of a decision can be read."""
    return ledger.path.parent / "rulings" / f"{ruling}.txt"


def events(ledger: Ledger, domain: str, wanted: Iterable[str]) -> dict[str, Event]:
    """Those of the ``wanted`` events that are answers of people, by id; they are in the ledger, not in the archive."""
    ids = set(wanted)
    made = [_event(one, ledger) for one in load(ledger) if one.domain == domain and _id(one) in ids] if ids else []
    return {one.id: one for one in made}


def _id(one: Labelled) -> str:
    return hashlib.blake2b(f"{one.ruling}\0{one.line}".encode(), digest_size=8).hexdigest()


def _quote(one: Labelled, ledger: Ledger) -> Quote:
    text = one.said.partition(": ")[2]
    return Quote(_id(one), "human", one.ruling, one.at, str(file_of(ledger, one.ruling)), one.line, text)


def _event(one: Labelled, ledger: Ledger) -> Event:
    quote = _quote(one, ledger)
    return Event(
        id=quote.event,
        unit=quote.unit,
        medium="session",
        at=quote.at,
        origin="human",
        kind="message",
        text=one.said,
        file=quote.file,
        line=quote.line,
        prose=True,
    )
