"""Whether findings depend on how logs came in: one night over everything, beside several nights over parts of it.

    python benchmarks/halves.py [--seed N] FOLDER [FOLDER …]     one domain a folder, as for benchmarks/night.py

Every folder is copied and handed over once whole, and once in each of these ways, each step a night of its own:

    files       half of the files, drawn by lot, then all
    backwards   the other half first
    lines       every file up to a line drawn by lot, then all of it
    inside      every file up to a byte inside a line, then all of it
    dates       what is dated before the middle, then all
    again       all, half of the files away, then all of them back
    lots        four nights, of each file a little more

Prints for each how many findings stand, and how many differ in any of: id, status, confidence, page, claim, dates,
sessions counted, evidence. Exit code 1 if one does. What the house once held and holds no longer is told apart.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from distillers.findings import Finding
from distillers.findings_store import load
from flows import founding, stages
from flows.settings import load as settings_of
from scheduling.ledger.store import Ledger

DATED = re.compile(rb"20\d\d-[01]\d-[0-3]\d(?:[T_ ][012]\d[:-][0-5]\d)?")
DAY = 86_400

Step = Sequence[int]
"""How many bytes of each file are there; fewer than none: the file is not."""


@dataclass(frozen=True)
class Logs:
    """The files of one project, by their path below it."""

    names: tuple[str, ...]
    texts: tuple[bytes, ...]

    def put(self, folder: Path, step: Step) -> None:
        """Leaves exactly this much of each file in ``folder``."""
        for place, (name, text, size) in enumerate(zip(self.names, self.texts, step, strict=True)):
            path = folder / name
            if size < 0:
                path.unlink(missing_ok=True)
                continue
            path.parent.mkdir(parents=True, exist_ok=True)
            if not path.exists() or path.read_bytes() != text[:size]:
                path.write_bytes(text[:size])
                when = 1_700_000_000 + place - DAY * (size < len(text))
                os.utime(path, (when, when))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--ways", help="only these, with commas between them")
    parser.add_argument("folders", nargs="+", type=Path)
    given = parser.parse_args()
    ways = given.ways.split(",") if given.ways else list(WAYS)
    print(f"{'':24} {'way':10} {'standing':>8} {'differ':>6} {'past':>5} {'CPU s':>6}")
    return int(sum([compared(folder.resolve(), ways, given.seed) for folder in given.folders]) > 0)


def compared(folder: Path, ways: Sequence[str], seed: int) -> int:
    logs = read(folder)
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        whole, _, seconds = nights(root, folder.name, logs, [full(logs)])
        print(f"{folder.name:24} {'whole':10} {len(whole):8} {'':6} {'':5} {seconds:6.1f}", flush=True)
        return sum(told(root, folder.name, logs, way, whole, seed) for way in ways)


def told(root: Path, name: str, logs: Logs, way: str, whole: Sequence[Finding], seed: int) -> int:
    found, past, seconds = nights(root, name, logs, WAYS[way](logs, random.Random(f"{seed} {name}")))
    wanted, there = {one.id: one for one in whole}, {one.id: one for one in found}
    differing = sorted(key for key in wanted.keys() | there.keys() if wanted.get(key) != there.get(key))
    print(f"{'':24} {way:10} {len(found):8} {len(differing):6} {past:5} {seconds:6.1f}", flush=True)
    for key in differing[:5]:
        print(f"    {key}\n      whole {wanted.get(key)}\n      parts {there.get(key)}")
    return len(differing)


def nights(root: Path, name: str, logs: Logs, steps: Sequence[Step]) -> tuple[list[Finding], int, float]:
    """The findings that stand after a night a step, how many were held before, and the processor's seconds."""
    space, folder = root / "workspace", root / name
    for path in (space, folder):
        shutil.rmtree(path, ignore_errors=True)
    folder.mkdir()
    founding.found(space, founding.from_words([f"{name}={folder}"]))
    settings = settings_of(space)
    started = time.process_time()
    for step in steps:
        logs.put(folder, step)
        with stages.opened(settings, "nightly") as night:
            stages.collect(night)
            stages.distil(night)
            stages.file(night)
    found = load(Ledger(settings.workspace.ledger))
    standing = [replace(one, run="") for one in found if one.status != "retired"]
    return standing, len(found) - len(standing), time.process_time() - started


def read(folder: Path) -> Logs:
    parts = [folder / part for part in ("sessions", "tickets") if (folder / part).is_dir()] or [folder]
    files = sorted(path for part in parts for path in part.rglob("*") if path.is_file())
    return Logs(tuple(str(path.relative_to(folder)) for path in files), tuple(path.read_bytes() for path in files))


def full(logs: Logs) -> list[int]:
    return [len(text) for text in logs.texts]


def by_files(logs: Logs, lot: random.Random) -> list[Step]:
    return [[size if lot.random() < 0.5 else -1 for size in full(logs)], full(logs)]


def by_the_other_files(logs: Logs, lot: random.Random) -> list[Step]:
    (first, whole) = by_files(logs, lot)
    return [[-1 if had >= 0 else size for had, size in zip(first, whole, strict=True)], whole]


def by_lines(logs: Logs, lot: random.Random) -> list[Step]:
    return [[lot.choice([0, *ends(text)]) for text in logs.texts], full(logs)]


def inside_lines(logs: Logs, lot: random.Random) -> list[Step]:
    return [[lot.randrange(len(text) + 1) for text in logs.texts], full(logs)]


def by_dates(logs: Logs, _lot: random.Random) -> list[Step]:
    dates = sorted(date for text in logs.texts for date in DATED.findall(text))
    middle = dates[len(dates) // 2] if dates else b"9"
    return [[before(name, text, middle) for name, text in zip(logs.names, logs.texts, strict=True)], full(logs)]


def and_back(logs: Logs, lot: random.Random) -> list[Step]:
    return [full(logs), *by_files(logs, lot)]


def by_lots(logs: Logs, lot: random.Random) -> list[Step]:
    grown = [sorted(lot.choice([-1, *ends(text)]) for _ in range(3)) for text in logs.texts]
    return [*([each[step] for each in grown] for step in range(3)), full(logs)]


def ends(text: bytes) -> list[int]:
    return [found.end() for found in re.finditer(rb"\n|\Z", text)]


def before(name: str, text: bytes, middle: bytes) -> int:
    """How much of a file was there: its lines up to the first with a later date; a file whose name says it, whole."""
    named = DATED.search(name.encode())
    if named:
        return len(text) if named[0] < middle[: len(named[0])] else -1
    late = next((start for start, line in _lines(text) if any(date > middle for date in DATED.findall(line))), None)
    return len(text) if late is None else late or -1


def _lines(text: bytes) -> Iterator[tuple[int, bytes]]:
    start = 0
    for line in text.splitlines(keepends=True):
        yield start, line
        start += len(line)


WAYS: dict[str, Callable[[Logs, random.Random], list[Step]]] = {
    "files": by_files,
    "backwards": by_the_other_files,
    "lines": by_lines,
    "inside": inside_lines,
    "dates": by_dates,
    "again": and_back,
    "lots": by_lots,
}

if __name__ == "__main__":
    sys.exit(main())
