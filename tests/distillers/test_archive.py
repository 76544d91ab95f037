"""The record shows each event once, in one order, whatever order it came in."""

from itertools import permutations
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest
from tiny import record

from distillers.record import compact
from distillers.record.archive import Archive
from distillers.record.events import Event, event_id
from distillers.record.shards import holders, holdings, registered, unlisted
from scheduling.base.errors import CorruptError, UsageError
from scheduling.ledger.store import Ledger
from scheduling.runs import Run, running


def event(unit: str, own: str, file: str, line: int, *, text: str = "hello", at: str = "") -> Event:
    return Event(event_id(unit, own), unit, "session", at, "human", "message", text, file, line)


def test_an_empty_record_answers_everything_with_nothing(archive: Archive) -> None:
    assert archive.domains() == []
    assert archive.units("shop") == []
    assert archive.unit("shop", "s1") is None
    assert archive.event("shop", "0" * 16) is None
    assert list(archive.iter_units("shop", ["s1"])) == []
    assert archive.query("SELECT * FROM events", domain=None).num_rows == 0


def test_an_event_comes_back_as_it_was_stored(archive: Archive, run: Run) -> None:
    whole = Event(
        id=event_id("s1", "a"),
        unit="s1",
        medium="ticket",
        at="2026-11-20T10:00:00Z",
        origin="ticket",
        kind="section",
        text="line\nnaïve\x1b[0m \0 'quoted' 😀",
        file="/logs/ü.md",
        line=3,
        prose=True,
        tool="Bash",
        call="c1",
        failed=True,
        title="Fix the till > Why",
        folder="/code/shop",
        labels=("state:Done", "bug"),
        refs=("#12",),
        sidechain=True,
    )
    archive.append("shop", [whole], run=run)
    assert archive.event("shop", whole.id) == whole
    assert archive.many("shop", [whole.id, "0" * 16]) == {whole.id: whole}
    unit = archive.unit("shop", "s1")
    assert unit is not None
    assert (unit.title, unit.medium, unit.events) == ("Fix the till", "ticket", (whole,))
    assert archive.event("bank", whole.id) is None


def test_half_a_surrogate_pair_becomes_a_question_mark(archive: Archive, run: Run) -> None:
    archive.append("shop", [event("s1", "a", "/logs/a", 1, text="half \ud83d pair")], run=run)
    found = archive.event("shop", event_id("s1", "a"))
    assert found is not None
    assert found.text == "half ? pair"


def test_of_several_copies_the_first_file_and_line_is_shown_whichever_came_first(tmp_path: Path) -> None:
    batches = [
        [event("s1", "a", "/logs/b", 1), event("s1", "b", "/logs/b", 2, at="2026-01-01T00:00:00Z")],
        [event("s1", "a", "/logs/a", 7), event("s2", "a", "/logs/a", 8)],
        [event("s1", "b", "/logs/c", 1, at="2026-01-01T00:00:00Z"), event("s1", "a", "/logs/c", 2)],
    ]
    seen: list[object] = []
    for number, order in enumerate(permutations(batches)):
        ledger = Ledger(tmp_path / str(number) / "ledger.db")
        archive = Archive(tmp_path / str(number) / "archive", ledger)
        with running(ledger, "operator", "test") as run:
            for batch in order:
                archive.append("shop", batch, run=run)
        counted = archive.query(
            "SELECT count(*) AS n, count(DISTINCT id) AS ids FROM events", domain="shop"
        ).to_pylist()
        assert counted == [{"n": 3, "ids": 3}]
        seen.append(record(archive))
    unit = Archive(tmp_path / "0" / "archive", Ledger(tmp_path / "0" / "ledger.db")).unit("shop", "s1")
    assert unit is not None
    assert [(one.file, one.line) for one in unit.events] == [("/logs/a", 7), ("/logs/b", 2)]
    assert all(one == seen[0] for one in seen)


def test_a_digest_changes_with_the_events_and_only_with_them(archive: Archive, run: Run) -> None:
    archive.append("shop", [event("s1", "a", "/logs/a", 1), event("s2", "a", "/logs/a", 2)], run=run)
    before = {info.unit: info.digest for info in archive.units("shop")}
    assert archive.append("shop", [event("s1", "a", "/logs/a", 1), event("s1", "a", "/logs/z", 1)], run=run) is None
    assert {info.unit: info.digest for info in archive.units("shop")} == before
    archive.append("shop", [event("s1", "b", "/logs/a", 3)], run=run)
    after = {info.unit: info.digest for info in archive.units("shop")}
    assert after["s1"] != before["s1"]
    assert after["s2"] == before["s2"]


def test_units_stream_in_order_with_their_events_in_canonical_order(archive: Archive, run: Run) -> None:
    events = [
        event(f"s{unit:02d}", str(n), "/logs/a", 100 * unit + n, at=f"2026-01-01T00:00:{59 - n:02d}Z")
        for unit in range(30)
        for n in range(40)
    ]
    for start in range(0, len(events), 170):
        archive.append("shop", events[start : start + 170], run=run)
    wanted = [f"s{unit:02d}" for unit in range(29, 2, -2)]
    got = list(archive.iter_units("shop", [*wanted, "unknown"]))
    assert [unit.unit for unit in got] == sorted(wanted)
    assert all(len(unit.events) == 40 for unit in got)
    assert all([one.at for one in unit.events] == sorted(one.at for one in unit.events) for unit in got)


def test_a_query_sees_its_domain_alone_and_no_other_file(archive: Archive, run: Run, tmp_path: Path) -> None:
    archive.append("shop", [event("s1", "a", "/logs/a", 1)], run=run)
    archive.append("bank", [event("s1", "a", "/logs/a", 1), event("s9", "a", "/logs/a", 2)], run=run)
    count = "SELECT domain, count(*) AS n FROM events WHERE line < ? GROUP BY domain ORDER BY domain"
    assert archive.query(count, [9], domain="shop").to_pylist() == [{"domain": "shop", "n": 1}]
    assert archive.query(count, [9], domain=None).to_pylist() == [
        {"domain": "bank", "n": 2},
        {"domain": "shop", "n": 1},
    ]
    secret = tmp_path / "secret.csv"
    secret.write_text("a\n1\n")
    with pytest.raises(duckdb.PermissionException):
        archive.query(f"SELECT * FROM read_csv('{secret}')", domain="shop")


def test_plain_duckdb_reads_a_shard_and_its_schema_is_versioned(archive: Archive, run: Run) -> None:
    shard = archive.append("shop", [event("s1", "a", "/logs/a", 1, text="read me")], run=run)
    assert shard is not None
    path = archive.root / shard.name
    assert duckdb.sql(f"SELECT text FROM '{path}'").fetchall() == [("read me",)]
    assert pq.read_schema(path).metadata[b"stillhouse.record"] == b"1"


def test_equal_events_give_the_same_file_name(archive: Archive, run: Run, tmp_path: Path) -> None:
    events = [event("s1", str(n), "/logs/a", n) for n in range(20)]
    first = archive.append("shop", events, run=run)
    other = Archive(tmp_path / "other", Ledger(tmp_path / "other.db"))
    with running(other.ledger, "operator", "test") as second:
        again = other.append("shop", events, run=second)
    assert first == again


def test_a_shard_that_the_ledger_does_not_name_is_not_seen(archive: Archive, run: Run) -> None:
    archive.append("shop", [event("s1", "a", "/logs/a", 1)], run=run)
    (archive.root / "shop" / "stray.parquet").write_bytes(b"half a shard")
    assert [info.unit for info in archive.units("shop")] == ["s1"]


def test_a_missing_shard_is_named_with_the_way_out(archive: Archive, run: Run, ledger: Ledger) -> None:
    shard = archive.append("shop", [event("s1", "a", "/logs/a", 1)], run=run)
    assert shard is not None
    (archive.root / shard.name).unlink()
    with pytest.raises(CorruptError, match=rf"{shard.name} is missing .*restore it"):
        Archive(archive.root, ledger).units("shop")


def test_a_name_that_is_no_domain_makes_no_folder(archive: Archive, run: Run) -> None:
    with pytest.raises(UsageError, match="no domain name"):
        archive.append("../outside", [event("s1", "a", "/logs/a", 1)], run=run)
    assert not (archive.root.parent / "outside").exists()


def test_compaction_shows_the_same_record_from_fewer_files(archive: Archive, run: Run, ledger: Ledger) -> None:
    for n in range(compact.MANY + 4):
        archive.append("shop", [event(f"s{n % 3}", str(n), f"/logs/{n:02d}", 1)], run=run)
        archive.append("bank", [event("s1", "a", f"/logs/{n:02d}", n)], run=run)
    before = record(archive)
    assert compact.compact(archive.root, ledger, run) == compact.MANY + 3
    assert record(archive) == before
    with ledger.read() as rows:
        assert [shard.domain for shard in registered(rows)] == ["bank", "shop"]


def test_a_shard_is_found_by_the_units_it_holds_and_one_from_before_is_named_apart(
    archive: Archive, run: Run, ledger: Ledger
) -> None:
    first = archive.append("shop", [event("s1", "a", "/logs/a", 1), event("s3", "a", "/logs/a", 2)], run=run)
    second = archive.append("shop", [event("s2", "a", "/logs/b", 1)], run=run)
    assert first
    assert second
    with ledger.read() as rows:
        assert holders(rows, ["s2", "s9"]) == {second.name}
        assert holders(rows, ["s1", "s3"]) == {first.name}
    with run.change("forget", "units") as rows:
        rows.execute(holdings.delete().where(holdings.c.shard == first.name))
    with ledger.read() as rows:
        assert unlisted(rows) == {first.name}
