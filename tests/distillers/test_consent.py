"""What people marked "do not use" is counted, never archived, and taken back if it had been collected before."""

from collections.abc import Callable
from pathlib import Path

import pytest
from tiny import said, write

from distillers.collect import Collected, Counts
from distillers.consent import MARKED, MARKER, Consent
from distillers.record.archive import Archive
from scheduling.runs import Run, story

Night = Callable[..., Collected]


def texts(archive: Archive) -> list[str]:
    found = archive.query("SELECT text FROM events ORDER BY text", domain=None)
    return found.column("text").to_pylist()


@pytest.fixture
def logs(tmp_path: Path) -> Path:
    folder = tmp_path / "logs"
    write(folder / "open" / "a.jsonl", said("s1", "1", "an open word"))
    write(folder / "shut" / "b.jsonl", said("s2", "1", "a shut word"))
    return folder


def test_a_marked_folder_of_logs_is_skipped_with_the_reason(night: Night, logs: Path, archive: Archive) -> None:
    (logs / "shut" / MARKER).touch()
    got = night()
    assert got.files == Counts(read=1, skipped=2)
    reason = f"{MARKED} ({logs / 'shut' / MARKER})"
    assert [(Path(note.path).name, note.reason) for note in got.notes] == [(MARKER, reason), ("b.jsonl", reason)]
    assert texts(archive) == ["an open word"]


def test_a_marker_above_the_source_counts_too(night: Night, logs: Path, tmp_path: Path, archive: Archive) -> None:
    night()
    (tmp_path / MARKER).touch()
    assert night().files == Counts(skipped=2)
    assert texts(archive) == []


@pytest.mark.parametrize("how", ["marker", "folder", "session"])
def test_what_was_collected_is_taken_back_and_comes_again_when_the_mark_goes(
    night: Night, logs: Path, archive: Archive, how: str
) -> None:
    night()
    marker = logs / "shut" / MARKER
    if how == "marker":
        marker.touch()
    marks = {
        "marker": Consent(),
        "folder": Consent(folders=(str(logs / "shut"),)),
        "session": Consent(sessions=frozenset({"s2"})),
    }[how]
    got = night(consent=marks)
    assert got.domains_changed == ("shop",)
    assert texts(archive) == ["an open word"]
    assert b"a shut word" not in b"".join(path.read_bytes() for path in archive.root.rglob("*.parquet"))
    assert [note.reason.startswith(MARKED) for note in got.notes if note.path.endswith("b.jsonl")] == [True]
    marker.unlink(missing_ok=True)
    night()
    assert texts(archive) == ["a shut word", "an open word"]


def test_a_marker_in_a_recorded_working_folder_keeps_the_session_out(
    night: Night, logs: Path, archive: Archive, tmp_path: Path
) -> None:
    work = tmp_path / "code" / "private"
    work.mkdir(parents=True)
    write(
        logs / "c.jsonl",
        said("s3", "before", "before", folder=str(work.parent)),
        said("s3", "inside", "inside", folder=str(work / "deeper")),
        said("s4", "1", "of another session", folder=str(work.parent)),
    )
    night()
    assert len(texts(archive)) == 5
    (work / MARKER).touch()
    got = night()
    assert texts(archive) == ["a shut word", "an open word", "of another session"]
    assert "1 of its sessions left out" in next(note.reason for note in got.notes if note.path.endswith("c.jsonl"))
    (work / MARKER).unlink()
    night()
    assert len(texts(archive)) == 5


def test_a_copy_elsewhere_is_stored_when_the_copy_that_was_shown_is_taken_back(
    night: Night, logs: Path, archive: Archive
) -> None:
    write(logs / "a-copy" / "b.jsonl", said("s2", "1", "a shut word"))
    night()
    (logs / "a-copy" / MARKER).touch()
    night()
    assert texts(archive) == ["a shut word", "an open word"]


def test_a_night_with_the_same_marks_does_nothing(night: Night, logs: Path, run: Run) -> None:
    (logs / "shut" / MARKER).touch()
    consent = Consent(sessions=frozenset({"s1"}))
    night(consent=consent)
    night(consent=consent)
    told = len(story(run.ledger, run.id)[1])
    night(consent=consent)
    assert len(story(run.ledger, run.id)[1]) == told


def test_a_folder_is_not_marked_by_one_whose_name_it_begins_with() -> None:
    consent = Consent(folders=("/home/mara/code",))
    assert consent.mark_of_folder("/home/mara/code/shop") == "/home/mara/code"
    assert consent.mark_of_folder("/home/mara/code-2") == ""
    assert consent.mark_of_folder("C:\\code") == ""


def test_folders_of_one_tree_are_told_apart_however_they_are_written(tmp_path: Path) -> None:
    (tmp_path / "a" / "shut" / "deep").mkdir(parents=True)
    marker = tmp_path / "a" / "shut" / MARKER
    marker.touch()
    consent = Consent()
    assert consent.mark_of_folder(f"{tmp_path}/a") == ""
    assert consent.mark_of_folder(f"{tmp_path}//a/./shut/deep/") == str(marker)
    assert consent.mark_of_folder(f"{tmp_path}/a/shut") == str(marker)
    assert consent.mark_of_folder(f"{tmp_path}/a/shut-2") == ""
    assert consent.mark_of_folder("/" + "x/" * 5_000) == ""
    assert consent.mark_of_folder("//") == ""
