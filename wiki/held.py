"""The ledger's side of :mod:`wiki.conflicts`: what is asked about lines, what was decided, what is carried out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy import Column, Connection, String, Table, insert, select, update

from scheduling import approvals
from scheduling.approvals import open_request
from scheduling.ledger.store import Ledger, metadata
from scheduling.requests import request_rows
from scheduling.runs import Run
from wiki.conflicts import KIND, Conflict, Decided, Word, of

carried_rows = Table(
    "carried_rulings",
    metadata,
    Column("ruling", String, primary_key=True),
    Column("block", String, nullable=False),
    Column("run", String, nullable=False),
)


def settle(rows: Connection, run: Run, domain: str, found: Iterable[Conflict]) -> None:
    """Makes the open requests of ``domain`` ask about just the conflicts that there are."""
    wanted = {one.subject: one for one in found}
    for one in wanted.values():
        detail = {name: getattr(one, name) for name in Conflict.__slots__}
        open_request(rows, run, one.subject, KIND, one.body_sha256, detail)
    mine = (request_rows.c.kind == KIND) & (request_rows.c.state == "open")
    mine &= request_rows.c.subject.startswith(f"{KIND}:{domain}:", autoescape=True)
    gone = mine & request_rows.c.subject.not_in(sorted(wanted))
    rows.execute(update(request_rows).where(gone).values(state="void", note="the line and the evidence agree now"))


def decided(ledger: Ledger, domain: str) -> dict[str, Decided]:
    """What people decided and the librarian has yet to carry out, by block; of each the newest."""
    with ledger.read() as rows:
        done = set(rows.execute(select(carried_rows.c.ruling)).scalars())
        chosen = select(request_rows.c.id, request_rows.c.subject).where(
            (request_rows.c.kind == KIND)
            & (request_rows.c.state == "ruled")
            & request_rows.c.subject.startswith(f"{KIND}:{domain}:", autoescape=True)
        )
        asked = dict(rows.execute(chosen.order_by(request_rows.c.id)).tuples().all())
    found: dict[str, Decided] = {}
    for subject in sorted(set(asked.values())):
        ruling = approvals.ruling_for(ledger, subject)
        if ruling and not ruling.voided and ruling.id not in done:
            conflict = of(approvals.get_request(ledger, ruling.request))
            word, _, text = ruling.notes.partition(": ")
            found[conflict.block] = Decided(ruling.id, conflict, _word(word), text)
    return found


def carry(rows: Connection, run: str, done: Mapping[str, Decided]) -> None:
    """Notes that decisions are carried out, or void: their line is no longer the one that was shown."""
    values = [{"ruling": one.ruling, "block": key, "run": run} for key, one in done.items()]
    if values:
        rows.execute(insert(carried_rows), values)


def _word(said: str) -> Word:
    return "ours" if said == "ours" else "merged" if said == "merged" else "theirs"
