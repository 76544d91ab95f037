"""A file too large to hold is read and stored in parts, and the record is the one that reading it whole would give."""

from collections.abc import Callable
from pathlib import Path

import pytest
import tiny
from hypothesis import given
from hypothesis import strategies as st
from tiny import record, said, texts, write

from distillers.collect import Collected, Counts, Progress, SourceSpec, collect
from distillers.consent import MARKED, Consent
from distillers.record.archive import Archive
from distillers.sources.lines import BadLine, Record, records, streamed
from scheduling.ledger.store import Ledger
from scheduling.runs import running

Night = Callable[..., Collected]


@pytest.fixture(autouse=True)
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("distillers.opening.STREAMED", 500)
    monkeypatch.setattr("distillers.opening.PROBE", 100)
    monkeypatch.setattr("distillers.opening.BLOCK", 70)
    monkeypatch.setattr("distillers.reading.PART", 40)
    monkeypatch.setattr("distillers.intake.BATCH_BYTES", 150)


def rows(last: int, **more: object) -> list[dict[str, object]]:
    return [said(f"s{n // 20}", f"{n % 30}", f"word {n} " + "x" * (n % 7), **more) for n in range(last)]


def fresh(home: Path, logs: Path) -> dict[str, object]:
    ledger = Ledger(home / "ledger.db")
    archive = Archive(home / "archive", ledger)
    with running(ledger, "operator", "collect") as run:
        collect(run, archive, tiny.Mask(), [SourceSpec("shop", "auto", logs)], {}, recognise=tiny.recognise)
    return record(archive)


@pytest.mark.parametrize("pool_from", [0, 10**9])
def test_parts_give_the_record_of_the_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pool_from: int) -> None:
    logs = tmp_path / "logs"
    for name in ("a", "b", "c"):
        write(logs / f"{name}.jsonl", *rows(70))
    write(logs / "ab.jsonl", *rows(3))
    in_parts = fresh(tmp_path / "parts", logs)
    monkeypatch.setattr("distillers.opening.STREAMED", 10**9)
    monkeypatch.setattr("distillers.bundles.POOL_FROM", pool_from)
    monkeypatch.setattr("distillers.bundles.LIGHT", 0)
    assert in_parts == fresh(tmp_path / "whole", logs)
    assert in_parts["shop"]


def test_a_large_file_that_grew_adds_what_is_new(night: Night, tmp_path: Path, archive: Archive) -> None:
    logs = tmp_path / "logs"
    write(logs / "a.jsonl", *rows(60))
    assert night().files == Counts(read=1)
    write(logs / "a.jsonl", *rows(63))
    assert night().events == 3
    assert night().events == 0
    assert record(archive) == fresh(tmp_path / "other", logs)


@pytest.mark.parametrize("at", [0, 30, 59])
def test_a_large_file_that_was_rewritten_shows_its_new_words_alone(
    night: Night, tmp_path: Path, archive: Archive, at: int
) -> None:
    logs = tmp_path / "logs"
    write(logs / "a.jsonl", *rows(60))
    night()
    changed = rows(60)
    changed[at]["text"] = "another word"
    write(logs / "a.jsonl", *changed)
    night()
    assert record(archive) == fresh(tmp_path / "other", logs)
    assert "another word" in texts(archive, "shop", f"s{at // 20}")
    assert night().events == 0


def test_a_large_file_that_lost_its_end_loses_it(night: Night, tmp_path: Path, archive: Archive) -> None:
    logs = tmp_path / "logs"
    write(logs / "a.jsonl", *rows(60))
    night()
    write(logs / "a.jsonl", *rows(45))
    night()
    assert record(archive) == fresh(tmp_path / "other", logs)


def test_a_collect_that_stops_in_the_middle_of_a_file_goes_on_the_next_night(
    night: Night, tmp_path: Path, archive: Archive
) -> None:
    logs = tmp_path / "logs"
    write(logs / "a.jsonl", *rows(60))
    specs = [SourceSpec("shop", "auto", logs)]

    def stop(_: Progress) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), running(archive.ledger, "operator", "collect") as run:
        collect(run, archive, tiny.Mask(), specs, {}, recognise=tiny.recognise, on_progress=stop)
    assert record(archive)
    assert night().files == Counts(read=1)
    assert record(archive) == fresh(tmp_path / "other", logs)


@pytest.mark.parametrize("pool_from", [0, 10**9])
def test_a_session_that_comes_to_a_marked_folder_late_in_a_large_file_is_kept_out_whole(
    night: Night, tmp_path: Path, archive: Archive, monkeypatch: pytest.MonkeyPatch, pool_from: int
) -> None:
    monkeypatch.setattr("distillers.bundles.POOL_FROM", pool_from)
    monkeypatch.setattr("distillers.bundles.LIGHT", 0)
    shut = tmp_path / "work" / "shut"
    early = [said("s1", f"{n}", f"an early word {n}", folder=str(tmp_path / "work")) for n in range(40)]
    late = said("s1", "late", "a late word", folder=str(shut))
    write(tmp_path / "logs" / "a.jsonl", *early, *rows(3), late, *rows(30))
    got = night(consent=Consent(folders=(str(shut),)))
    assert archive.unit("shop", "s1") is None
    assert texts(archive, "shop", "s0")
    assert b"early" not in b"".join(path.read_bytes() for path in archive.root.rglob("*.parquet"))
    assert [(note.state, note.reason.startswith(f"{MARKED} ({shut})")) for note in got.notes] == [("read", True)]


def test_a_reader_that_fails_in_the_middle_takes_nothing_back(night: Night, tmp_path: Path, archive: Archive) -> None:
    logs = tmp_path / "logs"
    write(logs / "a.jsonl", *rows(60))
    night()
    before = record(archive)
    write(logs / "a.jsonl", *rows(50), said("s9", "x", boom=True), *rows(60))
    assert night().files == Counts(quarantined=1)
    assert record(archive) == before


@given(
    lines=st.lists(st.sampled_from([b'{"a":1}', b'{"b":2}{"c":3}', b"", b"// x", b"{", b"[1]", b"\xff"]), max_size=12),
    end=st.sampled_from([b"", b"\n"]),
    size=st.integers(1, 40),
)
def test_blocks_of_any_size_give_the_records_of_the_whole(lines: list[bytes], end: bytes, size: int) -> None:
    data = b"\n".join(lines) + end
    blocks = [data[at : at + size] for at in range(0, len(data), size)]
    assert list(streamed(blocks, 1000)) == list(records(data))


@given(before=st.integers(0, 3), length=st.integers(60, 200), size=st.integers(1, 90), end=st.booleans())
def test_a_line_too_long_is_bad_and_the_others_stay_where_they_are(
    before: int, length: int, size: int, end: bool
) -> None:
    data = b'{"a":1}\n' * before + b'{"t":"' + b"x" * length + b'"}\n' + b'{"b":2}' + (b"\n" if end else b"")
    blocks = [data[at : at + size] for at in range(0, len(data), size)]
    found = list(streamed(blocks, 20))
    assert [item.line for item in found] == [*range(1, before + 3)]
    good = [item.line for item in found if isinstance(item, Record)]
    assert set(good) >= {*range(1, before + 1), before + 2}
    assert all(isinstance(item, BadLine) for item in found if item.line not in good)
