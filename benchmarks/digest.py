"""How much of each session an agent is shown: the digest's share of what was said, and of the log as it lies on disk.

    python benchmarks/digest.py WORKSPACE

Prints a row for the sessions so short that none is made of them, one for each quarter of the others by length and one
for all: tokens at four characters each; the share over the sum and the largest share of one session; how many of the
things that people typed, and of the calls that failed, are shown; milliseconds to make one. "Asked" counts the task,
the pages and the answer's form too, as they are sent. Exit code 1 if a share is over the limit.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from distillers import prompt
from distillers.digest import SHARE, digest, tokens
from distillers.pages import REST
from distillers.record.archive import Archive
from distillers.record.units import Unit
from scheduling.base.workspace import Workspace
from scheduling.ledger.store import Ledger

PAGES = tuple(sorted(set(REST.values())))
WIDTHS = (9, 8, 6, 6, 6, 8, 11, 11, 5)
HEADS = ("said", "digest", "share", "max", "of log", "asked", "typed", "failed", "ms")


@dataclass(frozen=True)
class Row:
    """One session, in tokens; of the things that people typed, and of what failed, how many there are and are shown."""

    said: int
    log: int
    digest: int
    asked: int
    typed: int
    typed_shown: int
    failed: int
    failed_shown: int
    seconds: float


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("workspace", type=Path)
    space = Workspace(parser.parse_args().workspace.resolve())
    rows = sorted((measured(unit) for unit in sessions(space)), key=lambda row: row.said)
    print(f"{'sessions':24} " + " ".join(f"{head:>{width}}" for head, width in zip(HEADS, WIDTHS, strict=True)))
    short, shown = [row for row in rows if not row.digest], [row for row in rows if row.digest]
    quarter = max(1, -(-len(shown) // 4))
    for part in (short, *(shown[start : start + quarter] for start in range(0, len(shown), quarter)), rows):
        if part:
            print(line(f"{len(part)} of {part[0].said}-{part[-1].said}", part))
    return int(any(row.digest * 100 > row.said * SHARE for row in rows))


def sessions(space: Workspace) -> Iterator[Unit]:
    archive = Archive(space.archive, Ledger(space.ledger))
    for domain in archive.domains():
        yield from archive.iter_units(domain, [one.unit for one in archive.units(domain) if one.medium == "session"])


def measured(unit: Unit) -> Row:
    started = time.perf_counter()
    shown = digest(unit)
    seconds = time.perf_counter() - started
    there = {event.id for event in shown.events.values()}
    typed = {event.id for event in unit.events if event.origin == "human"}
    failed = {event.id for event in unit.events if event.kind == "result" and event.failed}
    files = [Path(name) for name in {event.file for event in unit.events}]
    return Row(
        said=shown.of_tokens,
        log=tokens(sum(file.stat().st_size for file in files if file.is_file())),
        digest=shown.tokens,
        asked=tokens(len(prompt.ask(shown, PAGES)) + len(json.dumps(prompt.schema(PAGES)))),
        typed=len(typed),
        typed_shown=len(typed & there),
        failed=len(failed),
        failed_shown=len(failed & there),
        seconds=seconds,
    )


def line(name: str, rows: Sequence[Row]) -> str:
    said, log, shown, asked = (sum(getattr(row, name) for row in rows) for name in ("said", "log", "digest", "asked"))
    most = max((row.digest / row.said for row in rows if row.said), default=0.0)
    typed = f"{sum(row.typed_shown for row in rows)}/{sum(row.typed for row in rows)}"
    failed = f"{sum(row.failed_shown for row in rows)}/{sum(row.failed for row in rows)}"
    each = 1000 * sum(row.seconds for row in rows) / len(rows)
    share, of_log = f"{shown / said:.1%}" if said else "-", f"{shown / log:.1%}" if log else "-"
    told = f"{name:24} {said:9} {shown:8} {share:>6} {most:6.2%} {of_log:>6} {asked:8}"
    return f"{told} {typed:>11} {failed:>11} {each:5.1f}"


if __name__ == "__main__":
    sys.exit(main())
