"""How much of each session an agent is shown: the digest's share of what was said, and of the log as it lies on disk.

    python benchmarks/digest.py WORKSPACE

Prints a row for each quarter of the sessions by length and one for all: tokens at four characters each; the share over
the sum and the largest share of one session; how many of the things that people typed are shown; seconds to make them.
"Asked" counts the task, the pages and the answer's form too, as they are sent.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from distillers import prompt
from distillers.digest import digest, tokens
from distillers.record.archive import Archive
from distillers.record.units import Unit
from distillers.settle import REST
from scheduling.base.workspace import Workspace
from scheduling.ledger.store import Ledger

PAGES = tuple(sorted(set(REST.values())))
WIDTHS = (9, 8, 6, 6, 6, 8, 11, 5)


@dataclass(frozen=True)
class Row:
    """One session, in tokens; ``typed`` and ``shown`` are things that people typed."""

    said: int
    log: int
    digest: int
    asked: int
    typed: int
    shown: int
    seconds: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("workspace", type=Path)
    space = Workspace(parser.parse_args().workspace.resolve())
    rows = sorted((measured(unit) for unit in sessions(space)), key=lambda row: row.said)
    heads = ("said", "digest", "share", "max", "of log", "asked", "typed", "ms")
    print(f"{'sessions':24} " + " ".join(f"{head:>{width}}" for head, width in zip(heads, WIDTHS, strict=True)))
    quarter = -(-len(rows) // 4)
    for start in range(0, len(rows), quarter):
        part = rows[start : start + quarter]
        print(line(f"{len(part)} of {part[0].said}-{part[-1].said}", part))
    print(line(f"{len(rows)} in all", rows))


def sessions(space: Workspace) -> Iterator[Unit]:
    archive = Archive(space.archive, Ledger(space.ledger))
    for domain in archive.domains():
        yield from archive.iter_units(domain, [one.unit for one in archive.units(domain) if one.medium == "session"])


def measured(unit: Unit) -> Row:
    started = time.perf_counter()
    shown = digest(unit)
    seconds = time.perf_counter() - started
    typed = {event.id for event in unit.events if event.origin == "human"}
    files = [Path(name) for name in {event.file for event in unit.events}]
    return Row(
        said=shown.of_tokens,
        log=tokens(sum(file.stat().st_size for file in files if file.is_file())),
        digest=shown.tokens,
        asked=tokens(len(prompt.ask(shown, PAGES)) + len(json.dumps(prompt.schema(PAGES)))),
        typed=len(typed),
        shown=len(typed & {event.id for event in shown.events.values()}),
        seconds=seconds,
    )


def line(name: str, rows: Sequence[Row]) -> str:
    said, log, shown, asked = (sum(getattr(row, name) for row in rows) for name in ("said", "log", "digest", "asked"))
    most = max(row.digest / row.said for row in rows if row.said)
    typed = f"{sum(row.shown for row in rows)}/{sum(row.typed for row in rows)}"
    each = 1000 * sum(row.seconds for row in rows) / len(rows)
    share, of_log = f"{shown / said:.1%}", f"{shown / log:.1%}" if log else "-"
    return f"{name:24} {said:9} {shown:8} {share:>6} {most:6.1%} {of_log:>6} {asked:8} {typed:>11} {each:5.1f}"


if __name__ == "__main__":
    main()
