"""What the librarian remembers of every block: where it put it, what it wrote there, and what a person made of it."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Column, Connection, String, Table, Text, select, update
from sqlalchemy.dialects.sqlite import insert as insert_or

from scheduling.ledger.store import metadata
from wiki.names import is_name, page_id, page_path, split_path

State = Literal["live", "human", "tombstone", "retired", "deleted"]
"""Who has the say over a block.

live       it stands as the librarian wrote it
human      a person changed it, or put it back: it is theirs
tombstone  a person took it away: it never returns
retired    the librarian took it away
deleted    of a page: a person deleted it; it returns only when a person brings it back
"""


@dataclass(frozen=True, slots=True)
class Row:
    """One block: a finding (``f-``), a page's entry in its domain's index (``p-``), a domain's in the index of all
    (``d-``)."""

    id: str
    path: str
    """The page it stands on, as path in the repository."""
    target: str
    """The page it was filed for. A person may have moved it since; then it stays where they put it."""
    section: str
    """The heading it was filed under."""
    sha: str
    """Hash of its lines as the librarian left them."""
    state: State
    ours: str = ""
    """Hash of what its finding said when the librarian last wrote it, or a person decided about it; "" if unknown."""


blocks = Table(
    "blocks",
    metadata,
    Column("domain", String, primary_key=True),
    Column("id", String, primary_key=True),
    Column("path", String, nullable=False),
    Column("target", String, nullable=False),
    Column("section", String, nullable=False),
    Column("sha", String, nullable=False),
    Column("state", String, nullable=False),  # "" while the commit that brings it is being made
    Column("ours", String, nullable=False, default=""),
    Column("pending", Text, nullable=False, default=""),  # the row as JSON that holds once ``run`` has committed
    Column("run", String, nullable=False),
)

_FIELDS = tuple(one.name for one in dataclasses.fields(Row))


def digest(whole: str) -> str:
    """The hash by which a block's lines are recognised."""
    return hashlib.blake2b(whole.encode("utf-8", "surrogateescape"), digest_size=8).hexdigest()


def load(rows: Connection, domain: str) -> dict[str, Row]:
    """All blocks of ``domain`` by id, those of a commit still being made left out."""
    chosen = select(blocks).where((blocks.c.domain == domain) & (blocks.c.state != "")).order_by(blocks.c.id)
    return {row["id"]: Row(**{name: row[name] for name in _FIELDS}) for row in rows.execute(chosen).mappings()}


def pending_runs(rows: Connection, domain: str) -> list[str]:
    """The runs that announced a commit for ``domain`` and never said how it ended."""
    chosen = select(blocks.c.run).where((blocks.c.domain == domain) & (blocks.c.pending != "")).distinct()
    return sorted(rows.execute(chosen).scalars())


def announce(rows: Connection, domain: str, run: str, coming: Iterable[Row]) -> None:
    """Notes what blocks will be once ``run`` has committed, so that a killed run can be told from a person's edit."""
    fresh = dict.fromkeys(("path", "target", "section", "sha", "state", "ours"), "")
    noted = [{"id": row.id, "pending": json.dumps(dataclasses.asdict(row)), **fresh} for row in coming]
    _upsert(rows, domain, run, noted, ("pending", "run"))


def conclude(rows: Connection, domain: str, run: str, *, committed: bool) -> None:
    """Ends what ``run`` announced: its rows hold now, or are forgotten."""
    mine = (blocks.c.domain == domain) & (blocks.c.run == run) & (blocks.c.pending != "")
    if committed:
        coming = [Row(**json.loads(text)) for text in rows.execute(select(blocks.c.pending).where(mine)).scalars()]
        store(rows, domain, run, coming)
    else:
        rows.execute(blocks.delete().where(mine & (blocks.c.state == "")))
        rows.execute(update(blocks).where(mine).values(pending=""))


def store(rows: Connection, domain: str, run: str, changed: Iterable[Row]) -> None:
    """Writes rows as they stand now."""
    values = [dataclasses.asdict(row) | {"pending": ""} for row in changed]
    _upsert(rows, domain, run, values, (*_FIELDS, "pending", "run"))


def _upsert(rows: Connection, domain: str, run: str, values: list[dict[str, str]], columns: Sequence[str]) -> None:
    """Inserts ``values``, or where a block has a row already sets its ``columns``."""
    if not values:
        return
    fresh = insert_or(blocks)
    statement = fresh.on_conflict_do_update(
        index_elements=["domain", "id"], set_={name: fresh.excluded[name] for name in columns}
    )
    rows.execute(statement, [{**row, "domain": domain, "run": run} for row in values])


def renamed(rows: Connection, moved: Mapping[str, str]) -> None:
    """Notes that pages have other paths now."""
    for old, new in moved.items():
        rows.execute(update(blocks).where(blocks.c.path == old).values(path=new))


def unnamed(rows: Connection, is_meant: Callable[[str], bool]) -> None:
    """Takes names of pages off what is remembered of blocks: each becomes the id that a page of the name has."""
    known = rows.execute(select(blocks.c.domain, blocks.c.id, blocks.c.path, blocks.c.target)).all()
    for domain, key, path, target in known:
        name = split_path(path)
        values = {"path": page_path(domain, page_id(*name))} if name and is_meant(name[1]) else {}
        if is_name(target) and not key.startswith("d-") and is_meant(target):
            values["target"] = page_id(domain, target)
        if values:
            rows.execute(update(blocks).where(blocks.c.domain == domain, blocks.c.id == key).values(**values))


def differing(old: Mapping[str, Row], new: Mapping[str, Row]) -> list[Row]:
    """The rows of ``new`` that ``old`` does not hold in the same way."""
    return [row for key, row in new.items() if old.get(key) != row]
