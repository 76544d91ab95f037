"""Reading in worker processes changes nothing but the time it takes."""

from collections.abc import Callable
from pathlib import Path

import pytest
import tiny
from tiny import record, said, texts, write

from distillers.collect import Collected, Counts, SourceSpec, collect
from distillers.record.archive import Archive
from scheduling.ledger.store import Ledger
from scheduling.runs import running

Night = Callable[..., Collected]


@pytest.fixture(autouse=True)
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("distillers.bundles.POOL_FROM", 0)
    monkeypatch.setattr("distillers.bundles.LIGHT", 0)
    monkeypatch.setattr("distillers.bundles.PIECE_BYTES", 300)
    monkeypatch.setattr("distillers.intake.BATCH_BYTES", 2000)


def test_workers_give_the_record_that_one_process_gives(tmp_path: Path) -> None:
    for n in range(60):
        write(tmp_path / "logs" / f"{n:02d}.jsonl", *(said(f"s{n % 7}", f"{n - k}", "word " * n) for k in range(n % 5)))
    seen: list[object] = []
    for workers in (1, 2):
        home = tmp_path / str(workers)
        ledger = Ledger(home / "ledger.db")
        archive = Archive(home / "archive", ledger)
        with running(ledger, "operator", "collect") as run:
            specs = [SourceSpec("shop", "auto", tmp_path / "logs")]
            got = collect(run, archive, tiny.Mask(), specs, {}, recognise=tiny.recognise, workers=workers)
        seen.append((got, record(archive)))
    assert seen[0] == seen[1]


def test_a_file_that_ends_its_worker_is_tried_again_the_next_night_and_all_others_are_read(
    night: Night, tmp_path: Path, archive: Archive
) -> None:
    logs = tmp_path / "logs"
    write(logs / "a.jsonl", said("s1", "a"))
    bad = write(logs / "b.jsonl", said("s2", "a", boom="exit"))
    write(logs / "c.jsonl", said("s3", "a", "long " * 100))
    write(logs / "d.jsonl", said("s4", "a"))
    got = night()
    assert got.files == Counts(read=3, quarantined=1)
    assert all("ended its worker" in note.reason for note in got.notes)
    bad.unlink()
    assert night().files == Counts(read=3)
    assert texts(archive, "shop", "s1") == ["s1 a"]
