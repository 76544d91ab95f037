"""However the logs of a world come in, by file, by line, inside a line or in the wrong order, it ends the same."""

import json
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path

import tiny
import told
from hypothesis import given, settings
from hypothesis import strategies as st

from distillers import findings_store
from distillers.collect import SourceSpec, collect
from distillers.distil import distil
from distillers.findings import Finding
from distillers.record.archive import Archive
from distillers.record.events import Event
from distillers.record.units import Unit
from scheduling.ledger.store import Ledger
from scheduling.runs import running

CASES = sorted((Path(__file__).parent / "cases").glob("*.case"))
UNITS = [unit for path in CASES for unit in told.read(path).units]
MOST = 3
"""Nights over which a world comes in, before one over all of it."""

Files = tuple[bytes, ...]
Step = Sequence[float | None]
"""Which part of each file is there; None: the file is not."""


def line(event: Event) -> bytes:
    """The event as a record of the tiny format; its file is where it is read."""
    known = {name: value for name, value in asdict(event).items() if name not in {"file", "line"}}
    return json.dumps({**known, "id": event.id}).encode() + b"\n"


@st.composite
def worlds(draw: st.DrawFn) -> Files:
    """Some files; each holds a few sessions and tickets, of some of them a copy or only the beginning."""
    there = draw(st.lists(st.sampled_from(UNITS), min_size=2, max_size=6, unique_by=lambda unit: unit.unit))
    files = draw(st.integers(1, 4))
    rows: list[list[bytes]] = [[] for _ in range(files)]
    for unit in there:
        rows[draw(st.integers(0, files - 1))] += map(line, unit.events)
        if draw(st.booleans()):
            rows[draw(st.integers(0, files - 1))] += map(line, _beginning(draw, unit))
    return tuple(b"".join(some) for some in rows)


def _beginning(draw: st.DrawFn, unit: Unit) -> Sequence[Event]:
    return unit.events[: draw(st.integers(1, len(unit.events)))]


@st.composite
def ways(draw: st.DrawFn) -> tuple[Files, list[Step]]:
    """A world with the steps in which it comes in. Files only grow; one may come before another or after it."""
    files = draw(worlds())
    part = st.none() | st.floats(0, 1)
    grown = [sorted(draw(st.lists(part, min_size=MOST, max_size=MOST)), key=lambda one: one or -1.0) for _ in files]
    return files, [*zip(*grown, strict=True), [1.0] * len(files)]


def lived(root: Path, name: str, files: Files, steps: Sequence[Step]) -> list[Finding]:
    """The findings that stand in a house of its own after a night for each step."""
    ledger = Ledger(root / name / "ledger.db")
    archive = Archive(root / name / "archive", ledger)
    logs = root / "logs"
    logs.mkdir(exist_ok=True)
    for step in steps:
        for number, (text, part) in enumerate(zip(files, step, strict=True)):
            path = logs / f"{number}.jsonl"
            path.unlink(missing_ok=True)
            if part is not None:
                path.write_bytes(text[: round(part * len(text))])
        with running(ledger, "distiller", "nightly") as run:
            collect(run, archive, tiny.Mask(), [SourceSpec("shop", "auto", logs)], {}, recognise=tiny.recognise)
            distil(run, archive, ["shop"])
            accepted = [one.id for one in findings_store.load(ledger, status="accepted")]
            with run.change("file", "shop") as rows:
                findings_store.set_status(rows, accepted, "written")
    archive.close()
    return [replace(one, run="") for one in findings_store.load(ledger) if one.status != "retired"]


@settings(max_examples=10, deadline=None)
@given(ways())
def test_one_night_over_a_world_ends_as_several_nights_over_its_parts(way: tuple[Files, list[Step]]) -> None:
    files, steps = way
    with tempfile.TemporaryDirectory() as name:
        whole = lived(Path(name), "whole", files, steps[-1:])
        assert lived(Path(name), "parts", files, steps) == whole
