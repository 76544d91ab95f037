"""What the retrieval side keeps in words, and taking a text out of it: disputes, questions, prepared briefs."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, delete, or_

from scheduling.ledger.scrub import column_holds, scrub
from wiki.disputes import dispute_rows
from wiki.questions import question_rows
from wiki.sheets import sheet_rows


def scrubbed(rows: Connection, forms: Sequence[str]) -> int:
    """Takes ``forms`` out, inside the caller's transaction; returns how many fields held one.

    A prepared brief is dropped whole, the next night makes it anew; a question is forgotten.
    """
    held = scrub(rows, (dispute_rows.c.why, dispute_rows.c.verdict), forms)
    for start in range(0, len(forms), 100):
        some = list(forms[start : start + 100])
        for table, column in ((question_rows, question_rows.c.text), (sheet_rows, sheet_rows.c.body)):
            held += rows.execute(delete(table).where(or_(column_holds(column, some)))).rowcount
    return held
