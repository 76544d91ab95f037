"""What a source may be, and which domain gets what it holds."""

import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
import tiny
from tiny import events, never, said, texts, write

from distillers.collect import Collected, Counts, SourceSpec
from distillers.record.archive import Archive
from distillers.sources.base import SourceFile

Night = Callable[..., Collected]


def test_links_are_followed_inside_the_source_only_and_pipes_are_never_opened(
    night: Night, logs: Path, tmp_path: Path
) -> None:
    write(logs / "a.jsonl", said("s1", "a"))
    outside = write(tmp_path / "outside" / "b.jsonl", said("s2", "a"))
    (logs / "inside").symlink_to(logs / "a.jsonl")
    (logs / "out").symlink_to(outside)
    (logs / "folder").symlink_to(outside.parent)
    (logs / "loop").symlink_to(logs / "loop")
    os.mkfifo(logs / "pipe")
    got = night()
    assert (got.files, got.events) == (Counts(read=2, skipped=1), 1)
    assert [(note.path, note.reason) for note in got.notes] == [
        (str(logs / "out"), "a link that leads out of its source")
    ]


def test_a_name_that_is_no_text_is_stored_readably(night: Night, logs: Path, archive: Archive) -> None:
    raw = os.fsencode(logs) + b"/\xff.jsonl"
    write(logs / "a.jsonl", said("s1", "a")).rename(os.fsdecode(raw))
    assert night().files == Counts(read=1)
    assert events(archive, "shop", "s1")[0].file == f"{logs}/\\xff.jsonl"


def test_a_file_that_goes_away_while_it_is_read_is_quarantined(night: Night, logs: Path) -> None:
    write(logs / "a.jsonl", said("s1", "a"))
    second = write(logs / "b.jsonl", said("s2", "a"))

    def remove(file: SourceFile) -> object:
        second.unlink(missing_ok=True)
        return tiny.recognise(file)

    got = night(recognise=remove)
    assert (got.files, got.events) == (Counts(read=1, quarantined=1), 1)
    assert got.notes[0].reason == "cannot be read: No such file or directory"
    assert night().files == Counts(read=1)


def test_a_line_too_long_to_hold_counts_as_bad_and_the_rest_is_read(
    night: Night, logs: Path, archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("distillers.opening.LONGEST_LINE", 2000)
    write(logs / "a.jsonl", said("s1", "a"), said("s1", "long", "x" * 5000), said("s1", "c"))
    (logs / "b.txt").write_text("y" * 9000)
    got = night()
    assert (got.files, got.bad_lines) == (Counts(read=1, skipped=1), 1)
    assert [(event.text, event.line) for event in events(archive, "shop", "s1")] == [("s1 a", 1), ("s1 c", 3)]


def test_a_source_that_is_not_there_is_named_and_the_rest_is_done(night: Night, logs: Path, tmp_path: Path) -> None:
    write(logs / "a.jsonl", said("s1", "a"))
    got = night(SourceSpec("shop", "auto", logs), SourceSpec("bank", "auto", tmp_path / "nowhere"))
    assert got.files == Counts(read=1)
    assert [(note.domain, note.state, note.reason) for note in got.notes] == [
        ("bank", "missing", "cannot be listed: No such file or directory")
    ]


def test_a_source_may_be_one_file(night: Night, logs: Path) -> None:
    path = write(logs / "a.jsonl", said("s1", "a"))
    assert night(SourceSpec("shop", "auto", path)).files == Counts(read=1)


def test_a_source_inside_another_of_its_domain_is_counted_once(night: Night, logs: Path) -> None:
    write(logs / "a.jsonl", said("s1", "a"))
    write(logs / "in" / "b.jsonl", said("s2", "a"))
    specs = [
        SourceSpec("shop", "auto", logs / "in"),
        SourceSpec("shop", "auto", logs),
        SourceSpec("shop", "auto", logs),
    ]
    assert night(*specs).files == Counts(read=2)
    assert night(*specs, recognise=never).files == Counts(read=2)


def test_work_in_another_domains_folder_stays_in_its_silo(night: Night, logs: Path, archive: Archive) -> None:
    write(
        logs / "a.jsonl",
        said("s1", "head"),
        said("s1", "shop", folder="/code/shop/src"),
        said("s1", "bank", folder="/code/bank"),
        said("s1", "after"),
        said("s1", "elsewhere", folder="/code/bankrupt"),
    )
    folders = {"shop": [Path("/code/shop")], "bank": [Path("/code/bank")]}
    assert night(folders=folders).domains_changed == ("bank", "shop")
    assert texts(archive, "shop", "s1") == ["s1 head", "s1 shop", "s1 elsewhere"]
    assert texts(archive, "bank", "s1") == ["s1 bank", "s1 after"]


def test_a_mixed_store_is_routed_by_folder_and_moves_when_the_folders_do(
    night: Night, logs: Path, archive: Archive
) -> None:
    write(logs / "a.jsonl", said("s1", "a", folder="/code/shop"), said("s2", "a", folder="/tmp/x"), said("s3", "a"))
    store = SourceSpec(None, "auto", logs)
    night(store, folders={"shop": [Path("/code/shop")]})
    assert {domain: [info.unit for info in archive.units(domain)] for domain in archive.domains()} == {
        "shop": ["s1"],
        "unsorted": ["s2", "s3"],
    }
    got = night(store, folders={"shop": [Path("/code/shop")], "lab": [Path("/tmp")]})
    assert {"lab", "unsorted"} <= set(got.domains_changed)
    assert {domain: [info.unit for info in archive.units(domain)] for domain in archive.domains()} == {
        "lab": ["s2"],
        "shop": ["s1"],
        "unsorted": ["s3"],
    }


def test_since_leaves_older_files_for_another_night(night: Night, logs: Path) -> None:
    os.utime(write(logs / "old.jsonl", said("s1", "a")), (1_000_000_000, 1_000_000_000))
    write(logs / "new.jsonl", said("s2", "a"))
    for _ in range(2):
        got = night(since=datetime(2020, 1, 1, tzinfo=UTC))
        assert got.files == Counts(read=1, skipped=1)
        assert [note.reason for note in got.notes] == ["last changed before the date that was asked for"]
    assert night().files == Counts(read=2)
