"""Collect takes every file once, keeps what was said, and lets no single file stop the night."""

from collections.abc import Callable
from pathlib import Path

import pytest
import tiny
from tiny import MASK, SECRET, events, never, record, said, texts, write

from distillers import cursors
from distillers.collect import Collected, Counts, FileNote, SourceSpec, collect
from distillers.record.archive import Archive
from distillers.record.shards import registered
from distillers.sources.base import SourceFile
from scheduling.base.errors import BusyError
from scheduling.base.locks import hold
from scheduling.ledger.store import Ledger
from scheduling.runs import Run, running, story

Night = Callable[..., Collected]


def test_every_file_is_in_exactly_one_state_with_its_reason(night: Night, logs: Path) -> None:
    write(logs / "deep" / ".hidden" / "a.jsonl", said("s1", "a"), said("s2", "a", medium="ticket"))
    write(logs / "bad.jsonl", said("s3", "a"))
    with (logs / "bad.jsonl").open("a") as file:
        file.write('{"unit": "s3", \n[1]\n')
    (logs / "empty").touch()
    (logs / "notes.txt").write_text("no log at all")
    (logs / "broken.jsonl").write_text("broken")
    write(logs / "trips.jsonl", said("s4", "a", boom=True))
    got = night()
    assert got.files == Counts(read=2, skipped=2, quarantined=2)
    assert (got.sessions, got.tickets, got.events, got.bad_lines) == (2, 1, 3, 2)
    assert got.domains_changed == ("shop",)
    assert got.notes == [
        FileNote(str(logs / "bad.jsonl"), "shop", "read", "", 2),
        FileNote(str(logs / "broken.jsonl"), "shop", "quarantined", f"{logs / 'broken.jsonl'} is broken"),
        FileNote(str(logs / "empty"), "shop", "skipped", "empty"),
        FileNote(str(logs / "notes.txt"), "shop", "skipped", "no log"),
        FileNote(str(logs / "trips.jsonl"), "shop", "quarantined", "its reader failed: ZeroDivisionError: on purpose"),
    ]


def test_a_second_night_opens_no_file_and_reports_the_same_files(night: Night, logs: Path, run: Run) -> None:
    write(logs / "a.jsonl", said("s1", "a"))
    (logs / "b").touch()
    first = night()
    told = len(story(run.ledger, run.id)[1])
    again = night(recognise=never)
    assert (again.files, again.notes) == (first.files, first.notes)
    assert (again.sessions, again.events, again.domains_changed) == (0, 0, ())
    assert len(story(run.ledger, run.id)[1]) == told


def test_a_touched_neighbour_leaves_unchanged_files_closed(night: Night, logs: Path) -> None:
    write(logs / "a.jsonl", said("s1", "a"))
    night()
    write(logs / "b.jsonl", said("s2", "a"))
    opened: list[str] = []

    def watch(file: SourceFile) -> object:
        opened.append(file.path.name)
        return tiny.recognise(file)

    assert night(recognise=watch).events == 1
    assert opened == ["b.jsonl"]


def test_a_log_that_grew_adds_what_is_new(night: Night, logs: Path, archive: Archive, ledger: Ledger) -> None:
    path = write(logs / "a.jsonl", said("s1", "a"), said("s1", "b"))
    night()
    write(path, said("s1", "a"), said("s1", "b"), said("s1", "c"))
    assert night().events == 1
    assert texts(archive, "shop", "s1") == ["s1 a", "s1 b", "s1 c"]
    with ledger.read() as rows:
        assert cursors.generations(rows) == []


def test_an_unfinished_last_line_waits_for_its_end(night: Night, logs: Path, archive: Archive) -> None:
    path = write(logs / "a.jsonl", said("s1", "a"), said("s1", "b"))
    whole = path.read_bytes()
    path.write_bytes(whole[:-9])
    assert (night().events, night().bad_lines) == (1, 0)
    path.write_bytes(whole)
    assert night().events == 1
    assert texts(archive, "shop", "s1") == ["s1 a", "s1 b"]


def test_a_turn_that_grew_leaves_no_stale_double(night: Night, logs: Path, archive: Archive) -> None:
    path = write(logs / "a.jsonl", said("s1", "a"), said("s1", "short", "half a sen"))
    night()
    before = archive.units("shop")
    write(path, said("s1", "a"), said("s1", "long", "half a sentence, then all of it"))
    assert night().domains_changed == ("shop",)
    assert texts(archive, "shop", "s1") == ["s1 a", "half a sentence, then all of it"]
    assert archive.units("shop") != before
    assert archive.query("SELECT count(*) AS n FROM events", domain="shop").to_pylist() == [{"n": 2}]


def test_a_record_rewritten_under_the_same_id_shows_its_new_text(night: Night, logs: Path, archive: Archive) -> None:
    path = write(logs / "a.jsonl", said("s1", "a", "before"))
    night()
    write(path, said("s1", "a", "after"))
    night()
    assert texts(archive, "shop", "s1") == ["after"]


@pytest.mark.parametrize("how", ["deleted", "emptied", "broken"])
def test_a_log_that_is_gone_keeps_its_evidence(night: Night, logs: Path, archive: Archive, how: str) -> None:
    path = write(logs / "a.jsonl", said("s1", "a"))
    write(logs / "b.jsonl", said("s2", "a"))
    night()
    {"deleted": path.unlink, "emptied": lambda: path.write_text(""), "broken": lambda: path.write_text("broken")}[how]()
    assert sum([night().files.read, night().files.skipped, night().files.quarantined]) == (1 if how == "deleted" else 2)
    assert texts(archive, "shop", "s1") == ["s1 a"]
    write(path, said("s1", "a"))
    got = night()
    assert (got.files, got.events) == (Counts(read=2), 0)


def test_a_copy_is_stored_once_and_comes_forward_when_the_original_loses_it(
    night: Night, logs: Path, archive: Archive, ledger: Ledger
) -> None:
    original = write(logs / "a.jsonl", said("s1", "a"), said("s1", "b"))
    write(logs / "b.jsonl", said("s1", "a"), said("s1", "b"), said("s1", "c"))
    assert night().events == 3
    assert [event.file[-7:] for event in events(archive, "shop", "s1")] == ["a.jsonl", "a.jsonl", "b.jsonl"]
    write(original, said("s1", "a"))
    night()
    assert texts(archive, "shop", "s1") == ["s1 a", "s1 b", "s1 c"]
    assert {(event.text, event.file[-7:]) for event in events(archive, "shop", "s1")} == {
        ("s1 a", "a.jsonl"),
        ("s1 b", "b.jsonl"),
        ("s1 c", "b.jsonl"),
    }


def test_sources_collected_in_any_order_give_the_same_record(tmp_path: Path) -> None:
    for name, own in (("a", "pq"), ("b", "pqr"), ("c", "qrs")):
        write(tmp_path / name / "log.jsonl", *(said("s1", one) for one in own), said(name, "x"))
    seen: list[object] = []
    for number, order in enumerate((["abc"], ["c", "b", "a"], ["b", "ac"])):
        ledger = Ledger(tmp_path / str(number) / "ledger.db")
        archive = Archive(tmp_path / str(number) / "archive", ledger)
        for part in order:
            specs = [SourceSpec("shop", "auto", tmp_path / name) for name in part]
            with running(ledger, "operator", "collect") as run:
                collect(run, archive, tiny.Mask(), specs, {}, recognise=tiny.recognise)
        seen.append(record(archive))
    assert seen[0]
    assert all(one == seen[0] for one in seen)


def test_no_stored_field_holds_a_secret(night: Night, logs: Path, archive: Archive) -> None:
    write(
        logs / "a.jsonl",
        said(
            "s1",
            "a",
            f"say {SECRET} twice: {SECRET}",
            title=SECRET,
            folder=f"/code/{SECRET}",
            tool=SECRET,
            labels=[SECRET, "bug"],
            refs=[SECRET],
        ),
    )
    night()
    event = events(archive, "shop", "s1")[0]
    assert event.text == f"say {MASK} twice: {MASK}"
    assert (event.title, event.folder, event.tool) == (MASK, f"/code/{MASK}", MASK)
    assert (event.labels, event.refs) == ((MASK, "bug"), ("word-00000000",))
    stored = b"".join(path.read_bytes() for path in archive.root.rglob("*") if path.is_file())
    assert SECRET.encode() not in stored


def test_a_shard_that_a_killed_collect_left_is_removed(night: Night, logs: Path, archive: Archive) -> None:
    write(logs / "a.jsonl", said("s1", "a"))
    night()
    stray = archive.root / "shop" / "0123.parquet"
    stray.write_bytes(b"half")
    (archive.root / "shop" / ".77.tmp").write_bytes(b"less")
    night()
    with archive.ledger.read() as rows:
        known = {shard.name for shard in registered(rows)}
    assert {path.relative_to(archive.root).as_posix() for path in archive.root.glob("*/*") if path.is_file()} == known


def test_two_collects_at_once_the_second_names_the_first(night: Night, archive: Archive) -> None:
    with hold(archive.root / ".lock", "collecting by run r-1"), pytest.raises(BusyError, match="collecting by run r-1"):
        night()
