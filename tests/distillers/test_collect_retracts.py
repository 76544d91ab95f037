"""What a later night takes back, and what it does not: rollbacks, turns that grew, databases."""

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import databases
import pytest
from tiny import events, never, texts

from distillers.collect import Collected, Counts
from distillers.consent import Consent
from distillers.record.archive import Archive
from distillers.record.events import Event
from distillers.sources import Skip, SourceFile, recognise
from distillers.sources.registry import recognise_file

Night = Callable[..., Collected]
CASES = Path(__file__).parent / "sources" / "cases"


@pytest.fixture
def real(night: Night) -> Night:
    """A night with the real readers."""

    def collect_them(**more: Any) -> Collected:
        return night(**({"recognise": recognise_file} | more))

    return collect_them


def said(archive: Archive) -> list[str]:
    return [text for info in archive.units("shop") for text in texts(archive, "shop", info.unit)]


def test_turns_that_are_rolled_back_the_next_night_are_taken_back(real: Night, logs: Path, archive: Archive) -> None:
    lines = (CASES / "codex" / "rolled-back.jsonl").read_text("utf-8").splitlines(keepends=True)
    at = next(number for number, line in enumerate(lines) if "thread_rolled_back" in line)
    log = logs / "rollout.jsonl"
    log.write_text("".join(lines[:at]), "utf-8")
    real()
    before = said(archive)
    log.write_text("".join(lines), "utf-8")
    assert real().domains_changed == ("shop",)
    after = said(archive)
    assert [text for text in before if text not in after]
    shutil.copy(CASES / "codex" / "rolled-back.jsonl", logs / "copy.jsonl")
    real()
    assert said(archive) == after


@pytest.mark.parametrize("kind", ["specstory", "transcript", "console", "aider"])
def test_a_turn_of_a_transcript_that_was_half_written_leaves_no_stale_event(
    real: Night, logs: Path, archive: Archive, kind: str
) -> None:
    source = next(path for path in sorted((CASES / kind).iterdir(), key=str) if path.suffix == ".md")
    log = logs / source.name
    text = source.read_text("utf-8")
    for share in (0.55, 0.7, 0.85):
        log.write_text(text[: int(share * len(text))], "utf-8")
        real()
    log.write_text(text, "utf-8")
    real()
    found = [event for info in archive.units("shop") for event in events(archive, "shop", info.unit)]
    reader = recognise(log)
    assert not isinstance(reader, Skip)
    wanted = [item for item in reader.read(SourceFile.open(log)) if isinstance(item, Event)]
    assert len(wanted) > 4
    assert {(event.id, event.text, event.line) for event in found} == {(e.id, e.text, e.line) for e in wanted}
    assert len(found) == len(wanted)


@pytest.fixture
def busy(logs: Path) -> Iterator[tuple[Path, sqlite3.Connection]]:
    path = databases.built(CASES / "opencode" / "opencode.sql", logs)
    with closing(sqlite3.connect(path, isolation_level=None)) as rows:
        rows.execute("PRAGMA journal_mode = WAL")
        rows.execute("UPDATE account SET token = 'a'")
        yield path, rows


def say(rows: sqlite3.Connection, part: str, text: str) -> None:
    rows.execute("UPDATE part SET data = json_set(data, '$.text', ?) WHERE id = ?", (text, part))


def test_a_database_is_one_file_and_its_companions_are_parts_of_it(
    real: Night, busy: tuple[Path, sqlite3.Connection]
) -> None:
    path, _ = busy
    got = real()
    assert got.files == Counts(read=1, skipped=2)
    assert [(Path(note.path).name, note.state, note.reason) for note in got.notes] == [
        ("opencode.db", "read", ""),
        ("opencode.db-shm", "skipped", "part of opencode.db"),
        ("opencode.db-wal", "skipped", "part of opencode.db"),
    ]
    again = real(recognise=never)
    assert (again.files, again.notes, again.events) == (got.files, got.notes, 0)
    assert {entry.name for entry in path.parent.iterdir()} == {path.name, f"{path.name}-shm", f"{path.name}-wal"}


def test_a_change_in_the_log_alone_is_read(
    real: Night, busy: tuple[Path, sqlite3.Connection], archive: Archive
) -> None:
    path, rows = busy
    real()
    before = path.stat()
    say(rows, "prt_12c", "Oiled, twice.")
    assert path.stat().st_mtime_ns == before.st_mtime_ns
    assert real().domains_changed == ("shop",)
    assert "Oiled, twice." in said(archive)
    assert "Oiled." not in said(archive)


def test_a_session_that_its_agent_deleted_stays_and_a_changed_one_beside_it_changes(
    real: Night, busy: tuple[Path, sqlite3.Connection], archive: Archive
) -> None:
    _, rows = busy
    real()
    kept = events(archive, "shop", "ses_3")
    assert kept
    for table, column in (("part", "session_id"), ("message", "session_id"), ("session", "id")):
        rows.execute(f"DELETE FROM {table} WHERE {column} = 'ses_3'")
    real()
    assert events(archive, "shop", "ses_3") == kept
    for text in ("Oiled, twice.", "Oiled, thrice."):
        say(rows, "prt_12c", text)
        real()
        assert text in said(archive)
        assert events(archive, "shop", "ses_3") == kept
    assert said(archive).count("Oiled, thrice.") == 1
    assert "Oiled, twice." not in said(archive)


def test_a_session_that_its_agent_deleted_stays_while_another_one_is_withheld(
    real: Night, busy: tuple[Path, sqlite3.Connection], archive: Archive
) -> None:
    _, rows = busy
    real()
    kept = events(archive, "shop", "ses_3")
    other = next(info.unit for info in archive.units("shop") if info.unit != "ses_3")
    for table, column in (("part", "session_id"), ("message", "session_id"), ("session", "id")):
        rows.execute(f"DELETE FROM {table} WHERE {column} = 'ses_3'")
    real(consent=Consent(sessions=frozenset({other})))
    assert not events(archive, "shop", other)
    assert events(archive, "shop", "ses_3") == kept


def test_a_reverted_database_session_loses_what_was_taken_back(
    real: Night, busy: tuple[Path, sqlite3.Connection], archive: Archive
) -> None:
    _, rows = busy
    real()
    assert "sell two doors" in said(archive)
    rows.execute("UPDATE session SET revert = json_object('messageID', 'msg_32') WHERE id = 'ses_3'")
    real()
    assert texts(archive, "shop", "ses_3") == ["sell two doors"]


def test_files_that_only_look_like_parts_are_read(real: Night, logs: Path) -> None:
    (logs / "notes-wal").write_text("words")
    got = real()
    assert [(note.state, note.reason) for note in got.notes] == [("skipped", "no format of a log or ticket")]
