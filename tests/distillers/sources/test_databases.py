"""Databases are read as they stand, with their log, and nothing is written beside them."""

from __future__ import annotations

import json
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import databases
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from distillers.record.events import Event
from distillers.sources import Skip, SourceFile, Unreadable, recognise

CASES = Path(__file__).parent / "cases"
SCRIPTS = sorted(CASES.rglob("*.sql"))
QUICK = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))


def events(path: Path) -> list[Event]:
    reader = recognise(path)
    assert not isinstance(reader, Skip), reader
    return [item for item in reader.read(SourceFile.open(path)) if isinstance(item, Event)]


@pytest.fixture
def busy(tmp_path: Path) -> Iterator[tuple[Path, sqlite3.Connection]]:
    """A database that its agent has open, with all that is said of late in its log."""
    path = databases.built(CASES / "cursor" / "state.sql", tmp_path)
    with closing(sqlite3.connect(path, isolation_level=None)) as rows:
        rows.execute("PRAGMA journal_mode = WAL")
        rows.execute("PRAGMA wal_autocheckpoint = 0")
        say(rows, "in the log, always")
        yield path, rows


def say(rows: sqlite3.Connection, text: str) -> None:
    value = json.dumps({"type": 1, "bubbleId": "b1", "text": text})
    rows.execute("INSERT INTO cursorDiskKV VALUES ('bubbleId:c1:b1', ?)", (value,))


def beside(path: Path) -> dict[str, tuple[int, int, int]]:
    found = {entry.name: entry.stat() for entry in path.parent.iterdir()}
    return {name: (seen.st_size, seen.st_mtime_ns, seen.st_ino) for name, seen in found.items()}


def test_what_stands_in_the_log_alone_is_read_and_nothing_changes(busy: tuple[Path, sqlite3.Connection]) -> None:
    path, _ = busy
    assert b"in the log, always" not in path.read_bytes()
    before = beside(path)
    assert "in the log, always" in [event.text for event in events(path)]
    assert beside(path) == before


def test_a_snapshot_shows_one_moment_and_leaves_no_copy(
    busy: tuple[Path, sqlite3.Connection], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path, rows = busy
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    file = SourceFile.open(path)
    value = "SELECT value FROM cursorDiskKV WHERE key = 'bubbleId:c1:b1'"
    [(before,)] = file.database.rows(value)
    assert list(tmp_path.glob("stillhouse-*")) == []
    say(rows, "later")
    rows.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert list(file.database.rows(value)) == [(before,)]
    with pytest.raises(Unreadable, match="readonly"):
        list(file.database.rows("DELETE FROM cursorDiskKV"))


def test_a_database_that_is_locked_is_read_all_the_same(busy: tuple[Path, sqlite3.Connection]) -> None:
    path, rows = busy
    rows.execute("BEGIN EXCLUSIVE")
    say(rows, "not yet said")
    texts = [event.text for event in events(path)]
    assert "in the log, always" in texts
    assert "not yet said" not in texts


def test_a_database_of_something_else_is_skipped(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    with closing(sqlite3.connect(path)) as rows:
        rows.executescript("CREATE TABLE message (id, text); CREATE VIEW cursorDiskKV AS SELECT 'a' AS key, 1 AS value")
    assert recognise(path) == Skip("a database: no reader for it")


def test_a_database_that_is_gone_or_cut_is_unreadable(tmp_path: Path) -> None:
    path = databases.built(CASES / "opencode" / "opencode.sql", tmp_path)
    file = SourceFile.open(path)
    path.write_bytes(path.read_bytes()[:5000])
    with pytest.raises(Unreadable, match="cannot be read"):
        recognise(path)
    path.unlink()
    with pytest.raises(Unreadable, match="cannot copy"):
        file.head()


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.parent.name)
@QUICK
@given(at=st.floats(0, 1), noise=st.binary(min_size=1, max_size=40), cut=st.floats(0.1, 1), log=st.binary(max_size=60))
def test_noise_anywhere_in_a_database_or_its_log_crashes_no_reader(
    script: Path, at: float, noise: bytes, cut: float, log: bytes
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = databases.built(script, Path(folder))
        data = path.read_bytes()
        place = 16 + int(at * (len(data) - 16))
        broken = data[:place] + noise + data[place + len(noise) :]
        path.write_bytes(broken[: max(100, int(cut * len(broken)))])
        Path(f"{path}-wal").write_bytes(log)
        try:
            reader = recognise(path)
            if not isinstance(reader, Skip):
                list(reader.read(SourceFile.open(path)))
        except Unreadable:
            return


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.parent.name)
@QUICK
@given(
    values=st.lists(
        st.text(max_size=20) | st.binary(max_size=20) | st.integers(-(2**63), 2**63 - 1) | st.none(), max_size=3
    )
)
def test_no_value_crashes_a_reader(script: Path, values: list[object]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = databases.built(script, Path(folder))
        with closing(sqlite3.connect(path, isolation_level=None)) as rows:
            tables = [name for (name,) in rows.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
            for number, value in enumerate(values):
                table = tables[number % len(tables)]
                column = rows.execute("SELECT name FROM pragma_table_info(?) ORDER BY cid DESC", (table,)).fetchone()[0]
                raw = value.encode("utf-8", "surrogatepass") if isinstance(value, str) else value
                rows.execute(f"UPDATE OR IGNORE {table} SET {column} = ? WHERE rowid = 2", (raw,))
        events(path)


def test_sessions_of_old_folders_have_the_ids_they_have_in_the_database(tmp_path: Path) -> None:
    path = databases.built(CASES / "opencode" / "opencode.sql", tmp_path)
    wanted = {event.id: event for event in events(path) if event.title == ""}
    storage = tmp_path / "storage"
    unfold(path, storage)
    found: dict[str, Event] = {}
    for part in sorted(storage.glob("part/*/*.json")):
        reader = recognise(part)
        assert not isinstance(reader, Skip)
        assert reader.name == "opencode-files"
        found |= {item.id: item for item in reader.read(SourceFile.open(part)) if isinstance(item, Event)}
    reverted = {"And all the rest.", "always sell everything"}
    assert {own for own, event in found.items() if event.text not in reverted} == set(wanted)
    same = ("unit", "at", "origin", "kind", "text", "folder", "tool", "call", "failed", "sidechain")
    for own, event in wanted.items():
        assert [getattr(found[own], name) for name in same] == [getattr(event, name) for name in same]
    assert {path.parent.parent.name for path in storage.rglob("*.json") if not isinstance(recognise(path), Skip)} == {
        "part"
    }


def unfold(path: Path, storage: Path) -> None:
    """Writes a database as older versions kept it: a file for each row."""
    with closing(sqlite3.connect(path)) as rows:
        for own, parent, folder, title in rows.execute("SELECT id, parent_id, directory, title FROM session"):
            session = {"id": own, "version": "1.1.0", "projectID": "p", "directory": folder, "title": title}
            write(storage / "session" / "p" / f"{own}.json", session | ({"parentID": parent} if parent else {}))
        for own, session, data in rows.execute("SELECT id, session_id, data FROM message"):
            write(storage / "message" / session / f"{own}.json", data, id=own, sessionID=session)
        for own, message, session, data in rows.execute("SELECT id, message_id, session_id, data FROM part"):
            write(storage / "part" / message / f"{own}.json", data, id=own, sessionID=session, messageID=message)


def write(path: Path, value: object, **more: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        held = json.loads(value) if isinstance(value, str) else value
    except ValueError:
        return
    if isinstance(held, dict):
        path.write_text(json.dumps(more | held, indent=2), "utf-8")


def test_names_in_a_part_lead_nowhere_else(tmp_path: Path) -> None:
    write(tmp_path / "secret.json", {"role": "user", "time": {"created": 1772442001000}})
    part = tmp_path / "storage" / "part" / "msg_1" / "prt_1.json"
    held = {"type": "text", "text": "always"}
    write(part, held, id="prt_1", sessionID="../..", messageID="secret")
    reader = recognise(part)
    assert not isinstance(reader, Skip)
    assert list(reader.read(SourceFile.open(part))) == []


def test_the_copy_follows_a_link_to_the_databases_log(busy: tuple[Path, sqlite3.Connection], tmp_path: Path) -> None:
    path, _ = busy
    link = tmp_path / "link.vscdb"
    link.symlink_to(path)
    assert "in the log, always" in [event.text for event in events(link)]
