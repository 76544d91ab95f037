"""Sessions that ended: an agent's hook queues each one, and the next collect says whether a source holds it."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import select

from distillers.cursors import files
from scheduling import tasks
from scheduling.ledger.store import Ledger
from scheduling.runs import Run, running

KIND = "session"


def queue(ledger: Ledger, domain: str, transcript: Path) -> str:
    """Queues the log of a session that ended for the next night; the id of its task. Again changes nothing."""
    subject = str(transcript)
    with running(ledger, "operator", "queue") as run, run.change("queue session", subject, domain=domain) as rows:
        return tasks.offer(rows, KIND, subject, domain=domain, depends_on=_stamp(transcript))


def settle(run: Run) -> int:
    """Ends the tasks of queued sessions, with a reason for each that no source holds; how many there were."""
    todo = [row for row in tasks.listed(run.ledger, "todo") if row["kind"] == KIND]
    for row in todo:
        held = tasks.checkout(run, row["id"])
        if held is None:
            continue
        with run.change("settle session", row["subject"]) as rows:
            read = rows.execute(select(files.c.state).where(files.c.path == row["subject"])).scalar()
            if read == "read":
                held.finish(rows, note="collected")
            else:
                held.block(rows, f"no source of {row['domain']} holds this file" if read is None else f"it was {read}")
    return len(todo)


def _stamp(path: Path) -> str:
    try:
        stat = path.stat()
    except OSError:
        return ""
    return f"{stat.st_size} {stat.st_mtime_ns}"
