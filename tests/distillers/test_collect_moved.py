"""A log that was moved is shown where it stands now; what stands nowhere any more stays where it stood."""

from collections.abc import Callable
from pathlib import Path

import pytest
from tiny import events, never, record, said, texts, write

from distillers.collect import Collected, SourceSpec
from distillers.record.archive import Archive
from scheduling.ledger.store import Ledger
from scheduling.runs import Run

Night = Callable[..., Collected]
TWO = (said("s1", "a"), said("s1", "b"))


def places(archive: Archive, unit: str = "s1") -> list[tuple[str, str, int]]:
    """What was said, with the last folder, the name and the line of where it stands."""
    return [(one.text, "/".join(Path(one.file).parts[-2:]), one.line) for one in events(archive, "shop", unit)]


@pytest.mark.parametrize("folder", ["aaa", "zzz"])
def test_a_moved_log_is_shown_where_it_stands_now(night: Night, logs: Path, archive: Archive, folder: str) -> None:
    old = write(logs / "mmm" / "a.jsonl", *TWO)
    write(logs / "mmm" / "b.jsonl", said("s2", "a"))
    night()
    (logs / folder).mkdir()
    new = old.rename(logs / folder / "a.jsonl")
    assert night().domains_changed == ("shop",)
    assert places(archive) == [("s1 a", f"{folder}/a.jsonl", 1), ("s1 b", f"{folder}/a.jsonl", 2)]
    assert archive.query("SELECT count(*) AS n FROM events", domain="shop").to_pylist() == [{"n": 3}]
    before = record(archive)
    assert night(recognise=never).events == 0
    write(new, *TWO, said("s1", "c"))
    assert night().events == 1
    assert texts(archive, "shop", "s1") == ["s1 a", "s1 b", "s1 c"]
    new.rename(old)
    night()
    assert [place[1] for place in places(archive)] == ["mmm/a.jsonl"] * 3
    assert record(archive).keys() == before.keys()


def test_a_copy_takes_over_when_the_original_goes_later(night: Night, logs: Path, archive: Archive) -> None:
    old = write(logs / "a" / "x.jsonl", *TWO)
    write(logs / "b" / "x.jsonl", *TWO)
    night()
    assert {place[1] for place in places(archive)} == {"a/x.jsonl"}
    old.unlink()
    night()
    assert {place[1] for place in places(archive)} == {"b/x.jsonl"}


def test_a_log_that_lost_lines_on_its_way_keeps_them_where_they_stood(
    night: Night, logs: Path, archive: Archive
) -> None:
    old = write(logs / "m" / "a.jsonl", *TWO)
    night()
    old.unlink()
    write(logs / "z" / "a.jsonl", said("s1", "b"))
    night()
    assert texts(archive, "shop", "s1") == ["s1 a", "s1 b"]


def test_a_log_that_came_back_after_its_copy_was_collected_is_read_again(
    night: Night, logs: Path, archive: Archive
) -> None:
    old = write(logs / "m" / "a.jsonl", *TWO)
    night()
    old.rename(logs / "z.jsonl")
    night()
    (logs / "z.jsonl").rename(old)
    night()
    assert [place[1:] for place in places(archive)] == [("m/a.jsonl", 1), ("m/a.jsonl", 2)]


def test_a_folder_that_moved_with_its_setting_is_shown_where_it_is(
    night: Night, tmp_path: Path, archive: Archive
) -> None:
    write(tmp_path / "old" / "a.jsonl", *TWO)
    night(SourceSpec("shop", "auto", tmp_path / "old"))
    (tmp_path / "old").rename(tmp_path / "other")
    night(SourceSpec("shop", "auto", tmp_path / "other"))
    assert {place[1] for place in places(archive)} == {"other/a.jsonl"}
    night(SourceSpec("shop", "auto", tmp_path / "old"), SourceSpec("shop", "auto", tmp_path / "other"))
    assert {place[1] for place in places(archive)} == {"other/a.jsonl"}


def test_a_source_that_is_collected_no_more_and_still_there_stays(
    night: Night, tmp_path: Path, archive: Archive
) -> None:
    write(tmp_path / "a" / "x.jsonl", *TWO)
    write(tmp_path / "b" / "x.jsonl", *TWO)
    night(SourceSpec("shop", "auto", tmp_path / "a"))
    night(SourceSpec("shop", "auto", tmp_path / "b"))
    assert {place[1] for place in places(archive)} == {"a/x.jsonl"}


def test_a_night_that_is_over_has_a_word_for_it(night: Night, logs: Path, run: Run, ledger: Ledger) -> None:
    old = write(logs / "m" / "a.jsonl", *TWO)
    night()
    old.rename(logs / "z.jsonl")
    got = night()
    assert (got.files.read, got.events, got.notes) == (1, 2, [])
