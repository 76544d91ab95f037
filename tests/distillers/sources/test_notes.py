"""Notes are read where the settings say that they lie, and what they state is never certain."""

from collections.abc import Callable
from pathlib import Path

import pytest
from proposals import quote

from distillers.collect import Collected, Counts, SourceSpec
from distillers.grade import grade
from distillers.record.archive import Archive
from distillers.record.units import Unit, unit_of
from distillers.rules.sections import settled
from distillers.rules.tickets import find
from distillers.sources import SourceFile
from distillers.sources.notes import Notes, recognise_note

Night = Callable[..., Collected]
NOTE = """\
---
title: Why gauges lose readings
date: 2026-03-04
tags: [serial, state:Done]
---

Three evenings at the kiln.

## Root cause
- [x] The `serial` line drops bytes above 9600 baud, because its `FIFO` holds 16 of them.

## Decision
- [x] We read at `4800` baud from now on, since no reading is lost there.
"""


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    folder = tmp_path / "logs" / "research"
    (folder / "deep").mkdir(parents=True)
    (folder / "gauges.md").write_text(NOTE, "utf-8")
    (folder / "deep" / "2026-02-01-ovens.md").write_text("intro\n\n# Ovens\n\n```\n# no heading\n```\n", "utf-8")
    (folder / "plot.png").write_bytes(b"\x89PNG")
    (folder / "empty.md").touch()
    return folder


@pytest.fixture
def note(notes: Path) -> Unit:
    file = SourceFile.open(notes / "gauges.md")
    return unit_of("shop", [event for event in Notes().read(file) if not hasattr(event, "reason")])  # type: ignore[misc]


def test_each_file_is_a_unit_and_each_section_stands_at_its_line(note: Unit) -> None:
    assert note.unit.startswith("note:")
    assert note.unit.endswith("/research/gauges")
    assert [(event.kind, event.origin, event.line) for event in note.events] == [
        ("status", "ticket", 2),
        ("section", "ticket", 7),
        ("section", "ticket", 10),
        ("section", "ticket", 13),
    ]
    assert (note.title, note.events[0].at) == ("Why gauges lose readings", "2026-03-04T00:00:00.000Z")


def test_a_source_of_notes_reads_markdown_that_no_format_claims(night: Night, notes: Path, archive: Archive) -> None:
    got = night(SourceSpec("shop", "notes", notes))
    assert (got.files, got.tickets) == (Counts(read=2, skipped=2), 2)
    assert {note.reason for note in got.notes} == {"empty", "no note: not Markdown"}
    ovens = archive.unit("shop", next(info.unit for info in archive.units("shop") if info.unit.endswith("ovens")))
    assert ovens is not None
    assert (ovens.title, ovens.events[0].at) == ("Ovens", "2026-02-01T00:00:00.000Z")


def test_a_folder_of_notes_inside_another_source_is_read_as_notes(night: Night, notes: Path, archive: Archive) -> None:
    night(SourceSpec("shop", "auto", notes.parent), SourceSpec("shop", "notes", notes))
    assert all(info.unit.startswith("note:") for info in archive.units("shop"))


def test_files_are_read_again_when_their_source_becomes_notes(night: Night, notes: Path) -> None:
    assert night(SourceSpec("shop", "auto", notes)).events == 0
    assert night(SourceSpec("shop", "notes", notes)).events > 0


def test_what_a_note_states_is_medium_at_most_whatever_is_ticked_in_it(note: Unit) -> None:
    assert settled(note) is None
    assert {candidate.tier for candidate in find(note)} == {"medium"}
    told = quote(note.unit, "we read at 4800 baud", "ticket")
    assert grade("high", [told], "We read at 4800 baud") == "medium"
    assert grade("medium", [told, quote("s1", "we read at 4800 baud", "agent")], "We read at 4800 baud") == "medium"


@pytest.mark.parametrize(
    "data", [b"", b"\x00\x01", b"---\n", b"---\ntitle: x", b"# \xff\xfe\n\ntext", b"\xef\xbb\xbf# T\n\na"]
)
def test_no_bytes_crash_it(data: bytes, tmp_path: Path) -> None:
    file = SourceFile(tmp_path / "a.md", data)
    reader = recognise_note(file)
    if isinstance(reader, Notes):
        assert all(event.text in file.text() for event in reader.read(file) if hasattr(event, "text"))  # type: ignore[union-attr]
