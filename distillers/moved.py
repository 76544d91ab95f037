"""Logs that were moved: what stood in a file that is gone, and stands in another one, is shown where it stands now.

    a file holds events of one that is gone ──→ it is read again as if that one were not there ──→ its rows are stored
                                            ──→ nothing of the gone one is left that stands nowhere else ──→ it retires

A gone file of which something stands nowhere else keeps its rows: evidence stays, whatever becomes of logs.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

from sqlalchemy import Connection, select, tuple_, update

from distillers.cursors import FileKey, files, leans
from distillers.fresh import named
from distillers.record.apart import Apart
from distillers.survey import Survey
from scheduling.runs import Run

ALONE = """
    SELECT DISTINCT via, file FROM live AS l WHERE via || file IN (SELECT unnest($absent)) AND NOT EXISTS (
        SELECT 1 FROM live AS o WHERE o.domain = l.domain AND o.id = l.id
        AND o.via || o.file NOT IN (SELECT unnest($absent))
    )
"""
"""The files of which something stands nowhere else."""


def moved(rows: Connection, surveys: Sequence[Survey]) -> dict[FileKey, frozenset[FileKey]]:
    """The files that are gone, each with those that are there and hold events of it.

    A file of a source that is collected no more is looked for where it was.
    """
    gone, there = files.alias("gone"), files.alias("there")
    chosen = select(leans, gone.c.gone, gone.c.source).join_from(
        leans, gone, (gone.c.via == leans.c.on_via) & (gone.c.path == leans.c.on_path)
    )
    chosen = chosen.join(there, (there.c.via == leans.c.via) & (there.c.path == leans.c.path)).where(there.c.gone == 0)
    collected = {one.task for one in surveys}
    found: dict[FileKey, set[FileKey]] = {}
    for via, path, on_via, on_path, is_gone, source in rows.execute(chosen):
        if is_gone or (source not in collected and not Path(on_path).exists()):
            found.setdefault((on_via, on_path), set()).add((via, path))
    return {key: frozenset(readers) for key, readers in found.items()}


def retire(run: Run, archive: Apart, absent: Collection[FileKey]) -> list[FileKey]:
    """Has the rows of gone files shown no more whose events all stand elsewhere; returns these files."""
    alone = archive.stored(ALONE, {}, {"absent": named(absent)}).to_pylist()
    done = sorted(set(absent) - {(row["via"], row["file"]) for row in alone})
    if done:
        with run.change("retire files", f"{len(done)} files that were moved", files=[path for _, path in done]) as rows:
            for some in (done[start : start + 500] for start in range(0, len(done), 500)):
                chosen = tuple_(files.c.via, files.c.path).in_(some)
                rows.execute(update(files).where(chosen).values(generation=files.c.generation + 1, size=-1))
    return done
